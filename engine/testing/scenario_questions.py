"""The whole questions that a scenario may ask: the same that `centwright evaluate` and the service answer, and the day of payment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from pydantic import BaseModel, Field

from engine.dates import Day
from engine.documents.document import Document
from engine.evaluations.invoice import InvoiceRequest, evaluate_invoice
from engine.evaluations.payment_plan import PaymentPlanRequest, evaluate_payment_plan
from engine.evaluations.price import PriceRequest, evaluate_price
from engine.evaluations.quote import AskedQuote, evaluate_quote
from engine.evaluations.request_fields import DayGiven
from engine.evaluations.schedule import ScheduleRequest, evaluate_schedule
from engine.evaluations.vat import VatRequest, evaluate_vat
from engine.problems import Kind, refuse
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.stages.invoicing.drafting import due_on

UNKNOWN_TERMS: Final = Kind("unknown-terms", "there are no payment terms `{name}`", "write one of: {possible}")


class DueDateRequest(Document):
    """The question: by when an invoice of a day must be paid, under the company's terms unless others are named."""

    issued_on: DayGiven
    terms: str | None = Field(default=None, max_length=60)


class DueDateAnswer(Document):
    """The answer, and by which terms."""

    due_on: Day
    terms: str
    reasons: tuple[Reason, ...] = ()


def evaluate_due_date(request: DueDateRequest, rulebook: Rulebook) -> DueDateAnswer:
    """The day by which an invoice must be paid; Refusal where plans/ has no such terms."""
    name = request.terms or rulebook.company.payment_terms
    terms = rulebook.payment_terms.get(name)
    if terms is None:
        raise refuse(UNKNOWN_TERMS, None, "/terms", name=name, possible=", ".join(rulebook.payment_terms))
    due: date = due_on(request.issued_on, terms)
    reason = Reason("due-date", f"plans: payment terms {name}", f"{due}", where=rulebook.places.of("payment-terms", name))
    return DueDateAnswer(due_on=due, terms=name, reasons=(reason,))


@dataclass(frozen=True, slots=True)
class Asking:
    """One sort of question: the key under which it stands, its model, and who answers it."""

    key: str
    request: type[BaseModel]
    answer: Callable[..., BaseModel]  # each function takes its own request model


ASKED: Final[Mapping[str, Asking]] = {
    each.key: each
    for each in (
        Asking("price", PriceRequest, evaluate_price),
        Asking("schedule", ScheduleRequest, evaluate_schedule),
        Asking("payment-plan", PaymentPlanRequest, evaluate_payment_plan),
        Asking("vat", VatRequest, evaluate_vat),
        Asking("quote", AskedQuote, evaluate_quote),
        Asking("invoice", InvoiceRequest, evaluate_invoice),
        Asking("due-date", DueDateRequest, evaluate_due_date),
    )
}
