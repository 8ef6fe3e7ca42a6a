"""The effect of a verb on an order before it is done: its items, its transactions, the next invoice and the recurring revenue."""

from __future__ import annotations

from typing import Literal

from engine.dates import Day, Period
from engine.documents.document import OneCurrency
from engine.documents.order import ItemState, OrderState
from engine.documents.transaction import TransactionKind
from engine.money import Money, Quantity


class ItemStatus(OneCurrency):
    """An item on one day: its state, quantity, billing and dates."""

    state: ItemState
    quantity: Quantity
    billed: str | None = None
    activated_on: Day | None = None
    ends_before: Day | None = None


class ItemEffect(OneCurrency):
    """An item that a verb changes, on the day from which the verb counts, or today if that is later."""

    item: str
    product: str
    before: ItemStatus | None = None
    """None: the verb adds it."""
    after: ItemStatus


class TransactionEffect(OneCurrency):
    """A transaction that a verb adds, removes or changes."""

    change: Literal["added", "removed", "changed"]
    identity: str
    item: str
    kind: TransactionKind
    service_period: Period | None = None
    billing_date: Day | None = None
    before: Money | None = None
    """Its net before the verb; None: there was none."""
    after: Money | None = None


class NextInvoice(OneCurrency):
    """What the next run would invoice of an order, and the first day on which it may."""

    on: Day | None = None
    net: Money


class Compensation(OneCurrency):
    """The credit note that would compensate what was invoiced of an action that is taken back."""

    invoice: str
    lines: tuple[int, ...]
    net: Money
    vat: Money
    gross: Money


class OrderEffect(OneCurrency):
    """What a verb would do to an order; nothing of it is stored."""

    order: str
    verb: str
    on: Day
    """The day on which items and recurring revenue are compared."""
    state_before: OrderState
    state_after: OrderState
    items: tuple[ItemEffect, ...] = ()
    transactions: tuple[TransactionEffect, ...] = ()
    net_difference: Money
    """How much more, or less, all transactions come to through the planning horizon, after the credit notes."""
    next_invoice_before: NextInvoice
    next_invoice_after: NextInvoice
    mrr_before: Money
    mrr_after: Money
    compensations: tuple[Compensation, ...] = ()
