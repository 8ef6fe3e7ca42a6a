"""A table as a spreadsheet file: XLSX with locked keys and number formats, or CSV; text that looks like a formula stays text."""

from __future__ import annotations

import csv
import io
from typing import Final

from api.workbench.tables.table_cells import Table, TableCell
from engine.phrases import Language, phrase, say

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_WIDEST: Final = 60


def as_csv(table: Table) -> bytes:
    """The table as CSV in UTF-8 with a header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.rows:
        texts = [(name, cell.text) for name, cell in zip(table.columns, row.cells, strict=True)]
        writer.writerow([text if name in table.amounts or not text.startswith(_FORMULA) else f"'{text}" for name, text in texts])
    return buffer.getvalue().encode()


def as_xlsx(table: Table, language: Language) -> bytes:
    """The table as a workbook: the header is frozen, keys are locked, prices are numbers with the currency's decimals."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        page = workbook.add_worksheet("Prices" if table.kind == "price-book" else "Table")
        head = workbook.add_format({"bold": True, "bg_color": "#DDE6ED", "bottom": 1})
        locked = workbook.add_format({"font_color": "#5B6770", "bg_color": "#F3F5F7"})
        free = workbook.add_format({"locked": False})
        exponent = table.currency.exponent
        decimals = f".{'0' * exponent}{'#' * (6 - exponent)}" if exponent else ".######" if _has_decimals(table) else ""
        amount = workbook.add_format({"locked": False, "num_format": f"0{decimals}"})
        page.write_row(0, 0, table.columns, head)
        for at, row in enumerate(table.rows, start=1):
            for column, (name, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
                if name in table.amounts:
                    page.write_number(at, column, float(cell.text), amount)
                else:
                    page.write_string(at, column, cell.text, locked if cell.locked else free)
        page.freeze_panes(1, 1)
        for column, width in enumerate(_widths(table)):
            page.set_column(column, column, width)
        page.write_comment(0, 0, say(_note(table), language), {"x_scale": 3, "y_scale": 1.5})
        page.protect("", {"format_columns": True, "sort": True, "autofilter": True})
    return buffer.getvalue()


def _note(table: Table) -> str:
    return phrase(
        "{name}, from {path}. Change the white cells; `centwright table import {name} FILE` shows what changes, --apply writes it.",
        name=table.name,
        path=table.path,
    )


def _has_decimals(table: Table) -> bool:
    return any("." in cell.text for row in table.rows for name, cell in zip(table.columns, row.cells, strict=True) if name in table.amounts)


def _widths(table: Table) -> list[int]:
    columns: list[list[TableCell]] = [[row.cells[at] for row in table.rows] for at in range(len(table.columns))]
    return [
        min(max([len(name), *(len(cell.text) for cell in cells)]) + 2, _WIDEST) for name, cells in zip(table.columns, columns, strict=True)
    ]
