"""Forecasts and comparisons of live orders in shards: in this process, in several, or on a cluster.

A shard gives some of the orders wherever it is called, so that an order is read where it is planned. The results are those of one
process. An executor is any with the interface of `concurrent.futures`: `ProcessPoolExecutor`, or `distributed.Client.get_executor()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from api.garbage import OF_A_SHARD, rare_collections
from engine.bulk_planning import PlannedNet, joined, planned_net
from engine.comparing.live_order_changes import LiveOrders, compare_orders, joined_comparisons
from engine.comparing.money_changes import OrdersCompared
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources

Shard = Callable[[], Iterable[LiveOrders]]
"""Gives some live orders, in parts that fit into memory. It is sent to other processes: a function of a module, or a dataclass."""
_Result = TypeVar("_Result")


def forecast_live(
    shards: Sequence[Shard], rulebook: Sources, *, first: date, through: date, executor: Executor | None = None
) -> PlannedNet:
    """The planned net of live orders by month and order type, under the rulebook of some texts."""
    return joined(over_shards(_Forecast(rulebook, first, through), shards, executor))


def compare_live_in_shards(
    shards: Sequence[Shard],
    before: Sources,
    after: Sources,
    *,
    through: date,
    year_starts: tuple[str, ...],
    executor: Executor | None = None,
    most: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
    today: date | None = None,
) -> OrdersCompared:
    """All live orders planned under the rulebooks of two texts; so many of the largest changes are listed and explained (None: all)."""
    work = _Comparison(before, after, through, year_starts, most, today)
    parts: list[OrdersCompared] = []
    for part in over_shards(work, shards, executor):
        parts.append(part)
        progress(sum(each.items for each in parts))
    return joined_comparisons(parts, most=most)


def over_shards(work: Callable[[Shard], _Result], shards: Sequence[Shard], executor: Executor | None = None) -> Iterator[_Result]:
    """The results of all shards, in their order."""
    return map(work, shards) if executor is None else executor.map(work, shards)


@dataclass(frozen=True, slots=True)
class _Forecast:
    """The forecast of one shard."""

    rulebook: Sources
    first: date
    through: date

    def __call__(self, shard: Shard) -> PlannedNet:
        rulebook = read_rulebook(self.rulebook)
        with rare_collections(OF_A_SHARD):
            return planned_net(((part.orders, part.customers) for part in shard()), rulebook, first=self.first, through=self.through)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The comparison of one shard."""

    before: Sources
    after: Sources
    through: date
    year_starts: tuple[str, ...]
    most: int | None
    today: date | None

    def __call__(self, shard: Shard) -> OrdersCompared:
        books: tuple[Rulebook, ...] = tuple(map(read_rulebook, (self.before, self.after)))
        compare = partial(compare_orders, through=self.through, year_starts=self.year_starts, progress=lambda _: None)
        with rare_collections(OF_A_SHARD):
            return compare(shard(), *books, most=self.most, today=self.today)
