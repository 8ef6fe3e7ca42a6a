"""The orders of a database that use names which a rulebook does not have, or has retired."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Final

from api.refusals import NO_DATABASE, OutsideFailure
from api.store import customers, orders, transactions
from api.store.database import Store, is_absent, open_store
from api.store.sql import Reading
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.problems import Kind, Problem
from engine.rulebook.book import Rulebook, UsedName, missing_of_customer, missing_of_item, missing_terms, retired_of_item
from engine.rulebook.offered_terms import retired_terms

_ORDERS_AT_ONCE: Final = 200
NAME_IN_USE: Final = Kind(
    "name-in-use",
    "order `{order}` of {customer} uses the {what} `{name}` for its item `{item}`, and the rulebook does not have it",
    "write it there again under this name: until then the item is held and billed nowhere",
)

RETIRED_IN_USE: Final = Kind(
    "retired-in-use",
    "the retired {what} `{name}` is used by {count} running items, the first of them `{item}`",
    "keep it below `retired:` until they have ended",
    "advice",
)
RETIRED_NOT_USED: Final = Kind(
    "retired-not-used",
    "no running item uses the retired name `{name}` of {kind} any more",
    "you may delete it: versions of the rulebook keep it for what was issued",
    "advice",
)


def names_in_use(store: Store, rulebook: Rulebook, *, today: date) -> tuple[Problem, ...]:
    """A problem for each missing name of an item that runs on a day or still has something to invoice."""
    problems: list[Problem] = []
    with store.reading() as connection:
        for order, buyer in _with_customers(connection):
            problems += _of_order(connection, order, buyer, rulebook, today)
    return tuple(problems)


def _with_customers(connection: Reading) -> Iterator[tuple[Order, Customer]]:
    """Every order, with its customer."""
    waiting = orders.each(connection)
    while some := tuple(islice(waiting, _ORDERS_AT_ONCE)):
        buyers = customers.find(connection, {order.customer for order in some})
        yield from ((order, buyers[order.customer]) for order in some)


def retired_names_in_use(store: Store, rulebook: Rulebook, *, today: date) -> tuple[Problem, ...]:
    """A piece of advice for each retired name: how many items that run on a day use it, or that none does."""
    if not rulebook.retired:
        return ()
    used: dict[UsedName, tuple[int, str]] = {}
    with store.reading() as connection:
        for order, buyer in _with_customers(connection):
            of_items = ((item, (*retired_of_item(item, rulebook), *retired_terms(item, order, buyer, rulebook))) for item in order.items)
            retired = [(item, names) for item, names in of_items if names]
            waiting = _waiting(connection, order) if retired else frozenset[str]()
            for item, names in retired:
                for name in names if _is_running(item, waiting, today) else ():
                    count, first = used.get(name, (0, item.id))
                    used[name] = (count + 1, first)
    unused = sorted(rulebook.retired - {(one.kind, one.name) for one in used})
    return (
        *(RETIRED_IN_USE.at(None, what=one.what, name=one.name, count=count, item=item) for one, (count, item) in used.items()),
        *(RETIRED_NOT_USED.at(None, kind=kind, name=name) for kind, name in unused),
    )


def names_in_use_at(url: str, rulebook: Rulebook, *, today: date, lock_timeout: int) -> tuple[Problem, ...]:
    """The missing and the retired names that the database at an address uses; a missing one is refused."""
    if is_absent(url):
        raise OutsideFailure((NO_DATABASE.at(None, fault=f"there is no file {url.partition('///')[2]}"),))
    store = open_store(url, now=lambda: datetime.now(tz=UTC), lock_timeout=lock_timeout)
    try:
        return (*names_in_use(store, rulebook, today=today), *retired_names_in_use(store, rulebook, today=today))
    finally:
        store.close()


def _of_order(connection: Reading, order: Order, customer: Customer, rulebook: Rulebook, today: date) -> list[Problem]:
    of_customer = tuple(one for one in (missing_of_customer(customer, rulebook), missing_terms(order, customer, rulebook)) if one)
    missing = [(item, (*of_customer, *missing_of_item(item, rulebook))) for item in order.items]
    if not any(names for _, names in missing):
        return []
    waiting = _waiting(connection, order)
    return [
        NAME_IN_USE.at(
            None, f"/orders/{order.id}/items/{item.id}", order=order.id, customer=order.customer, what=what, name=name, item=item.id
        )
        for item, names in missing
        if _is_running(item, waiting, today)
        for what, name in names
    ]


def _waiting(connection: Reading, order: Order) -> frozenset[str]:
    """The items of an order that have something to invoice."""
    return frozenset(one.item for one in transactions.find(connection, TransactionFilter(order=order.id, states=OPEN)))


def _is_running(item: OrderItem, waiting: Collection[str], today: date) -> bool:
    """Whether an item has not ended, or still has something to invoice."""
    return item.id in waiting or item.state_on(today) not in ("ended", "cancelled")
