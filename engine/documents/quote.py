"""Requests for prices of lines and quotes, and the priced line."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from operator import not_
from typing import Annotated, Final, Literal, Protocol

from pydantic import Field, field_serializer

from engine.dates import Day, GivenDay
from engine.documents.document import CLOSED, Document, OneCurrency
from engine.documents.party import Customer, DeliveryAddress
from engine.documents.signed_percent import SignedPercent
from engine.documents.usage_report import Commitment
from engine.money import DECIMAL_PATTERN, MICRO, Factor, Money, Percent, Price, Quantity, decimal_text, round_half_up
from engine.phrases import Language, Sentence, say
from engine.reasons import Reason

_DecimalText = Annotated[str, Field(pattern=DECIMAL_PATTERN)]
Labels = Annotated[tuple[tuple[Language, str], ...], Field(exclude_if=lambda labels: not labels)]
"""A name in several languages; nothing is written of one without."""
Included = Annotated[Quantity | None, Field(exclude_if=not_)]
"""How many units of a measured product cost nothing; None, and then not written, where every unit is paid."""
PricePer = Literal["month", "quarter", "half-year", "year", "4 weeks", "week", "day", "once", "period"]
"""For how long a price pays: `once` for one-time prices, `period` for one billing period whatever its length."""


class LineRequest(Document):
    """What a quote line asks for: a product, how many, how it is billed, and a manual discount with its author."""

    product: str
    quantity: Quantity
    """How many; of a measured product an estimate of one period, with which the quote is calculated."""
    billing_type: str | None = None
    billing_process: str | None = None
    payment_plan: str | None = None
    starts_on: GivenDay | None = None
    insertions: int | None = Field(default=None, ge=1, le=1200)
    """For advertising: in how many months it appears."""
    discount: SignedPercent | None = None
    discount_author: str | None = None
    attributes: dict[str, str] = Field(default_factory=dict)
    commitment: Commitment | None = Field(default=None, exclude_if=not_)
    """The minimum that is agreed, where the product is measured."""
    term_months: int | None = Field(default=None, ge=1, le=120, exclude_if=not_)
    """For how long the customer is committed; None: as the billing process says."""
    text: str | None = Field(default=None, min_length=1, max_length=1000, exclude_if=not_)
    """What the quote says of the line, in free words."""
    optional: bool = Field(default=False, exclude_if=not_)
    """Whether it counts only if it is chosen when the quote is accepted."""
    alternative: str | None = Field(default=None, min_length=1, max_length=60, exclude_if=not_)
    """The name of what it is one of several proposals for: the first counts, unless another is chosen when the quote is accepted."""


class QuoteRequest(OneCurrency):
    """A quote to be priced: for whom, which lines, and on which day its prices are looked up."""

    customer: Customer
    lines: tuple[LineRequest, ...] = Field(min_length=1, max_length=1000)
    on: Day
    payment_terms: str | None = None
    """The payment terms of the orders that it becomes; None: those that count without it."""
    deliver_to: DeliveryAddress | None = Field(default=None, exclude_if=not_)
    """Where its orders are delivered; None: to the customer's own address."""
    valid_until: Day | None = None
    """Until when it can be accepted; None: as many days as the company's quotes are valid."""


def paid_of(quantity: Quantity, included: Quantity | None) -> Quantity:
    """What of a quantity is paid, where some of it is included."""
    return quantity if included is None else Quantity(max(quantity.micros - included.micros, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDiscount:
    """One discount on a line, after stacking and cap: what it takes off, as a positive amount (BG-27)."""

    __pydantic_config__ = CLOSED

    name: str
    label: Sentence
    labels: Labels = ()
    percent: Percent | None = None
    """The percentage of the amount from which it is taken; None for an amount, and where a cap made it less."""
    amount: Money
    because: Sentence | None = None
    capped: bool = False
    """Whether a cap made it less than it says."""

    def label_in(self, language: Language) -> str:
        """Its name in a language."""
        return dict(self.labels).get(language) or say(self.label, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedDiscount:
    """A discount by the total of a quote: it stays with the item as it was agreed, whatever becomes of its rule."""

    __pydantic_config__ = CLOSED

    name: str
    label: str
    labels: Labels = ()
    percent: Percent | None = None
    amount: Money | None = None
    """Off a whole billing period; None where it is a percentage."""
    group: str | None = None
    priority: int = 0
    at_most: Money | None = None
    because: str | None = None
    rule: str
    """The rule that gave it, with its file."""
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePart:
    """A part of a bundle sold at one price, with its share of the line's net; parts may have other VAT classes."""

    __pydantic_config__ = CLOSED

    product: str
    quantity: Quantity
    net: Money


FREE_TEXT: Final = "free-text"
"""The product of a line that is none of the catalogue; codes of products are written in capitals."""


class WholePrice(Protocol):
    """The price of a whole billing period: what periods and parts of them are computed from."""

    @property
    def net(self) -> Money:
        """Its net."""

    @property
    def price_period_net(self) -> Money | None:
        """The net of one whole price period where it is invoiced in parts."""

    @property
    def periods(self) -> Fraction:
        """How many price periods one billing period has."""

    @property
    def price_per(self) -> PricePer:
        """The price period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """The price of a whole billing period of one line (or of the whole line, where it is paid once).

    unit price = list price × price factors, rounded once to the minor unit (of one price period, such as a month);
    list_net = unit price × quantity × periods × billing factor, rounded once; net = list_net − discounts, rounded once from the unrounded
    product.
    """

    __pydantic_config__ = CLOSED

    product: str
    quantity: Quantity
    list_price: Price
    unit_price: Money
    price_per: PricePer
    periods: Factor
    """How many price periods one billing period has: 3 for a monthly price billed quarterly."""
    billing_factor: Factor
    list_net: Money
    discounts: tuple[LineDiscount, ...] = ()
    net: Money
    parts: tuple[BundlePart, ...] = ()
    price_from: Day | None = None
    """The first day of the price version used."""
    recurring_per_month: Factor | None = None
    """Net of one month, for MRR, unrounded; written with at most six decimals. None for what is paid once."""
    fine_price: Price | None = None
    """The unit price where it has parts of a minor unit, such as 0.0625: kept at six decimals; `unit_price` is its rounded look."""
    price_period_net: Money | None = None
    """The net of one whole price period where it is invoiced in parts, as an annual price by the month: the last takes the rest."""
    graduated: bool = False
    """Whether each tier's units have a price of their own, so that `unit_price` is only the average of one unit, rounded."""
    included: Included = None
    """What of the quantity of a measured product costs nothing: it is taken off before tiers."""
    reasons: tuple[Reason, ...] = ()

    @property
    def paid(self) -> Quantity:
        """What of the quantity is paid: without what is included."""
        return paid_of(self.quantity, self.included)

    @field_serializer("recurring_per_month")
    def _month_text(self, net: Fraction | None) -> _DecimalText | None:
        if net is None:
            return None
        return decimal_text(round_half_up(net.numerator * MICRO, net.denominator), 6, least=self.net.currency.exponent)
