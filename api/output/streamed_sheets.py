"""Long lists as CSV and XLSX, written while their rows are read: memory does not grow with their length."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO, Final

from api.output.sheets import TEXT_STAYS_TEXT, Cell, csv_cell, write_heads, write_row
from engine.phrases import Language

_ROWS_AT_ONCE: Final = 500
_BYTES_AT_ONCE: Final = 1 << 16
MOST_ROWS: Final = 1_048_575
"""The rows of a page of a workbook, without its heads."""


def csv_parts(columns: Sequence[str], rows: Iterable[Sequence[Cell]], language: Language) -> Iterator[bytes]:
    """A list as CSV, some rows at a time, with the names of its columns first."""
    remaining = iter(rows)
    part: list[Sequence[str | int]] = [columns]
    while part:
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows(part)
        yield buffer.getvalue().encode()
        part = [[csv_cell(cell, language) for cell in row] for row in islice(remaining, _ROWS_AT_ONCE)]


def xlsx_parts(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], language: Language) -> Iterator[bytes]:
    """A list as a workbook, of one page or as many as it needs: written into a file of its own, which is gone once it is read."""
    with tempfile.TemporaryFile() as file:
        _write_workbook(file, name, columns, rows, language)
        file.seek(0)
        while part := file.read(_BYTES_AT_ONCE):
            yield part


def _write_workbook(file: IO[bytes], name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], language: Language) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(file, {"constant_memory": True, **TEXT_STAYS_TEXT}) as workbook:
        remaining, number = iter(rows), 1
        first = list(islice(remaining, 1))
        while first or number == 1:
            page = workbook.add_worksheet(f"{name[:24]} {number}" if number > 1 else name[:31])
            page.set_column(0, len(columns) - 1, 16)
            formats = write_heads(workbook, page, columns, language)
            for at, row in enumerate(chain(first, islice(remaining, MOST_ROWS - 1)), start=1):
                write_row(page, at, row, formats, language)
            first, number = list(islice(remaining, 1)), number + 1
