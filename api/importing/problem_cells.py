"""Which cell of a file a problem is in: the name of its column, and what is written there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from api.importing.csv_files import header_of
from api.importing.import_folder import columns_of_file
from engine.problems import Problem
from engine.rulebook.book import Rulebook
from engine.text.csv_cells import csv_lines
from engine.text.sources import TextCell


class ProblemCell(NamedTuple):
    """A problem with its column and the text of its cell; both are empty where it is in no single cell."""

    problem: Problem
    column: str
    text: str


def cells_of(problems: Iterable[Problem], texts: Mapping[str, str], rulebook: Rulebook) -> Iterator[ProblemCell]:
    """Problems of the files of an import, each with its cell."""
    listed = list(problems)
    wanted: dict[str, set[int]] = {}
    for problem in listed:
        if problem.where is not None and problem.where.path in texts:
            wanted.setdefault(problem.where.path, set()).add(problem.where.line)
    files = {path: _File(path, texts[path], lines, rulebook) for path, lines in wanted.items()}
    for problem in listed:
        file = files.get(problem.where.path) if problem.where is not None else None
        yield ProblemCell(problem, "", "") if file is None else file.cell_of(problem)


class _File:
    """The names of the columns of a file, and the cells of some of its lines."""

    def __init__(self, path: str, text: str, lines: set[int], rulebook: Rulebook) -> None:
        located = header_of(text, columns_of_file(path, text, rulebook))
        rows = (line.cells for line in csv_lines(path, text, located.separator, joins_lines=True))
        self._names = located.names
        self._cells: dict[int, list[TextCell]] = {cells[0].span.line: cells for cells in rows if cells and cells[0].span.line in lines}

    def cell_of(self, problem: Problem) -> ProblemCell:
        where = problem.where
        assert where is not None
        for name, cell in zip(self._names, self._cells.get(where.line, ()), strict=False):
            starts_in, ends_in = cell.span.column <= where.column, where.end_column <= max(cell.span.end_column, cell.span.column + 1)
            if starts_in and ends_in and where.column < max(cell.span.end_column, cell.span.column + 1):
                return ProblemCell(problem, name, cell.text)
        return ProblemCell(problem, "", "")
