"""Compares live orders planned under two rulebooks: the net of each by month, the differences, and the rules responsible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from engine import billing
from engine.comparing.invoice_changes import refusal_changes
from engine.comparing.money_changes import OrderChange, OrdersCompared, month_changes
from engine.comparing.responsible_rules import Why, responsible
from engine.documents.billed import Unbilled
from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.documents.transaction import Transaction
from engine.money import Money
from engine.problems import Refusal
from engine.rulebook.book import Cache, Key, Rulebook, items_without_names
from engine.stages.scheduling.batch import Plain, Planner, Slot

UNDATED: Final = "undated"
"""The month of amounts that wait for an event without a day."""
_CACHE_SIZE: Final = 20_000
_NONE: Final[frozenset[str]] = frozenset()
Progress = Callable[[int], None]
"""Called with the number of items compared so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOrders:
    """Some live orders with their customers, and by item the identities of its invoiced transactions, which never change."""

    orders: Sequence[Order]
    customers: Mapping[str, Customer]
    invoiced: Mapping[str, frozenset[str]]


class _Both(NamedTuple):
    """The net of some items by month, before and after, in minor units, and the rules behind the largest difference."""

    months: tuple[tuple[str, int, int], ...]
    differs: bool
    why: tuple[Why, ...] = ()
    weight: int = 0


@dataclass
class _OrderResult:
    """One order under both rulebooks: its items or groups of items, and the refusals of each side."""

    parts: list[_Both] = field(default_factory=list)
    before: list[Unbilled] = field(default_factory=list)
    after: list[Unbilled] = field(default_factory=list)


@dataclass
class _Totals:
    """The sums of all orders compared so far, and their differences."""

    months: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    changes: list[OrderChange] = field(default_factory=list)
    before: list[Unbilled] = field(default_factory=list)
    after: list[Unbilled] = field(default_factory=list)
    orders: int = 0
    items: int = 0


def compare_orders(
    some: Iterable[LiveOrders], before: Rulebook, after: Rulebook, *, through: date, year_starts: Sequence[str], progress: Progress
) -> OrdersCompared:
    """Every live order under two rulebooks, planned through the same day; the orders may come in any parts and order."""
    totals, comparer = _Totals(), _Comparer(Planner(before, through), Planner(after, through))
    for part in some:
        for order in part.orders:
            _add(order, part, comparer, totals)
        progress(totals.items)
    currency = before.currency
    return OrdersCompared(
        currency=currency,
        orders=totals.orders,
        items=totals.items,
        changes=tuple(sorted(totals.changes, key=lambda one: (-abs(one.change.minor), one.order))),
        months=month_changes(totals.months, currency),
        refusals=refusal_changes(totals.before, totals.after),
        year_starts=tuple(year_starts),
    )


def _add(order: Order, part: LiveOrders, comparer: _Comparer, totals: _Totals) -> None:
    customer = part.customers[order.customer]
    totals.orders, totals.items = totals.orders + 1, totals.items + len(order.items)
    result = comparer.compare(order, customer, part.invoiced)
    totals.before += result.before
    totals.after += result.after
    by_month: dict[str, list[int]] = {}
    for month, earlier, later in (each for both in result.parts for each in both.months):
        for sums in (by_month.setdefault(month, [0, 0]), totals.months.setdefault((month, order.type), [0, 0])):
            sums[0] += earlier
            sums[1] += later
    if any(both.differs for both in result.parts):
        totals.changes.append(_change(order, customer, by_month, result.parts))


def _change(order: Order, customer: Customer, by_month: Mapping[str, Sequence[int]], parts: Sequence[_Both]) -> OrderChange:
    currency = order.currency
    weights: dict[Why, int] = {}
    for both in parts:
        for why in both.why:
            weights[why] = weights.get(why, 0) + both.weight
    return OrderChange(
        order=order.id,
        order_type=order.type,
        customer=customer.id,
        name=customer.name,
        before=Money(sum(sums[0] for sums in by_month.values()), currency),
        after=Money(sum(sums[1] for sums in by_month.values()), currency),
        months=month_changes({(month, order.type): sums for month, sums in by_month.items() if sums[0] != sums[1]}, currency),
        why=tuple(sorted(weights, key=lambda why: -weights[why])),
    )


@dataclass
class _Comparer:
    """Two planners, with a cache of the results of like items."""

    before: Planner
    after: Planner
    _results: Cache[_Both] = field(default_factory=lambda: Cache(_CACHE_SIZE))
    _reasons: dict[Key, tuple[Why, ...]] = field(default_factory=dict)

    def compare(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]]) -> _OrderResult:
        """One order: plain items share the results of like items, the others are planned one by one."""
        result, own = _OrderResult(), list[OrderItem]()
        prices = [billing.prices(order, customer, planner.rulebook, tracing=False) for planner in (self.before, self.after)]
        try:
            for item in order.items:
                earlier = self.before.plain(order, item, customer, prices[0])
                later = self.after.plain(order, item, customer, prices[1]) if earlier is not None else None
                if earlier is None or later is None:
                    own.append(item)
                else:
                    result.parts.append(self._cached(earlier, later, invoiced.get(item.id, _NONE)))
        except Refusal:
            result, own = _OrderResult(), list(order.items)
        if own:
            self._plan(order.replace(items=tuple(own)), customer, invoiced, result)
        if (result.before or result.after) and len(own) < len(order.items):
            result = _OrderResult()
            self._plan(order, customer, invoiced, result)
        return result

    def _cached(self, earlier: Plain, later: Plain, invoiced: frozenset[str]) -> _Both:
        starts = frozenset(identity.split("|")[2] for identity in invoiced if "|recurring|" in identity) if invoiced else _NONE
        key = (earlier.grid, earlier.price, later.grid, later.price, starts)
        return self._results.get(key) or self._results.store(key, self._compare_plain(earlier, later, starts))

    def _compare_plain(self, earlier: Plain, later: Plain, starts: frozenset[str]) -> _Both:
        """The open periods of a plain item by month, and the rules behind the period with the largest difference."""
        pair = self._open_periods(earlier, starts), self._open_periods(later, starts)
        if pair[0] == pair[1]:
            return _Both(tuple((slot.month, net, net) for slot, net in pair[0]), False)
        months: dict[str, list[int]] = {}
        for index, amounts in enumerate(pair):
            for slot, net in amounts:
                months.setdefault(slot.month, [0, 0])[index] += net
        by_start = {slot.start: net for slot, net in pair[0]}
        sizes = [(abs(net - by_start.get(slot.start, 0)), slot) for slot, net in pair[1]]
        largest, at = max(sizes, key=lambda one: one[0], default=(0, None))
        both = tuple((month, one, other) for month, (one, other) in months.items())
        differs = any(one != other for _, one, other in both)
        return _Both(both, differs, self._why(earlier, later, at) if differs else (), largest)

    def _open_periods(self, plain: Plain, starts: frozenset[str]) -> list[tuple[Slot, int]]:
        """The periods of an item without an invoice, with their nets; `starts` are the first days of the invoiced ones."""
        periods = zip(plain.grid.slots, plain.nets(), strict=True)
        return [(slot, net) for slot, net in periods if slot.start.isoformat() not in starts] if starts else list(periods)

    def _why(self, earlier: Plain, later: Plain, at: Slot | None) -> tuple[Why, ...]:
        """The rules behind different prices of one period; without any, those behind different transactions."""
        if at is not None:
            day = at.priced_on
            key = (earlier.price, later.price, self.before.facts.stretch_of(day), self.after.facts.stretch_of(day))
            if key not in self._reasons:
                pair = [
                    billing.prices(one.order, one.customer, planner.rulebook).price_on(one.item, day, one.item.quantity)
                    for planner, one in ((self.before, earlier), (self.after, later))
                ]
                self._reasons[key] = responsible(pair[0].reasons, pair[1].reasons)
            if self._reasons[key]:
                return self._reasons[key]
        alone = earlier.order.replace(items=(earlier.item,))
        return self._largest_change(alone, earlier.customer, {})[0]

    def _plan(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]], result: _OrderResult) -> None:
        """Items that are not plain: planned under both rulebooks; a refusal concerns the whole order."""
        pair: list[dict[str, Transaction]] = []
        for planner, refused in ((self.before, result.before), (self.after, result.after)):
            missing = items_without_names(order, customer, planner.rulebook).values()
            refused += [Unbilled(order.customer, order.id, problem) for problem in missing]
            try:
                pair.append(self._transactions(planner, order, customer, invoiced))
            except Refusal as refusal:
                refused += [Unbilled(order.customer, order.id, problem) for problem in refusal.problems]
                pair.append({})
        months: dict[str, list[int]] = {}
        for index, transactions in enumerate(pair):
            for one in transactions.values():
                month = f"{one.billing_date:%Y-%m}" if one.billing_date else UNDATED
                months.setdefault(month, [0, 0])[index] += one.portion.net.minor
        both = tuple((month, earlier, later) for month, (earlier, later) in months.items())
        differs = any(earlier != later for _, earlier, later in both)
        is_explained = differs and not result.before and not result.after
        why, weight = self._largest_change(order, customer, invoiced) if is_explained else ((), 0)
        result.parts.append(_Both(both, differs, why, weight))

    def _transactions(
        self, planner: Planner, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]], *, tracing: bool = False
    ) -> dict[str, Transaction]:
        """The planned transactions of an order that are on no invoice, here or elsewhere."""
        planned = billing.plan(order, customer, planner.rulebook, through=planner.through, tracing=tracing)
        return {
            one.identity: one
            for one in planned
            if one.state not in ("elsewhere", "cancelled") and one.identity not in invoiced.get(one.item, _NONE)
        }

    def _largest_change(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]]) -> tuple[tuple[Why, ...], int]:
        """The rules responsible for the transaction with the largest difference, and this difference."""
        before, after = (self._transactions(planner, order, customer, invoiced, tracing=True) for planner in (self.before, self.after))
        earlier, later = ({name: one.portion.net.minor for name, one in planned.items()} for planned in (before, after))
        size, identity = max(
            ((abs(later.get(name, 0) - earlier.get(name, 0)), name) for name in earlier.keys() | later.keys()), default=(0, "")
        )
        reasons = (planned[identity].reasons if identity in planned else () for planned in (before, after))
        return responsible(*reasons), size
