"""The answers of rules as plain values, and the interface that the compiled rules and the reference interpreter share."""

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
class AppliedFactor:
    """One factor of a number, and the rule that gave it."""

    value: Fraction
    reason: Reason


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with the rules that gave it; Number and Percent come as exact fractions."""

    value: Plain | Fraction
    reasons: tuple[Reason, ...] = ()
    factors: tuple[AppliedFactor, ...] = ()
    """Where it is traced, the factors of a number: their product is the value."""


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier in plain values: its limit (micros; None: unlimited), unit price (micros), flat amount (minor units)."""

    up_to: int | None
    unit_price: int
    flat: int = 0


@dataclass(frozen=True, slots=True)
class PriceAnswer:
    """A price of .rules in force: the time it is charged for, and its tiers (a flat price has one without a limit)."""

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
    of_quote: bool = False
    """Whether it depends on the total of a quote, and is agreed with the item when the quote is priced."""


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
    """A bundle in force: its parts (product, micros of quantity), price in minor units, allocation, and the factors applied to it."""

    name: str
    parts: tuple[tuple[str, int], ...]
    sells_at: int
    allocate: str
    by_segment: bool = False
    by_index: bool = False
    reasons: tuple[Reason, ...] = ()


class Rules(Protocol):
    """The rules of one rulebook, ready to evaluate. What cannot be answered is a Refusal with the rule's position, never "no match"."""

    @property
    def targets(self) -> frozenset[str]:
        """The names that rules answer."""

    @property
    def grouping(self) -> tuple[str, ...]:
        """The keys by which transactions are grouped into invoices."""

    def ask(self, name: str, facts: Facts, *, tracing: bool = False) -> Answer:
        """The answer for a target, a `table-name.column` or a defined name; KeyError where no rule answers it."""

    def looks_at(self, name: str) -> tuple[str, ...] | None:
        """All facts on which the answer for a name can depend; None where it also reads lists of lines."""

    @property
    def price_dependencies(self) -> PriceDependencies | None:
        """The dependencies of prices; None where they are unknown, and no price may be cached."""

    def price(self, product: str, facts: Facts, *, tracing: bool = False) -> PriceAnswer | None:
        """The price block in force for a product, or None."""

    @property
    def discount_count(self) -> int:
        """How many discount blocks the rules have."""

    def offers(self, facts: Facts, *, tracing: bool = False) -> tuple[Offer, ...]:
        """The discounts whose conditions hold, in source order; those of a quote's total only where the facts have it."""

    def stacking(self, facts: Facts) -> Stacking | None:
        """The stacking block in force, or None."""

    def bundle(self, product: str, facts: Facts, *, tracing: bool = False) -> BundleAnswer | None:
        """The bundle in force for a product, or None."""
