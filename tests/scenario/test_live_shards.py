"""Live orders are forecast and compared in shards, in several processes, with the answers of one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial

import pytest

from api.rulebook_folder import read_folder
from api.workbench.live_shards import compare_live_in_shards, forecast_live
from benchmarks.diffing import BOOK
from benchmarks.live_items import THROUGH
from benchmarks.made_items import CUT_OVER, ITEMS_AN_ORDER, ROOT, shards
from engine import billing
from engine.rulebook.reader import read_rulebook

ITEMS = 400
SOURCES = dict(read_folder(ROOT))
AFTER = SOURCES | {BOOK: SOURCES[BOOK].replace("1.029", "1.031")}


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    """Two processes."""
    with ProcessPoolExecutor(2) as pool:
        yield pool


def test_a_forecast_in_shards_is_that_of_one_process(executor: Executor) -> None:
    alone = forecast_live(shards(ITEMS, 1), SOURCES, first=CUT_OVER, through=THROUGH)
    assert alone == forecast_live(shards(ITEMS, 3), SOURCES, first=CUT_OVER, through=THROUGH, executor=executor)
    assert alone.items == ITEMS


@pytest.mark.parametrize("most", [None, 7])
def test_a_comparison_in_shards_is_that_of_one_process(executor: Executor, most: int | None) -> None:
    compare = partial(compare_live_in_shards, before=SOURCES, after=AFTER, through=THROUGH, year_starts=("2027-01",), most=most)
    alone, spread = compare(shards(ITEMS, 1)), compare(shards(ITEMS, 3), executor=executor)
    assert alone.changes_money
    assert (alone.months, alone.orders, alone.items, alone.refusals) == (spread.months, spread.orders, spread.items, spread.refusals)
    assert [(one.order, one.change, one.months, one.why) for one in alone.changes] == [
        (one.order, one.change, one.months, one.why) for one in spread.changes
    ]
    assert alone.differing == spread.differing == ITEMS // ITEMS_AN_ORDER
    assert len(alone.changes) == (alone.differing if most is None else most)


def test_a_forecast_is_the_sum_of_what_is_planned() -> None:
    rulebook, wanted = read_rulebook(SOURCES), dict[tuple[str, str], int]()
    for part in shards(ITEMS, 1)[0]():
        for order in part.orders:
            for one in billing.plan(order, part.customers[order.customer], rulebook, through=THROUGH, tracing=False):
                if one.billing_date and CUT_OVER <= one.billing_date <= THROUGH:
                    key = (f"{one.billing_date:%Y-%m}", order.type)
                    wanted[key] = wanted.get(key, 0) + one.portion.net.minor
    assert forecast_live(shards(ITEMS, 1), SOURCES, first=CUT_OVER, through=THROUGH).nets == wanted
