"""A quote from request to answer: priced, planned as the orders that it would become, and taxed as on its own day."""

from __future__ import annotations

from datetime import date, timedelta

from engine.dates import month_after
from engine.documents.invoice import Held, VatDecision
from engine.documents.order import Order, OrderItem, OrderType
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import QuoteRequest
from engine.documents.supply import Supply
from engine.documents.transaction import Transaction
from engine.rulebook.book import Rulebook
from engine.rulebook.terms import days_of, months_of, terms_of
from engine.stages.ordering.accepting import accept, order_types
from engine.stages.ordering.life import activate
from engine.stages.pricing.books import BookPrices
from engine.stages.pricing.quotes import price_quote, with_schedule, with_vat
from engine.stages.scheduling.instalments import instalments
from engine.stages.scheduling.schedules import schedule
from engine.stages.taxing import tax


def quote(request: QuoteRequest, rulebook: Rulebook, *, order_kind: str = "new", owned: frozenset[str] = frozenset()) -> PricedQuote:
    """The priced quote with its whole schedule over the committed term and VAT as it would be on its day.

    Refusal with the problems of all lines at once. `owned` are products that the customer has already, for what requires them.
    """
    priced = price_quote(request, rulebook, order_kind=order_kind, owned=owned)

    def taxed(supply: Supply, *, issued_on: date) -> VatDecision | Held:
        return tax(supply, rulebook, issued_on=issued_on)

    return with_vat(with_schedule(priced, _planned(priced, rulebook)), taxed, rulebook)


def _planned(priced: PricedQuote, rulebook: Rulebook) -> list[Transaction]:
    """All transactions of the orders that the quote would become, were it accepted on its day."""
    names: dict[OrderType, str] = {order_type: order_type for order_type in order_types(priced)}
    found: list[Transaction] = []
    for order in accept(priced, names, rulebook, on=priced.on):
        begun = _begun(order, rulebook, priced.on)
        prices = BookPrices(rulebook, priced.customer, begun)
        found += _by_plan(begun, rulebook)
        for item in begun.items:
            if item.payment_plan is None:
                end = item.ends_before or priced.on
                found += schedule(begun, item, terms_of(item, rulebook), prices, through=max(end, _last_insertion(item))).transactions
    return found


def _begun(order: Order, rulebook: Rulebook, on: date) -> Order:
    """The order with each item begun on the day it is wished for, and ended with its committed term."""
    for item in order.items:
        order = activate(order, item.starts_on or on, [item.id])
    items = tuple(item.model_copy(update={"ends_before": _end_of_term(item, rulebook)}) for item in order.items)
    return order.model_copy(update={"items": items})


def _end_of_term(item: OrderItem, rulebook: Rulebook) -> date | None:
    """The day after the committed term: so many months as the process names, else one billing period; None for what does not recur."""
    terms, began = terms_of(item, rulebook), item.activated_on
    if began is None or terms.once or item.first_month is not None or item.payment_plan is not None:
        return None
    months = terms.term_months or months_of(terms)
    return month_after(began, months) if months is not None else began + timedelta(days=days_of(terms))


def _last_insertion(item: OrderItem) -> date:
    """A day after the last insertion was due; for all else, the day on which it begins."""
    if item.first_month is None:
        return item.activated_on or item.starts_on or date.min
    return month_after(item.first_month, item.insertions or 0)


def _by_plan(order: Order, rulebook: Rulebook) -> list[Transaction]:
    """The instalments of the items that are paid by a plan, plan by plan."""
    found: list[Transaction] = []
    for name in dict.fromkeys(item.payment_plan for item in order.items if item.payment_plan):
        lines = [(item, item.agreed) for item in order.items if item.payment_plan == name and item.agreed is not None]
        found += instalments(order, rulebook.payment_plans[name], lines)
    return found
