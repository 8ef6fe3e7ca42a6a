"""Checks rows of tables: each cell by the type of its column, the validity of a row, and rows in another file."""

from __future__ import annotations

from datetime import date, timedelta

from engine.language.checking.check_cells import check_cell
from engine.language.checking.check_dates import days_of
from engine.language.checking.check_expressions import expect
from engine.language.checking.declarations import Gathered
from engine.language.checking.file_cells import plain_cell, plain_result
from engine.language.checking.file_rows import FileRow
from engine.language.checking.scope import Scope
from engine.language.ir import typed
from engine.language.ir.checked_tables import AnyCell, Cell, Input, Output, Row
from engine.language.ir.in_force import InForce
from engine.language.syntax import blocks, nodes, table_blocks
from engine.language.syntax.block_head import Validity
from engine.language.syntax.rule_problems import (
    BECAUSE_CELL,
    COLUMN_COUNT,
    MISSING_RESULT,
    UNKNOWN_NAME,
    VALIDITY_CELL,
)
from engine.language.syntax.table_blocks import TableBlock
from engine.phrases import phrase, replacements
from engine.problems import Fix
from engine.text.nearest import suggestion


def table_rows(
    module: blocks.Module,
    block: TableBlock,
    inputs: list[Input | None],
    outputs: list[Output | None],
    gathered: Gathered,
    scope: Scope,
) -> list[Row]:
    """The rows of a table, or of the file that it names; rows with problems are left out."""
    if block.file is None:
        rows = [_row(number, row, block, inputs, outputs, scope) for number, row in enumerate(block.rows, start=1)]
        return [row for row in rows if row is not None]
    file = gathered.file_of(module, block)
    if file is None:
        remedy, where = suggestion(block.file.text, gathered.files), block.file.span
        problem = UNKNOWN_NAME.at(where, sort=phrase("file with rows"), name=block.file.text, remedy=remedy)
        scope.problems.append(problem.fixed_by(*(Fix(where, f'"{path}"') for path in replacements(remedy.words))))
        return []
    return _file_rows(file, inputs, outputs, scope)


def _row(
    number: int,
    row: table_blocks.Row,
    block: TableBlock,
    inputs: list[Input | None],
    outputs: list[Output | None],
    scope: Scope,
) -> Row | None:
    cells, days = row_cells(row, block, inputs, scope)
    results: list[typed.Expression | None] = []
    because = None
    made = iter(outputs)
    for column, cell in zip(block.results, row.results, strict=False):
        if column.kind != "name":
            because = reason_of(cell, scope)
            continue
        output = next(made)
        if cell is None:
            scope.problems.append(MISSING_RESULT.at(row.span, column=column.name.name))
        results.append(expect(cell, output.type, scope) if cell is not None and output is not None else None)
    if None in cells or None in results:
        return None
    whole_cells = tuple(cell for cell in cells if cell is not None)
    return Row(number, days, whole_cells, tuple(one for one in results if one is not None), because, row.span)


def row_cells(row: table_blocks.Row, block: TableBlock, inputs: list[Input | None], scope: Scope) -> tuple[list[Cell | None], InForce]:
    """The condition cells of a row (None after a problem), and its validity."""
    days = InForce(scope.dated_by, None, None)
    cells: list[Cell | None] = []
    subjects = iter(inputs)
    for column, test in zip(block.conditions, row.tests, strict=False):
        if column.kind != "name":
            days = _days(test, block, days, scope)
            continue
        subject = next(subjects)
        if isinstance(test, table_blocks.Anything):
            cells.append(AnyCell(test.span))
        elif isinstance(test, Validity):
            scope.problems.append(VALIDITY_CELL.at(test.span))
            cells.append(None)
        else:
            cells.append(check_cell(test, subject.subject, scope) if subject is not None else None)
    return cells, days


def _days(test: table_blocks.Test, block: TableBlock, always: InForce, scope: Scope) -> InForce:
    if isinstance(test, table_blocks.Anything):
        return always
    if isinstance(test, Validity):
        return days_of(test, block.head.name, scope, is_declared=block.head.dated_by is not None)
    scope.problems.append(VALIDITY_CELL.at(test.span))
    return always


def reason_of(cell: nodes.Expression | None, scope: Scope) -> str | None:
    """The text of a cell in the column of reasons."""
    if cell is None or isinstance(cell, nodes.TextLiteral):
        return cell.text if cell is not None else None
    scope.problems.append(BECAUSE_CELL.at(cell.span))
    return None


def _file_rows(file: tuple[FileRow, ...], inputs: list[Input | None], outputs: list[Output | None], scope: Scope) -> list[Row]:
    wanted = len(inputs) + len(outputs)
    rows = []
    for number, (row, until) in enumerate(_with_ends(file, len(inputs)), start=1):
        if len(row.cells) != wanted:
            scope.problems.append(COLUMN_COUNT.at(row.span, found=len(row.cells), wanted=wanted, side=""))
            continue
        keys, values = row.cells[: len(inputs)], row.cells[len(inputs) :]
        cells = [plain_cell(cell, one.type, scope) if one else None for cell, one in zip(keys, inputs, strict=True)]
        results = [plain_result(cell, one.type, scope) if one else None for cell, one in zip(values, outputs, strict=True)]
        if None in cells or None in results:
            continue
        whole = tuple(cell for cell in cells if cell is not None)
        constants = tuple(one for one in results if one is not None)
        rows.append(Row(number, InForce(scope.dated_by, row.start, until), whole, constants, None, row.span))
    return rows


def _with_ends(rows: tuple[FileRow, ...], keys: int) -> list[tuple[FileRow, date | None]]:
    """Each row with its last day: its own, or the day before the next row with the same conditions."""
    later: dict[tuple[str, ...], list[date]] = {}
    for row in rows:
        if row.start is not None:
            later.setdefault(tuple(cell.text for cell in row.cells[:keys]), []).append(row.start)
    made = []
    for row in rows:
        starts = later.get(tuple(cell.text for cell in row.cells[:keys]), [])
        after = [start for start in starts if row.start is None or start > row.start]
        made.append((row, row.until or (min(after) - timedelta(days=1) if after else None)))
    return made
