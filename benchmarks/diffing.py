"""`centwright diff --live`: seconds to compare the live order items of a database under two rulebooks, and how they grow with the items.

The items are as mixed as in a company of years: every subscription product, three billing types, in advance and in arrears, begun on
any day of four years. Some of them are also planned one by one by the pipeline under both rulebooks, as a yardstick, and only that ratio
within one run means something: `python -m benchmarks.diffing [ITEMS …]`. Aim: 10,000 items under 3 s, linear to 100,000.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from time import process_time

from api.rulebook_folder import read_folder
from api.store import customers, orders
from api.store.database import Store, open_store
from api.store.histories import Change
from api.workbench.live_orders import compare_live
from api.workbench.rulebook_lookup import LoadedRulebook, load_from_texts
from benchmarks.corridor import made, peak
from engine import billing
from engine.documents.order import Order
from engine.documents.party import Customer

SIZES = (1_000, 10_000, 100_000)
BOOK = "catalog/price-books/book-2027.yaml"
TODAY = date(2027, 1, 10)
CUT_OVER = date(2027, 1, 1)
THROUGH = date(2029, 3, 31)
ONE_BY_ONE = 1_000
"""So many items are planned one by one; of more the time is reckoned."""


def main() -> None:
    """Prints the times of this run."""
    sources = dict(read_folder(Path(__file__).parents[1]))
    start = process_time()
    before = load_from_texts("before", sources)
    after = load_from_texts("after", sources | {BOOK: sources[BOOK].replace("1.029", "1.031")})
    print(f"two rulebooks read in {process_time() - start:.2f} s")
    for items in [int(given) for given in sys.argv[1:]] or SIZES:
        given, buyers = mixed(items, before)
        with tempfile.TemporaryDirectory() as folder:
            store = kept(f"sqlite:///{folder}/live.sqlite", given, buyers)
            start = process_time()
            found = compare_live(store, before, after, today=TODAY, progress=lambda _: None)
            together = process_time() - start
            store.close()
        some = given[: max(1, ONE_BY_ONE // 10)]
        alone, change = one_by_one(some, buyers, before, after)
        if change != sum(one.change.minor for one in found.changes if one.order in {order.id for order in some}):
            raise SystemExit("planned together and planned one by one disagree")
        alone *= len(given) / len(some)
        print(
            f"{items:>7} items: {together:6.2f} s ({1e6 * together / items:5.0f} µs each); one by one {alone:6.1f} s, "
            f"{alone / together:5.1f} times as long; {len(found.changes)} orders change by {found.change}; peak {peak():.0f} MB"
        )


def mixed(items: int, side: LoadedRulebook) -> tuple[list[Order], dict[str, Customer]]:
    """Orders of ten items that began on days of four years, by three billing types."""
    rulebook = side.rulebook
    sold = [product for product in rulebook.products.values() if product.order_type == "subscription" and not product.attributes]
    given, buyers = made(items, sold, rulebook)
    types = cycle(("monthly", "quarterly", "annual", None, "monthly"))
    processes = cycle((0, 0, 0, 1, 0, 0, 0))
    found = []
    for at, order in enumerate(given):
        begun, kind, which = date(2023, 1, 1) + timedelta(days=at * 37 % 1460), next(types), next(processes)
        update = {"activated_on": begun, "billing_type": kind, "anchor_day": begun.day if at % 3 else None}
        its = tuple(item.model_copy(update={**update, "billing_process": process_of(side, item.product, which)}) for item in order.items)
        found.append(order.model_copy(update={"items": its, "signed_on": begun, "invoiced_elsewhere_until": CUT_OVER}))
    return found, buyers


def process_of(side: LoadedRulebook, product: str, which: int) -> str:
    """One of the billing processes that a product allows."""
    allowed = side.rulebook.products[product].billing_processes
    return allowed[min(which, len(allowed) - 1)]


def kept(url: str, given: list[Order], buyers: dict[str, Customer]) -> Store:
    """A database with these orders."""
    store = open_store(url, now=lambda: datetime.now(tz=UTC))
    with store.writing() as connection:
        customers.create(connection, buyers.values(), Change(on=date(2027, 1, 1), at=datetime.now(tz=UTC), author="benchmark"))
    for at in range(0, len(given), 1_000):
        with store.writing() as connection:
            orders.append(connection, given[at : at + 1_000])
    return store


def one_by_one(some: list[Order], buyers: dict[str, Customer], before: LoadedRulebook, after: LoadedRulebook) -> tuple[float, int]:
    """Seconds to plan orders by the pipeline under both rulebooks, and by how much what is planned differs, in minor units."""
    start = process_time()
    sums = []
    for side in (before, after):
        planned = [billing.plan(order, buyers[order.customer], side.rulebook, through=THROUGH, tracing=False) for order in some]
        sums.append(sum(one.portion.net.minor for transactions in planned for one in transactions))
    return process_time() - start, sums[1] - sums[0]


if __name__ == "__main__":
    main()
