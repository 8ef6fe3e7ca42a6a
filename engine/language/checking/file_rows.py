"""A row of a table that stands in another file (`from file "…"`): as the rulebook hands it over, as text with places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.problems import Span
from engine.text.text_cell import TextCell


@dataclass(frozen=True, slots=True)
class FileRow:
    """A cell for each column, conditions first; the days on which it holds, both included.

    Without `until` it holds until the day before the next row with the same conditions begins. The table that names the file declares
    the columns and their types.
    """

    cells: tuple[TextCell, ...]
    start: date | None
    until: date | None
    span: Span
