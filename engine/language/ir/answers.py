"""What the rules answer, in plain values: the shape that the compiled rules and the reference share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, Protocol

from engine.language.ir.price_dependencies import PriceDependencies
from engine.language.types.value_types import Plain
from engine.reasons import Reason

Facts = Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with the rules that gave it; Number and Percent come as exact fractions."""

    value: Plain | Fraction
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier with its plain values: the last quantity in it (micros; None: beyond), unit price (micros), flat amount (minor units)."""

    up_to: int | None
    unit_price: int
    flat: int = 0


@dataclass(frozen=True, slots=True)
class PriceAnswer:
    """A price of .rules in force: for how long it pays, and its tiers (one row without a limit where it is flat)."""

    name: str
    per: str
    mode: Literal["volume", "graduated", "flat"]
    rows: tuple[TierRow, ...]
    version_from: date | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A discount whose condition holds: a percentage or an amount, its group in the stacking block, its own cap."""

    name: str
    title: str
    group: str | None
    priority: int
    percent: Fraction | None
    amount: int | None
    at_most: int | None
    because: str | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Stacking:
    """How discounts on one line combine: groups in written order with their modes, how groups apply, and the cap."""

    name: str
    groups: tuple[tuple[str, str], ...]
    apply: str
    total_at_most: Fraction | int | None = None
    where: str | None = None
    """File and line of the block."""


@dataclass(frozen=True, slots=True)
class BundleAnswer:
    """A bundle in force: its parts (product, micros of quantity), the price of one in minor units, how it is allocated, what touches it."""

    name: str
    parts: tuple[tuple[str, int], ...]
    sells_at: int
    allocate: str
    by_segment: bool = False
    by_index: bool = False
    reasons: tuple[Reason, ...] = ()


class Rules(Protocol):
    """The compiled rules of one rulebook. Anything that cannot be answered is a Refusal with the rule's position, never "no match"."""

    @property
    def targets(self) -> frozenset[str]:
        """The names for which there are rules."""

    @property
    def grouping(self) -> tuple[str, ...]:
        """The keys by which transactions are grouped into invoices."""

    def ask(self, name: str, facts: Facts, *, tracing: bool = False) -> Answer:
        """The answer for a target, a `table-name.column` or a defined name; KeyError where no rule gives it."""

    def looks_at(self, name: str) -> tuple[str, ...] | None:
        """All facts that the answer for a name can depend on; None where it also looks at lists of lines."""

    @property
    def price_dependencies(self) -> PriceDependencies | None:
        """What prices can depend on; None where that is not known, or every question must be put: no price serves twice."""

    def price(self, product: str, facts: Facts, *, tracing: bool = False) -> PriceAnswer | None:
        """The price block in force for a product, or None."""

    def offers(self, facts: Facts, *, tracing: bool = False) -> tuple[Offer, ...]:
        """The discounts whose conditions hold, in written order."""

    def stacking(self, facts: Facts) -> Stacking | None:
        """The stacking block in force, or None."""

    def bundle(self, product: str, facts: Facts, *, tracing: bool = False) -> BundleAnswer | None:
        """The bundle in force that a product is, or None."""
