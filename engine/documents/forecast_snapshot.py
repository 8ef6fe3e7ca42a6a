"""A snapshot of the forecast: what was to be invoiced for which transaction, as it was known on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from engine.money import Currency, Money


class ForecastLine(NamedTuple):
    """What a forecast counts of one transaction."""

    identity: str
    item: str
    billing_date: date | None
    """None while the event that it waits for has no date."""
    net: int
    """In minor units."""


class LineNow(NamedTuple):
    """A transaction of now, with its state and what holds it or where it is invoiced."""

    line: ForecastLine
    invoiceable_from: date | None
    state: str
    held_because: str | None
    invoice: str | None

    @property
    def counts(self) -> bool:
        """Whether a forecast counts it."""
        return self.state not in ("cancelled", "elsewhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The head of a snapshot: when, by whom and under which rulebook it was stored, and what it comes to."""

    name: str
    stored_on: date
    """The business date."""
    stored_at: datetime
    author: str
    rulebook: str
    """The fingerprint."""
    planned_through: date
    """The last day on which a transaction in it may be invoiced."""
    currency: Currency
    transactions: int
    net: Money
    """Of all transactions, also those invoiced before and those without a date."""
