"""The evaluations: each has its own file, and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.evaluations import credit, due_date, invoice, payment_plan, price, quote, schedule, vat
from engine.evaluations.evaluation import Evaluation

EVALUATIONS: Final[Mapping[str, Evaluation]] = {
    each.name: each
    for each in (
        price.EVALUATION,
        schedule.EVALUATION,
        payment_plan.EVALUATION,
        vat.EVALUATION,
        invoice.EVALUATION,
        credit.EVALUATION,
        quote.EVALUATION,
        due_date.EVALUATION,
    )
}
