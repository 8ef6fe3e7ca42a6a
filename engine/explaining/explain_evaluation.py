"""Explains the answer of an evaluation: a price, VAT, a schedule, a payment plan, the totals of an invoice or credit, a quote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from engine.documents.priced_quote import PricedQuote
from engine.evaluations.credit import CreditAnswer
from engine.evaluations.evaluation import reasons_of
from engine.evaluations.invoice import InvoiceAnswer
from engine.evaluations.payment_plan import PaymentPlanAnswer
from engine.evaluations.price import PriceAnswer
from engine.evaluations.schedule import ScheduleAnswer
from engine.evaluations.vat import VatAnswer
from engine.explaining.explain_document import amount_explained, explain_quote, gross_explained, vat_explained
from engine.explaining.explanation import Explained, Explanation
from engine.explaining.why_not import TracedAmount
from engine.language import Question
from engine.phrases import Figure, phrase, together
from engine.reasons import Reason
from engine.rulebook.book import Rulebook


def explain_answer(evaluation: str, answer: BaseModel, rulebook: Rulebook) -> Explanation:
    """The amounts of the answer of an evaluation, each with its reasons."""
    if isinstance(answer, PricedQuote):
        return explain_quote(answer, evaluation)
    currency = rulebook.currency.code
    match answer:
        case PriceAnswer():
            currency = answer.currency.code
            title = answer.product or phrase("Price")
            parts: Iterable[Explained] = (amount_explained("1", title, str(answer.net), currency, answer.reasons),)
        case VatAnswer():
            parts = (_vat(answer),)
        case ScheduleAnswer():
            parts = _schedule(answer)
        case PaymentPlanAnswer():
            parts = _instalments(answer)
        case InvoiceAnswer() | CreditAnswer():
            currency = answer.currency.code
            parts = _totals(answer)
        case _:
            steps = tuple(reasons_of(answer))
            sentence = together((step.says for step in steps), "; ")
            parts = (Explained(line="1", title=evaluation, amount="", sentence=sentence, steps=steps),)
    return Explanation(
        kind="evaluation", document=evaluation, title=evaluation, currency=currency, rulebook=rulebook.fingerprint, parts=tuple(parts)
    )


def traced_answer(answer: BaseModel, questions: tuple[Question, ...]) -> TracedAmount:
    """The answer of an evaluation with the questions that were recorded."""
    answers = [line.priced for line in answer.lines] if isinstance(answer, PricedQuote) else [answer]
    reasons = tuple(reason for one in answers for reason in getattr(one, "reasons", ()))
    discounts = frozenset(discount.name for one in answers for discount in getattr(one, "discounts", ()))
    return TracedAmount(questions=questions, reasons=reasons, discounts=discounts)


def _vat(answer: VatAnswer) -> Explained:
    if answer.held is not None:
        sentence = phrase("held back: {because}.", because=answer.held)
    else:
        sentence = phrase("VAT: {rate}%, category {category}.", rate=Figure(answer.rate), category=answer.category)
    amount = "" if answer.held is not None else str(answer.rate)
    return Explained(line="vat", title=phrase("VAT of the supply"), amount=amount, sentence=sentence, steps=answer.reasons)


def _schedule(answer: ScheduleAnswer) -> Iterator[Explained]:
    for at, one in enumerate(answer.transactions, 1):
        sentence = phrase("{net}: {sum}.", net=Figure(one.net), sum=one.reason)
        title = phrase("Billed on {day}", day=one.billing_date)
        yield Explained(line=str(at), title=title, amount=one.net, sentence=sentence, steps=(Reason("period", "plans", one.reason),))


def _instalments(answer: PaymentPlanAnswer) -> Iterator[Explained]:
    count = len(answer.instalments)
    for at, one in enumerate(answer.instalments, 1):
        when = phrase("once `{event}` has a day", event=one.event) if one.billing_date is None else phrase("on {day}", day=one.billing_date)
        sentence = phrase("{net}: instalment {number} of {count}, {when}.", net=Figure(one.net), number=at, count=count, when=when)
        yield Explained(line=str(at), title=phrase("Instalment {number}", number=at), amount=one.net, sentence=sentence)


def _totals(answer: InvoiceAnswer | CreditAnswer) -> Iterator[Explained]:
    sentence = phrase(
        "{net}: {lines} for the lines − {discounts} + {surcharges}.",
        net=Figure(answer.net),
        lines=Figure(answer.sum_lines),
        discounts=Figure(answer.sum_discounts),
        surcharges=Figure(answer.sum_surcharges),
    )
    yield Explained(line="net", title=phrase("Net"), amount=str(answer.net), sentence=sentence)
    for entry in answer.vat_breakdown:
        yield vat_explained(entry, answer.reasons if isinstance(answer, InvoiceAnswer) else ())
    yield gross_explained(answer.net, answer.vat, answer.gross)
