"""Reading an XLSX, ODS or CSV sheet: rows of cells with their addresses, and what each holds besides text and numbers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from api.importing.csv_files import decode
from api.importing.workbooks import sheet_as_csv
from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem, Refusal, Span
from engine.text.column_names import COLUMNS_READ, MEANT_TWICE
from engine.text.csv_rows import known_columns, read_csv, with_decimal_points

LARGEST_FILE: Final = 10_000_000
LARGEST_UNPACKED: Final = 60_000_000
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200

NOT_A_WORKBOOK: Final = Kind("not-a-workbook", "this is no workbook that can be read", "save it as `.xlsx`, or as CSV in UTF-8")
WORKBOOK_TOO_LARGE: Final = Kind(
    "workbook-too-large", "this file is larger than any table", "keep the sheet of the table, and delete all else"
)
NOT_A_CELL: Final = Kind("not-a-cell", "this cell holds {what}", "write the {wanted} itself into it")


@dataclass(frozen=True, slots=True)
class SheetCell:
    """The text of one cell and its address such as `Prices!C7`; `odd` describes content that is neither text nor number."""

    text: str
    where: Span | None
    """Its position in a CSV file; a cell of a workbook has an address instead."""
    address: str | None = None
    odd: Phrase | None = None
    is_text: bool = True

    def problem(self, kind: Kind, **values: object) -> Problem:
        """A problem of this cell."""
        return kind.at(self.where, self.address, **values)

    def refused(self, expected: Phrase) -> Problem | None:
        """The problem of a cell that holds neither text nor a plain number; None where it does."""
        return self.problem(NOT_A_CELL, what=self.odd, wanted=expected) if self.odd is not None else None


SheetRow = dict[str, SheetCell]


def read_sheet(name: str, content: bytes, columns: Sequence[str]) -> tuple[tuple[SheetRow, ...], tuple[Problem, ...]]:
    """The rows of an XLSX, ODS or CSV file by the names in its first row, where `columns` must be; all problems, and how it was read."""
    if len(content) > LARGEST_FILE:
        raise Refusal((WORKBOOK_TOO_LARGE.at(Span(name, 1, 1, 1, 1)),))
    if name.lower().endswith(".ods"):
        text = sheet_as_csv(name, content)
        if text is None:
            raise Refusal((NOT_A_WORKBOOK.at(Span(name, 1, 1, 1, 1)),))
        return _read_csv(f"{name}.csv", text, tuple(columns))
    if name.lower().endswith(".csv"):
        return _read_csv(name, content, tuple(columns))
    return _read_workbook(name, content, tuple(columns))


def _read_csv(name: str, content: bytes, columns: tuple[str, ...]) -> tuple[tuple[SheetRow, ...], tuple[Problem, ...]]:
    text, read_as = decode(name, content)
    if any(problem.stops for problem in read_as):
        return (), read_as
    rows, problems = read_csv(name, text, columns)
    if rows and "price" in rows[0]:  # as spreadsheets write it: with decimal commas
        read = with_decimal_points(text, [row["price"] for row in rows])
        rows = tuple({**row, "price": price} for row, price in zip(rows, read, strict=True))
    return tuple({key: SheetCell(_unmarked(cell.text), cell.span) for key, cell in row.items()} for row in rows[:MOST_ROWS]), (
        *read_as,
        *problems,
    )


def _unmarked(text: str) -> str:
    """A text without the apostrophe that keeps a spreadsheet from reading it as a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _read_workbook(name: str, content: bytes, columns: tuple[str, ...]) -> tuple[tuple[SheetRow, ...], tuple[Problem, ...]]:
    _check_unpacked_size(name, content)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        # A sheet of notes may come before that of the table.
        known = known_columns(columns)
        sheet = next((each for each in book.worksheets if known.meant(str(each["A1"].value)) == columns[0]), book.worksheets[0])
        lines = [
            [_cell(sheet.title, number, at, cell) for at, cell in enumerate(line)]
            for number, line in enumerate(sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS), start=1)
        ]
    except Exception as fault:
        raise Refusal((NOT_A_WORKBOOK.at(Span(name, 1, 1, 1, 1)),)) from fault
    first = lines[0] if lines else []
    head = [cell.text.strip() for cell in first]
    named = known.read(head)
    problems = [first[two].problem(MEANT_TWICE, first=head[one], second=head[two], column=name) for one, two, name in named.meant_twice]
    if read := named.as_read(head):
        problems.append(first[0].problem(COLUMNS_READ, columns=read))
    rows = [dict(zip(named.columns, line, strict=False)) for line in lines[1:] if any(cell.text or cell.odd for cell in line)]
    return tuple(rows), tuple(problems)


def _check_unpacked_size(name: str, content: bytes) -> None:
    """Refuses a workbook whose unpacked size exceeds the limit, before unpacking it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            sizes = [each.file_size for each in packed.infolist()]
    except (zipfile.BadZipFile, ValueError, OSError, EOFError):
        raise Refusal((NOT_A_WORKBOOK.at(Span(name, 1, 1, 1, 1)),)) from None
    if len(sizes) > 500 or sum(sizes) > LARGEST_UNPACKED:
        raise Refusal((WORKBOOK_TOO_LARGE.at(Span(name, 1, 1, 1, 1)),))


def _cell(sheet: str, row: int, at: int, cell: object) -> SheetCell:
    """One cell; a number as its shortest decimal text, since spreadsheets store binary floating point."""
    from openpyxl.utils import get_column_letter

    address = f"{sheet}!{get_column_letter(at + 1)}{row}"
    content_of_cell = getattr(cell, "value", None)
    if getattr(cell, "data_type", "") == "f":
        return SheetCell(str(content_of_cell), None, address, phrase("a formula"))
    if getattr(cell, "data_type", "") == "e":
        return SheetCell(str(content_of_cell), None, address, phrase("the error {error}", error=content_of_cell))
    match content_of_cell:
        case None:
            return SheetCell("", None, address)
        case bool():
            return SheetCell(str(content_of_cell), None, address, phrase("TRUE or FALSE"))
        case int() | float() if "%" in str(getattr(cell, "number_format", "")):
            return SheetCell(repr(content_of_cell), None, address, phrase("a percentage"))
        case int() | float():
            return SheetCell(_plain(content_of_cell), None, address, is_text=False)
        case date() | datetime() | time() | timedelta():
            return SheetCell(str(content_of_cell), None, address, phrase("a date or time"))
        case _:
            return SheetCell(str(content_of_cell), None, address)


def _plain(number: int | float) -> str:
    exact = Decimal(repr(number))
    return f"{exact:f}".removesuffix(".0")
