"""Where the names of the columns stand in a CSV file, and what separates its cells: spreadsheets put titles and groups above them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from engine.phrases import phrase
from engine.text.column_names import KnownColumns
from engine.text.csv_cells import csv_lines

SEPARATORS: Final = {
    ",": phrase("commas between the cells"),
    ";": phrase("semicolons between the cells"),
    "\t": phrase("tabs between the cells"),
    "|": phrase("bars between the cells"),
}
_SEPARATOR_LINE: Final = re.compile(r"sep=([,;|\t])[,;|\t]*\r?\n")
"""The line by which Excel says what separates the cells."""
_SEARCHED: Final = 12
"""The lines at the beginning of a file in which the names may stand."""


class FileHeader(NamedTuple):
    """What separates the cells of a file, its lines before the names of the columns, and whether a title or group is one of these."""

    separator: str
    skipped: int
    names: tuple[str, ...]
    names_below: tuple[str, ...] = ()
    """The cells of the next line, in which further names may stand."""
    is_below_others: bool = False


def find_header(text: str, known: KnownColumns) -> FileHeader:
    """The header of a text: the line with most of the known names of columns, or else the first with any text."""
    first_line = _SEPARATOR_LINE.match(text)
    first_lines = "\n".join(text.split("\n", _SEARCHED)[:_SEARCHED])
    given = first_line[1] if first_line else None
    best, most = None, 1
    for separator in [given] if given else SEPARATORS:
        rows = [[cell.text for cell in line.cells] for line in csv_lines("", first_lines, separator, joins_lines=True)]
        for at, row in enumerate(rows):
            count = len({meant for text in row if (meant := known.meant(text)) is not None})
            if count > most:
                below = tuple(rows[at + 1]) if at + 1 < len(rows) else ()
                above = rows[1 if given else 0 : at]
                best, most = FileHeader(separator, at, tuple(row), below, any(any(cells) for cells in above)), count
    if best is not None:
        return best
    return _widest(first_lines, [given] if given else SEPARATORS, 1 if given else 0)


def _widest(first_lines: str, separators: Iterable[str], skipped: int) -> FileHeader:
    """The header where no name of a column is known: the first line with most cells."""
    best, most = FileHeader(next(iter(separators)), skipped, ()), 0
    for separator in separators:
        rows = [[cell.text for cell in line.cells] for line in csv_lines("", first_lines, separator, joins_lines=True)]
        for at, row in enumerate(rows[skipped:], start=skipped):
            count = sum(1 for text in row if text)
            if count > most:
                best, most = FileHeader(separator, at, tuple(row)), count
    return best
