"""The comparison of every live order of the database under two rulebooks, in batches, so that any number of orders fits into memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Final

from api.desk.desk import horizon
from api.store import customers, orders, transactions
from api.store.database import Store
from api.workbench.comparison_run import check_currencies
from api.workbench.rulebook_lookup import LoadedRulebook
from engine.comparing.changed_dates import changed_dates
from engine.comparing.invoice_changes import MONTHS
from engine.comparing.live_order_changes import LiveOrders, compare_orders
from engine.comparing.money_changes import OrdersCompared
from engine.dates import month_after

BATCH_SIZE: Final = 400
"""How many orders are read at a time."""
Progress = Callable[[int], None]


def compare_live(store: Store, before: LoadedRulebook, after: LoadedRulebook, *, today: date, progress: Progress) -> OrdersCompared:
    """All orders planned under both rulebooks. Invoiced transactions never change and are left out.

    The plan reaches to the horizon of `before`, and twelve months beyond each date that differs.
    """
    check_currencies(before, after)
    last = min(each.rulebook.company.rules_answer_until for each in (before, after))
    months = [today.replace(day=1), *(day.replace(day=1) for day in changed_dates(before.reading, after.reading, today, last).changed)]
    through = max(horizon(today, before.rulebook), month_after(months[-1], MONTHS) - timedelta(days=1))
    starts = tuple(dict.fromkeys(f"{month:%Y-%m}" for month in months))
    return compare_orders(_batches(store), before.rulebook, after.rulebook, through=through, year_starts=starts, progress=progress)


def _batches(store: Store) -> Iterator[LiveOrders]:
    """All orders in the order of their ids, in batches, read in one transaction."""
    with store.reading() as connection:
        names = iter(orders.ids(connection))
        while names_of_batch := list(islice(names, BATCH_SIZE)):
            batch = orders.find(connection, names_of_batch)
            buyers = customers.find(connection, {order.customer for order in batch.values()})
            yield LiveOrders(orders=tuple(batch.values()), customers=buyers, invoiced=transactions.invoiced(connection, names_of_batch))
