"""The questions that the service and the command line both answer: name, shape of the question, shape of the answer, function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BaseModel, Field, create_model

from engine.documents.priced_quote import PricedQuote
from engine.evaluations.credit import CreditAnswer, CreditRequest, evaluate_credit
from engine.evaluations.invoice import InvoiceAnswer, InvoiceRequest, evaluate_invoice
from engine.evaluations.payment_plan import PaymentPlanAnswer, PaymentPlanRequest, evaluate_payment_plan
from engine.evaluations.price import PriceAnswer, PriceRequest, evaluate_price
from engine.evaluations.quote import AskedQuote, evaluate_quote
from engine.evaluations.schedule import ScheduleAnswer, ScheduleRequest, evaluate_schedule
from engine.evaluations.vat import VatAnswer, VatRequest, evaluate_vat

RulebookName = Annotated[
    str | None, Field(default=None, max_length=200, description="A published rulebook version by its fingerprint; absent: the live one.")
]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One question: what it is called, what it asks, what it answers."""

    name: str
    summary: str
    request: type[BaseModel]
    answer: type[BaseModel]
    ask: Callable[..., BaseModel]  # each function takes its own request model


def _evaluation(name: str, summary: str, request: type[BaseModel], answer: type[BaseModel], ask: Callable[..., BaseModel]) -> Evaluation:
    """A question whose shape also takes the name of a rulebook version."""
    if "rulebook" not in request.model_fields:
        request = create_model(request.__name__, __base__=request, __doc__=request.__doc__, rulebook=(RulebookName, None))
    return Evaluation(name, summary, request, answer, ask)


EVALUATIONS: Final[Mapping[str, Evaluation]] = {
    each.name: each
    for each in (
        _evaluation("price", "What a quantity of a product costs", PriceRequest, PriceAnswer, evaluate_price),
        _evaluation("schedule", "When how much is invoiced", ScheduleRequest, ScheduleAnswer, evaluate_schedule),
        _evaluation("payment-plan", "How an amount is cut into instalments", PaymentPlanRequest, PaymentPlanAnswer, evaluate_payment_plan),
        _evaluation("vat", "How VAT falls on a supply", VatRequest, VatAnswer, evaluate_vat),
        _evaluation("invoice", "What an invoice comes to", InvoiceRequest, InvoiceAnswer, evaluate_invoice),
        _evaluation("credit", "What a credit note takes back", CreditRequest, CreditAnswer, evaluate_credit),
        _evaluation("quote", "What a quote offers, with its whole schedule", AskedQuote, PricedQuote, evaluate_quote),
    )
}
