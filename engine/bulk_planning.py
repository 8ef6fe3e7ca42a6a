"""The planned net of many orders by month and order type, added up without a store: nothing is kept of an order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from engine import billing
from engine.documents.billed import Unbilled
from engine.documents.order import Order, OrderItem, OrderType
from engine.documents.party import Customer
from engine.documents.transaction_figures import PlannedAmount
from engine.order_types.registry import BY_PROCESS
from engine.problems import Refusal
from engine.rulebook.book import Cache, Rulebook, items_without_names
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.scheduling.batch import Planner

_CACHE_SIZE: Final = 200_000
_COUNTED_AT_ONCE: Final = 50_000


class PlannedNet(NamedTuple):
    """The net that is planned to be invoiced, by month (`2027-03`) and order type, in minor units, and what the rules refuse to plan."""

    nets: Mapping[tuple[str, OrderType], int]
    items: int
    """How many items were planned."""
    refused: tuple[Unbilled, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Months:
    """The net of an item by month, in minor units. Like items share it."""

    names: tuple[str, ...]
    nets: tuple[int, ...]


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
        self._known = Cache[_Months](_CACHE_SIZE)
        self._counts: dict[tuple[_Months, OrderType], int] = {}
        self.nets: dict[tuple[str, OrderType], int] = {}
        self.items = 0
        self.refused: list[Unbilled] = []

    def add(self, order: Order, customer: Customer) -> None:
        """Adds an order; a refusal concerns all of it, a missing name its item."""
        rulebook = self._planner.rulebook
        missing = items_without_names(order, customer, rulebook)
        self.refused += [Unbilled(customer.id, order.id, problem) for problem in missing.values()]
        try:
            if order.type in BY_PROCESS:
                prices = billing.prices(order, customer, rulebook, tracing=False)
                months = [self._of_item(order, item, prices) for item in order.items if item.id not in missing]
            else:
                planned = billing.plan_amounts((order,), {customer.id: customer}, rulebook, through=self._through)
                for refusal in planned.refused.values():
                    raise refusal
                months = [self._by_month(amounts) for of_order in planned.amounts.values() for amounts in of_order.values()]
        except Refusal as refusal:
            self.refused += [Unbilled(customer.id, order.id, problem) for problem in refusal.problems]
            return
        self.items += len(order.items) - len(missing)
        for each in months:
            key = (each, order.type)
            self._counts[key] = self._counts.get(key, 0) + 1
        if len(self._counts) >= _COUNTED_AT_ONCE:
            self.add_counted()

    def add_counted(self) -> None:
        """Adds what was counted to the sums."""
        for (months, order_type), count in self._counts.items():
            for month, net in zip(months.names, months.nets, strict=True):
                key = (month, order_type)
                self.nets[key] = self.nets.get(key, 0) + count * net
        self._counts.clear()

    def _of_item(self, order: Order, item: OrderItem, prices: BookPrices) -> _Months:
        """An item that is billed as its process says; like items share the result, and those with equal periods and prices too."""
        planner = self._planner
        key = planner.key_of(order, item, prices)
        known = None if key is None else self._known.get(key)
        if known is not None:
            return known
        shared = planner.shared_key(order, item, prices)
        known = None if shared is None else self._known.get(shared)
        months = self._by_month(planner.by_process(order, item, prices)) if known is None else known
        for each in (key, shared):
            if each is not None:
                self._known.store(each, months)
        return months

    def _by_month(self, amounts: Iterable[PlannedAmount]) -> _Months:
        sums: dict[str, int] = {}
        for one in amounts:
            day = one.billing_date
            if day is not None and self._first <= day <= self._through and one.state == "planned":
                month = f"{day.year}-{day.month:02}"
                sums[month] = sums.get(month, 0) + one.net
        return _Months(tuple(sums), tuple(sums.values()))
