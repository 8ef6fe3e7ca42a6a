"""Columns of a table: how wide a text is on a screen, and cells padded so that they stand below each other."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

WIDEST_CELL: Final = 100
"""A cell that is wider juts out, and makes its column no wider."""
WIDEST_TABLE: Final = 2_000
"""Wider tables are not aligned."""
LARGEST_TABLE: Final = 1_000_000
"""Tables that would take more characters are not aligned."""


def display_width(text: str) -> int:
    """How many places a text takes on a screen: two for a wide letter of East Asia, none for an accent that stands apart."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def padded(text: str, width: int) -> str:
    """A text with blanks behind it, up to a width."""
    return text + " " * (width - display_width(text))


def widths_of(rows: Sequence[Sequence[str]]) -> list[int]:
    """How wide each column is; all of no width where the table would grow beyond its bounds."""
    widths = [0] * max(map(len, rows), default=0)
    for row in rows:
        for at, cell in enumerate(row):
            width = display_width(cell)
            if widths[at] < width <= WIDEST_CELL:
                widths[at] = width
    whole = sum(widths)
    return [0] * len(widths) if whole > WIDEST_TABLE or whole * len(rows) > LARGEST_TABLE else widths
