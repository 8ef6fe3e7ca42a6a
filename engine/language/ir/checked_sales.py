"""Checked prices with their tiers, discounts and their stacking, and bundles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.language.ir.in_force import InForce
from engine.language.ir.typed import Expression
from engine.problems import Span

Mode = Literal["volume", "graduated", "flat"]
Every = Literal["month", "quarter", "half-year", "year", "4 weeks", "week", "day", "once"]


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier: its limit in micros (included; None: unlimited), the unit Price, and the Money due on entering it."""

    up_to: int | None
    unit_price: Expression
    flat: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Price:
    """A `price` block for some products, where `when` (if any) holds. `flat` has one unlimited tier; `quantity` is what tiers count."""

    name: str
    title: str | None
    module: str
    products: tuple[str, ...]
    in_force: InForce
    when: Expression | None
    per: Every
    mode: Mode
    quantity: Expression | None
    unit: str | None
    tiers: tuple[Tier, ...]
    because: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount: offered where it is in force and `when` holds, unless a discount in `yields_to` is in force and holds.

    `give` is a Percent or Money; `off` the name of the amount it reduces; `at_most` Money. The rows of a table with `all matches` are
    discounts too, each named `table row N`.
    """

    name: str
    title: str | None
    module: str
    in_force: InForce
    when: Expression | None
    give: Expression
    off: str
    group: str | None
    priority: int
    at_most: Expression | None
    because: str | None
    yields_to: tuple[str, ...]
    span: Span


GroupMode = Literal["best for the customer", "highest priority", "added together"]
Apply = Literal["one after the other", "on the list price"]


@dataclass(frozen=True, slots=True)
class Stacking:
    """How discounts combine: groups in source order; `total_at_most` is a Percent (of the list price) or Money."""

    name: str
    title: str | None
    module: str
    in_force: InForce
    when: Expression | None
    groups: tuple[tuple[str, GroupMode], ...]
    apply: Apply
    total_at_most: Expression | None
    because: str | None
    span: Span


Allocate = Literal["in proportion to list price", "to the first part"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bundle: a product and its quantity (micros) in one bundle."""

    product: str
    quantity: int
    span: Span


@dataclass(frozen=True, slots=True)
class Bundle:
    """Parts sold together; `sells_at` is Money for one bundle. `touched_by` names the factors (`segment`, `index`) that multiply it."""

    name: str
    title: str | None
    module: str
    products: tuple[str, ...]
    in_force: InForce
    when: Expression | None
    parts: tuple[Part, ...]
    sells_at: Expression
    allocate: Allocate
    touched_by: frozenset[str]
    because: str | None
    span: Span
