"""Doubtful debts: invoices of which somebody doubts that they are paid, and how much of their net is written down meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dates import Day
from engine.documents.document import CLOSED
from engine.money import Money, Percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """That payment of an invoice is doubtful, since when and why."""

    __pydantic_config__ = CLOSED

    document: str
    since: Day
    allowance: Percent
    """The part of what is open, without VAT, that is written down."""
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulDebt:
    """What is open of such an invoice, with the VAT in it; nothing where it is doubtful no more."""

    __pydantic_config__ = CLOSED

    document: str
    customer: str
    rest: Money
    vat: Money
    """The share of VAT in the rest: the state may give it back, so that it is not written down."""
    allowance: Percent

    @property
    def written_down(self) -> Money:
        """What is written down: a part of what is open without VAT, rounded half up once."""
        return self.allowance.of(self.rest - self.vat)
