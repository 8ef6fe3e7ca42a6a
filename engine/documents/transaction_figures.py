"""A transaction in figures: what the store keeps of it and reports count, without its priced line and its reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from engine.dates import Period
from engine.documents.order import OrderType
from engine.documents.transaction import Transaction, TransactionKind, TransactionState
from engine.money import Currency, Money, Quantity
from engine.phrases import Sentence


def identity_of(kind: TransactionKind, first: int | date | str, change: str | None = None) -> str:
    """What makes a transaction this one of its item: its number or first day, and the change that it bills."""
    return f"|{kind}|{first}|{change or ''}"


class PlannedAmount(NamedTuple):
    """The figures of a transaction that do not name its item: like items share them.

    Amounts in minor units of the order's currency, the quantity in millionths.
    """

    kind: TransactionKind
    number: int | None
    change: str | None
    service_from: date | None
    service_until: date | None
    billing_date: date | None
    invoice_lead: int
    expected: bool
    quantity: int
    list_net: int
    net: int
    state: TransactionState

    @property
    def invoiceable_from(self) -> date | None:
        """The first day on which a run may invoice it; None while it has no billing date."""
        return None if self.billing_date is None else self.billing_date - timedelta(days=self.invoice_lead)

    def identity(self, item: str) -> str:
        """What makes a transaction of an item this one and no other."""
        first = self.number if self.number is not None else self.service_from or ""
        return item + identity_of(self.kind, first, self.change)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionFigures:
    """A transaction in figures, with the item that owes it."""

    item: str
    order: str
    order_type: OrderType
    customer: str
    product: str
    currency: Currency
    amount: PlannedAmount
    state: TransactionState
    held_because: Sentence | None = None
    invoice: str | None = None
    """The number of its invoice; None where it is on none."""

    @property
    def identity(self) -> str:
        """What makes it this one and no other: item, kind, service-from or number, change. Unique in the store."""
        return self.amount.identity(self.item)

    @property
    def kind(self) -> TransactionKind:
        """The kind."""
        return self.amount.kind

    @property
    def number(self) -> int | None:
        """The instalment or insertion number, from 1."""
        return self.amount.number

    @property
    def change(self) -> str | None:
        """The change of the item from which it comes."""
        return self.amount.change

    @property
    def service_period(self) -> Period | None:
        """The days that it serves."""
        start, until = self.amount.service_from, self.amount.service_until
        return None if start is None or until is None else Period(start, until)

    @property
    def billing_date(self) -> date | None:
        """When it becomes due to be invoiced; None while the event it waits for has no date."""
        return self.amount.billing_date

    @property
    def expected(self) -> bool:
        """Whether the billing date rests on an event that is expected and not yet reported."""
        return self.amount.expected

    @property
    def invoice_lead(self) -> int:
        """How many days before its billing date it may be invoiced."""
        return self.amount.invoice_lead

    @property
    def quantity(self) -> Quantity:
        """How many."""
        return Quantity(self.amount.quantity)

    @property
    def list_net(self) -> Money:
        """The net before discounts."""
        return Money(self.amount.list_net, self.currency)

    @property
    def net(self) -> Money:
        """The net."""
        return Money(self.amount.net, self.currency)

    def is_due(self, through: date) -> bool:
        """Whether a run that takes what is due through a day takes it: open, dated, its event reported, and not before its lead."""
        billed = self.amount.billing_date
        if billed is None or self.amount.expected or self.state not in ("planned", "to-invoice", "held"):
            return False
        return (billed - through).days <= self.amount.invoice_lead

    def held(self, because: Sentence | None) -> TransactionFigures:
        """The same, held back."""
        return replace(self, state="held", held_because=because)


def amount_of(transaction: Transaction) -> PlannedAmount:
    """The figures of a transaction."""
    portion, period = transaction.portion, transaction.service_period
    return PlannedAmount(
        kind=portion.kind,
        number=portion.number,
        change=portion.change,
        service_from=period.start if period else None,
        service_until=period.until if period else None,
        billing_date=transaction.billing_date,
        invoice_lead=transaction.invoice_lead,
        expected=transaction.expected,
        quantity=portion.quantity.micros,
        list_net=portion.list_net.minor,
        net=portion.net.minor,
        state=transaction.state,
    )


def figures_of(transaction: Transaction) -> TransactionFigures:
    """A planned transaction in figures."""
    return TransactionFigures(
        item=transaction.item,
        order=transaction.order,
        order_type=transaction.order_type,
        customer=transaction.customer,
        product=transaction.line.product,
        currency=transaction.currency,
        amount=amount_of(transaction),
        state=transaction.state,
        held_because=transaction.held_because,
    )
