"""POST /v1/evaluations/quote: a quote with prices, totals, schedule and VAT of its day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from pydantic import Field

from engine.billing import quote
from engine.budgets import check_amounts
from engine.documents.document import Document
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import LineRequest, QuoteRequest
from engine.evaluations.customer_request import CustomerRequest, customer_of
from engine.evaluations.evaluation import Evaluation, Example, first_segment, priced_day, sold_alone
from engine.evaluations.request_fields import DayGiven, check_currency, check_horizon
from engine.money import Currency
from engine.problems import Kind, Refusal
from engine.rulebook.book import Rulebook

START_BEYOND_REASON: Final = Kind("start-beyond-reason", "nothing is planned from {day} on", "write a date between 1900 and 2999")


class QuoteEvaluationRequest(Document):
    """The customer, the lines, and the day of the prices; a customer without a country is in the seller's."""

    customer: CustomerRequest
    lines: tuple[LineRequest, ...] = Field(min_length=1, max_length=1000)
    on: DayGiven
    currency: Currency | None = None


def evaluate_quote(request: QuoteEvaluationRequest, rulebook: Rulebook) -> PricedQuote:
    """The priced quote; Refusal with a JSON pointer for every line that cannot be priced."""
    check_currency(request.currency, rulebook.currency)
    starts = [(at, line.starts_on) for at, line in enumerate(request.lines) if line.starts_on is not None]
    check_days(None, request.lines)
    for day, pointer in ((request.on, "/on"), *((day, f"/lines/{at}/starts_on") for at, day in starts)):
        check_horizon(day, rulebook, pointer)
    quote_request = QuoteRequest(
        currency=rulebook.currency, customer=customer_of(request.customer, rulebook), lines=request.lines, on=request.on
    )
    priced = quote(quote_request, rulebook)
    check_amounts((priced.net, priced.gross, priced.arr, priced.contract_value), "/lines")
    return priced


def check_days(on: date | None, lines: Iterable[LineRequest]) -> None:
    """Refuses a day of prices, and first days of lines, from which nothing can be planned."""
    days = [("/on", on), *((f"/lines/{at}/starts_on", line.starts_on) for at, line in enumerate(lines))]
    beyond = [START_BEYOND_REASON.at(None, where, day=day) for where, day in days if day is not None and not 1900 <= day.year <= 2999]
    if beyond:
        raise Refusal(tuple(beyond))


def _example(rulebook: Rulebook) -> Example:
    customer = {"id": "example", "name": "Example", "language": "en", "segment": first_segment(rulebook)}
    address = {"street": "Street 1", "postcode": "1000", "town": "Town", "country": rulebook.company.seller.country}
    lines = [{"product": product.code, "quantity": "1"} for product in sold_alone(rulebook)[:2]]
    on = priced_day(rulebook).isoformat()
    return {"currency": rulebook.currency.code, "customer": customer | {"address": address}, "lines": lines, "on": on}


EVALUATION: Final = Evaluation(
    "quote", "What a quote offers, with its whole schedule", QuoteEvaluationRequest, PricedQuote, evaluate_quote, _example
)
