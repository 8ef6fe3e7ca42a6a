"""Works one amount out again and records the questions that its rules answer: of a transaction, a line of a quote, an evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, TypeVar

from engine import billing
from engine.documents.billed import RunningOrders
from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import QuoteRequest
from engine.documents.transaction import Transaction
from engine.explaining.why_not import TracedAmount
from engine.language import Question, RecordedRules
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook

Result = TypeVar("Result")
NO_LONGER_PLANNED: Final = Kind(
    "no-longer-planned", "the order gives no amount `{transaction}` any more", "its item was changed since; ask about another line"
)
LATEST_DAYS: Final = 1100
"""How many days after its invoice the period of a transaction may begin at most: an instalment or a period billed far in advance."""


def record_questions(rulebook: Rulebook, evaluate: Callable[[Rulebook], Result]) -> tuple[Result, tuple[Question, ...]]:
    """The result of a function of a rulebook, and the questions that the rules answered for it, in order, each with its facts."""
    recorded = RecordedRules(rulebook.rules)
    result = evaluate(replace(rulebook, rules=recorded))
    return result, tuple(recorded.questions)


def trace_transaction(order: Order, customer: Customer, identity: str, rulebook: Rulebook, issued_on: date) -> TracedAmount:
    """A transaction with the questions of its price in its period, and of its VAT on the day of its invoice."""
    item = next((each for each in order.items if each.id == identity.partition("|")[0]), None)
    planned = billing.plan(_beside(order, item), customer, rulebook, through=issued_on + timedelta(days=LATEST_DAYS)) if item else ()
    amount = next((one for one in planned if one.identity == identity), None)
    if item is None or amount is None:
        raise refuse(NO_LONGER_PLANNED, None, None, transaction=identity)

    def evaluate(recorded: Rulebook) -> None:
        billing.plan(_only(order, item.id, amount), customer, recorded, through=amount.billing_date or issued_on)
        billing.draft([amount], {customer.id: customer}, {order.id: order}, recorded, issued_on=issued_on, earlier={})

    _, questions = record_questions(rulebook, evaluate)
    discounts = frozenset(discount.name for discount in amount.portion.discounts)
    return TracedAmount(questions=questions, reasons=amount.reasons, discounts=discounts)


def trace_quote_line(quote: PricedQuote, number: int, running: RunningOrders | None, rulebook: Rulebook) -> TracedAmount:
    """A line of a quote with the questions of its price and VAT, without those of the schedule, which prices its periods again."""
    line = next(each for each in quote.lines if each.number == number).request.replace(optional=False, alternative=None)
    request = QuoteRequest(currency=quote.currency, customer=quote.customer, lines=(line,), on=quote.on)
    owned = frozenset(rulebook.products)
    again, questions = record_questions(rulebook, lambda recorded: billing.quote(request, recorded, running=running, owned=owned))
    last = next((at for at, question in enumerate(questions) if question.kind == "offers"), len(questions))
    of_vat = (question for question in questions if question.name.startswith("vat."))
    priced = again.lines[0].priced
    discounts = frozenset(discount.name for discount in priced.discounts)
    return TracedAmount(questions=(*of_vat, *questions[: last + 2]), reasons=priced.reasons, discounts=discounts)


def _beside(order: Order, item: OrderItem) -> Order:
    """The order with one item, and those that are invoiced by the same payment plan, whose amounts depend on each other."""
    return order.replace(items=tuple(each for each in order.items if each.id == item.id or (item.plan and each.plan == item.plan)))


def _only(order: Order, item: str, amount: Transaction) -> Order:
    """The order with one item, and nothing billed before an amount."""
    items = tuple(each for each in order.items if each.id == item)
    return order.replace(items=items, invoiced_elsewhere_until=amount.billing_date or order.invoiced_elsewhere_until)
