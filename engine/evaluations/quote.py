"""POST /v1/evaluations/quote: a quote with prices, totals, schedule and VAT of its day."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from engine.billing import quote
from engine.budgets import check_amounts
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import LineRequest, QuoteRequest
from engine.evaluations.customer_request import CustomerRequest, customer_of
from engine.evaluations.evaluation import Evaluation, Example, first_segment, priced_day, sold_alone
from engine.evaluations.request_fields import check_currency, check_horizon
from engine.money import Currency
from engine.rulebook.book import Rulebook


class QuoteEvaluationRequest(Document):
    """The customer, the lines, and the day of the prices; a customer without a country is in the seller's."""

    customer: CustomerRequest
    lines: tuple[LineRequest, ...] = Field(min_length=1, max_length=1000)
    on: GivenDay
    currency: Currency | None = None


def evaluate_quote(request: QuoteEvaluationRequest, rulebook: Rulebook) -> PricedQuote:
    """The priced quote; Refusal with a JSON pointer for every line that cannot be priced."""
    check_currency(request.currency, rulebook.currency)
    starts = [(at, line.starts_on) for at, line in enumerate(request.lines) if line.starts_on is not None]
    for day, pointer in ((request.on, "/on"), *((day, f"/lines/{at}/starts_on") for at, day in starts)):
        check_horizon(day, rulebook, pointer)
    quote_request = QuoteRequest(
        currency=rulebook.currency, customer=customer_of(request.customer, rulebook), lines=request.lines, on=request.on
    )
    priced = quote(quote_request, rulebook)
    check_amounts((priced.net, priced.gross, priced.arr, priced.contract_value), "/lines")
    return priced


def _example(rulebook: Rulebook) -> Example:
    customer = {"id": "example", "name": "Example", "language": "en", "segment": first_segment(rulebook)}
    address = {"street": "Street 1", "postcode": "1000", "town": "Town", "country": rulebook.company.seller.country}
    lines = [{"product": product.code, "quantity": "1"} for product in sold_alone(rulebook)[:2]]
    on = priced_day(rulebook).isoformat()
    return {"currency": rulebook.currency.code, "customer": customer | {"address": address}, "lines": lines, "on": on}


EVALUATION: Final = Evaluation(
    "quote", "What a quote offers, with its whole schedule", QuoteEvaluationRequest, PricedQuote, evaluate_quote, _example
)
