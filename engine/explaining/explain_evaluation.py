"""What explains the answer to a question that was asked without a document: a price, VAT, a schedule, a payment plan, a quote."""

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
from engine.explaining.explain_document import amount_explained, explain_quote
from engine.explaining.explanation import Explained, Explanation
from engine.explaining.why_not import Line
from engine.language import Question
from engine.phrases import Figure, phrase, together
from engine.reasons import Reason
from engine.rulebook.book import Rulebook


def explain_answer(question: str, answer: BaseModel, rulebook: Rulebook) -> Explanation:
    """The amounts of an answer with what was said while they were worked out."""
    if isinstance(answer, PricedQuote):
        return explain_quote(answer, question)
    currency = rulebook.currency.code
    match answer:
        case PriceAnswer():
            currency = answer.currency.code
            parts: Iterable[Explained] = (
                amount_explained("1", answer.product or phrase("Price"), str(answer.net), currency, answer.reasons),
            )
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
            parts = (_steps(question, answer),)
    return Explanation(
        kind="evaluation", document=question, title=question, currency=currency, rulebook=rulebook.fingerprint, parts=tuple(parts)
    )


def line_of_answer(answer: BaseModel, heard: tuple[Question, ...]) -> Line:
    """An answer as an amount whose rules can be asked about."""
    if isinstance(answer, PricedQuote):
        priced = [line.priced for line in answer.lines]
        reasons = tuple(reason for one in priced for reason in one.reasons)
        return Line(heard=heard, reasons=reasons, discounts=frozenset(discount.name for one in priced for discount in one.discounts))
    reasons = answer.reasons if isinstance(answer, PriceAnswer | VatAnswer | InvoiceAnswer) else ()
    discounts = answer.discounts if isinstance(answer, PriceAnswer) else ()
    return Line(heard=heard, reasons=reasons, discounts=frozenset(discount.name for discount in discounts))


def _steps(question: str, answer: BaseModel) -> Explained:
    """An answer without amounts that are known here: the reasons that stand in it."""
    steps = tuple(reasons_of(answer))
    return Explained(line="1", title=question, amount="", sentence=together((step.says for step in steps), "; "), steps=steps)


def _vat(answer: VatAnswer) -> Explained:
    if answer.held is not None:
        said = phrase("held back: {because}.", because=answer.held)
        return Explained(line="vat", title=phrase("VAT of the supply"), amount="", sentence=said, steps=answer.reasons)
    said = phrase("VAT: {rate}%, category {category}.", rate=Figure(answer.rate), category=answer.category)
    return Explained(line="vat", title=phrase("VAT of the supply"), amount=str(answer.rate), sentence=said, steps=answer.reasons)


def _schedule(answer: ScheduleAnswer) -> Iterator[Explained]:
    for at, one in enumerate(answer.transactions, 1):
        said = phrase("{net}: {sum}.", net=Figure(one.net), sum=one.reason)
        title = phrase("Billed on {day}", day=one.billing_date)
        yield Explained(line=str(at), title=title, amount=one.net, sentence=said, steps=(Reason("period", "plans", one.reason),))


def _instalments(answer: PaymentPlanAnswer) -> Iterator[Explained]:
    count = len(answer.instalments)
    for at, one in enumerate(answer.instalments, 1):
        when = phrase("once `{event}` has a day", event=one.event) if one.billing_date is None else phrase("on {day}", day=one.billing_date)
        said = phrase("{net}: instalment {number} of {count}, {when}.", net=Figure(one.net), number=at, count=count, when=when)
        yield Explained(line=str(at), title=phrase("Instalment {number}", number=at), amount=one.net, sentence=said)


def _totals(answer: InvoiceAnswer | CreditAnswer) -> Iterator[Explained]:
    reasons = answer.reasons if isinstance(answer, InvoiceAnswer) else ()
    said = phrase(
        "{net}: {lines} for the lines − {discounts} + {surcharges}.",
        net=Figure(answer.net), lines=Figure(answer.sum_lines), discounts=Figure(answer.sum_discounts),
        surcharges=Figure(answer.sum_surcharges),
    )  # fmt: skip
    yield Explained(line="net", title=phrase("Net"), amount=str(answer.net), sentence=said)
    for entry in answer.vat_breakdown:
        words = {"vat": Figure(entry.vat), "rate": Figure(entry.rate), "base": Figure(entry.base), "category": entry.category}
        yield Explained(
            line=f"vat {entry.category} {entry.rate}",
            title=phrase("VAT {category} {rate}%", category=entry.category, rate=Figure(entry.rate)),
            amount=str(entry.vat),
            sentence=phrase("{vat}: {rate}% of {base}, category {category}.", **words),
            steps=reasons,
        )
    total = phrase("{gross}: {net} net + {vat} VAT.", gross=Figure(answer.gross), net=Figure(answer.net), vat=Figure(answer.vat))
    yield Explained(line="gross", title=phrase("Total"), amount=str(answer.gross), sentence=total)
