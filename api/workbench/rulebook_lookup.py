"""The two sides of a diff: each a folder, a git revision or a published version, in this order, whichever is there first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.refusals import Positioned, Unknown
from api.workbench.git_revisions import is_revision, read_revision
from api.workbench.rulebook_folder import read_folder
from engine.problems import Kind, Problem, Refusal, Span
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import Reading, read_all, rulebook_of
from engine.text.sources import Sources

NO_SIDE: Final = Kind(
    "no-such-rulebook",
    "`{name}` is neither a folder, nor a git revision, nor the fingerprint of a published version",
    "write a folder, `HEAD~1`, `main`, `v1.2:path`, or the first characters of a fingerprint",
)
SEVERAL_VERSIONS: Final = Kind(
    "several-versions", "{count} published versions begin with `{name}`", "write more characters of the fingerprint: {possible}"
)
SHORTEST_FINGERPRINT: Final = 6

Published = Callable[[str], tuple[str, ...]]
"""The fingerprints of published versions that begin with a text."""
TextsOf = Callable[[str], Sources | None]
"""The texts of a published version."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a diff: how it was called, what its texts say, and its rulebook."""

    name: str
    reading: Reading
    rulebook: Rulebook


def side(name: str, folders: Sequence[Path], published: Published, texts_of: TextsOf) -> Side:
    """A side by its name; Refusal with all problems of its texts, each placed in `NAME:path`.

    Some folders tell in which repositories a revision is looked for.
    """
    return side_of(name, _sources(name, folders, published, texts_of))


def side_of(name: str, sources: Sources) -> Side:
    """A side of texts that are at hand."""
    reading = read_all(sources)
    try:
        return Side(name, reading, rulebook_of(reading))
    except Refusal as refusal:
        told = tuple(_named(problem, name) for problem in refusal.problems)
        raise Positioned(told, {f"{name}:{path}": text for path, text in sources.items()}) from None


def _sources(name: str, folders: Sequence[Path], published: Published, texts_of: TextsOf) -> Sources:
    if Path(name).is_dir():
        return read_folder(Path(name))
    for folder in folders:
        if is_revision(name, folder):
            return read_revision(name, folder)
    found = published(name) if len(name) >= SHORTEST_FINGERPRINT else ()
    if len(found) > 1 and name not in found:
        possible = ", ".join(fingerprint[: len(name) + 6] for fingerprint in found[:5])
        raise Unknown((SEVERAL_VERSIONS.at(None, name=name, count=len(found), possible=possible),))
    texts = texts_of(name if name in found else found[0]) if found else None
    if texts is None:
        raise Unknown((NO_SIDE.at(None, name=name),))
    return texts


def _named(problem: Problem, name: str) -> Problem:
    where = problem.where
    if where is None:
        return problem
    placed = Span(f"{name}:{where.path}", where.line, where.column, where.end_line, where.end_column)
    return Problem(problem.kind, placed, problem.pointer, problem.words)
