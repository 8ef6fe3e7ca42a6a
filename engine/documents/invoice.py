"""Drafts, invoices and credit notes, with their lines, VAT and totals in the terms of EN 16931."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import not_
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from engine.dates import Day, Period
from engine.documents.document import CLOSED, Document, Language, OneCurrency
from engine.documents.order import OrderType
from engine.documents.party import Customer, DeliveryAddress, Seller
from engine.documents.quote import Included, LineDiscount, PricePer
from engine.documents.transaction import TransactionKind
from engine.money import Factor, Money, Percent, Price, Quantity
from engine.phrases import LANGUAGES, Sentence, text_in
from engine.reasons import Reason

Category = Literal["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"]
"""The VAT categories of EN 16931 (BT-151); L and M are taxes of the Canaries, Ceuta and Melilla, B is split payment in Italy."""
Treatment = Literal["domestic", "co-contractor", "reverse-charge", "intra-community", "export", "outside-scope", "oss", "small-business"]
Channel = Literal["peppol", "email", "held"]


class Mention(Document):
    """A text that law wants on a document, by its name and in the languages of the company: `{name, fr, nl, en}`."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[Language, str]

    name: str

    @property
    def texts(self) -> Mapping[str, str]:
        """The text by language."""
        return self.model_extra or {}

    def in_(self, language: str) -> str:
        """The text in a language; in the first of the company's where it has none."""
        return text_in(self.texts, language)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        made = handler.resolve_ref_schema(handler(schema))
        made["properties"] |= {language: {"type": "string"} for language in LANGUAGES}
        made["additionalProperties"] = False
        return made


class VatDecision(Document):
    """How VAT falls on one supply: treatment, category (BT-151), rate (BT-152), exemption code (BT-121), mention and legal basis."""

    treatment: Treatment
    category: Category
    rate: Percent
    vatex: str | None = None
    mention: Mention | None = None
    basis: str
    tax_point: Day
    reasons: tuple[Reason, ...] = ()


class Held(Document):
    """A supply that cannot be invoiced yet, and why."""

    held: Sentence
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """How a line's list net came from its unit price: price periods, the billing type's factor, a part by days or by a share."""

    __pydantic_config__ = CLOSED

    kind: TransactionKind
    price_per: PricePer = "period"
    periods: Factor = Fraction(1)
    billing_factor: Factor = Fraction(1)
    days: int = 0
    period_days: int = 0
    number: int | None = None
    """The instalment or insertion number, from 1."""
    share: str | None = None
    fine_price: Price | None = None
    """The unit price where it is written in parts of a minor unit, such as 0.0625."""
    graduated: bool = False
    """Whether each tier's units have a price of their own, so that the unit price is only an average."""
    whole_list_net: Money | None = None
    included: Included = None
    """What of the quantity of a measured product costs nothing."""
    note: Annotated[str | None, Field(exclude_if=not_)] = None
    """Of which report and period, or which minimum, in the customer's language."""
    bundle: str | None = None
    """The name of the bundle of which the line is a part, in the customer's language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One line (BG-25). It multiplies out: quantity × price ÷ base quantity = list_net; net = list_net − discounts."""

    __pydantic_config__ = CLOSED

    number: int
    product: str
    description: str
    detail: str = ""
    """What the amount is a part of: months, proration, instalment share, billing-type factor."""
    item: str
    transaction: str
    order: str
    quantity: Quantity
    unit: str
    """The name of the unit in catalog/."""
    unit_code: str = "C62"
    """Its code of UN/ECE Recommendation 20 (BT-130)."""
    unit_word: str = ""
    """Its word as the quantity wants it, in the customer's language."""
    price: Price
    """BT-146: never negative; for the whole base quantity."""
    base_quantity: Quantity
    unit_price: Money
    """The agreed price of one unit of one price period, as it is shown on paper."""
    list_net: Money
    discounts: tuple[LineDiscount, ...] = ()
    net: Money
    category: Category
    rate: Percent
    vatex: str | None = None
    treatment: Treatment
    vat_code: Annotated[str | None, Field(exclude_if=not_)] = None
    """The rulebook's code of its treatment, rate and kind of supply, where it has codes."""
    service_period: Period | None = None
    revenue_account: str
    goods: bool = False
    prepaid: Annotated[str | None, Field(exclude_if=not_)] = None
    """The item of the prepaid amount that it sells, or draws from: its net is no income, or is income that waited."""
    derivation: Derivation | None = None
    corrects_line: int | None = None
    """On a credit note: the number of the invoice's line of which it takes something back."""
    by_amount: bool = False
    """On a credit note: whether an amount was asked back and not a quantity."""
    reasons: tuple[Reason, ...] = ()
    vat_reasons: tuple[Reason, ...] = ()


class VatSubtotal(Document):
    """The VAT of one (category, rate) of a document (BG-23): base × rate, rounded half up once."""

    category: Category
    rate: Percent
    base: Money
    vat: Money
    vatex: str | None = None
    mention: Mention | None = None
    basis: str = ""


class AccountingVat(OneCurrency):
    """The VAT of a document in the currency in which the seller declares it (BT-6, BT-111), where the document is in another."""

    vat: Money
    rate: str
    """The rates with which it was converted: `1 EUR = 1.0837 USD`."""
    rate_on: Day
    """The day of the rates: the last before the tax point on which there were any."""


class DueAmount(Document):
    """One of the parts in which an invoice is to be paid."""

    due_on: Day
    amount: Money


class CashDiscount(Document):
    """The discount for early payment that an invoice offers."""

    percent: Percent
    until: Day
    """The last day on which it may be taken."""
    amount: Money
    """What is paid less then."""


class BaseReduction(Document):
    """What a discount for early payment takes off the VAT base of one (category, rate), whether it is taken or not.

    It is an allowance of the document (BG-20). The sum of all is charged again without VAT (BG-21), so that the net stays.
    """

    category: Category
    rate: Percent
    amount: Money


class SettledAdvance(Document):
    """What an invoice settles of an advance invoice: the net that becomes income with it, by account and VAT."""

    number: str
    """Of the advance invoice."""
    revenue_account: str
    vat_code: str | None = None
    treatment: Treatment
    rate: Percent
    goods: bool = False
    net: Money


class DraftInvoice(OneCurrency):
    """An invoice to be: everything but its number, which only issuing gives. 380 is an invoice, 386 an advance invoice."""

    type_code: Literal["380", "386"]
    seller: Seller
    customer: Customer
    order_type: OrderType
    orders: tuple[str, ...]
    purchase_order: str | None = None
    buyer_reference: str | None = Field(default=None, exclude_if=not_)
    """The customer's own reference for the orders on it (BT-10)."""
    month: str
    """The calendar month of the billing dates on it, `2027-01`."""
    tax_point: Day
    due_on: Day
    """The due date (BT-9): the first where the invoice is paid in parts."""
    payment_terms: str
    """The name of the payment terms in plans/."""
    due_amounts: tuple[DueAmount, ...] = ()
    """The parts in which it is to be paid, in the order of the terms; none where it is paid at once."""
    cash_discount: CashDiscount | None = None
    base_reductions: tuple[BaseReduction, ...] = ()
    delivered_on: Day | None = None
    """The day of delivery or completion (BT-72), where it is known and has come."""
    ship_to: str | None = None
    """The country to which goods leave (BT-80), where they bear no VAT for it."""
    deliver_to: DeliveryAddress | None = Field(default=None, exclude_if=not_)
    """Where its orders are delivered (BG-13, BG-15), where that is not the customer's own address."""
    lines: tuple[InvoiceLine, ...]
    vat_breakdown: tuple[VatSubtotal, ...]
    net: Money
    vat: Money
    gross: Money
    due_amount: Money
    accounting_vat: AccountingVat | None = None
    mentions: tuple[Mention, ...] = ()
    refers_to: tuple[str, ...] = ()
    """Numbers of earlier invoices of the same order that it follows (BG-3)."""
    reference_dates: dict[str, Day] = Field(default_factory=dict, exclude_if=not_)
    """The issue dates of the invoices to which it refers, by their numbers (BT-26)."""
    replaces: tuple[str, ...] = ()
    """Numbers of credited invoices of which it bills something again (BG-3)."""
    concludes: tuple[str, ...] = ()
    """The orders whose earlier instalments it refers to, because goods are delivered or services completed with it."""
    as_advance: bool = Field(default=False, exclude_if=not_)
    """Of an advance invoice: whether its net is no income before a later invoice settles it."""
    settles: tuple[SettledAdvance, ...] = Field(default=(), exclude_if=not_)
    """The advances whose net becomes income with it."""
    channel: Channel = "email"
    rulebook: str
    """The fingerprint of the rulebook that made it."""
    reasons: tuple[Reason, ...] = ()

    @property
    def period(self) -> Period | None:
        """From the first to the last day of its lines' service periods (BG-14)."""
        periods = [line.service_period for line in self.lines if line.service_period]
        return Period(min(p.start for p in periods), max(p.until for p in periods)) if periods else None


class Invoice(DraftInvoice):
    """A draft that has its number and date, for ever."""

    number: str
    series: str
    issued_on: Day
    communication: str
    """What the customer writes on the transfer, as the banks of the seller's country check it: `+++010/8068/17183+++` in Belgium."""


class DraftCreditNote(OneCurrency):
    """What is taken back of one invoice, wholly or in part, at the invoiced price and VAT rate (type 381). Amounts are positive."""

    seller: Seller
    customer: Customer
    order_type: OrderType
    orders: tuple[str, ...]
    purchase_order: str | None = None
    buyer_reference: str | None = Field(default=None, exclude_if=not_)
    corrects: str
    """The number of the invoice."""
    corrects_issued_on: Day
    because: str = ""
    tax_point: Day
    delivered_on: Day | None = None
    ship_to: str | None = None
    deliver_to: DeliveryAddress | None = Field(default=None, exclude_if=not_)
    lines: tuple[InvoiceLine, ...]
    base_reductions: tuple[BaseReduction, ...] = ()
    """What of the invoice's reductions it takes back."""
    vat_breakdown: tuple[VatSubtotal, ...]
    net: Money
    vat: Money
    gross: Money
    accounting_vat: AccountingVat | None = None
    mentions: tuple[Mention, ...] = ()
    as_advance: bool = Field(default=False, exclude_if=not_)
    """Whether it takes back an advance that no invoice has settled."""
    channel: Channel = "email"
    rulebook: str


class CreditNote(DraftCreditNote):
    """A credit note with its number and date, for ever."""

    number: str
    series: str
    issued_on: Day
