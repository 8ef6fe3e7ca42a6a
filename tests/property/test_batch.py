"""Orders planned together are the orders planned one by one, transaction by transaction and reason by reason."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from engine import billing
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.documents.transaction import Transaction
from engine.language import RecordedRules
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from tests.property.test_diff import orders
from tests.property.test_price_cache import BOOKS, THROUGH, buyers


@given(some.data(), some.sampled_from(BOOKS), some.booleans())
def test_planning_together_is_planning_one_by_one(data: some.DataObject, book: Rulebook, tracing: bool) -> None:
    drawn = data.draw(some.lists(some.tuples(orders(book), buyers(book)), min_size=1, max_size=3))
    sold = [made for at, (order, buyer) in enumerate(drawn) for made in _twice(order, buyer, at)]
    customers = {buyer.id: buyer for _, buyer in sold}
    planned, refused, _ = billing.plan_all([order for order, _ in sold], customers, book, through=THROUGH, tracing=tracing)
    alone = replace(book, rules=RecordedRules(book.rules))  # nothing is remembered under recorded rules
    for order, buyer in sold:
        expected = _planned(order, buyer, alone, tracing)
        if isinstance(expected, Refusal):
            assert refused[order.id].problems == expected.problems
        else:
            assert planned[order.id] == expected


def _twice(order: Order, buyer: Customer, at: int) -> list[tuple[Order, Customer]]:
    """An order and a like one of another customer, with ids of its own."""
    made = []
    for copy in ("a", "b"):
        mine = buyer.model_copy(update={"id": f"{copy}{at}"})
        items = tuple(item.model_copy(update={"id": f"{copy}{at}{item.id}"}) for item in order.items)
        update = {"id": f"{copy}{at}", "customer": mine.id, "items": items, "purchase_order": f"PO {copy}"}
        made.append((order.model_copy(update=update), mine))
    return made


def _planned(order: Order, customer: Customer, rulebook: Rulebook, tracing: bool) -> tuple[Transaction, ...] | Refusal:
    try:
        return billing.plan(order, customer, rulebook, through=THROUGH, tracing=tracing)
    except Refusal as refusal:
        return refusal
