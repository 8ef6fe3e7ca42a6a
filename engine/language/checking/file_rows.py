"""A row of a table in another file (`from file "…"`), as the rulebook passes it: text with positions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.problems import Span
from engine.text.sources import TextCell


@dataclass(frozen=True, slots=True)
class FileRow:
    """A cell for each column, conditions first, and the validity, both ends included.

    Without `until` it is valid until the day before the next row with the same conditions. The table that names the file declares the
    columns and their types.
    """

    cells: tuple[TextCell, ...]
    start: date | None
    until: date | None
    span: Span
