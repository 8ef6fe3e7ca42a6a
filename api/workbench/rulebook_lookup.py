"""A rulebook by its name, for a diff: a folder, a published version, or a git revision."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.refusals import Positioned, Unknown
from api.rulebook_folder import read_folder
from api.workbench.git_revisions import is_revision, read_revision
from engine.problems import Kind, Problem, Refusal, Span
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import Reading, read_all, rulebook_of
from engine.text.sources import Sources

NO_SUCH_RULEBOOK: Final = Kind(
    "no-such-rulebook",
    "`{name}` is neither a folder, nor a version of the rulebook in the database, nor a git revision",
    "write a folder, `v3` for the third published version, the first characters of a fingerprint, `HEAD~1`, `main` or `v1.2:path`",
)
SEVERAL_VERSIONS: Final = Kind(
    "several-versions", "{count} published versions begin with `{name}`", "write more characters of the fingerprint: {possible}"
)
SHORTEST_FINGERPRINT: Final = 6
VERSION_NAME: Final = re.compile("v([1-9][0-9]{0,8})")
"""How people write the number of a published version. A git tag of that name is reached as `tags/v3`."""

Published = Callable[[str], tuple[str, ...]]
"""Gives the fingerprints of published versions that begin with a prefix."""
TextsOf = Callable[[str], Sources | None]
"""Gives the texts of a published version, by its fingerprint or its name `v3`."""


@dataclass(frozen=True, slots=True)
class LoadedRulebook:
    """A rulebook under the name by which it was looked up, with the reading that it was made from."""

    name: str
    reading: Reading
    rulebook: Rulebook


def load_by_name(name: str, folders: Sequence[Path], published: Published, texts_of: TextsOf) -> LoadedRulebook:
    """The rulebook of a name; Refusal with all problems of its texts, each placed in `NAME:path`.

    A git revision is looked up in the repositories of `folders`.
    """
    return load_from_texts(name, _sources(name, folders, published, texts_of))


def load_from_texts(name: str, sources: Sources) -> LoadedRulebook:
    """The rulebook of texts that are already read."""
    reading = read_all(sources)
    try:
        return LoadedRulebook(name, reading, rulebook_of(reading))
    except Refusal as refusal:
        problems = tuple(_named(problem, name) for problem in refusal.problems)
        raise Positioned(problems, {f"{name}:{path}": text for path, text in sources.items()}) from None


def _sources(name: str, folders: Sequence[Path], published: Published, texts_of: TextsOf) -> Sources:
    if Path(name).is_dir():
        return read_folder(Path(name))
    of_version = texts_of(name) if VERSION_NAME.fullmatch(name) else None
    if of_version is not None:
        return of_version
    for folder in folders:
        if is_revision(name, folder):
            return read_revision(name, folder)
    fingerprints = published(name) if len(name) >= SHORTEST_FINGERPRINT else ()
    if len(fingerprints) > 1 and name not in fingerprints:
        possible = ", ".join(fingerprint[: len(name) + 6] for fingerprint in fingerprints[:5])
        raise Unknown((SEVERAL_VERSIONS.at(None, name=name, count=len(fingerprints), possible=possible),))
    texts = texts_of(name if name in fingerprints else fingerprints[0]) if fingerprints else None
    if texts is None:
        raise Unknown((NO_SUCH_RULEBOOK.at(None, name=name),))
    return texts


def _named(problem: Problem, name: str) -> Problem:
    where = problem.where
    if where is None:
        return problem
    placed = Span(f"{name}:{where.path}", where.line, where.column, where.end_line, where.end_column)
    return Problem(problem.kind, placed, problem.pointer, problem.words)
