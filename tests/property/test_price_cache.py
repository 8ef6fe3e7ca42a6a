"""A price that like items share is the price that each of them has by itself, whatever the pricing rules look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import Final

from hypothesis import given
from hypothesis import strategies as some

from engine import billing
from engine.documents.order import Order, SubscriptionItem
from engine.documents.party import Address, Customer
from engine.documents.transaction import Transaction
from engine.language import RecordedRules
from engine.money import Quantity
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from tests.property.test_diff import SHIPPED, orders

DISCOUNTS: Final = {
    "renewed": "order.kind is renewal",
    "joined": "order.kind is increment and item.joined-on >= 2026-01-01",
    "proven": "customer.vat-number is valid",
    "early": "order.signed-on < 2025-06-01",
    "shops": "customer.shops > 3",
    "later": "price.date >= 2026-06-15",
    "many": "line.quantity >= 60 and item.billing-type is annual",
}
NEWEST: Final = "catalog/price-books/book-2027.yaml"
LATER: Final = SHIPPED[NEWEST].replace("from: 2027-01-01\n", "from: 2027-01-01\nrunning-items-from: 2027-05-01\n")


@cache
def _book(*without: str) -> Rulebook:
    """The shipped rulebook with a newer list that reaches running items later, and with these discounts."""
    text = "module rules.more\n"
    for percent, (name, condition) in enumerate(DISCOUNTS.items(), 1):
        if name not in without:
            text += f'\ndiscount {name} "{name}"\n  when {condition}\n  give {percent}% off line.list\n  group promotion\n'
    return read_rulebook({**SHIPPED, "rules/more.rules": text, NEWEST: LATER})


BOOKS: Final = tuple(partial(_book, *without) for without in ((), ("early",), tuple(DISCOUNTS)))
"""Each is read when it is first needed. Where orders differ in the day of signing, hardly any price is shared."""
ANY_BOOK: Final = some.sampled_from(BOOKS).map(lambda book: book())
THROUGH: Final = date(2027, 12, 31)


def buyers(rulebook: Rulebook) -> some.SearchStrategy[Customer]:
    """Customers who differ in what the rules look at, and in nothing else."""
    address = Address(street="Street 1", postcode="1000", town="Town", country=rulebook.company.seller.country)
    return some.builds(
        lambda segment, shops, checked: Customer(
            id="K",
            name="K",
            address=address,
            segment=segment,
            attributes={"shops": shops},
            vat_number="BE0202239951" if checked else None,
            vat_number_state="valid" if checked else "unknown",
            vat_checked_on=checked,
        ),
        some.sampled_from(sorted(rulebook.segments)),
        some.sampled_from(["1", "5"]),
        some.sampled_from([None, date(2026, 1, 1), date(2027, 6, 1)]),
    )


SOLD: Final = some.deferred(lambda: some.tuples(orders(BOOKS[0]()), buyers(BOOKS[0]())))


@given(some.lists(SOLD, min_size=1, max_size=4), ANY_BOOK, some.booleans())
def test_a_shared_price_is_the_price_of_each(given_orders: list[tuple[Order, Customer]], book: Rulebook, tracing: bool) -> None:
    alone = replace(book, rules=RecordedRules(book.rules))
    for order, customer in given_orders:
        assert _plan(order, customer, book, tracing) == _plan(order, customer, alone, tracing)


def test_items_that_differ_in_their_first_day_alone_keep_their_lists() -> None:
    book = BOOKS[-1]()
    sold = book.products["SUB-CORE"]
    customer = Customer(id="K", name="K", address=Address(street="S", postcode="1", town="T", country="BE"), segment="independent")

    def price_on_the_first_of_march(began: date, joined: date | None = None) -> str:
        item = SubscriptionItem(
            id="i", currency=book.currency, product="SUB-CORE", quantity=Quantity.whole(1), state="active", activated_on=began,
            joined_on=joined, billing_process=sold.billing_processes[0], supply_kind=sold.supply_kind, vat_class=sold.vat_class,
            revenue_account=sold.account,
        )  # fmt: skip
        order = Order(id="o", currency=book.currency, type="subscription", customer="K", items=(item,))
        planned = {one.billing_date: one for one in billing.plan(order, customer, book, through=THROUGH, tracing=False)}
        return str(planned[date(2027, 3, 1)].line.unit_price)

    # the list of 2027 reaches running items in May: one that began before keeps the older list, one that begins now has the newer
    assert price_on_the_first_of_march(date(2026, 1, 1)) == "89.00"
    assert price_on_the_first_of_march(date(2027, 2, 1)) == "91.58"
    assert price_on_the_first_of_march(date(2026, 1, 1), joined=date(2027, 3, 1)) == "91.58"
    assert price_on_the_first_of_march(date(2026, 1, 1)) == "89.00"


def _plan(order: Order, customer: Customer, rulebook: Rulebook, tracing: bool) -> tuple[Transaction, ...] | str:
    try:
        return billing.plan(order, customer, rulebook, through=THROUGH, tracing=tracing)
    except Refusal as refusal:
        return str(refusal)
