"""What was heard while one amount was worked out: a line of an invoice, a transaction, a line of a quote, an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, TypeVar

from engine import billing
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import LineRequest, QuoteRequest
from engine.documents.transaction import Transaction
from engine.explaining.explanation import Explained, Explanation
from engine.explaining.question_recorder import listen
from engine.explaining.why_not import Line, why_not
from engine.language import Question
from engine.phrases import phrase, together
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook

Answer = TypeVar("Answer")
NO_LONGER_PLANNED: Final = Kind(
    "no-longer-planned", "the order gives no amount `{transaction}` any more", "its item was changed since; ask about another line"
)


def heard_of_transaction(order: Order, customer: Customer, identity: str, rulebook: Rulebook, issued_on: date) -> Line:
    """What was heard of one dated amount: its price in the period that it is for, and its VAT on the day of its invoice."""
    item = next((each for each in order.items if each.id == identity.partition("|")[0]), None)
    planned = billing.plan(order, customer, rulebook, through=issued_on + timedelta(days=LATEST))
    amount = next((one for one in planned if one.identity == identity), None)
    if item is None or amount is None:
        raise refuse(NO_LONGER_PLANNED, None, None, transaction=identity)

    def work_out(listening: Rulebook) -> None:
        billing.plan(_from_day(order, item.id, amount), customer, listening, through=amount.billing_date or issued_on)
        billing.draft([amount], {customer.id: customer}, {order.id: order}, listening, issued_on=issued_on, earlier={})

    _, heard = listen(rulebook, work_out)
    return Line(heard=heard, reasons=amount.reasons, discounts=frozenset(discount.name for discount in amount.portion.discounts))


LATEST: Final = 1100
"""So many days after its invoice the last period of a transaction on it may begin: an instalment or a period billed far in advance."""


def heard_of_quote_line(quote: PricedQuote, number: int, rulebook: Rulebook) -> Line:
    """What was heard of one line of a quote."""
    line = quote.lines[number - 1]

    def work_out(listening: Rulebook) -> PricedQuote:
        return _of_one_line(quote, line.request, listening)

    made, heard = listen(rulebook, work_out)
    priced = made.lines[0].priced
    return Line(heard=_of_quote(heard), reasons=priced.reasons, discounts=frozenset(discount.name for discount in priced.discounts))


def heard_of_answer(ask: Callable[[Rulebook], Answer], rulebook: Rulebook) -> tuple[Answer, tuple[Question, ...]]:
    """An answer, and what was heard while it was worked out."""
    return listen(rulebook, ask)


def told_why_not(rule: str, line: Line, rulebook: Rulebook, *, number: str, title: str) -> Explained:
    """Why a rule did not take part in an amount, as a part of an explanation."""
    verdicts = why_not(rule, line, rulebook)
    said = together((phrase("{rule}: {verdict}", rule=reason.rule, verdict=reason.says) for reason in verdicts), "; ")
    return Explained(line=number, title=title, amount="", sentence=phrase("{verdicts}.", verdicts=said), steps=verdicts)


def explanation_of(document: str, rule: str, rulebook: Rulebook, parts: tuple[Explained, ...]) -> Explanation:
    """Why a rule did not take part in a document."""
    title = phrase("Why not {rule} in {document}?", rule=rule, document=document)
    code = rulebook.currency.code
    return Explanation(kind="why-not", document=document, title=title, currency=code, rulebook=rulebook.fingerprint, parts=parts)


def _from_day(order: Order, item: str, amount: Transaction) -> Order:
    """The order with one item, of which nothing is asked that is billed before an amount."""
    items = tuple(each for each in order.items if each.id == item)
    return order.model_copy(update={"items": items, "invoiced_elsewhere_until": amount.billing_date or order.invoiced_elsewhere_until})


def _of_one_line(quote: PricedQuote, request: LineRequest, rulebook: Rulebook) -> PricedQuote:
    asked = QuoteRequest(currency=quote.currency, customer=quote.customer, lines=(request,), on=quote.on)
    return billing.quote(asked, rulebook, owned=frozenset(rulebook.products))


def _of_quote(heard: tuple[Question, ...]) -> tuple[Question, ...]:
    """What was heard of the quote's own price: the schedule that follows prices its periods again."""
    last = next((at for at, question in enumerate(heard) if question.sort == "offers"), len(heard))
    return (*(question for question in heard if question.name.startswith("vat.")), *heard[: last + 2])
