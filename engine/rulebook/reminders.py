"""plans/reminders.yaml: when customers are reminded of what is overdue, and the fees and interest that this costs them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, Literal

from pydantic import Field

from engine.dates import Day
from engine.rulebook.payment_terms import ClosedDays
from engine.rulebook.yaml_model import Label, ListPrice, Name, Percentage, Text, Whole, Written, YesNo

ReminderChannel = Literal["email", "post"]
InterestStart = Literal["due-date", "first-reminder", "first-term"]
"""What the first day with interest follows: the due date, the day of the first reminder, or the end of the time that it gave to pay."""
CustomerKind = Literal["business", "private"]
MOST_LEVELS: Final = 9


class FeeStep(Written):
    """What a reminder costs for an open amount up to a limit."""

    rest_to: ListPrice | None = None
    """The largest open amount for which it counts; absent: any."""
    amount: ListPrice
    """The fixed part of the fee."""
    percent: Percentage | None = None
    """A share of the open amount on top, such as `10%`."""
    above: ListPrice | None = None
    """Only of what the open amount has above this."""
    most: ListPrice | None = None
    """The largest fee."""


class LateRate(Written):
    """A yearly rate of interest and the days on which it is in force."""

    from_: Day
    """The first day of the rate."""
    until: Day
    """The last day of the rate."""
    rate: Percentage
    """With its sign: `10.5%`."""
    source: Text
    """Where it was published."""
    checked: YesNo = True
    """`no`: an accountant has yet to compare it with the official publication; reminders that use it say so."""


class PaymentTime(Written):
    """How long a reminder leaves to pay."""

    days: Whole = Field(ge=1, le=366)
    """How many days, the first and the last included."""
    after_email: Whole = Field(ge=0, le=60)
    """How many days after an e-mail the first of them is: `1` is the next day."""
    after_post: Whole = Field(ge=0, le=60)
    """How many working days after a letter the first of them is: `3` is the third one."""

    def last_day(self, sent_on: date, channel: ReminderChannel, closed: ClosedDays) -> date:
        """The last day to pay of a reminder that was sent on a day."""
        return self._first_day(sent_on, channel, closed) + timedelta(days=self.days - 1)

    def _first_day(self, sent_on: date, channel: ReminderChannel, closed: ClosedDays) -> date:
        if channel == "email":
            return sent_on + timedelta(days=self.after_email)
        day = sent_on
        for _ in range(self.after_post):
            day = closed.open_from(day + timedelta(days=1))
        return day


class InterestTerms(Written):
    """By which rates interest is calculated, and from which day."""

    rates: Name
    """The name of the rates in this file."""
    from_: InterestStart
    """What the first day with interest follows: `due-date`, `first-reminder`, or `first-term`, the time to pay of the first reminder."""
    year_days: Whole = Field(ge=360, le=366)
    """By how many days a yearly rate is divided."""


class ReminderLevel(Written):
    """One reminder after the other: from when, how it is sent, what it costs, and what it says."""

    after_days: Whole = Field(ge=1, le=3_660)
    """From how many days after the due date on; and never before the time to pay of the reminder before is over."""
    channel: ReminderChannel = "email"
    """How it is sent: by `email`, or printed and sent by `post`."""
    fee: Name | None = None
    """The name of the fee in this file; absent: the reminder is free."""
    interest: YesNo = False
    """Whether it asks the interest until its day."""
    last: YesNo = False
    """Whether others act when it is not paid."""
    title: Label
    """What stands above it."""
    text: Label
    """What it says before the list of invoices."""


class ReminderProcedure(Written):
    """The reminders that one kind of customers gets for the documents of some days."""

    id: Name
    """Its name."""
    label: Label
    """How people call it."""
    customers: CustomerKind
    """For which customers: `business` or `private`."""
    from_: Day
    """The first day of issue of the documents for which it counts."""
    until: Day | None = None
    """The last day of issue."""
    source: Text
    """The law."""
    term: PaymentTime
    """How long each reminder leaves to pay."""
    interest: InterestTerms | None = None
    """By which rates and from when interest is calculated; absent: none is."""
    clause: Label | None = None
    """What reminders say of the agreed fees and interest: the clause of the contract by which they are owed."""
    levels: tuple[ReminderLevel, ...] = Field(min_length=1, max_length=MOST_LEVELS)
    """The reminders in their order."""

    def covers(self, kind: str, issued_on: date) -> bool:
        """Whether it counts for a document of a day to a customer of a kind."""
        return self.customers == kind and self.from_ <= issued_on and (self.until is None or issued_on <= self.until)

    def meets(self, other: ReminderProcedure) -> bool:
        """Whether both count for some document."""
        return (
            self.customers == other.customers
            and (self.until is None or other.from_ <= self.until)
            and (other.until is None or self.from_ <= other.until)
        )


class ReminderRules(Written):
    """When customers are reminded, and what that costs them."""

    kind: Literal["reminders"] = "reminders"
    procedures: tuple[ReminderProcedure, ...] = Field(default=(), max_length=50)
    """The reminders by kind of customers."""
    fees: dict[Name, tuple[FeeStep, ...]] = Field(default_factory=dict, max_length=50)
    """Fees by name; the first step that reaches the open amount counts."""
    rates: dict[Name, tuple[LateRate, ...]] = Field(default_factory=dict, max_length=50)
    """Yearly rates of interest by name. On days without a rate there is no interest."""

    def procedure_for(self, kind: str, issued_on: date) -> ReminderProcedure | None:
        """The procedure for a document of a day to a customer of a kind; None where there is none."""
        return next((each for each in self.procedures if each.covers(kind, issued_on)), None)

    def level(self, procedure: str, number: int) -> tuple[ReminderProcedure, ReminderLevel]:
        """A procedure by name, and one of its levels, counted from 1."""
        one = next(each for each in self.procedures if each.id == procedure)
        return one, one.levels[number - 1]


def step_for(steps: Iterable[FeeStep], micros: int) -> FeeStep | None:
    """The step of a fee for an open amount in millionths; None where none reaches so far."""
    return next((step for step in steps if step.rest_to is None or micros <= step.rest_to.micros), None)
