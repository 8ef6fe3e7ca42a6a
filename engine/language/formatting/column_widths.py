"""Column widths of tables: the display width of a text, and cells padded to align."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

WIDEST_CELL: Final = 100
"""A wider cell does not widen its column."""
WIDEST_TABLE: Final = 2_000
"""Wider tables are not aligned."""
LARGEST_TABLE: Final = 1_000_000
"""Tables that would take more characters are not aligned."""


def display_width(text: str) -> int:
    """The display width of a text: two columns for a wide East Asian letter, none for a combining accent."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def padded(text: str, width: int) -> str:
    """A text padded with blanks to a width."""
    return text + " " * (width - display_width(text))


def widths_of(rows: Sequence[Sequence[str]]) -> list[int]:
    """The width of each column; all zero where the table would exceed the limits."""
    widths = [0] * max(map(len, rows), default=0)
    for row in rows:
        for at, cell in enumerate(row):
            width = display_width(cell)
            if widths[at] < width <= WIDEST_CELL:
                widths[at] = width
    whole = sum(widths)
    return [0] * len(widths) if whole > WIDEST_TABLE or whole * len(rows) > LARGEST_TABLE else widths
