"""The comparison of every live order of the database under two rulebooks, in batches, so that any number of orders fits into memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Final

from api.desk.desk import horizon
from api.store import customers, orders, transactions
from api.store.database import Store
from api.workbench.comparison_run import check_currencies
from api.workbench.rulebook_lookup import LoadedRulebook
from engine.comparing.live_order_changes import LiveOrders, compare_orders
from engine.comparing.money_changes import OrdersCompared
from engine.dates import month_after

BATCH_SIZE: Final = 400
"""How many orders are read at a time."""
Progress = Callable[[int], None]


def compare_live(store: Store, before: LoadedRulebook, after: LoadedRulebook, *, today: date, progress: Progress) -> OrdersCompared:
    """All orders planned under both rulebooks to the horizon of `before`. Invoiced transactions never change and are left out."""
    check_currencies(before, after)
    through = horizon(today, before.rulebook)
    year_until = f"{month_after(today.replace(day=1), 12):%Y-%m}"
    batches = _batches(store)
    return compare_orders(batches, before.rulebook, after.rulebook, through=through, year_until=year_until, progress=progress)


def _batches(store: Store) -> Iterator[LiveOrders]:
    """All orders in the order of their ids, in batches, read in one transaction."""
    with store.reading() as connection:
        names = iter(orders.ids(connection))
        while names_of_batch := list(islice(names, BATCH_SIZE)):
            batch = orders.find(connection, names_of_batch)
            buyers = customers.find(connection, {order.customer for order in batch.values()})
            yield LiveOrders(orders=tuple(batch.values()), customers=buyers, invoiced=transactions.invoiced(connection, names_of_batch))
