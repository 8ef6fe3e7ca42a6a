"""The account of a customer on paper: a statement of what was invoiced and paid, and a reminder of what is overdue."""

from __future__ import annotations

from itertools import accumulate
from operator import not_
from typing import Literal

from pydantic import Field

from engine.dates import Day
from engine.documents.document import Document, OneCurrency
from engine.documents.party import Customer, Seller
from engine.money import Money


class AccountEntry(Document):
    """What changed the balance of a customer on a day: positive where it owes more, negative where it owes less."""

    on: Day
    what: Literal["invoice", "credit-note", "payment", "write-off", "charge", "charge-cancelled"]
    number: str
    """The number of the document, or the id of the payment."""
    due_on: Day | None = None
    amount: Money


class AccountStatement(OneCurrency):
    """The balance of a customer on a day, and the entries that led to it."""

    seller: Seller
    customer: Customer
    number: str
    since: Day
    on: Day
    opening: Money
    """The balance before `since`."""
    entries: tuple[AccountEntry, ...] = ()
    overdue: Money
    """What of the balance was due before `on`."""
    has_payments: bool = False
    """Whether payments are known, so that none is missing where none is shown."""

    @property
    def balances(self) -> tuple[Money, ...]:
        """The balance after each entry."""
        return tuple(accumulate((entry.amount for entry in self.entries), initial=self.opening))[1:]

    @property
    def balance(self) -> Money:
        """The balance after all entries."""
        return self.balances[-1] if self.entries else self.opening


class OpenInvoice(Document):
    """An invoice that is not paid, or not wholly."""

    number: str
    issued_on: Day
    due_on: Day
    gross: Money
    open: Money
    communication: str
    """What the customer writes on the transfer."""
    supply: str = Field(default="", exclude_if=not_)
    """What was supplied."""
    fee: Money | None = Field(default=None, exclude_if=not_)
    interest: Money | None = Field(default=None, exclude_if=not_)
    announced: Money | None = Field(default=None, exclude_if=not_)
    """The fee that follows where it is not paid in time."""


class Reminder(OneCurrency):
    """A reminder of invoices that are overdue."""

    seller: Seller
    customer: Customer
    number: str
    on: Day
    level: int = Field(ge=1, le=9)
    """The how-manyeth reminder it is."""
    is_last: bool = False
    """Whether others act when it is not paid."""
    pay_until: Day
    invoices: tuple[OpenInvoice, ...] = Field(min_length=1)
    costs: Money
    """Interest and costs that the customer owes besides."""
    earlier: Money | None = Field(default=None, exclude_if=not_)
    """What is still open of the costs of earlier reminders of these invoices."""
    title: str = Field(default="", exclude_if=not_)
    message: str = Field(default="", exclude_if=not_)
    """What the rules say of its level, in the customer's language; empty: what the words of the templates say."""
    clause: str = Field(default="", exclude_if=not_)
    """The clause by which costs are owed."""
    has_payments: bool = False
    """Whether payments are known, and deducted."""

    @property
    def open(self) -> Money:
        """What is open of all its invoices."""
        return sum((invoice.open for invoice in self.invoices), Money(0, self.currency))

    @property
    def total(self) -> Money:
        """What is asked: what is open, and all costs."""
        return self.open + self.costs + (self.earlier or Money(0, self.currency))
