"""The first sheet of a workbook (`.ods` or `.xlsx`) as CSV, so that it is read like any other file of an import."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from lxml import etree

from engine.problems import Kind

NOT_A_WORKBOOK = Kind(
    "not-a-workbook", "this is no workbook that can be read", "save its first sheet as `CSV UTF-8`, or the workbook as `.ods` or `.xlsx`"
)

LARGEST_UNPACKED: Final = 60_000_000
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 200
ENDINGS: Final = (".ods", ".xlsx")
_MOST_DIGITS: Final = 30
"""A spreadsheet has 15 digits; an exponent of many more would write a number as long as it says."""
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def sheet_as_csv(name: str, content: bytes) -> bytes | None:
    """The first sheet of a workbook as CSV in UTF-8: days as `2027-01-31`, numbers with a point; None where it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST_UNPACKED:
                return None
            rows = _ods_rows(packed.read("content.xml")) if name.lower().endswith(".ods") else _xlsx_rows(content)
            return _written(rows)
    except Exception:  # noqa: BLE001  # each way in which a workbook is broken, encrypted or hostile has an exception of its own
        return None


def _written(read: Iterable[Sequence[str]]) -> bytes:
    """The rows as CSV, each that holds something as wide as the widest: a sheet does not say how many empty cells end a row."""
    rows = list(read)
    width = max((len(row) for row in rows), default=0)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow([*row, *[""] * (width - len(row))] if row else ())
        if text.tell() > LARGEST_UNPACKED:
            raise ValueError("too long a sheet")
    return text.getvalue().encode()


def _ods_rows(content: bytes) -> Iterator[list[str]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    sheet = etree.fromstring(content, parser).find(f".//{_TABLE}table")
    if sheet is None:
        raise ValueError("no sheet")
    count = 0
    for row in sheet.iter(f"{_TABLE}table-row"):
        cells: list[str] = []
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            repeated = min(_times(cell, "number-columns-repeated"), MOST_COLUMNS - len(cells))
            cells += [_ods_text(cell)] * repeated
        while cells and not cells[-1]:
            cells.pop()
        times = _times(row, "number-rows-repeated") if cells else 1
        count += times
        if count > MOST_ROWS:
            raise ValueError("too many rows")
        for _ in range(times):
            yield cells


def _times(element: etree._Element, name: str) -> int:
    times = int(element.get(f"{_TABLE}{name}", "1"))
    if times < 1:
        raise ValueError("repeated less than once")
    return times


def _ods_text(cell: etree._Element) -> str:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "")[:10]
    if kind in ("float", "currency"):
        return _plain(Decimal(cell.get(f"{_OFFICE}value", "0")))
    if kind == "boolean":
        return "yes" if cell.get(f"{_OFFICE}boolean-value") == "true" else "no"
    return " ".join("".join(str(piece) for piece in line.itertext()) for line in cell.iterchildren(f"{_TEXT}p")).strip()


def _xlsx_rows(content: bytes) -> Iterator[list[str]]:
    import openpyxl  # imported where a workbook is read

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    for count, row in enumerate(book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS)):
        if count > MOST_ROWS:
            raise ValueError("too many rows")
        cells = [_xlsx_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _xlsx_text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat() if not (value.hour or value.minute or value.second) else value.isoformat(" ")
        case date():
            return value.isoformat()
        case int() | float():
            return _plain(Decimal(repr(value)))
        case _:
            return re.sub(r"\s+", " ", str(value)).strip()


def _plain(number: Decimal) -> str:
    """A number without an exponent or trailing zeros."""
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        raise ValueError("no number of a list")
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
