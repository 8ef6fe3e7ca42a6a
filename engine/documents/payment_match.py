"""Payments received, what is open of documents, and which part of a payment settles which document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.dates import Day
from engine.documents.document import CLOSED
from engine.money import Currency, Money

AllocationKind = Literal["payment", "difference", "cash-discount", "write-off", "write-off-vat", "charge", "exchange"]
"""What a part of a payment is: paid, given up, or `charge`, what the bank kept of it.

`exchange` is a difference of exchange: so much less came than was asked, or more, below zero.
"""
WriteOffReason = Literal["bankruptcy", "lost-for-certain", "other"]
MatchRule = Literal["communication", "creditor-reference", "number", "account", "name"]
MatchState = Literal["matched", "proposed", "held", "unmatched"]
HeldBecause = Literal["cancelled", "other-currency", "reversal", "possible-duplicate", "taken-back", "refunded", "exchanged"]
"""Why a payment is held.

Of one that is matched with nothing: all of it was paid back (`refunded`), or is a payment in our currency (`exchanged`).
"""
PaymentState = Literal["open", "part-paid", "paid", "overpaid", "written-off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that came in, with what the payer said of it."""

    __pydantic_config__ = CLOSED

    id: str
    amount: Money
    entry_date: Day
    value_date: Day | None = None
    reference: str | None = None
    """A structured communication or creditor reference whose check digits fit."""
    text: str = ""
    name: str = ""
    iban: str | None = None
    """The account from which it came."""
    is_reversal: bool = False
    """Whether the bank takes back or corrects an earlier movement."""
    charge: Money | None = None
    """What the bank kept of what the payer gave; the amount is without it."""

    @property
    def given(self) -> Money:
        """What the payer gave."""
        return self.amount + self.charge if self.charge else self.amount

    @property
    def paid_on(self) -> Day:
        """The day that counts for a discount: the earlier of the two that the bank gives."""
        return min(self.entry_date, self.value_date or self.entry_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class CashOffer:
    """A discount for early payment that is still offered: so much off where the payment comes on that day or earlier."""

    __pydantic_config__ = CLOSED

    amount: Money
    until: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDocument:
    """An invoice, or a charge of a reminder, with what is still to be paid of it."""

    __pydantic_config__ = CLOSED

    number: str
    customer: str
    due_on: Day
    rest: Money
    """What is open: zero where it is paid, and it is still a target of what is paid twice."""
    references: tuple[str, ...] = ()
    """The structured communication and the creditor reference by which customers pay it."""
    cash_offer: CashOffer | None = None
    is_cancelled: bool = False
    """Whether it was credited whole: nothing is booked on it any more."""
    is_charge: bool = False
    """Whether it is a fee, interest or other cost: those are settled last."""

    @property
    def currency(self) -> Currency:
        """The currency in which it is to be paid."""
        return self.rest.currency

    def payable_on(self, day: Day) -> Money:
        """What settles it on a day: its rest, less the discount where that is in time."""
        offer = self.cash_offer
        return self.rest - offer.amount if offer and day <= offer.until and offer.amount < self.rest else self.rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """A customer as payments know it: its name, and the accounts from which it pays."""

    __pydantic_config__ = CLOSED

    customer: str
    name: str
    ibans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A part of a payment that settles a document, or what is given up so that it is settled."""

    __pydantic_config__ = CLOSED

    payment: str
    document: str
    amount: Money
    kind: AllocationKind = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBack:
    """What a payment that left our account gives back of one that came in."""

    __pydantic_config__ = CLOSED

    outgoing: str
    incoming: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What of a payment a customer's account has: a part that settles a document, or its surplus."""

    __pydantic_config__ = CLOSED

    payment: str
    on: Day
    """The day on which the bank entered it."""
    document: str | None
    """None for what is left of it."""
    amount: Money
    kind: AllocationKind = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMatch:
    """What becomes of a payment: the documents that it settles, those that are proposed, or why it is held."""

    __pydantic_config__ = CLOSED

    payment: str
    state: MatchState
    rule: MatchRule | None = None
    """The rule that hit; the first of them that does ends the search."""
    allocations: tuple[Allocation, ...] = ()
    unallocated: Money
    """What is left of it; it stays with the customer."""
    customer: str | None = None
    documents: tuple[str, ...] = ()
    """The documents that it names or that are proposed; a surplus stays linked to them."""
    because: HeldBecause | None = None
    """Why it is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What was done on a document: paid, credited, written off, given up; and the surplus that is linked to it."""

    __pydantic_config__ = CLOSED

    gross: Money
    paid: Money
    credited: Money
    written_off: Money
    differences: Money
    surplus: Money

    @property
    def rest(self) -> Money:
        """What is still to be paid."""
        return self.gross - self.paid - self.credited - self.written_off - self.differences

    @property
    def state(self) -> PaymentState:
        """Whether and how it is paid."""
        if self.surplus.minor > 0:
            return "overpaid"
        if self.rest == self.gross and self.gross.minor > 0:
            return "open"
        if self.rest.minor > 0:
            return "part-paid"
        return "written-off" if self.written_off.minor else "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What is to be paid of some invoices, what of it is overdue, and what was paid of them."""

    __pydantic_config__ = CLOSED

    open: Money
    overdue: Money
    paid: Money
