"""The difference between an imported sheet and the table that it was exported from: the changed cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.importing.csv_files import MISSPELT_COLUMN
from api.workbench.tables.sheet_reader import SheetCell, SheetRow
from api.workbench.tables.table_cells import COLUMN_MISSING, LOCKED, NOT_A_PRICE, ROW_TWICE, UNKNOWN_ROW, CellChange, Table, TableCell
from engine.money import Price
from engine.phrases import listed, phrase
from engine.problems import Problem, Refusal, Span
from engine.text.column_names import KnownColumns
from engine.text.csv_rows import known_columns
from engine.text.nearest import suggestion
from engine.text.written_numbers import thousands_or_decimals, without_separators


def changes_of(table: Table, rows: Sequence[SheetRow], name: str) -> tuple[CellChange, ...]:
    """The changed cells; Refusal with every mistake of the sheet. Rows that are not in the sheet stay as they are."""
    missing = [column for column in table.columns if rows and column not in rows[0] and _is_needed(table, column)]
    if missing or not rows:
        where, columns = Span(name, 1, 1, 1, 1), listed([f"`{column}`" for column in table.columns])
        misspelt = _misspelt(rows[0] if rows else {}, missing, known_columns(table.columns))
        raise Refusal(
            tuple(
                MISSPELT_COLUMN.at(where, column=misspelt[column][0][:60], near=misspelt[column][1])
                if column in misspelt
                else COLUMN_MISSING.at(where, name=column, columns=columns)
                for column in missing or table.columns[:1]
            )
        )
    by_key = {row.key: row.cells for row in table.rows}
    problems: list[Problem] = []
    changes: list[CellChange] = []
    seen: set[str] = set()
    for row in rows:
        first = row[table.columns[0]]
        key = first.text.strip()
        if key in seen:
            problems.append(first.problem(ROW_TWICE, key=key[:80]))
        elif key not in by_key and key not in table.addable:
            problems.append(first.problem(UNKNOWN_ROW, key=key[:80], name=table.name, remedy=suggestion(key, by_key)))
        else:
            seen.add(key)
            cells = by_key.get(key) or table.addable[key]
            changes += _of_row(table, key, cells, row, problems, is_added=key not in by_key)
    if problems:
        raise Refusal(tuple(problems))
    return tuple(changes)


def _misspelt(row: SheetRow, missing: Sequence[str], known: KnownColumns) -> dict[str, tuple[str, str]]:
    """The missing columns of which a name of the sheet may be a misspelling: that name, and the right one."""
    left, misspelt = list(missing), dict[str, tuple[str, str]]()
    for name in row:
        near = known.near(name, left, None) if name not in known.columns else None
        if near is not None:
            misspelt[near[0]] = (name, near[1])
            left.remove(near[0])
    return misspelt


def _is_needed(table: Table, column: str) -> bool:
    """Whether a column must be in the sheet; in a price list, the product and its price."""
    return table.kind != "price-book" or column == table.columns[0] or column in table.amounts


def _of_row(
    table: Table, key: str, cells: Sequence[TableCell], row: SheetRow, problems: list[Problem], *, is_added: bool
) -> Iterator[CellChange]:
    for column, cell in zip(table.columns, cells, strict=True):
        if column not in row:
            continue
        imported = row[column]
        wrong = _wrong(table, column, cell, imported, is_added=is_added)
        if wrong is not None:
            problems.append(wrong)
        elif not cell.locked and not _same(table, column, cell.text, imported.text.strip()):
            after = str(_price(table, imported.text)) if column in table.amounts else imported.text.strip()
            yield CellChange(key, column, None if is_added else cell.text, after, cell.where)


def _wrong(table: Table, column: str, cell: TableCell, imported: SheetCell, *, is_added: bool) -> Problem | None:
    expected = phrase("price") if column in table.amounts else phrase("text")
    refused = imported.refused(expected)
    if refused is not None:
        return refused
    text = imported.text.strip()
    if cell.locked:
        # A label may be missing or different; the key may not.
        is_key = column == table.columns[0]
        return (
            imported.problem(LOCKED, text=text[:80], wanted=cell.text) if text != cell.text and (is_key or not is_added) and text else None
        )
    if column not in table.amounts:
        return None
    if imported.is_text and imported.address is not None:
        what = phrase("the cell holds text, no number") if text else phrase("the cell is empty")
        return imported.problem(NOT_A_PRICE, text=text[:60], what=what)
    is_typed = imported.address is None and text != cell.text
    either = thousands_or_decimals(text, imported.where, currency=table.currency.code) if is_typed else None
    if either is not None:
        return either
    try:
        price = Price.parse(without_separators(text), table.currency)
    except ValueError as mistake:
        return imported.problem(NOT_A_PRICE, text=text[:60], what=mistake.args[0])
    return imported.problem(NOT_A_PRICE, text=text[:60], what=phrase("it is below zero")) if price.micros < 0 else None


def _same(table: Table, column: str, before: str, after: str) -> bool:
    if column not in table.amounts or not before:
        return " ".join(before.split()) == " ".join(after.split())
    return _price(table, before) == _price(table, after)


def _price(table: Table, text: str) -> Price:
    return Price.parse(without_separators(text), table.currency)
