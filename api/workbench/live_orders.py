"""The comparison of every live order of the database under two rulebooks, in batches, so that any number of orders fits into memory."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final

from api.desk.desk import horizon
from api.store import customers, orders, transactions
from api.store.database import WAIT_SECONDS, Store, open_store
from api.store.sql import Reading
from api.workbench.comparison_run import check_currencies
from api.workbench.live_shards import compare_live_in_shards
from api.workbench.rulebook_lookup import LoadedRulebook
from engine.comparing.changed_dates import changed_dates
from engine.comparing.invoice_changes import MONTHS
from engine.comparing.live_order_changes import LiveOrders, compare_orders
from engine.comparing.money_changes import OrdersCompared
from engine.dates import month_after

BATCH_SIZE: Final = 400
"""How many orders are read at a time."""
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class StoredOrders:
    """Some orders of a database, read wherever it is called."""

    url: str
    lock_timeout: int
    names: tuple[str, ...]

    def __call__(self) -> Iterator[LiveOrders]:
        store = open_store(self.url, now=lambda: datetime.now(tz=UTC), lock_timeout=self.lock_timeout)
        with closing(store), store.reading() as connection:
            yield from _batches(connection, self.names)


def compare_live(
    store: Store,
    before: LoadedRulebook,
    after: LoadedRulebook,
    *,
    today: date,
    progress: Progress,
    most: int | None = None,
    workers: int = 1,
    lock_timeout: int = WAIT_SECONDS,
) -> OrdersCompared:
    """All orders planned under both rulebooks, in so many processes. Invoiced transactions never change and are left out.

    The plan reaches to the horizon of `before`, and twelve months beyond each date that differs. So many of the largest changes are
    listed, with the rules responsible (None: all).
    """
    check_currencies(before, after)
    last = min(each.rulebook.company.rules_answer_until for each in (before, after))
    months = [today.replace(day=1), *(day.replace(day=1) for day in changed_dates(before.reading, after.reading, today, last).changed)]
    through = max(horizon(today, before.rulebook), month_after(months[-1], MONTHS) - timedelta(days=1))
    starts = tuple(dict.fromkeys(f"{month:%Y-%m}" for month in months))
    with store.reading() as connection:
        names = orders.ids(connection) if workers == 1 else customers.orders_by_segment(connection)
        if workers == 1 or len(names) <= workers:
            return compare_orders(
                _batches(connection, names), before.rulebook, after.rulebook,
                through=through, year_starts=starts, progress=progress, most=most, today=today,
            )  # fmt: skip
    url = store.engine.url.render_as_string(hide_password=False)
    edges = [len(names) * at // workers for at in range(workers + 1)]
    shards = [StoredOrders(url, lock_timeout, names[first:until]) for first, until in pairwise(edges)]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as executor:
        return compare_live_in_shards(
            shards, before.reading.gathered.sources, after.reading.gathered.sources,
            through=through, year_starts=starts, executor=executor, most=most, progress=progress, today=today,
        )  # fmt: skip


def _batches(connection: Reading, names: Sequence[str]) -> Iterator[LiveOrders]:
    """Orders in the order given, in batches."""
    for at in range(0, len(names), BATCH_SIZE):
        of_batch = names[at : at + BATCH_SIZE]
        batch = orders.find(connection, of_batch)
        buyers = customers.find(connection, {order.customer for order in batch.values()})
        yield LiveOrders(orders=tuple(batch.values()), customers=buyers, invoiced=transactions.invoiced(connection, of_batch))
