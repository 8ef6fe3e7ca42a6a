"""Claims that are overdue, what was asked of each so far, and what a reminder run proposes or holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.dates import Day
from engine.documents.document import CLOSED
from engine.money import Currency, Money
from engine.phrases import Sentence
from engine.reasons import Reason

ChargeKind = Literal["fee", "interest"]
HoldKind = Literal["disputed", "promised"]
HeldReminderBecause = Literal[
    "disputed",
    "promised",
    "customer-held",
    "erased",
    "other-currency",
    "no-procedure",
    "credit",
    "possible-payment",
    "not-delivered",
]
"""Why somebody is not reminded of what is overdue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedAmount:
    """An amount of a day."""

    __pydantic_config__ = CLOSED

    on: Day
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReminder:
    """A reminder that a claim had already."""

    __pydantic_config__ = CLOSED

    reminder: str
    level: int
    on: Day
    channel: Literal["email", "post"]
    sent_on: Day | None
    """The day on which it left; None where a mail was not delivered yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderHold:
    """Why nobody is reminded of a document for now."""

    __pydantic_config__ = CLOSED

    kind: HoldKind
    on: Day
    until: Day | None
    """The last day on which it holds; None: until it is taken back."""
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What of a document is due on one day, all that settled the document, and what was asked besides so far."""

    __pydantic_config__ = CLOSED

    document: str
    customer: str
    issued_on: Day
    due_on: Day
    gross: Money
    """What the whole document asks."""
    amount: Money
    """What of it is due on this day."""
    due_through: Money
    """What of it is due on this day and before: what settles a document settles its oldest part first."""
    settled: tuple[DatedAmount, ...] = ()
    """What was paid, credited and given up of the document, by day; below zero where that was taken back."""
    interest_charged: Money
    """The interest of earlier reminders, paid or not, cancelled or not."""
    communication: str = ""
    supply: str = ""
    """What was supplied."""
    sent: tuple[SentReminder, ...] = ()
    """The reminders that it had, in the order of their levels."""
    hold: ReminderHold | None = None
    possible_payment: str | None = None
    """A payment that may settle it, and is not matched yet."""

    @property
    def currency(self) -> Currency:
        """The currency of all its amounts."""
        return self.gross.currency

    def rest_after(self, day: Day) -> Money:
        """What was still to be paid of it at the end of a day."""
        settled = sum((each.amount.minor for each in self.settled if each.on <= day), 0)
        return Money(min(self.amount.minor, max(0, self.due_through.minor - settled)), self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """A customer as reminders know it."""

    __pydantic_config__ = CLOSED

    customer: str
    kind: Literal["business", "private"]
    held_because: str | None = None
    """Why it is on hold."""
    is_erased: bool = False
    credit: Money | None = None
    """What is left of its payments, and settles nothing yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedReminder:
    """A claim of which its customer is to be reminded: the level, what it costs, until when it is to be paid, and why."""

    __pydantic_config__ = CLOSED

    claim: Claim
    procedure: str
    level: int
    channel: Literal["email", "post"]
    rest: Money
    days_late: int
    fee: Money
    interest: Money
    announced: Money
    """The fee that follows where it is not paid; zero where none does, or where it was asked."""
    pay_until: Day
    reasons: tuple[Reason, ...]
    no_rate_from: Day | None = None
    """The first of the days that count no interest, because no rate is on file for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldReminder:
    """A claim that is overdue and of which nobody is reminded now, and why."""

    __pydantic_config__ = CLOSED

    claim: Claim
    level: int
    """The level that it would have; zero where no procedure counts for it."""
    rest: Money
    days_late: int
    because: HeldReminderBecause
    says: Sentence
