"""Problems of which all rows of a file have one alike, such as days in another form, are reported once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from api.importing.file_header import find_header
from engine.problems import Kind, Problem, Span, message_of, remedy_of
from engine.text.column_names import KnownColumns
from engine.text.csv_cells import csv_lines

_LEAST: Final = 4
"""The fewest rows alike that are reported once."""
_MANY: Final = 20
"""As many rows are reported once, whatever stands in the others."""
_PART: Final = 0.8
"""The part of a file's rows from which on all are alike."""
_WHAT: Final = "{what}; {count} rows of this file have the same mistake, and this is the first"
_REMEDY: Final = "{remedy}; likewise in the other rows"


def once_where_alike(problems: Iterable[Problem], texts: Mapping[str, str]) -> list[Problem]:
    """The problems; where most rows of a file have one of the same kind in the same column, the first says how many they are."""
    groups: dict[tuple[object, ...], list[Problem]] = {}
    given = list(problems)
    columns = _columns(given, texts)
    for problem in given:
        where = problem.where
        key = (id(problem),) if where is None or not problem.stops else (where.path, problem.kind, columns.get(where, where.column))
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


def _columns(problems: Iterable[Problem], texts: Mapping[str, str]) -> Mapping[Span, int]:
    """The columns in which problems stand, counted from the left of their rows; the same column begins elsewhere in each row."""
    wanted: dict[str, dict[tuple[int, int], set[Span]]] = {}
    for where in (problem.where for problem in problems if problem.where):
        wanted.setdefault(where.path, {}).setdefault((where.line, where.column), set()).add(where)
    columns: dict[Span, int] = {}
    for path, places in wanted.items():
        text = texts.get(path, "")
        for row in csv_lines(path, text, find_header(text, KnownColumns((), {})).separator, joins_lines=True):
            for at, cell in enumerate(row.cells):
                for where in places.get((cell.span.line, cell.span.column), ()):
                    columns[where] = at
    return columns
