"""The steps of recurring revenue add up to the revenue of any day, whatever the rules look at and however items are billed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Final

from hypothesis import given
from hypothesis import strategies as some

from engine import billing
from engine.documents.order import ItemChange, Order, OrderItem
from engine.documents.party import Customer
from engine.money import Price, Quantity
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.plans import Indexation, Renewal
from tests.property.test_diff import orders
from tests.property.test_price_cache import BOOKS, buyers

THROUGH: Final = date(2029, 12, 31)
SERIES: Final = {date(2000 + at, 1, 1): Fraction(100 + at * at) for at in range(31)}
INDEX: Final = Indexation.model_validate(
    {"id": "x", "label": {"fr": "x", "nl": "x", "en": "x"}, "indexed_part": Fraction(4, 5), "base": date(2000, 1, 1), "series": SERIES}
)


def _otherwise(read: Callable[[], Rulebook], **how: object) -> Rulebook:
    """The rulebook with all billing processes otherwise in something."""
    book = read()
    processes = {name: process.model_copy(update=how) for name, process in book.billing_processes.items()}
    return replace(book, billing_processes=processes, indices={**book.indices, "x": INDEX})


RENEWAL: Final = Renewal.model_validate({"mode": "automatic", "term_months": 12})
OTHERWISE: Final = (
    *BOOKS,
    cache(lambda: _otherwise(BOOKS[0], price_change="next-renewal", renewal=RENEWAL)),
    cache(lambda: _otherwise(BOOKS[-1], price_change="never")),
    cache(lambda: _otherwise(BOOKS[1], follows="indexed", indexation="x")),
    cache(lambda: _otherwise(BOOKS[-1], follows="frozen")),
)
ANY_BOOK: Final = some.sampled_from(OTHERWISE).map(lambda book: book())
BUYERS: Final = some.deferred(lambda: buyers(BOOKS[0]()))


@some.composite
def lives(draw: some.DrawFn) -> Order:
    """An order whose items have changed, paused and ended."""
    order = draw(orders(BOOKS[0]()))
    return order.replace(items=tuple(_lived(draw, item) for item in order.items))


def _lived(draw: some.DrawFn, item: OrderItem) -> OrderItem:
    first = item.activated_on
    assert first is not None
    days = sorted(first + timedelta(days=at) for at in draw(some.sets(some.integers(1, 900), max_size=5)))
    changes = list(item.changes)
    for at, on in enumerate(days):
        what = draw(some.sampled_from(["quantity", "price", "both", "suspend", "resume"]))
        fields: dict[str, object] = {what: True} if what in ("suspend", "resume") else {}
        if what in ("quantity", "both"):
            fields["quantity"] = Quantity.whole(draw(some.integers(0, 9)))
        if what in ("price", "both"):
            fields["price"] = Price.parse(draw(some.sampled_from(["10", "12.345", "99.99"])), item.currency)
        changes.append(ItemChange.model_validate({"id": f"life-{at}", "on": on, **fields}))
    price = draw(some.sampled_from([None, None, Price.parse("31", item.currency)]))
    follows = draw(some.sampled_from([None, "frozen", "catalogue"]))
    quoted = draw(some.none() | some.dates(date(2025, 1, 1), date(2028, 1, 1)))
    return item.replace(changes=tuple(changes), negotiated_price=price, price_follows=follows, quoted_on=quoted)


@given(lives(), BUYERS, ANY_BOOK, some.sets(some.dates(date(2024, 1, 1), THROUGH), min_size=1, max_size=8))
def test_the_steps_until_a_day_are_the_revenue_of_that_day(order: Order, customer: Customer, book: Rulebook, days: set[date]) -> None:
    steps = list(billing.recurring_steps([order], {"K": customer}, book, through=THROUGH))
    keys = [(item.id, step.on, step.movement) for _, item, of_item in steps for step in of_item]
    assert len(keys) == len(set(keys))
    changed = {change.on + timedelta(days=by) for item in order.items for change in item.changes for by in (-1, 0)}
    for day in days | {day for day in changed if day <= THROUGH}:
        try:
            expected = billing.mrr([order], {"K": customer}, book, day).exact
        except Refusal:
            continue
        assert sum((step.amount for _, _, of_item in steps for step in of_item if step.on <= day), Fraction(0)) == expected, day
