"""Orders planned together are the orders planned one by one, transaction by transaction, reason by reason and figure by figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial
from typing import Final

from hypothesis import given
from hypothesis import strategies as some

from engine import billing
from engine.bulk_planning import planned_net
from engine.documents.order import AdvertisingItem, AnyItem, InvestmentItem, Order, SubscriptionItem
from engine.documents.order_step import OrderEvent
from engine.documents.party import Customer
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import PlannedAmount, amount_of
from engine.language import RecordedRules
from engine.money import Quantity
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.catalog import Product
from engine.rulebook.reader import read_rulebook
from engine.stages.scheduling.batch import Planner
from engine.stages.scheduling.layouts import nets_of_amounts
from tests.property.test_diff import DAYS, SHIPPED, changed, orders
from tests.property.test_price_cache import ANY_BOOK as LISTED_BOOK
from tests.property.test_price_cache import BOOKS, THROUGH, buyers

LATER: Final = some.sampled_from([0, 0, 1, 30, 31, 365])
"""How many days later the like item of another order began."""
PROCESSES: Final = "plans/billing-processes.yaml"
POLICIES: Final = (
    ("price-change: next-period", "price-change: split"),
    ("price-change: next-period", "price-change: next-renewal"),
    ("price-change: next-period", "price-change: never"),
    ("proration: actual", "proration: none"),
    ("proration: actual", "proration: free"),
    ("price-change: next-period", "follows: frozen\n    price-change: next-period"),
    ("on-change: prorate", "on-change: none"),
    ("price-change: next-period", "indexation: wages\n    follows: indexed\n    price-change: next-period"),
)
INDICES: Final = """
kind: indices
indices:
  - id: wages
    label: {fr: Salaires, nl: Lonen, en: Wages}
    series-kind: wages
    indexed-part: 0.8
    base: 2023-12-01
    series: {2023-12-01: 120.5, 2024-12-01: 126.25, 2025-12-01: 131, 2026-12-01: 135.2}
"""


@cache
def _under(policy: tuple[str, str]) -> Rulebook:
    """The shipped rulebook under another policy."""
    return read_rulebook({**SHIPPED, "plans/indices.yaml": INDICES, PROCESSES: SHIPPED[PROCESSES].replace(*policy)})


ANY_BOOK: Final = some.sampled_from((*BOOKS, *(partial(_under, policy) for policy in POLICIES))).map(lambda book: book())


@given(some.data(), LISTED_BOOK, some.booleans())
def test_planning_together_is_planning_one_by_one(data: some.DataObject, book: Rulebook, tracing: bool) -> None:
    drawn = data.draw(some.lists(some.tuples(orders(book), buyers(book)), min_size=1, max_size=3))
    sold = [made for at, (order, buyer) in enumerate(drawn) for made in _twice(order, buyer, at, data.draw(LATER))]
    customers = {buyer.id: buyer for _, buyer in sold}
    planned, refused, _ = billing.plan_all([order for order, _ in sold], customers, book, through=THROUGH, tracing=tracing)
    for order, buyer in sold:
        expected = _planned(order, buyer, book, tracing)
        if isinstance(expected, Refusal):
            assert refused[order.id].problems == expected.problems
        else:
            assert planned[order.id] == expected


@given(some.data(), ANY_BOOK)
def test_planning_in_figures_is_planning_one_by_one(data: some.DataObject, book: Rulebook) -> None:
    each = orders(book).flatmap(lambda order: changed(order, book)) | _bought(book)
    drawn = data.draw(some.lists(some.tuples(each, buyers(book)), min_size=1, max_size=3))
    sold = [made for at, (order, buyer) in enumerate(drawn) for made in _twice(order, buyer, at, data.draw(LATER))]
    customers = {buyer.id: buyer for _, buyer in sold}
    planned, refused, _ = billing.plan_amounts([order for order, _ in sold], customers, book, through=THROUGH)
    for order, buyer in sold:
        expected = _planned(order, buyer, book, False)
        if isinstance(expected, Refusal):
            assert refused[order.id].problems == expected.problems
        else:
            assert {item: list(amounts) for item, amounts in planned[order.id].items()} == _figures(expected)


@given(some.data(), ANY_BOOK, some.dates(date(2024, 6, 1), date(2027, 12, 31)))
def test_what_is_due_from_a_day_on_is_a_part_of_the_whole(data: some.DataObject, book: Rulebook, day: date) -> None:
    each = orders(book).flatmap(lambda order: changed(order, book)) | _bought(book)
    sold = data.draw(some.lists(some.tuples(each, buyers(book)), min_size=1, max_size=3))
    made = {f"o{at}": (order.model_copy(update={"id": f"o{at}", "customer": f"K{at}"}), buyer) for at, (order, buyer) in enumerate(sold)}
    customers = {order.customer: buyer for order, buyer in made.values()}
    planned, _, _ = billing.plan_all([order for order, _ in made.values()], customers, book, through=THROUGH, since=day, tracing=False)
    for name, (order, buyer) in made.items():
        expected = _planned(order, buyer, book, False)
        if not isinstance(expected, Refusal):
            assert _from(planned[name], day) == _from(expected, day)


@given(some.data(), ANY_BOOK, some.dates(date(2024, 6, 1), date(2027, 12, 31)))
def test_the_planned_net_is_that_of_what_is_planned(data: some.DataObject, book: Rulebook, day: date) -> None:
    each = orders(book).flatmap(lambda order: changed(order, book)) | _bought(book)
    drawn = data.draw(some.lists(some.tuples(each, buyers(book)), min_size=1, max_size=3))
    sold = [made for at, (order, buyer) in enumerate(drawn) for made in _twice(order, buyer, at, data.draw(LATER))]
    planned = [(order, _planned(order, buyer, book, False)) for order, buyer in sold]
    billable = {order.id for order, transactions in planned if not isinstance(transactions, Refusal)}
    wanted: Counter[tuple[str, str]] = Counter()
    for order, transactions in planned:
        for one in () if isinstance(transactions, Refusal) else transactions:
            if one.billing_date is not None and day <= one.billing_date <= THROUGH and one.state == "planned":
                wanted[f"{one.billing_date:%Y-%m}", order.type] += one.portion.net.minor
    alive = ([order for order, _ in sold if order.id in billable], {buyer.id: buyer for _, buyer in sold})
    assert Counter(planned_net([alive], book, first=day, through=THROUGH).nets) == wanted


@given(some.data(), ANY_BOOK, some.none() | some.dates(date(2026, 6, 1), date(2027, 12, 31)))
def test_nets_are_those_of_the_figures(data: some.DataObject, book: Rulebook, since: date | None) -> None:
    each = orders(book).flatmap(lambda order: changed(order, book))
    drawn = data.draw(some.lists(some.tuples(each, buyers(book)), min_size=1, max_size=3))
    planner = Planner(book, THROUGH, since)
    sold = [made for at, (order, buyer) in enumerate(drawn) for made in _twice(order, buyer, at, data.draw(LATER))]
    for order, buyer in sold:
        for item in order.items:
            wanted, found = (
                _nets_or_refusal(each, order, item, buyer, with_figures)
                for each, with_figures in ((Planner(book, THROUGH, since), True), (planner, False))
            )
            assert found == wanted


def _nets_or_refusal(planner: Planner, order: Order, item: AnyItem, buyer: Customer, with_figures: bool) -> object:
    """The nets of an item with or without its other figures, whose periods no other item shares; or why it is refused."""
    try:
        prices = billing.prices(order, buyer, planner.rulebook, tracing=False)
        planned = nets_of_amounts(planner.by_process(order, item, prices)) if with_figures else planner.nets(order, item, prices)
    except Refusal as refusal:
        return refusal.problems
    return planned.dates, planned.nets, planned.identities


def _from(planned: Iterable[Transaction], day: date) -> list[Transaction]:
    return [one for one in planned if one.billing_date is not None and one.billing_date >= day]


def test_like_items_share_their_figures() -> None:
    book = BOOKS[-1]()
    item = _item(SubscriptionItem, book.products["SUB-CORE"], book, activated_on=date(2026, 3, 14))
    order = Order(id="o", currency=book.currency, type="subscription", customer="K", items=(item, item.model_copy(update={"id": "b"})))
    customer = Customer.model_validate(
        {"id": "K", "name": "K", "segment": "independent", "address": {"street": "S", "postcode": "1", "town": "T", "country": "BE"}}
    )
    later = order.model_copy(update={"id": "p", "items": (item.model_copy(update={"id": "c"}),)})
    first, second = (billing.plan_amounts([each], {"K": customer}, book, through=THROUGH).amounts[each.id] for each in (order, later))
    assert first["i"] is first["b"] is second["c"]


def _figures(planned: Iterable[Transaction]) -> dict[str, list[PlannedAmount]]:
    figures: dict[str, list[PlannedAmount]] = {}
    for one in planned:
        figures.setdefault(one.item, []).append(amount_of(one))
    return figures


@some.composite
def _bought(draw: some.DrawFn, rulebook: Rulebook) -> Order:
    """An order of investments with or without a payment plan, or of advertising."""
    kind = draw(some.sampled_from(["investment", "advertising"]))
    sold = [one for one in rulebook.products.values() if one.order_type == kind and not one.attributes]
    start, items = draw(DAYS), []
    for at in range(draw(some.integers(1, 3))):
        product, fields = draw(some.sampled_from(sold)), {"id": f"i{at}", "quantity": Quantity.whole(draw(some.integers(1, 9)))}
        if kind == "investment":
            plan = draw(some.sampled_from([None, *sorted(rulebook.payment_plans)]))
            items.append(_item(InvestmentItem, product, rulebook, starts_on=start, payment_plan=plan, **fields))
        else:
            fields |= {"insertions": draw(some.integers(1, 6)), "cancelled_from": draw(some.sampled_from([None, 3]))}
            items.append(_item(AdvertisingItem, product, rulebook, starts_on=start, first_month=start.replace(day=1), **fields))
    events = draw(some.sampled_from([(), (OrderEvent(event="delivery.accepted", on=start + timedelta(days=30), reported=False),)]))
    since = draw(some.sampled_from([None, date(2027, 1, 1)]))
    return Order.model_validate(
        {"id": "o", "currency": rulebook.currency, "type": kind, "customer": "K", "signed_on": start, "items": tuple(items),
         "events": events, "invoiced_elsewhere_until": since}
    )  # fmt: skip


def _item(kind: type[AnyItem], product: Product, rulebook: Rulebook, **fields: object) -> AnyItem:
    given_fields = {
        "id": "i", "currency": rulebook.currency, "product": product.code, "quantity": Quantity.whole(1), "state": "active",
        "billing_process": product.billing_processes[0], "supply_kind": product.supply_kind, "vat_class": product.vat_class,
        "revenue_account": product.account,
    }  # fmt: skip
    return kind.model_validate(given_fields | fields)


def _twice(order: Order, buyer: Customer, at: int, later: int) -> list[tuple[Order, Customer]]:
    """An order and a like one of another customer, with ids of its own, whose subscriptions began so many days later."""
    made = []
    for copy, days in (("a", 0), ("b", later)):
        mine = buyer.model_copy(update={"id": f"{copy}{at}"})
        items = tuple(_started_later(item, days).model_copy(update={"id": f"{copy}{at}{item.id}"}) for item in order.items)
        update = {"id": f"{copy}{at}", "customer": mine.id, "items": items, "purchase_order": f"PO {copy}"}
        made.append((order.model_copy(update=update), mine))
    return made


def _started_later(item: AnyItem, days: int) -> AnyItem:
    """An item that began so many days later, where its first change and its end leave it to."""
    limits = [day for day in (item.ends_before, *(change.on for change in item.changes)) if day is not None]
    start = None if item.activated_on is None else item.activated_on + timedelta(days=days)
    if start is None or item.joined_on is not None or any(day <= start for day in limits):
        return item
    return item.model_copy(update={"activated_on": start})


def _planned(order: Order, customer: Customer, rulebook: Rulebook, tracing: bool) -> tuple[Transaction, ...] | Refusal:
    """The transactions of an order on its own; nothing is remembered under recorded rules."""
    try:
        return billing.plan(order, customer, replace(rulebook, rules=RecordedRules(rulebook.rules)), through=THROUGH, tracing=tracing)
    except Refusal as refusal:
        return refusal
