"""A sheet that came back, held against the table it was made of: exactly those cells that read differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.workbench.tables.sheet_reader import SheetCell, SheetRow
from api.workbench.tables.table_cells import COLUMN_MISSING, LOCKED, NOT_A_PRICE, ROW_TWICE, UNKNOWN_ROW, CellChange, Table, TableCell
from engine.money import Price
from engine.phrases import listed, phrase
from engine.problems import Problem, Refusal, Span
from engine.text.nearest import suggestion


def changes_of(table: Table, rows: Sequence[SheetRow], name: str) -> tuple[CellChange, ...]:
    """The cells that change; Refusal with every mistake of the sheet. Rows that it leaves out stay as they are."""
    missing = [column for column in table.columns if rows and column not in rows[0] and _is_needed(table, column)]
    if missing or not rows:
        where, columns = Span(name, 1, 1, 1, 1), listed([f"`{column}`" for column in table.columns])
        raise Refusal(tuple(COLUMN_MISSING.at(where, name=column, columns=columns) for column in missing or table.columns[:1]))
    known = {row.key: row.cells for row in table.rows}
    problems: list[Problem] = []
    found: list[CellChange] = []
    seen: set[str] = set()
    for row in rows:
        first = row[table.columns[0]]
        key = first.text.strip()
        if key in seen:
            problems.append(first.tell(ROW_TWICE, key=key[:80]))
        elif key not in known and key not in table.addable:
            problems.append(first.tell(UNKNOWN_ROW, key=key[:80], name=table.name, remedy=suggestion(key, known)))
        else:
            seen.add(key)
            cells = known.get(key) or table.addable[key]
            found += _of_row(table, key, cells, row, problems, is_added=key not in known)
    if problems:
        raise Refusal(tuple(problems))
    return tuple(found)


def _is_needed(table: Table, column: str) -> bool:
    """The columns without which nothing can be said; in a price list, the product and its price."""
    return table.sort != "price-book" or column == table.columns[0] or column in table.amounts


def _of_row(
    table: Table, key: str, cells: Sequence[TableCell], row: SheetRow, problems: list[Problem], *, is_added: bool
) -> Iterator[CellChange]:
    for column, cell in zip(table.columns, cells, strict=True):
        if column not in row:
            continue
        given = row[column]
        wrong = _wrong(table, column, cell, given, is_added=is_added)
        if wrong is not None:
            problems.append(wrong)
        elif not cell.locked and not _same(table, column, cell.text, given.text.strip()):
            after = str(Price.parse(given.text, table.currency)) if column in table.amounts else given.text.strip()
            yield CellChange(key, column, None if is_added else cell.text, after, cell.where)


def _wrong(table: Table, column: str, cell: TableCell, given: SheetCell, *, is_added: bool) -> Problem | None:
    wanted = phrase("price") if column in table.amounts else phrase("text")
    odd = given.refused(wanted)
    if odd is not None:
        return odd
    text = given.text.strip()
    if cell.locked:
        # What a row is called may be left away or written otherwise; which row it is may not.
        is_key = column == table.columns[0]
        return given.tell(LOCKED, text=text[:80], wanted=cell.text) if text != cell.text and (is_key or not is_added) and text else None
    if column not in table.amounts:
        return None
    if given.is_text and given.address is not None:
        what = phrase("the cell holds text, no number") if text else phrase("the cell is empty")
        return given.tell(NOT_A_PRICE, text=text[:60], what=what)
    try:
        price = Price.parse(text, table.currency)
    except ValueError as mistake:
        return given.tell(NOT_A_PRICE, text=text[:60], what=mistake.args[0])
    return given.tell(NOT_A_PRICE, text=text[:60], what=phrase("it is below zero")) if price.micros < 0 else None


def _same(table: Table, column: str, before: str, after: str) -> bool:
    if column not in table.amounts or not before:
        return " ".join(before.split()) == " ".join(after.split())
    return Price.parse(before, table.currency) == Price.parse(after, table.currency)
