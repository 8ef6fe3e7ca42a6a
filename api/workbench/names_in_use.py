"""The orders of a database that use names which a rulebook does not have."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from api.refusals import NO_DATABASE, OutsideFailure
from api.store import customers, orders, transactions
from api.store.database import Store, is_absent, open_store
from api.store.sql import Reading
from api.store.transaction_rows import OPEN, TransactionFilter
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.problems import Kind, Problem
from engine.rulebook.book import Rulebook, missing_of_customer, missing_of_item

NAME_IN_USE: Final = Kind(
    "name-in-use",
    "order `{order}` of {customer} uses the {what} `{name}` for its item `{item}`, and the rulebook does not have it",
    "write it there again under this name: until then the item is held and billed nowhere",
)


def names_in_use(store: Store, rulebook: Rulebook, *, today: date) -> tuple[Problem, ...]:
    """A problem for each missing name of an item that runs on a day or still has something to invoice."""
    with store.reading() as connection:
        agreed = orders.find(connection).values()
        buyers = customers.find(connection, {order.customer for order in agreed})
        return tuple(each for order in agreed for each in _of_order(connection, order, buyers[order.customer], rulebook, today))


def names_in_use_at(url: str, rulebook: Rulebook, *, today: date, lock_timeout: int) -> tuple[Problem, ...]:
    """The same of the database at an address; a missing one is refused."""
    if is_absent(url):
        raise OutsideFailure((NO_DATABASE.at(None, fault=f"there is no file {url.partition('///')[2]}"),))
    store = open_store(url, now=lambda: datetime.now(tz=UTC), lock_timeout=lock_timeout)
    try:
        return names_in_use(store, rulebook, today=today)
    finally:
        store.close()


def _of_order(connection: Reading, order: Order, customer: Customer, rulebook: Rulebook, today: date) -> list[Problem]:
    segment = missing_of_customer(customer, rulebook)
    of_customer = () if segment is None else (segment,)
    missing = [(item, (*of_customer, *missing_of_item(item, rulebook))) for item in order.items]
    if not any(names for _, names in missing):
        return []
    waiting = {one.item for one in transactions.find(connection, TransactionFilter(order=order.id, states=OPEN))}
    return [
        NAME_IN_USE.at(
            None, f"/orders/{order.id}/items/{item.id}", order=order.id, customer=order.customer, what=what, name=name, item=item.id
        )
        for item, names in missing
        if item.id in waiting or item.state_on(today) not in ("ended", "cancelled")
        for what, name in names
    ]
