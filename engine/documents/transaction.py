"""Transactions: dated amounts to be invoiced, each a portion of a priced line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import not_
from typing import Annotated, Final, Literal

from pydantic import Field, GetCoreSchemaHandler, TypeAdapter
from pydantic_core import core_schema

from engine.dates import Day, Period
from engine.documents.document import CLOSED, in_one_currency
from engine.documents.item_billing import OneOff
from engine.documents.order import OrderType
from engine.documents.quote import BundlePart, LineDiscount, PricedLine
from engine.money import Currency, Money, Quantity
from engine.phrases import Sentence
from engine.reasons import Reason

TransactionKind = Literal["recurring", "change", "one-time", "instalment", "insertion", "usage", "commitment", "drawdown"]
TransactionState = Literal["planned", "to-invoice", "held", "invoiced", "elsewhere", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What of a priced line is invoiced: days of its period, a share of it, one insertion, or what a change adds or takes back.

    net = list_net − discounts. Amounts are those of this portion; the line has those of the whole.
    """

    __pydantic_config__ = CLOSED

    kind: TransactionKind
    number: int | None = None
    """The instalment or insertion number, from 1."""
    change: str | None = None
    """The change of the item from which it comes."""
    share: str | None = None
    """What part of the line an instalment is: `30%`, `rest`, `4,000.00`."""
    days: int = 0
    period_days: int = 0
    quantity: Quantity
    whole_list_net: Money | None = None
    """The list net of the whole period or of the whole line, where this is a part of it by days or by an instalment's share."""
    list_net: Money
    discounts: tuple[LineDiscount, ...] = ()
    net: Money
    parts: tuple[BundlePart, ...] = ()
    note: Annotated[Sentence | None, Field(exclude_if=not_)] = None
    """What its line says beside the calculation: of which report and period, or which minimum."""
    reasons: tuple[Reason, ...] = ()
    """Why it is this portion; the line says why the whole costs so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A portion of a priced line, with the item that owes it, the service period, and when it becomes due to be invoiced."""

    __pydantic_config__ = CLOSED

    currency: Currency
    item: str
    order: str
    order_type: OrderType
    customer: str
    purchase_order: str | None = None
    line: PricedLine
    """The price of the whole; of a change that takes back all, the price that counted before it."""
    portion: Portion
    service_period: Period | None = None
    billing_date: Day | None
    """When it becomes due to be invoiced; None while the event it waits for has no date, expected or reported."""
    expected: bool = False
    """Whether the billing date rests on an event that is expected and not yet reported: forecast, not billable."""
    invoice_lead: int = 0
    """How many days before its billing date it may be invoiced."""
    advance: bool = False
    """Whether it is billed before delivery or completion (document type 386)."""
    supplied_on: Day | None = None
    """The day of delivery or completion, where it is known."""
    supply_kind: str
    vat_class: str
    revenue_account: str
    one_off: OneOff | None = None
    """The text and the unit of a manual line."""
    text: Annotated[str | None, Field(exclude_if=not_)] = None
    """What was said of the item in free words."""
    prepaid: Annotated[str | None, Field(exclude_if=not_)] = None
    """The item of the prepaid amount that it sells, or draws from."""
    state: TransactionState = "planned"
    held_because: Sentence | None = None

    @property
    def identity(self) -> str:
        """What makes it this one and no other: item, kind, service-from or number, change. Unique in the store."""
        part = self.portion
        first = part.number if part.number is not None else (self.service_period.start if self.service_period else "")
        return f"{self.item}|{part.kind}|{first}|{part.change or ''}"

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it is so much: the reasons of the whole price, then those of the portion."""
        return (*self.line.reasons, *self.portion.reasons)

    def is_due(self, through: date) -> bool:
        """Whether a run that takes what is due through a day takes it: planned, dated, its event reported, and not before its lead."""
        if self.billing_date is None or self.expected or self.state not in ("planned", "to-invoice", "held"):
            return False
        return (self.billing_date - through).days <= self.invoice_lead

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Transaction], handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return in_one_currency(handler(source))


TRANSACTION: Final = TypeAdapter(Transaction)
"""How a transaction is read from JSON and written to it."""
