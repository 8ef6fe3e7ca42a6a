"""Problems that all rows of a file have alike, such as days in another form, or several have in the same text, are reported once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from api.importing.file_header import find_header
from engine.problems import Kind, Problem, Span, message_of, remedy_of
from engine.text.column_names import KnownColumns
from engine.text.csv_cells import csv_lines

_LEAST: Final = 4
"""The fewest rows alike that are reported once."""
_LEAST_SAME: Final = 3
"""The fewest rows with the same mistake in the same text that are reported once: one replacement mends them all."""
_MANY: Final = 20
"""As many rows are reported once, whatever stands in the others."""
_PART: Final = 0.8
"""The part of a file's rows from which on all are alike."""
_WHAT: Final = "{what}; {count} rows of this file have the same mistake, and this is the first"
_REMEDY: Final = "{remedy}; likewise in the other rows"


def once_where_alike(problems: Iterable[Problem], texts: Mapping[str, str]) -> list[Problem]:
    """The problems; where most rows of a file have one of a kind in a column, or some in the same text, the first says how many."""
    groups: dict[tuple[object, ...], list[Problem]] = {}
    given = list(problems)
    columns = _columns(given, texts)
    for problem in given:
        where = problem.where
        key = (id(problem),) if where is None or not problem.stops else (where.path, problem.kind, columns.get(where, where.column))
        groups.setdefault(key, []).append(problem)
    return [problem for group in groups.values() for problem in _of_group(group, texts)]


def _of_group(group: Sequence[Problem], texts: Mapping[str, str]) -> Iterator[Problem]:
    """The problems of one kind in one column: once where most rows have one, else those of each content of the cells."""
    where = group[0].where
    rows = texts.get(where.path, "").count("\n") - 1 if where else 0
    lines = _lines(group)
    if lines >= _MANY or (lines >= _LEAST and lines >= _PART * rows):
        yield _once(group)
        return
    same: dict[object, list[Problem]] = {}
    for problem in group:
        same.setdefault((problem.kind, problem.words) if _has_text(problem) else id(problem), []).append(problem)
    for part in same.values():
        yield from ((_once(part),) if _lines(part) >= _LEAST_SAME else part)


def _lines(problems: Iterable[Problem]) -> int:
    return len({problem.where.line for problem in problems if problem.where})


def _has_text(problem: Problem) -> bool:
    """Whether something is written there: the places of empty cells are all needed, to fill them."""
    where = problem.where
    return where is not None and (where.end_line, where.end_column) > (where.line, where.column)


def _once(group: Sequence[Problem]) -> Problem:
    first = group[0]
    return Kind(first.code, _WHAT, _REMEDY).at(first.where, what=message_of(first), count=_lines(group), remedy=remedy_of(first))


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
