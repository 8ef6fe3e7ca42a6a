"""A million live items: their forecast for a year, and the money between two rulebooks, in one process, in two, and on a Dask cluster.

The items are made up (`made_items.py`), where they are planned: the time to make them is measured alone and taken off. All ways must
give the same answers. Only ratios within one run mean something:
`python -m benchmarks.live_items [ITEMS] [--workers N] [--dask]`. Aim: 1,000,000 items in 10 s each on two cores.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial
from time import perf_counter
from typing import Final, NamedTuple, TypeVar

import psutil

from api.garbage import OF_A_SHARD, rare_collections
from api.rulebook_folder import read_folder
from api.workbench.live_shards import compare_live_in_shards, forecast_live, over_shards
from benchmarks.corridor import peak
from benchmarks.diffing import BOOK
from benchmarks.made_items import CUT_OVER, ROOT, MadeShard, shards

THROUGH: Final = date(2027, 12, 31)
LISTED: Final = 100
"""How many of the largest changes are listed with the rules responsible, as a report shows them."""
_Result = TypeVar("_Result")


class Way(NamedTuple):
    """A way to spread the work: its name, its executor, and in how many shards."""

    name: str
    executor: Executor | None
    shards: int


def main() -> None:
    """Prints the times of this run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("items", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--dask", action="store_true", help="also on a Dask cluster of local workers, which the extra `cluster` installs")
    asked = parser.parse_args()
    sources = dict(read_folder(ROOT))
    after = sources | {BOOK: sources[BOOK].replace("1.029", "1.031")}
    first: tuple[object, ...] | None = None
    for way in ways(asked.workers, is_dask=asked.dask):
        parts = shards(asked.items, way.shards)
        spread = partial(over_shards, counted, executor=way.executor)
        list(spread(shards(8 * way.shards, way.shards)))  # the workers start
        made, _ = timed(partial(_drained, spread, parts))
        forecast = partial(forecast_live, parts, sources, first=CUT_OVER, through=THROUGH, executor=way.executor)
        compare = partial(
            compare_live_in_shards,
            parts,
            sources,
            after,
            through=THROUGH,
            year_starts=("2027-01",),
            executor=way.executor,
            most=LISTED,
        )
        planned, net = timed(forecast)
        compared, change = timed(compare)
        found = (net, change.months, change.items, change.differing, [(one.order, one.months, one.why) for one in change.changes])
        if first is not None and found != first:
            raise SystemExit(f"{way.name} gives other answers than one process")
        first = found
        print(
            f"{asked.items:>9} items, {way.name:<14}: forecast {planned - made}, money diff {compared - made} "
            f"({made} to make them taken off); {change.differing} orders change by {change.change}; "
            f"peak {peak():.0f} MB, of the largest worker {_peak_of_workers():.0f} MB",
            flush=True,
        )


def ways(workers: int, *, is_dask: bool) -> Iterator[Way]:
    """One process, processes, and where asked a Dask cluster."""
    yield Way("one process", None, 1)
    with ProcessPoolExecutor(workers) as pool:
        yield Way(f"{workers} processes", pool, workers)
    if is_dask:
        with dask_executor(workers) as pool:
            yield Way(f"{workers} Dask workers", pool, workers)


@contextmanager
def dask_executor(workers: int) -> Iterator[Executor]:
    """The executor of a Dask cluster of workers on this machine."""
    from distributed import Client, LocalCluster  # an extra: imported where it is asked for

    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        yield client.get_executor(pure=False)


def counted(shard: MadeShard) -> int:
    """How many items a shard has, once they are made, with as few collections of garbage as where they are planned."""
    with rare_collections(OF_A_SHARD):
        return sum(len(order.items) for part in shard() for order in part.orders)


def _drained(spread: Callable[[list[MadeShard]], Iterator[int]], parts: list[MadeShard]) -> int:
    return sum(spread(parts))


class Seconds(NamedTuple):
    """How long something took: of the processor in the busiest process, and by the clock."""

    busiest: float
    clock: float

    def __sub__(self, other: Seconds) -> Seconds:
        return Seconds(self.busiest - other.busiest, self.clock - other.clock)

    def __str__(self) -> str:
        return f"{self.busiest:.1f} CPU s, {self.clock:.1f} s by the clock"


def timed(work: Callable[[], _Result]) -> tuple[Seconds, _Result]:
    """How long some work took, and its result."""
    before, start = _seconds(), perf_counter()
    result = work()
    clock = perf_counter() - start
    return Seconds(max(seconds - before.get(process, 0) for process, seconds in _seconds().items()), clock), result


def _seconds() -> dict[int, float]:
    """The processor time of this process and of each of its workers so far."""
    here = psutil.Process()
    return {each.pid: sum(each.cpu_times()[:2]) for each in (here, *here.children(recursive=True))}


def _peak_of_workers() -> float:
    """The most memory that one of the workers holds, in megabytes; 0 without workers."""
    return max((each.memory_info().rss / 1_048_576 for each in psutil.Process().children(recursive=True)), default=0)


if __name__ == "__main__":
    main()
