"""Every live order of the database compared under two rulebooks, part by part, so that any number of orders fits into memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Final

from api.desk.desk import horizon
from api.store import customers, orders, transactions
from api.store.database import Store
from api.workbench.comparison_run import check_currencies
from api.workbench.rulebook_lookup import Side
from engine.comparing.live_order_changes import LiveOrders, compare_orders
from engine.comparing.money_changes import OrdersCompared
from engine.dates import month_after
from engine.stages.scheduling.batch import Planner

AT_ONCE: Final = 400
"""So many orders are read at a time."""
Progress = Callable[[int], None]


def compare_live(store: Store, before: Side, after: Side, *, today: date, progress: Progress) -> OrdersCompared:
    """All orders planned under both sides to the horizon of the older one. What stands on an invoice never changes, and is left out."""
    check_currencies(before, after)
    through = horizon(today, before.rulebook)
    planners = [Planner(side.rulebook, through) for side in (before, after)]
    year_until = f"{month_after(today.replace(day=1), 12):%Y-%m}"
    return compare_orders(_parts(store), planners[0], planners[1], year_until=year_until, progress=progress)


def _parts(store: Store) -> Iterator[LiveOrders]:
    """All orders in the order of their ids, some at a time, as they are in one moment."""
    with store.reading() as connection:
        names = iter(orders.ids(connection))
        while some := list(islice(names, AT_ONCE)):
            found = orders.find(connection, some)
            buyers = customers.find(connection, {order.customer for order in found.values()})
            yield LiveOrders(orders=tuple(found.values()), customers=buyers, invoiced=transactions.invoiced(connection, some))
