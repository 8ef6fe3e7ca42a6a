"""Payment terms: when an invoice must be paid, at once or in parts, and the discount for early payment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final, Literal

from pydantic import Field

from engine.dates import LAST_DAY, Day, month_after
from engine.problems import Kind, refuse
from engine.rulebook.yaml_model import Label, Name, Percentage, Whole, Written, YearlyDay, YesNo

UNKNOWN_TERMS: Final = Kind("unknown-terms", "there are no payment terms `{name}`", "write one of: {possible}")
_WEEKEND: Final = (5, 6)
_TWO_YEARS: Final = tuple(date(2027, 1, 1) + timedelta(days=at) for at in range(731))
"""Days of issue, among them every day of a common year and of a leap year."""


class ClosedDays(Written):
    """The days on which nobody is expected to pay, besides Saturdays and Sundays."""

    kind: Literal["closed-days"] = "closed-days"
    every_year: tuple[YearlyDay, ...] = Field(default=(), max_length=366)
    """Days of each year, month before day: `12-25`."""
    days: tuple[Day, ...] = Field(default=(), max_length=2_000)
    """Days of one year: `2027-03-29`."""

    def open_from(self, day: date) -> date:
        """The first day, from a day on, that is not closed; the day itself where none is for a year."""
        following = (day + timedelta(days=at) for at in range(366))
        return next((each for each in following if not self._closes(each)), day)

    def _closes(self, day: date) -> bool:
        return day.weekday() in _WEEKEND or day in self.days or f"{day:%m-%d}" in self.every_year


class DueDate(Written):
    """A due date, counted from the issue date of an invoice."""

    days: Whole | None = Field(default=None, ge=0, le=366)
    """Days after the issue date; with `end-of-month`, after the end of its month; with `on-day`, the fewest days before that day."""
    months: Whole | None = Field(default=None, ge=1, le=24)
    """Months after the issue date: the same day of that month, or its last one; with `on-day`, the fewest months before that day."""
    end_of_month: YesNo = False
    """Whether days count from the end of the month of issue, and months end with the last day of a month."""
    then: Literal["end-of-month"] | None = None
    """`end-of-month`: the end of the month in which the days end."""
    on_day: Whole | None = Field(default=None, ge=1, le=31)
    """The day of the month, or the last day of a shorter month: the next one, that day itself included."""

    on_closed_day: Literal["stay", "next"] = "stay"
    """`next`: a due date on a Saturday, a Sunday or a day of plans/closed-days.yaml is the next day that is not closed."""

    def due_on(self, issued_on: date, closed: ClosedDays) -> date:
        """The due date of an invoice of a day."""
        day = self.counted_to(issued_on)
        return closed.open_from(day) if self.on_closed_day == "next" else day

    def counted_to(self, issued_on: date) -> date:
        """The day to which the words count, closed or not."""
        day = issued_on
        if self.months is not None:
            day = month_after(day, self.months, LAST_DAY if self.end_of_month else None)
        elif self.end_of_month:
            day = month_after(day, 0, LAST_DAY)
        day += timedelta(days=self.days or 0)
        if self.then is not None:
            return month_after(day, 0, LAST_DAY)
        if self.on_day is None:
            return day
        this_month = month_after(day, 0, self.on_day)
        return this_month if this_month >= day else month_after(day, 1, self.on_day)

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to count."""
        return self.days is None and self.months is None and self.on_day is None

    @property
    def is_days_only(self) -> bool:
        """Whether it is so many days after the issue date, and nothing else is said."""
        return self.days is not None and self.then is None and self.on_day is None and self.months is None and not self.end_of_month

    @property
    def longest(self) -> tuple[int, date]:
        """The most days between issue and due date, closed days left aside, and the first day of issue with so many."""
        return self._extreme(max)

    @property
    def shortest(self) -> tuple[int, date]:
        """The fewest days between issue and due date, closed days left aside, and the first day of issue with so few."""
        return self._extreme(min)

    def _extreme(self, choose: Callable[[Iterator[int]], int]) -> tuple[int, date]:
        days = [(self.counted_to(issued_on) - issued_on).days for issued_on in _TWO_YEARS]
        result = choose(iter(days))
        return result, _TWO_YEARS[days.index(result)]


class PartOfTerms(DueDate):
    """A part of an invoice that is due on a day of its own."""

    share: Percentage
    """The share of the gross amount, such as `30%`; the last part takes what rounding leaves."""


class CashDiscountTerms(Written):
    """A discount for early payment."""

    percent: Percentage
    """What the customer who pays early may deduct, such as `2%`."""
    within_days: Whole = Field(ge=0, le=366)
    """Days after the issue date until which it may be deducted."""


class _Named(Written):
    """The name of payment terms, before all else in their files."""

    id: Name
    """Its name."""
    label: Label
    """How people call it."""


class PaymentTerms(DueDate, _Named):
    """When an invoice must be paid: on one day or, in parts, on several; and the discount for early payment."""

    parts: tuple[PartOfTerms, ...] = Field(default=(), min_length=2, max_length=24)
    """Several due dates, each with its share of the gross amount."""
    cash_discount: CashDiscountTerms | None = None
    """The discount for early payment."""

    def due_dates(self, issued_on: date, closed: ClosedDays) -> tuple[date, ...]:
        """All due dates of an invoice of a day, in the order of the parts."""
        return tuple(part.due_on(issued_on, closed) for part in self.parts) or (self.due_on(issued_on, closed),)

    def first_due_on(self, issued_on: date, closed: ClosedDays) -> date:
        """The due date of an invoice (BT-9): the first where it is paid in parts."""
        return min(self.due_dates(issued_on, closed))

    @property
    def is_apart(self) -> bool:
        """Whether an invoice of these terms holds nothing with other terms."""
        return bool(self.parts) or self.cash_discount is not None


def named_terms(name: str, known: Mapping[str, PaymentTerms], pointer: str) -> PaymentTerms:
    """The payment terms of a name; refuses one that plans/ does not declare."""
    if name not in known:
        raise refuse(UNKNOWN_TERMS, None, pointer, name=name[:60], possible=", ".join(known))
    return known[name]


class PaymentTermsFile(Written):
    """The payment terms."""

    kind: Literal["payment-terms"]
    payment_terms: tuple[PaymentTerms, ...]
    """The payment terms."""
    retired: tuple[PaymentTerms, ...] = ()
    """Payment terms that running orders keep, with their last meaning; nothing new is agreed with them."""
