"""The texts of a rulebook at a git revision, read from the object database; the checkout is not touched."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from api.refusals import OutsideFailure
from api.rulebook_folder import FILE_TOO_LARGE, MOST_BYTES, MOST_FILES, NO_RULEBOOK, TOO_MANY_FILES, belongs_to_rulebook, text_of
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal, Span, refuse
from engine.text.sources import Sources

NO_GIT: Final = Kind("no-git", "git does not do its work: {why}", "install git, or compare folders")
_SECONDS: Final = 60
_FILE_MODES: Final = ("100644", "100755")


def is_revision(text: str, folder: Path) -> bool:
    """Whether a text names a commit, or a folder in one (`v1.2:path`), of the repository that contains a folder."""
    revision, _, _ = text.partition(":")
    return _commit(revision, folder) is not None


def read_revision(text: str, folder: Path) -> Sources:
    """The rulebook at a revision; without `:path` it is read from the path of the folder inside its repository."""
    revision, separator, path = text.partition(":")
    commit = _commit(revision, folder)
    if commit is None:
        raise ValueError(f"{text} is no revision; call is_revision first")
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
        text = text_of(name, content)
        if isinstance(text, Problem):
            problems.append(text)
        else:
            texts[name] = text
    if problems:
        raise Refusal(tuple(problems))
    if not texts:
        raise refuse(NO_RULEBOOK, folder=named)
    return texts


def _commit(revision: str, folder: Path) -> str | None:
    """The commit of a revision; None where there is none, or the folder is in no repository."""
    if not revision or revision.startswith("-") or "\0" in revision:
        return None
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}", may_fail=True)
    return None if commit is None else commit.decode().strip()


def _place(folder: Path) -> PurePosixPath:
    """The path of a folder inside its repository."""
    return PurePosixPath((_git(folder, "rev-parse", "--show-prefix") or b"").decode().strip() or ".")


def _listed(commit: str, prefix: str, folder: Path) -> Iterator[tuple[str, str, int]]:
    """The files of the rulebook in a commit: path from the rulebook's folder, blob and size. Links and submodules are skipped."""
    listing = _git(folder, "ls-tree", "-r", "-l", "-z", "--full-tree", commit, *([prefix] if prefix else [])) or b""
    for entry in listing.decode("utf-8", "surrogateescape").split("\0"):
        about, _, path = entry.partition("\t")
        fields = about.split()
        name = path.removeprefix(prefix)
        if len(fields) == 4 and fields[0] in _FILE_MODES and path.startswith(prefix) and belongs_to_rulebook(PurePosixPath(name)):
            yield name, fields[2], int(fields[3])


def _contents(blobs: list[str], folder: Path) -> Iterator[bytes]:
    """The contents of some blobs, read in one batch."""
    output = _git(folder, "cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in blobs).encode()) or b""
    at = 0
    for _ in blobs:
        end = output.index(b"\n", at)
        size = int(output[at:end].split()[2])
        yield output[end + 1 : end + 1 + size]
        at = end + 2 + size


def _git(folder: Path, *arguments: str, stdin: bytes = b"", may_fail: bool = False) -> bytes | None:
    """The output of a git command in a folder; None where it fails and `may_fail` is set."""
    command = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", str(folder), *arguments]
    try:
        process = subprocess.run(command, input=stdin, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as fault:
        if may_fail:
            return None
        raise OutsideFailure((NO_GIT.at(None, why=str(fault)),)) from fault
    if process.returncode == 0:
        return process.stdout
    if may_fail:
        return None
    why = process.stderr.decode("utf-8", "replace").strip().splitlines()
    raise OutsideFailure((NO_GIT.at(None, why=why[-1] if why else phrase("it ended with {code}", code=process.returncode)),))
