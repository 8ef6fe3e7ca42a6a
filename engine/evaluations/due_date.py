"""POST /v1/evaluations/due-date: the due date of an invoice of a day."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from engine.dates import Day
from engine.documents.document import Document
from engine.evaluations.evaluation import Evaluation, Example, priced_day
from engine.evaluations.request_fields import DayGiven
from engine.problems import Kind, refuse
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.stages.invoicing.drafting import due_on

UNKNOWN_TERMS: Final = Kind("unknown-terms", "there are no payment terms `{name}`", "write one of: {possible}")


class DueDateRequest(Document):
    """The day of an invoice, and the payment terms; by default the company's."""

    issued_on: DayGiven
    terms: str | None = Field(default=None, max_length=60)


class DueDateAnswer(Document):
    """The due date, and the payment terms that give it."""

    due_on: Day
    terms: str
    reasons: tuple[Reason, ...] = ()


def evaluate_due_date(request: DueDateRequest, rulebook: Rulebook) -> DueDateAnswer:
    """The due date; Refusal where plans/ has no such terms."""
    name = request.terms or rulebook.company.payment_terms
    terms = rulebook.payment_terms.get(name)
    if terms is None:
        raise refuse(UNKNOWN_TERMS, None, "/terms", name=name, possible=", ".join(rulebook.payment_terms))
    due = due_on(request.issued_on, terms)
    reason = Reason("due-date", f"plans: payment terms {name}", f"{due}", where=rulebook.places.of("payment-terms", name))
    return DueDateAnswer(due_on=due, terms=name, reasons=(reason,))


def _example(rulebook: Rulebook) -> Example:
    return {"issued_on": priced_day(rulebook).isoformat()}


EVALUATION: Final = Evaluation("due-date", "By when an invoice must be paid", DueDateRequest, DueDateAnswer, evaluate_due_date, _example)
