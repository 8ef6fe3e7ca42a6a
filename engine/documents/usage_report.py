"""Usage: what was reported of a measured item, and the minimum that was agreed with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from engine.dates import Day, Period
from engine.documents.document import CLOSED
from engine.money import Money, Quantity

ID_FORM: Final = r"[A-Za-z0-9][A-Za-z0-9._:@+=-]{0,99}"
"""The form of the id of a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A minimum net that an item comes to, in every billing period or in every term."""

    __pydantic_config__ = CLOSED

    net: Money
    per: Literal["period", "term"] = "period"
    """In each billing period, or over each term, settled with the last period of the term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReport:
    """A quantity that an item used on a day or in a period."""

    __pydantic_config__ = CLOSED

    id: str
    item: str
    start: Day
    """The first day on which it was used; this day decides the billing period."""
    until: Day
    """The day after the last one."""
    quantity: Quantity
    """Below 0 only where it corrects an earlier report."""
    corrects: str | None = None
    """The earlier report that it corrects."""
    recorded_on: Day
    """The business date on which it was entered."""
    sequence: int
    """Its place in the order of entry, among the reports that count together."""
    late: bool = False
    """Whether its billing period had been invoiced when it was entered: it is then a transaction of its own."""
    after_term: bool = False
    """Whether the minimum of its term had been invoiced when it was entered."""
    author: str = ""

    @property
    def period(self) -> Period:
        """The days on which it was used."""
        return Period(self.start, self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenReport:
    """A report as it is given."""

    id: str
    item: str
    start: date
    until: date
    """The day after the last one."""
    quantity: Quantity
    corrects: str | None = None
