"""Prepaid amounts: what was agreed of one, what became of it, and what is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from engine.dates import Day
from engine.documents.document import CLOSED
from engine.money import Currency, Money, Percent

MovementKind = Literal["sold", "refunded", "drawn", "returned", "lapsed"]
"""What a document did: a credit note refunds a sale, and returns a draw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidTerms:
    """What an item that is paid in advance is good for."""

    __pydantic_config__ = CLOSED

    products: tuple[str, ...]
    """The measured products whose usage is taken from it."""
    months: int | None = None
    """For how many months from its first day; None: until the item ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidMovement:
    """What a document, or a month that was closed, did to a prepaid amount; it never changes."""

    kind: MovementKind
    item: str
    """The item of the prepaid amount."""
    amount: Money
    """What is left grows by it: below zero where it is refunded, drawn or lapsed; a correction may give back what was drawn."""
    on: Day
    document: str
    line: int
    """The document and its line, or the name of the journal entry and 0."""
    transaction: str
    """The transaction that it bills or credits; empty for what lapsed."""
    category: str
    rate: Percent
    """How VAT fell on it; that of what lapsed is the sale's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidLedger:
    """What became of the prepaid amounts of an order, and which of its usage is on an invoice."""

    movements: tuple[PrepaidMovement, ...] = ()
    """In the order in which they were stored."""
    billed: frozenset[str] = frozenset()
    """The transactions of usage that are invoiced."""

    def of(self, item: str) -> tuple[PrepaidMovement, ...]:
        """The movements of one prepaid amount."""
        return tuple(one for one in self.movements if one.item == item)

    def sale(self, item: str) -> PrepaidMovement | None:
        """The sale of a prepaid amount: the last, where it was credited and billed again; None while it is on no invoice."""
        return next((one for one in reversed(self.movements) if one.item == item and one.kind == "sold"), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidBalance:
    """What became of one prepaid amount: sold = refunded + drawn + lapsed + left."""

    sold: Money
    refunded: Money
    drawn: Money
    lapsed: Money
    left: Money


def balance_of(movements: Iterable[PrepaidMovement], currency: Currency) -> PrepaidBalance:
    """The sums of some movements, all above zero; what was returned is not drawn."""
    sums = dict.fromkeys(get_args(MovementKind), 0)
    for one in movements:
        sums[one.kind] += one.amount.minor
    return PrepaidBalance(
        sold=Money(sums["sold"], currency),
        refunded=Money(-sums["refunded"], currency),
        drawn=Money(-sums["drawn"] - sums["returned"], currency),
        lapsed=Money(-sums["lapsed"], currency),
        left=Money(sum(sums.values()), currency),
    )
