"""The planned net of many orders by month and order type, added up without a store: nothing is kept of an order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from engine import billing
from engine.documents.billed import Unbilled
from engine.documents.order import Order, OrderType
from engine.documents.party import Customer
from engine.order_types.registry import is_by_process
from engine.problems import Problem, Refusal
from engine.rulebook.book import Cache, Key, Rulebook, items_without_names
from engine.stages.scheduling.batch import Planner
from engine.stages.scheduling.layouts import Nets, nets_of_amounts
from engine.stages.scheduling.like_items import LikeItems, names_of_billing

NOT_WANTED: Final = ""
"""The month of what is billed outside the time that is asked for."""
_CACHE_SIZE: Final = 20_000
_COUNTED_AT_ONCE: Final = 50_000


class PlannedNet(NamedTuple):
    """The net that is planned to be invoiced, by month (`2027-03`) and order type, in minor units, and what the rules refuse to plan."""

    nets: Mapping[tuple[str, OrderType], int]
    items: int
    """How many items were planned."""
    refused: tuple[Unbilled, ...]


@dataclass(slots=True, eq=False)
class _Months:
    """The nets of an item, in minor units, and the month of each. Like items share it."""

    names: tuple[str, ...]
    nets: tuple[int, ...]
    count: int = 0
    """For how many items it stands that are not in the sums of all yet. Nothing else of it ever changes."""


def planned_net(
    some: Iterable[tuple[Iterable[Order], Mapping[str, Customer]]], rulebook: Rulebook, *, first: date, through: date
) -> PlannedNet:
    """The planned net of orders with billing dates from a day through another; the orders may come in any parts and order.

    What a former system invoices is left out, and what waits for an event without a day.
    """
    forecast = _Forecast(rulebook, first, through)
    for orders, customers in some:
        for order in orders:
            forecast.add(order, customers[order.customer])
    forecast.add_counted()
    return PlannedNet(dict(sorted(forecast.nets.items())), forecast.items, tuple(forecast.refused))


def joined(parts: Iterable[PlannedNet]) -> PlannedNet:
    """The planned net of all orders, from those of parts of them."""
    nets: dict[tuple[str, OrderType], int] = {}
    items, refused = 0, list[Unbilled]()
    for part in parts:
        items += part.items
        refused += part.refused
        for key, net in part.nets.items():
            nets[key] = nets.get(key, 0) + net
    return PlannedNet(dict(sorted(nets.items())), items, tuple(refused))


class _Forecast:
    """The sums so far, with a cache of those of like items."""

    def __init__(self, rulebook: Rulebook, first: date, through: date) -> None:
        self._planner, self._first, self._through = Planner(rulebook, through, first), first, through
        self._like = LikeItems[_Months]((self._planner,))
        self._names = Cache[tuple[str, ...]](_CACHE_SIZE)
        self._months: dict[date | None, str] = {}
        self._parts: defaultdict[OrderType, list[_Months]] = defaultdict(list)
        self._complete: set[Key] = set()
        self.nets: dict[tuple[str, OrderType], int] = {}
        self.items = 0
        self.refused: list[Unbilled] = []

    def add(self, order: Order, customer: Customer) -> None:
        """Adds an order; a refusal concerns all of it, a missing name its item."""
        parts = self._parts[order.type]
        try:
            for each in self._by_process(order, customer) if is_by_process(order) else self._as_a_whole(order, customer):
                if not each.count:
                    parts.append(each)
                each.count += 1
        except Refusal as refusal:
            self.refused += [Unbilled(customer.id, order.id, problem) for problem in refusal.problems]
        if len(parts) >= _COUNTED_AT_ONCE:
            self.add_counted()

    def add_counted(self) -> None:
        """Adds what was counted to the sums."""
        for order_type, parts in self._parts.items():
            sums = dict.fromkeys({month for months in parts for month in months.names} - {NOT_WANTED}, 0)
            for months in parts:
                count, months.count = months.count, 0
                for month, net in zip(months.names, months.nets, strict=True):
                    if month != NOT_WANTED:
                        sums[month] += count * net
            for month, net in sums.items():
                self.nets[month, order_type] = self.nets.get((month, order_type), 0) + net
        self._parts.clear()

    def _by_process(self, order: Order, customer: Customer) -> list[_Months]:
        """The sums of each item that is billed as its process says; like items share them."""
        try:
            prices, like = billing.prices(order, customer, self._planner.rulebook, tracing=False), self._like
        except Refusal:
            self._missing(order, customer)
            raise
        of_order = like.of_order(order, (prices,))
        missing: Mapping[str, Problem] | None = None
        sums = []
        for item in order.items:
            key, months = (None, None) if of_order is None else like.find(of_order, order, item)
            if months is None:
                names = names_of_billing(item, customer)
                if names is None or names not in self._complete:
                    missing = self._missing(order, customer) if missing is None else missing
                    if item.id in missing:
                        continue
                    if names is not None:
                        self._complete.add(names)
                months = self._by_month(self._planner.nets(order, item, prices))
                if key is not None:
                    like.store(item, key, months)
            sums.append(months)
        self.items += len(sums)
        return sums

    def _as_a_whole(self, order: Order, customer: Customer) -> list[_Months]:
        """The sums of the items of an order that is planned as a whole."""
        missing = self._missing(order, customer)
        planned = billing.plan_amounts((order,), {customer.id: customer}, self._planner.rulebook, through=self._through)
        for refusal in planned.refused.values():
            raise refusal
        self.items += len(order.items) - len(missing)
        amounts = [one for of_order in planned.amounts.values() for of_item in of_order.values() for one in of_item]
        return [self._by_month(nets_of_amounts(one for one in amounts if one.state == "planned"))]

    def _missing(self, order: Order, customer: Customer) -> Mapping[str, Problem]:
        """The items of an order with names that the rulebook does not have, which are refused."""
        missing = items_without_names(order, customer, self._planner.rulebook)
        self.refused += [Unbilled(customer.id, order.id, problem) for problem in missing.values()]
        return missing

    def _by_month(self, planned: Nets) -> _Months:
        """The month of each net; items with equal periods share them."""
        names = self._names.get(planned.dates) if planned.is_shared else None
        if names is None:
            names = tuple(self._month(day) for day in planned.dates)
            if planned.is_shared:
                self._names.store(planned.dates, names)
        return _Months(names, planned.nets)

    def _month(self, day: date | None) -> str:
        known = self._months.get(day)
        if known is None:
            is_wanted = day is not None and self._first <= day <= self._through
            known = self._months[day] = f"{day:%Y-%m}" if is_wanted else NOT_WANTED
        return known
