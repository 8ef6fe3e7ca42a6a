"""A transaction as a flat row: the published form, in the schedule of quotes and in the API."""

from __future__ import annotations

from fractions import Fraction
from operator import not_

from pydantic import Field

from engine.dates import Day, Period
from engine.documents.document import OneCurrency
from engine.documents.order import OrderType
from engine.documents.quote import BundlePart, Included, LineDiscount, PricePer
from engine.documents.transaction import Transaction, TransactionKind, TransactionState
from engine.money import Factor, Money, Price, Quantity
from engine.phrases import Sentence
from engine.reasons import Reason


class TransactionRow(OneCurrency):
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
    included: Included = None
    """What of the quantity of a measured product costs nothing."""
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
    note: Sentence | None = Field(default=None, exclude_if=not_)
    """Of which report and period, or which minimum."""
    supply_kind: str
    vat_class: str
    revenue_account: str
    supplied_on: Day | None = None
    """The day of delivery or completion, where it is known."""
    purchase_order: str | None = None
    state: TransactionState = "planned"
    held_because: Sentence | None = None
    reasons: tuple[Reason, ...] = ()


def row_of(transaction: Transaction) -> TransactionRow:
    """The row of a transaction: each field is the transaction's own, else the portion's, else the line's."""
    return TransactionRow.of(transaction, transaction.portion, transaction.line)
