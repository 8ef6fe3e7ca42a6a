"""POST /v1/evaluations/due-date: the due dates of an invoice of a day, and until when a discount for early payment may be taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from pydantic import Field

from engine.dates import Day, GivenDay
from engine.documents.document import Document
from engine.evaluations.evaluation import Evaluation, Example, priced_day
from engine.evaluations.request_fields import check_horizon
from engine.money import Percent
from engine.reasons import Reason
from engine.rulebook.book import Rulebook
from engine.rulebook.payment_terms import named_terms
from engine.stages.invoicing.payment import payable


class DueDateRequest(Document):
    """The day of an invoice, and the payment terms; by default the company's."""

    issued_on: GivenDay
    terms: str | None = Field(default=None, max_length=60)


class PartDue(Document):
    """A part of the gross amount, and when it is due."""

    share: Percent
    due_on: Day


class EarlyPayment(Document):
    """The discount for early payment, and the last day on which it may be taken."""

    percent: Percent
    until: Day


class DueDateAnswer(Document):
    """The due date (of several the first), and the payment terms that give it."""

    due_on: Day
    terms: str
    parts: tuple[PartDue, ...] = ()
    cash_discount: EarlyPayment | None = None
    reasons: tuple[Reason, ...] = ()


def evaluate_due_date(request: DueDateRequest, rulebook: Rulebook) -> DueDateAnswer:
    """The due dates; Refusal where plans/ has no such terms, or the day is after those of the rules."""
    name = request.terms or rulebook.company.payment_terms
    named_terms(name, rulebook.payment_terms, "/terms")
    check_horizon(request.issued_on, rulebook, "/issued_on")
    answer = payable(rulebook, frozenset({name}), request.issued_on)
    terms, discount = answer.terms, answer.terms.cash_discount
    return DueDateAnswer(
        due_on=answer.due_on,
        terms=name,
        parts=tuple(PartDue(share=part.share, due_on=part.due_on(request.issued_on, rulebook.closed_days)) for part in terms.parts),
        cash_discount=discount and EarlyPayment(percent=discount.percent, until=request.issued_on + timedelta(days=discount.within_days)),
        reasons=answer.reasons,
    )


def _example(rulebook: Rulebook) -> Example:
    return {"issued_on": priced_day(rulebook).isoformat()}


EVALUATION: Final = Evaluation("due-date", "By when an invoice must be paid", DueDateRequest, DueDateAnswer, evaluate_due_date, _example)
