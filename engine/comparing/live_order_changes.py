"""Compares live orders planned under two rulebooks: the net of each by month, the differences, and the rules responsible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heappush, heapreplace
from typing import Final, NamedTuple

from engine.comparing.compared_order import OrderComparer, OrderResult
from engine.comparing.explained_orders import Explainer
from engine.comparing.invoice_changes import refusal_changes, refusals_in_order
from engine.comparing.money_changes import MonthSums, OrderChange, OrdersCompared, month_changes
from engine.documents.billed import Unbilled
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.money import Money
from engine.rulebook.book import Rulebook
from engine.stages.scheduling.batch import Planner

_COUNTED_AT_ONCE: Final = 100_000
Progress = Callable[[int], None]
"""Called with the number of items compared so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOrders:
    """Some live orders with their customers, and by item the identities of its invoiced transactions, which never change."""

    orders: Sequence[Order]
    customers: Mapping[str, Customer]
    invoiced: Mapping[str, frozenset[str]]


class _Candidate(NamedTuple):
    """A changed order with its place among the changes."""

    place: tuple[int, _Backwards]
    order: Order
    customer: Customer
    invoiced: Mapping[str, frozenset[str]]
    result: OrderResult


@dataclass(frozen=True, slots=True)
class _Backwards:
    """A name that comes after those that it would come before."""

    name: str

    def __lt__(self, other: _Backwards) -> bool:
        return self.name > other.name


@dataclass
class _Totals:
    """The sums of all orders compared so far, and their differences."""

    months: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    parts: defaultdict[str, list[MonthSums]] = field(default_factory=lambda: defaultdict(list))
    """By order type, the sums of items that are not in `months` yet, each once. Like items have the same."""
    differing: int = 0
    """How many orders differ."""
    changes: list[OrderChange] = field(default_factory=list)
    largest: list[_Candidate] = field(default_factory=list)
    """A heap of the largest changes so far."""
    before: list[Unbilled] = field(default_factory=list)
    after: list[Unbilled] = field(default_factory=list)
    orders: int = 0
    items: int = 0

    def add(self, order: Order, result: OrderResult) -> None:
        """Adds an order; equal sums of items are counted, and added once."""
        self.orders, self.items = self.orders + 1, self.items + len(order.items)
        self.before += result.before
        self.after += result.after
        parts = self.parts[order.type]
        for sums in result.parts:
            if not sums.count:
                parts.append(sums)
            sums.count += 1
        if len(parts) >= _COUNTED_AT_ONCE:
            self.add_counted()

    def add_counted(self) -> None:
        """Adds the sums of items to the months."""
        for order_type, parts in self.parts.items():
            for sums in parts:
                count, sums.count = sums.count, 0
                for month, earlier, later in sums.months:
                    both = self.months.setdefault((month, order_type), [0, 0])
                    both[0] += count * earlier
                    both[1] += count * later
        self.parts.clear()


def compare_orders(
    some: Iterable[LiveOrders],
    before: Rulebook,
    after: Rulebook,
    *,
    through: date,
    year_starts: Sequence[str],
    progress: Progress,
    most: int | None = None,
    today: date | None = None,
) -> OrdersCompared:
    """Every live order under two rulebooks, planned through the same day; the orders may come in any parts and order.

    So many of the largest changes are listed, with the rules responsible (None: all); of the others the number.
    """
    first = Planner(before, through, today=today, others=(after,))
    planners = first, Planner(after, through, today=today, others=(before,), known_rates=first.known_rates)
    totals, comparer, explainer = _Totals(), OrderComparer(*planners), Explainer(*planners)
    for part in some:
        for order in part.orders:
            result = comparer.compare(order, part.customers[order.customer], part.invoiced)
            totals.add(order, result)
            if result.differs:
                _record(order, part, result, totals, explainer, most)
        progress(totals.items)
    totals.add_counted()
    changes = totals.changes + [_change(*each[1:], explainer) for each in totals.largest]
    currency = before.currency
    return OrdersCompared(
        currency=currency,
        orders=totals.orders,
        items=totals.items,
        changes=_largest_first(changes),
        months=month_changes(totals.months, currency),
        refusals=refusal_changes(totals.before, totals.after),
        year_starts=tuple(year_starts),
        left_out=totals.differing - len(changes),
    )


def joined_comparisons(parts: Sequence[OrdersCompared], *, most: int | None = None) -> OrdersCompared:
    """The comparison of all orders, from those of parts of them, each with so many of its largest changes (None: all)."""
    first = parts[0]
    months: dict[tuple[str, str], list[int]] = {}
    for each in (month for part in parts for month in part.months):
        sums = months.setdefault((each.month, each.order_type), [0, 0])
        sums[0] += each.before.minor
        sums[1] += each.after.minor
    compared = OrdersCompared(
        currency=first.currency,
        orders=sum(part.orders for part in parts),
        items=sum(part.items for part in parts),
        changes=_largest_first(change for part in parts for change in part.changes),
        months=month_changes(months, first.currency),
        refusals=refusals_in_order(refusal for part in parts for refusal in part.refusals),
        year_starts=first.year_starts,
        left_out=sum(part.left_out for part in parts),
    )
    return compared if most is None else compared.largest(most)


def _largest_first(changes: Iterable[OrderChange]) -> tuple[OrderChange, ...]:
    return tuple(sorted(changes, key=lambda one: (-abs(one.change.minor), one.order)))


def _record(order: Order, part: LiveOrders, result: OrderResult, totals: _Totals, explainer: Explainer, most: int | None) -> None:
    """Records a changed order: explained at once where all are listed, else among the largest so far, which are explained in the end."""
    customer = part.customers[order.customer]
    totals.differing += 1
    if most is None:
        totals.changes.append(_change(order, customer, part.invoiced, result, explainer))
        return
    size, largest = abs(sum([sums.change for sums in result.parts])), totals.largest
    if len(largest) >= most and (not most or size < largest[0].place[0]):
        return
    invoiced = {item.id: part.invoiced[item.id] for item in order.items if item.id in part.invoiced}
    candidate = _Candidate((size, _Backwards(order.id)), order, customer, invoiced, result)
    if len(largest) < most:
        heappush(largest, candidate)
    elif largest[0] < candidate:
        heapreplace(largest, candidate)


def _change(
    order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]], result: OrderResult, explainer: Explainer
) -> OrderChange:
    currency = order.currency
    return OrderChange(
        order=order.id,
        order_type=order.type,
        customer=customer.id,
        name=customer.name,
        before=Money(sum(sums.before for sums in result.parts), currency),
        after=Money(sum(sums.after for sums in result.parts), currency),
        why=explainer.responsible_for(order, customer, invoiced) if result.is_explained else (),
        parts=tuple(result.parts),
    )
