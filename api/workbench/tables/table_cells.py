"""A price list or decision table as rows of cells with their positions, so that a changed cell changes only its own text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.money import Currency
from engine.problems import Kind, Span

TableKind = Literal["price-book", "table"]

NO_TABLE: Final = Kind("no-such-table", "no price book and no table is called `{name}`", "{remedy}")
UNKNOWN_ROW: Final = Kind("unknown-row", "`{key}` is no row of `{name}`", "{remedy}")
ROW_TWICE: Final = Kind("row-twice", "the row `{key}` stands here twice", "delete one of the two")
LOCKED: Final = Kind(
    "locked-cell",
    "`{text}` stands where `{wanted}` belongs: this column only says what the row is",
    "put `{wanted}` back; it is changed in the files of the rulebook",
)
NOT_A_PRICE: Final = Kind(
    "not-a-sheet-price", "`{text}` is no price: {what}", "write digits with a decimal point and nothing else: `1250.00`"
)
COLUMN_MISSING: Final = Kind("column-missing", "the column `{name}` is missing", "put its name back into the first row: {columns}")


@dataclass(frozen=True, slots=True)
class TableCell:
    """The text of a cell, its position (None where no file contains it), and whether it is locked: a key or label."""

    text: str
    where: Span | None = None
    locked: bool = False
    has_comma: bool = False
    """Whether the file writes it with a decimal comma."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row with its key."""

    key: str
    cells: tuple[TableCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table under its name: the first column holds the keys, `amounts` are columns of prices."""

    name: str
    kind: TableKind
    title: str
    path: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    amounts: frozenset[str] = frozenset()
    currency: Currency
    addable: Mapping[str, tuple[TableCell, ...]]
    """Rows that may be added, by key."""
    has_commas: bool = False
    """Whether its file writes prices with decimal commas."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """A changed cell; `before` is None where the row is new."""

    key: str
    column: str
    before: str | None
    after: str
    where: Span | None
