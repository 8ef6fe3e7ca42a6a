"""A dated amount to be invoiced, born at activation."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

from engine.dates import Day, Period
from engine.documents.document import OneCurrency
from engine.documents.order import OrderType
from engine.documents.quote import BundlePart, LineDiscount, PricePer
from engine.money import Factor, Money, Price, Quantity
from engine.reasons import Reason

TransactionKind = Literal["recurring", "change", "one-time", "instalment", "insertion"]
TransactionState = Literal["planned", "to-invoice", "held", "invoiced", "elsewhere", "cancelled"]


class Transaction(OneCurrency):
    """A dated amount: what, for which service period, when it becomes due to be invoiced, and why it is so much.

    `net` = list_net − discounts. Amounts are those of this transaction: prorated, or the instalment's share.
    """

    item: str
    order: str
    order_type: OrderType
    customer: str
    product: str
    kind: TransactionKind
    number: int | None = None
    """The instalment or insertion number, from 1."""
    change: str | None = None
    """The change of the item from which it comes."""
    service_period: Period | None = None
    billing_date: Day | None
    """When it becomes due to be invoiced; None while the event it waits for has no date, expected or reported."""
    expected: bool = False
    """Whether the billing date rests on an event that is expected and not yet reported: forecast, not billable."""
    invoice_lead: int = 0
    """How many days before its billing date it may be invoiced."""
    quantity: Quantity
    days: int = 0
    period_days: int = 0
    unit_price: Money
    list_price: Price | None = None
    fine_price: Price | None = None
    """The unit price where it is written in parts of a minor unit, such as 0.0625: `unit_price` is its rounded look."""
    graduated: bool = False
    """Whether each tier's units have a price of their own, so that `unit_price` is only the average of one unit."""
    price_per: PricePer = "period"
    periods: Factor = Fraction(1)
    """How many price periods one whole billing period has: 3 for a monthly price billed quarterly."""
    billing_factor: Factor = Fraction(1)
    list_net: Money
    discounts: tuple[LineDiscount, ...] = ()
    net: Money
    whole_list_net: Money | None = None
    """The list net of the whole period or of the whole line, where this is a part of it by days or by an instalment's share."""
    share: str | None = None
    """What part of the line an instalment is: `30%`, `rest`, `4,000.00`."""
    advance: bool = False
    """Whether it is billed before delivery or completion (document type 386)."""
    parts: tuple[BundlePart, ...] = ()
    supply_kind: str
    vat_class: str
    revenue_account: str
    supplied_on: Day | None = None
    """The day of delivery or completion, where it is known."""
    purchase_order: str | None = None
    state: TransactionState = "planned"
    held_because: str | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def identity(self) -> str:
        """What makes it this one and no other: item, kind, service-from or number, change. Unique in the store."""
        first = self.number if self.number is not None else (self.service_period.start if self.service_period else "")
        return f"{self.item}|{self.kind}|{first}|{self.change or ''}"

    def is_due(self, through: date) -> bool:
        """Whether a run that takes what is due through a day takes it: planned, dated, its event reported, and not before its lead."""
        if self.billing_date is None or self.expected or self.state not in ("planned", "to-invoice", "held"):
            return False
        return (self.billing_date - through).days <= self.invoice_lead
