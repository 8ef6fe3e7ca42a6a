"""Problems of which all rows of a file have one alike, such as days in another form, are reported once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from engine.problems import Kind, Problem, message_of, remedy_of

_LEAST: Final = 4
"""The fewest rows alike that are reported once."""
_MANY: Final = 20
"""As many rows are reported once, whatever stands in the others."""
_PART: Final = 0.8
"""The part of a file's rows from which on all are alike."""
_OF_ONE_ROW: Final = frozenset({"text", "like", "name", "remedy", "id", "line", "word", "thousands", "decimals", "corrected"})
"""The arguments of messages that differ from row to row."""
_WHAT: Final = "{what}; {count} rows of this file have the same mistake, and this is the first"
_REMEDY: Final = "{remedy}; likewise in the other rows"


def once_where_alike(problems: Iterable[Problem], texts: Mapping[str, str]) -> list[Problem]:
    """The problems; where most rows of a file have one of the same kind, the first says how many they are."""
    groups: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        where = problem.where
        same = tuple(pair for pair in problem.words if pair[0] not in _OF_ONE_ROW)
        key = (where.path, problem.kind, same) if where is not None and problem.stops else (id(problem),)
        groups.setdefault(key, []).append(problem)
    reported = []
    for group in groups.values():
        first = group[0]
        rows = texts.get(first.where.path, "").count("\n") - 1 if first.where else 0
        lines = len({problem.where.line for problem in group if problem.where})
        if lines >= _MANY or (lines >= _LEAST and lines >= _PART * rows):
            kind = Kind(first.code, _WHAT, _REMEDY)
            reported.append(kind.at(first.where, what=message_of(first), count=lines, remedy=remedy_of(first)))
        else:
            reported += group
    return reported
