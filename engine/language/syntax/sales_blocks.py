"""The AST of prices, discounts, bundles and stacking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.language.syntax.block_head import Head
from engine.language.syntax.nodes import Expression, Number, Word
from engine.problems import Span


@dataclass(frozen=True, slots=True)
class Charge:
    """`charge per month`, `charge per 4 weeks`, `charge once`."""

    per: Literal["month", "quarter", "half-year", "year", "4 weeks", "week", "day", "once"]
    span: Span


@dataclass(frozen=True, slots=True)
class TierColumn:
    """`price per seat` (the unit is a word) or `flat`."""

    kind: Literal["price", "flat"]
    unit: Word | None
    span: Span


@dataclass(frozen=True, slots=True)
class Tier:
    """One row of tiers: its limit (None: unlimited) and a cell for each column."""

    up_to: Expression | None
    cells: tuple[Expression | None, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Tiers:
    """`volume tiers on line.quantity` and the rows below it."""

    mode: Literal["volume", "graduated"]
    on: Expression
    columns: tuple[TierColumn, ...]
    rows: tuple[Tier, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class PriceBlock:
    """The price of a product: tiers, or one price (`at 29.00 EUR per seat`); without `charge` it is for one month."""

    head: Head
    products: tuple[Word, ...]
    charge: Charge | None
    tiers: Tiers | None
    at: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class DiscountBlock:
    """`give 10% off line.list`, under conditions."""

    head: Head
    give: Expression | None
    off: Word | None
    group: Word | None
    priority: Number | None
    at_most: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class StackingGroup:
    """`group promotion best for the customer`."""

    name: Word
    mode: Literal["best for the customer", "highest priority", "added together"]
    span: Span


@dataclass(frozen=True, slots=True)
class StackingBlock:
    """How discounts combine."""

    head: Head
    groups: tuple[StackingGroup, ...]
    apply: Literal["one after the other", "on the list price"] | None
    total_at_most: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class BundlePart:
    """`2 CODE`."""

    count: Number
    product: Word
    span: Span


@dataclass(frozen=True, slots=True)
class BundleBlock:
    """Parts sold together at one price."""

    head: Head
    products: tuple[Word, ...]
    parts: tuple[BundlePart, ...]
    sells_at: Expression | None
    allocate: Literal["in proportion to list price", "to the first part"] | None
    touched_by: tuple[Word, ...]
    span: Span
