"""Compares live orders planned under two rulebooks: the net of each by month, the differences, and the rules responsible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heappush, heapreplace
from itertools import compress
from typing import Final, NamedTuple

from engine import billing
from engine.comparing.explained_orders import Explainer
from engine.comparing.invoice_changes import refusal_changes, refusals_in_order
from engine.comparing.money_changes import MonthSums, OrderChange, OrdersCompared, month_changes, sums_by_month
from engine.documents.billed import Unbilled
from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.money import Money
from engine.order_types.registry import BY_PROCESS
from engine.problems import Refusal
from engine.rulebook.book import Cache, Key, Rulebook, items_without_names
from engine.rulebook.terms import terms_of
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.scheduling.batch import Planner
from engine.stages.scheduling.layouts import Nets, nets_of_layout
from engine.stages.scheduling.like_items import LikeItems

UNDATED: Final = "undated"
"""The month of amounts that wait for an event without a day."""
_CACHE_SIZE: Final = 20_000
_COUNTED_AT_ONCE: Final = 50_000
_NONE: Final[frozenset[str]] = frozenset()
Progress = Callable[[int], None]
"""Called with the number of items compared so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOrders:
    """Some live orders with their customers, and by item the identities of its invoiced transactions, which never change."""

    orders: Sequence[Order]
    customers: Mapping[str, Customer]
    invoiced: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, eq=False)
class _Alike:
    """The nets of like items under both rulebooks, and their sums by the identities of what is invoiced of them."""

    before: Nets
    after: Nets
    sums: dict[frozenset[str], MonthSums] = field(default_factory=dict)


class _Candidate(NamedTuple):
    """A changed order with its place among the changes."""

    place: tuple[int, _Backwards]
    order: Order
    customer: Customer
    invoiced: Mapping[str, frozenset[str]]
    result: _OrderResult


@dataclass(frozen=True, slots=True)
class _Backwards:
    """A name that comes after those that it would come before."""

    name: str

    def __lt__(self, other: _Backwards) -> bool:
        return self.name > other.name


@dataclass
class _OrderResult:
    """One order under both rulebooks: the nets of its items or groups of items, and the refusals of each side."""

    parts: list[MonthSums] = field(default_factory=list)
    before: list[Unbilled] = field(default_factory=list)
    after: list[Unbilled] = field(default_factory=list)

    @property
    def is_explained(self) -> bool:
        """Whether rules can be named as responsible: neither side refuses it."""
        return not self.before and not self.after


@dataclass
class _Totals:
    """The sums of all orders compared so far, and their differences."""

    months: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    counts: dict[tuple[MonthSums, str], int] = field(default_factory=dict)
    """How many items of an order type have the same sums, which are not in `months` yet."""
    differing: int = 0
    """How many orders differ."""
    changes: list[OrderChange] = field(default_factory=list)
    largest: list[_Candidate] = field(default_factory=list)
    """A heap of the largest changes so far."""
    before: list[Unbilled] = field(default_factory=list)
    after: list[Unbilled] = field(default_factory=list)
    orders: int = 0
    items: int = 0

    def add(self, order: Order, result: _OrderResult) -> None:
        """Adds an order; the sums of its items are counted first."""
        self.orders, self.items = self.orders + 1, self.items + len(order.items)
        self.before += result.before
        self.after += result.after
        for sums in result.parts:
            key = (sums, order.type)
            self.counts[key] = self.counts.get(key, 0) + 1
        if len(self.counts) >= _COUNTED_AT_ONCE:
            self.add_counted()

    def add_counted(self) -> None:
        """Adds what was counted to the months."""
        for (sums, order_type), count in self.counts.items():
            for month, earlier, later in sums.months:
                both = self.months.setdefault((month, order_type), [0, 0])
                both[0] += count * earlier
                both[1] += count * later
        self.counts.clear()


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
    totals, comparer, explainer = _Totals(), _Comparer(*planners), Explainer(*planners)
    for part in some:
        for order in part.orders:
            result = comparer.compare(order, part.customers[order.customer], part.invoiced)
            totals.add(order, result)
            if any(sums.differs for sums in result.parts):
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


def _record(order: Order, part: LiveOrders, result: _OrderResult, totals: _Totals, explainer: Explainer, most: int | None) -> None:
    """Records a changed order: explained at once where all are listed, else among the largest so far, which are explained in the end."""
    customer = part.customers[order.customer]
    totals.differing += 1
    if most is None:
        totals.changes.append(_change(order, customer, part.invoiced, result, explainer))
        return
    size, largest = abs(sum(sums.change for sums in result.parts)), totals.largest
    if len(largest) >= most and (not most or size < largest[0].place[0]):
        return
    invoiced = {item.id: part.invoiced[item.id] for item in order.items if item.id in part.invoiced}
    candidate = _Candidate((size, _Backwards(order.id)), order, customer, invoiced, result)
    if len(largest) < most:
        heappush(largest, candidate)
    elif largest[0] < candidate:
        heapreplace(largest, candidate)


def _change(
    order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]], result: _OrderResult, explainer: Explainer
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


@dataclass
class _Comparer:
    """Two planners, with a cache of the results of like items."""

    before: Planner
    after: Planner
    _like: LikeItems[_Alike] = field(init=False)
    _names: Cache[tuple[str, ...]] = field(default_factory=lambda: Cache(_CACHE_SIZE))
    _alike: dict[Key, bool] = field(default_factory=dict)
    _months: dict[date | None, str] = field(default_factory=lambda: {None: UNDATED})
    """The names of the months of billing dates."""

    def __post_init__(self) -> None:
        self._like = LikeItems(self._planners)

    @property
    def _planners(self) -> tuple[Planner, Planner]:
        return self.before, self.after

    def compare(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]]) -> _OrderResult:
        """One order: items that are billed as their process says share the results of like items, others are planned together."""
        result = _OrderResult()
        try:
            parts = self._by_process(order, customer, invoiced) if order.type in BY_PROCESS else None
        except Refusal:
            parts = None
        if parts is None:
            self._plan(order, customer, invoiced, result)
        else:
            result.parts = parts
        return result

    def _by_process(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]]) -> list[MonthSums] | None:
        """The sums of each item; None where one has names that a rulebook does not have."""
        like, is_complete, parts = self._like, False, []
        prices = [billing.prices(order, customer, each.rulebook, tracing=False) for each in self._planners]
        of_order = like.of_order(order, prices)
        for item in order.items:
            key = None if of_order is None else like.key_of(of_order, order, item)
            known = None if key is None else like.get(item, key)
            if known is None:
                if not is_complete and any(items_without_names(order, customer, each.rulebook) for each in self._planners):
                    return None
                is_complete = True
                known = _Alike(*self._nets(order, item, prices))
                if key is not None:
                    like.store(item, key, known)
            already = invoiced.get(item.id) if invoiced else None
            parts.append(self._sums(known, frozenset(identity.removeprefix(item.id) for identity in already or ())))
        return parts

    def _nets(self, order: Order, item: OrderItem, prices: Sequence[BookPrices]) -> tuple[Nets, Nets]:
        """The nets of an item under both rulebooks; its periods are laid out once where both bill it alike."""
        is_alike = self._bills_alike(item) and prices[1].stays_equal(item)
        layout = self.before.layout(order, item, prices[0]) if is_alike else None
        if layout is None:
            return self.before.nets(order, item, prices[0]), self.after.nets(order, item, prices[1])
        before, after = nets_of_layout(
            layout, *(each.run_prices(layout, item, own) for each, own in zip(self._planners, prices, strict=True))
        )
        return before, after

    def _bills_alike(self, item: OrderItem) -> bool:
        """Whether both rulebooks bill an item by the same terms."""
        key = (item.product, item.billing_process, item.billing_type, *item.anchor)
        known = self._alike.get(key)
        if known is None:
            before, after = (terms_of(item, each.rulebook) for each in self._planners)
            known = self._alike[key] = before.bills_like(after)
        return known

    def _sums(self, alike: _Alike, invoiced: frozenset[str]) -> MonthSums:
        """The sums of what is not invoiced yet of an item under both rulebooks, which like items share."""
        known = alike.sums.get(invoiced)
        if known is None:
            before, after = (self._open(each, invoiced) for each in (alike.before, alike.after))
            names = self._names_of(before)
            names_after = names if before.dates is after.dates else self._names_of(after)
            if (names is names_after or names == names_after) and len(set(names)) == len(names):
                known = MonthSums(names, before.nets, before.nets if before.nets == after.nets else after.nets)
            else:
                known = sums_by_month(*(zip(months, each.nets, strict=True) for months, each in ((names, before), (names_after, after))))
            alike.sums[invoiced] = known
        return known

    @staticmethod
    def _open(planned: Nets, invoiced: frozenset[str]) -> Nets:
        """What is not invoiced yet."""
        if not invoiced:
            return planned
        is_open = [identity not in invoiced for identity in planned.identities]
        dates, nets = tuple(compress(planned.dates, is_open)), tuple(compress(planned.nets, is_open))
        return Nets(dates, nets, tuple(compress(planned.identities, is_open)), is_shared=False)

    def _names_of(self, planned: Nets) -> tuple[str, ...]:
        """The months of billing dates; items with equal periods share them."""
        names = self._names.get(planned.dates) if planned.is_shared else None
        if names is None:
            names = tuple(map(self._month, planned.dates))
            if planned.is_shared:
                self._names.store(planned.dates, names)
        return names

    def _month(self, day: date | None) -> str:
        """The month of a billing date."""
        return self._months.get(day) or self._months.setdefault(day, f"{day:%Y-%m}")

    def _plan(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]], result: _OrderResult) -> None:
        """An order planned as a whole under both rulebooks; a refusal concerns all of it."""
        pair: list[list[tuple[str, int]]] = []
        for planner, refused in ((self.before, result.before), (self.after, result.after)):
            buyers = {customer.id: customer}
            given = billing.plan_amounts((order,), buyers, planner.rulebook, through=planner.through, today=planner.today)
            problems = [*given.missing.get(order.id, {}).values()]
            problems += given.refused[order.id].problems if order.id in given.refused else ()
            refused += [Unbilled(order.customer, order.id, problem) for problem in problems]
            amounts = given.amounts.get(order.id, {})
            pair.append(
                [
                    (self._month(one.billing_date), one.net)
                    for item, of_item in amounts.items()
                    for one in of_item
                    if one.state != "elsewhere" and one.identity(item) not in invoiced.get(item, _NONE)
                ]
            )
        result.parts.append(sums_by_month(*pair))
