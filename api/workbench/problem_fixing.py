"""Writes the corrections that problems carry into texts: of each problem that has exactly one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from api.workbench.draft_texts import TextEdit, with_edits
from engine.problems import Fix, Problem
from engine.text.sources import Sources

_MOST_ROUNDS: Final = 10
"""A correction may bring another mistake to light; so often the texts are looked at again."""


def with_fixes(sources: Sources, problems_of: Callable[[Sources], Iterable[Problem]]) -> tuple[Sources, int]:
    """The texts with every correction that leaves no choice, and how many were written."""
    count = 0
    for _ in range(_MOST_ROUNDS):
        by_file: dict[str, list[Fix]] = defaultdict(list)
        for problem in problems_of(sources):
            if problem.stops and len(problem.fixes) == 1 and problem.fixes[0].where.path in sources:
                by_file[problem.fixes[0].where.path].append(problem.fixes[0])
        if not by_file:
            break
        texts = dict(sources)
        for path, fixes in by_file.items():
            edits = list(_apart(fixes))
            count += len(edits)
            texts[path] = with_edits(path, texts[path], edits)
        if texts == sources:
            break
        sources = texts
    return sources, count


def _apart(fixes: Iterable[Fix]) -> Iterator[TextEdit]:
    """The edits of one file, without those that touch the one before."""
    behind = (0, 0)
    for fix in sorted(set(fixes), key=lambda one: (one.where, one.text)):
        at = fix.where
        if (at.line, at.column) >= behind:
            behind = (at.end_line, at.end_column + 1)
            yield TextEdit(line=at.line, column=at.column, end_line=at.end_line, end_column=at.end_column, text=fix.text)
