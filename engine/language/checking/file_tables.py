"""Rows of tables that stand in another file (`from file "…"`): as the rulebook hands them over, as text with places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.problems import Span


@dataclass(frozen=True, slots=True)
class FileCell:
    """The text of one cell, and where it stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class FileRow:
    """A cell for each column, conditions first; the days on which it holds, both included.

    Without `until` it holds until the day before the next row with the same conditions begins.
    """

    cells: tuple[FileCell, ...]
    start: date | None
    until: date | None
    span: Span


@dataclass(frozen=True, slots=True)
class FileTable:
    """The rows of one file: `vat/rates.yaml` gives (country, class | rate), one row for each dated entry.

    The table that names the file declares its columns and their types; here stands only how many there are.
    """

    path: str
    rows: tuple[FileRow, ...]
