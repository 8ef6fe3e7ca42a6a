"""POST /v1/evaluations/price: the price of a quantity of a product, or by a tier table, on a day for a customer."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from pydantic import Field

from engine.budgets import check_amounts
from engine.dates import GivenDay
from engine.documents.document import Document, OneCurrency
from engine.documents.quote import BundlePart, LineDiscount, LineRequest, PricePer
from engine.documents.signed_percent import SignedPercent
from engine.evaluations.customer_request import CustomerRequest, customer_of
from engine.evaluations.evaluation import Evaluation, Example, first_segment, priced_day
from engine.evaluations.request_fields import TiersGiven, check_currency, check_horizon, check_legal_tender
from engine.money import MICRO, Currency, Factor, Money, Price, Quantity, round_half_up
from engine.order_types.quote_placement import price_line
from engine.phrases import Figure, phrase, together
from engine.problems import Kind, Refusal, refuse
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.stages.pricing.discounts import discount_line, manual_offer
from engine.stages.pricing.item_prices import OrderKind
from engine.stages.pricing.quote_checks import check_line
from engine.stages.pricing.tiers import price_tiers

ONE_OF_TWO: Final = Kind("product-or-tiers", "the request names {what}", "name a `product` or give `tiers`, one of the two")
SINCE_LATER: Final = Kind("runs-since-later", "an item that runs since {since} has no price on {on}", "write a `runs_since` up to that day")
TIERS_ALONE: Final = Kind("tiers-alone", "a tier table has no order", "leave `{field}` out, or name a `product`")
NEGATIVE: Final = Kind("negative-quantity", "a quantity of {quantity} has no price", "write a quantity of 0 or more")


class PriceRequest(Document):
    """A product of the catalogue or a tier table, the quantity, the customer and the day.

    The price is that of one price period (a month, a piece); with a billing type or process that of a whole billing period. The line is
    new on the day; `order_kind` says otherwise, and `runs_since` that its item was signed and has run since an earlier day.
    """

    customer: CustomerRequest = CustomerRequest()
    product: str | None = Field(default=None, max_length=200)
    tiers: TiersGiven | None = None
    quantity: Quantity
    on: GivenDay
    attributes: dict[str, str] = Field(default_factory=dict, max_length=100)
    billing_type: str | None = Field(default=None, max_length=200)
    billing_process: str | None = Field(default=None, max_length=200)
    discount: SignedPercent | None = None
    currency: Currency | None = None
    order_kind: OrderKind | None = None
    runs_since: GivenDay | None = None


class PriceAnswer(OneCurrency):
    """List price, unit price, the net before and after discounts, and the reasons."""

    product: str | None = None
    quantity: Quantity
    list_price: Price
    """Of one unit, in the price book of the day, before any factor of the customer."""
    unit_price: Price
    """Of one unit, after its factors, rounded once; of graduated tiers the average."""
    price_per: PricePer
    periods: Factor = Fraction(1)
    list_net: Money
    discounts: tuple[LineDiscount, ...] = ()
    net: Money
    parts: tuple[BundlePart, ...] = ()
    reasons: tuple[Reason, ...] = ()


def evaluate_price(request: PriceRequest, rulebook: Rulebook) -> PriceAnswer:
    """The price; Refusal where the product is unknown or not sold then, no tier fits, or a rule has no answer."""
    if request.quantity.micros < 0:
        raise refuse(NEGATIVE, None, "/quantity", quantity=request.quantity)
    if request.product is not None and request.tiers is None:
        return _of_product(request, rulebook)
    if request.product is None and request.tiers is not None:
        return _of_tiers(request.tiers, request, rulebook)
    raise refuse(ONE_OF_TWO, None, "/product", what=phrase("both") if request.product else phrase("neither"))


def _of_product(request: PriceRequest, rulebook: Rulebook) -> PriceAnswer:
    check_currency(request.currency, rulebook.currency)
    check_horizon(request.on, rulebook, "/on")
    line = LineRequest.of(request)
    since = request.runs_since
    if since is not None and since > request.on:
        raise refuse(SINCE_LATER, None, "/runs_since", since=since, on=request.on)
    problems = check_line(line, rulebook, since or request.on)
    if problems:
        raise Refusal(problems)
    is_whole = request.billing_type is not None or request.billing_process is not None
    customer = customer_of(request.customer, rulebook)
    priced = price_line(line, rulebook, customer, on=request.on, since=since, order_kind=request.order_kind, whole_period=is_whole)
    return PriceAnswer.of(priced, currency=rulebook.currency, unit_price=priced.fine_price or _exact(priced.unit_price))


def _of_tiers(given: TiersGiven, request: PriceRequest, rulebook: Rulebook) -> PriceAnswer:
    """The price by the tier table of the request, without price book, factors and discounts of rules."""
    for field in ("order_kind", "runs_since"):
        if getattr(request, field) is not None:
            raise refuse(TIERS_ALONE, None, f"/{field}", field=field)
    currency = request.currency or rulebook.currency
    check_legal_tender(currency, request.on)
    tiers = given.tiers(currency, "/tiers")
    tier_price = price_tiers(tiers, request.quantity, Fraction(1), currency)
    check_amounts((tier_price.net,), "/quantity")
    offers = (manual_offer(request.discount, None),) if request.discount and request.discount.fraction else ()
    minor = 10 ** (12 - currency.exponent)
    discounted = discount_line(Fraction(tier_price.exact, minor), offers, None, currency)
    unit = Price(tier_price.unit_micros, currency)
    if given.mode == "graduated" and request.quantity.micros:
        unit = Price(round_half_up(tier_price.exact, request.quantity.micros), currency)
    says = phrase("{sum} = {net}", sum=together(tier_price.steps, " + ") or "0", net=Figure(tier_price.net))
    return PriceAnswer(
        currency=currency,
        quantity=request.quantity,
        list_price=Price(tier_price.unit_micros, currency),
        unit_price=unit,
        price_per="period",
        list_net=tier_price.net,
        discounts=discounted.discounts,
        net=discounted.net,
        reasons=(Reason("tier", f"{given.mode} tiers", says), *discounted.reasons),
    )


def _exact(unit_price: Money) -> Price:
    return Price(unit_price.minor * MICRO // 10**unit_price.currency.exponent, unit_price.currency)


def _example(rulebook: Rulebook) -> Example:
    tiers = {"mode": "graduated", "rows": [{"up_to": "10", "unit_price": "5.00", "flat": "2.00"}, {"unit_price": "4.00"}]}
    return {"customer": {"segment": first_segment(rulebook)}, "tiers": tiers, "quantity": "12", "on": priced_day(rulebook).isoformat()}


EVALUATION: Final = Evaluation("price", "What a quantity of a product costs", PriceRequest, PriceAnswer, evaluate_price, _example)
