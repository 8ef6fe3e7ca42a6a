"""The texts of a rulebook at a git revision, read from the repository's own memory: no file of the checkout is touched."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from api.refusals import OutsideFailure
from api.workbench.rulebook_folder import FILE_TOO_LARGE, MOST_BYTES, MOST_FILES, NO_RULEBOOK, NOT_UTF8, TOO_MANY_FILES, belongs_to_rulebook
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal, Span, refuse
from engine.text.sources import Sources

NO_GIT: Final = Kind("no-git", "git does not do its work: {why}", "install git, or compare folders")
_SECONDS: Final = 60
_FILE_MODES: Final = ("100644", "100755")


def is_revision(text: str, folder: Path) -> bool:
    """Whether a text names a commit, or a folder of one (`v1.2:path`), of the repository in which a folder lies."""
    revision, _, _ = text.partition(":")
    return _commit(revision, folder) is not None


def read_revision(text: str, folder: Path) -> Sources:
    """The rulebook as it was at a revision; without `:path` it stands where the folder stands inside its repository."""
    revision, separator, path = text.partition(":")
    commit = _commit(revision, folder)
    if commit is None:
        raise ValueError(f"{text} was asked about before")
    inside = PurePosixPath(path) if separator else _place(folder)
    return _texts(commit, "" if str(inside) in (".", "") else f"{inside.as_posix().strip('/')}/", folder, text)


def _texts(commit: str, prefix: str, folder: Path, named: str) -> Sources:
    blobs: dict[str, str] = {}
    problems: list[Problem] = []
    for name, blob, size in _listed(commit, prefix, folder):
        if len(blobs) >= MOST_FILES:
            raise refuse(TOO_MANY_FILES, folder=named, most=MOST_FILES)
        if size > MOST_BYTES:
            problems.append(FILE_TOO_LARGE.at(Span(name, 1, 1, 1, 1), size=f"{size:_}", most=f"{MOST_BYTES:_}"))
        else:
            blobs[name] = blob
    texts: dict[str, str] = {}
    for name, content in zip(blobs, _contents(list(blobs.values()), folder), strict=True):
        try:
            texts[name] = content.decode("utf-8")
        except UnicodeDecodeError as mistake:
            problems.append(NOT_UTF8.at(Span(name, 1, 1, 1, 1), byte=mistake.start))
    if problems:
        raise Refusal(tuple(problems))
    if not texts:
        raise refuse(NO_RULEBOOK, folder=named)
    return texts


def _commit(revision: str, folder: Path) -> str | None:
    """The commit that a name means here; None where it means none, or the folder lies in no repository."""
    if not revision or revision.startswith("-") or "\0" in revision:
        return None
    found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}", may_fail=True)
    return None if found is None else found.decode().strip()


def _place(folder: Path) -> PurePosixPath:
    """Where a folder stands inside its repository."""
    return PurePosixPath((_git(folder, "rev-parse", "--show-prefix") or b"").decode().strip() or ".")


def _listed(commit: str, prefix: str, folder: Path) -> Iterator[tuple[str, str, int]]:
    """The files of the rulebook in a commit: path from the rulebook's folder, blob and size. Links and other repositories are none."""
    found = _git(folder, "ls-tree", "-r", "-l", "-z", "--full-tree", commit, *([prefix] if prefix else [])) or b""
    for entry in found.decode("utf-8", "surrogateescape").split("\0"):
        about, _, path = entry.partition("\t")
        words = about.split()
        name = path.removeprefix(prefix)
        if len(words) == 4 and words[0] in _FILE_MODES and path.startswith(prefix) and belongs_to_rulebook(PurePosixPath(name)):
            yield name, words[2], int(words[3])


def _contents(blobs: list[str], folder: Path) -> Iterator[bytes]:
    """The contents of some blobs, all asked at once."""
    answer = _git(folder, "cat-file", "--batch", given="".join(f"{blob}\n" for blob in blobs).encode()) or b""
    at = 0
    for _ in blobs:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[2])
        yield answer[end + 1 : end + 1 + size]
        at = end + 2 + size


def _git(folder: Path, *words: str, given: bytes = b"", may_fail: bool = False) -> bytes | None:
    """What git answers in a folder; None where it declines and may."""
    command = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as fault:
        if may_fail:
            return None
        raise OutsideFailure((NO_GIT.at(None, why=str(fault)),)) from fault
    if done.returncode == 0:
        return done.stdout
    if may_fail:
        return None
    why = done.stderr.decode("utf-8", "replace").strip().splitlines()
    raise OutsideFailure((NO_GIT.at(None, why=why[-1] if why else phrase("it ended with {code}", code=done.returncode)),))
