"""Compares live orders planned under two rulebooks: the net of each by month, the differences, and the rules responsible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from engine import billing
from engine.comparing.invoice_changes import refusal_changes, refusals_in_order
from engine.comparing.money_changes import MonthSums, OrderChange, OrdersCompared, month_changes, sums_by_month
from engine.comparing.responsible_rules import Why, responsible
from engine.documents.billed import Unbilled
from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import PlannedAmount
from engine.money import Money, Quantity
from engine.order_types.registry import BY_PROCESS
from engine.problems import Refusal
from engine.rulebook.book import Cache, Rulebook, items_without_names
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.scheduling.batch import Planner

UNDATED: Final = "undated"
"""The month of amounts that wait for an event without a day."""
_CACHE_SIZE: Final = 200_000
_COUNTED_AT_ONCE: Final = 50_000
_IDENTITY: Final = 4
"""The first fields of figures say of which transaction of an item they are."""
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
class _Both:
    """Some items under both rulebooks: their net by month, and the rules behind the largest difference."""

    sums: MonthSums
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
    counts: dict[tuple[MonthSums, str], int] = field(default_factory=dict)
    """How many items of an order type have the same sums, which are not in `months` yet."""
    changes: list[OrderChange] = field(default_factory=list)
    before: list[Unbilled] = field(default_factory=list)
    after: list[Unbilled] = field(default_factory=list)
    orders: int = 0
    items: int = 0

    def count(self, sums: MonthSums, order_type: str) -> None:
        """Counts the sums of one item, or of some."""
        key = (sums, order_type)
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
    some: Iterable[LiveOrders], before: Rulebook, after: Rulebook, *, through: date, year_starts: Sequence[str], progress: Progress
) -> OrdersCompared:
    """Every live order under two rulebooks, planned through the same day; the orders may come in any parts and order."""
    totals, comparer = _Totals(), _Comparer(Planner(before, through), Planner(after, through))
    for part in some:
        for order in part.orders:
            _add(order, part, comparer, totals)
        progress(totals.items)
    totals.add_counted()
    currency = before.currency
    return OrdersCompared(
        currency=currency,
        orders=totals.orders,
        items=totals.items,
        changes=_largest_first(totals.changes),
        months=month_changes(totals.months, currency),
        refusals=refusal_changes(totals.before, totals.after),
        year_starts=tuple(year_starts),
    )


def joined_comparisons(parts: Sequence[OrdersCompared]) -> OrdersCompared:
    """The comparison of all orders, from those of parts of them."""
    first = parts[0]
    months: dict[tuple[str, str], list[int]] = {}
    for each in (month for part in parts for month in part.months):
        sums = months.setdefault((each.month, each.order_type), [0, 0])
        sums[0] += each.before.minor
        sums[1] += each.after.minor
    return OrdersCompared(
        currency=first.currency,
        orders=sum(part.orders for part in parts),
        items=sum(part.items for part in parts),
        changes=_largest_first(change for part in parts for change in part.changes),
        months=month_changes(months, first.currency),
        refusals=refusals_in_order(refusal for part in parts for refusal in part.refusals),
        year_starts=first.year_starts,
    )


def _largest_first(changes: Iterable[OrderChange]) -> tuple[OrderChange, ...]:
    return tuple(sorted(changes, key=lambda one: (-abs(one.change.minor), one.order)))


def _add(order: Order, part: LiveOrders, comparer: _Comparer, totals: _Totals) -> None:
    customer = part.customers[order.customer]
    totals.orders, totals.items = totals.orders + 1, totals.items + len(order.items)
    result = comparer.compare(order, customer, part.invoiced)
    totals.before += result.before
    totals.after += result.after
    for both in result.parts:
        totals.count(both.sums, order.type)
    if any(both.sums.differs for both in result.parts):
        totals.changes.append(_change(order, customer, result.parts))


def _change(order: Order, customer: Customer, parts: Sequence[_Both]) -> OrderChange:
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
        before=Money(sum(both.sums.before for both in parts), currency),
        after=Money(sum(both.sums.after for both in parts), currency),
        why=tuple(sorted(weights, key=lambda why: -weights[why])),
        parts=tuple(both.sums for both in parts),
    )


@dataclass
class _Comparer:
    """Two planners, with a cache of the results of like items."""

    before: Planner
    after: Planner
    _results: Cache[_Both] = field(default_factory=lambda: Cache(_CACHE_SIZE))
    _reasons: Cache[tuple[Why, ...]] = field(default_factory=lambda: Cache(_CACHE_SIZE))

    _months: dict[date | None, str] = field(default_factory=lambda: {None: UNDATED})
    """The names of the months of billing dates."""

    @property
    def _planners(self) -> tuple[Planner, Planner]:
        return self.before, self.after

    def compare(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]]) -> _OrderResult:
        """One order: items that are billed as their process says share the results of like items, others are planned together."""
        result = _OrderResult()
        is_whole = order.type not in BY_PROCESS or any(items_without_names(order, customer, each.rulebook) for each in self._planners)
        if not is_whole:
            try:
                prices = [billing.prices(order, customer, each.rulebook, tracing=False) for each in self._planners]
                result.parts += [self._cached(order, item, prices, invoiced.get(item.id, _NONE)) for item in order.items]
            except Refusal:
                result, is_whole = _OrderResult(), True
        if is_whole:
            self._plan(order, customer, invoiced, result)
        return result

    def _cached(self, order: Order, item: OrderItem, prices: Sequence[BookPrices], invoiced: frozenset[str]) -> _Both:
        keys = [each.key_of(order, item, own) for each, own in zip(self._planners, prices, strict=True)]
        known = frozenset(identity.removeprefix(item.id) for identity in invoiced) if invoiced else _NONE
        if None in keys:
            return self._compare_item(order, item, prices, known)
        key = (*keys, known)
        return self._results.get(key) or self._results.store(key, self._shared(order, item, prices, known))

    def _shared(self, order: Order, item: OrderItem, prices: Sequence[BookPrices], invoiced: frozenset[str]) -> _Both:
        """One item; all with equal periods and prices share the result."""
        keys = [each.shared_key(order, item, own) for each, own in zip(self._planners, prices, strict=True)]
        if None in keys:
            return self._compare_item(order, item, prices, invoiced)
        key = (*keys, invoiced)
        return self._results.get(key) or self._results.store(key, self._compare_item(order, item, prices, invoiced))

    def _compare_item(self, order: Order, item: OrderItem, prices: Sequence[BookPrices], invoiced: frozenset[str]) -> _Both:
        """The open transactions of an item by month, and the rules behind the one with the largest difference."""
        pair = [
            [one for one in each.by_process(order, item, own) if not invoiced or one.identity("") not in invoiced]
            for each, own in zip(self._planners, prices, strict=True)
        ]
        sums = sums_by_month(*([(self._month(one), one.net) for one in amounts] for amounts in pair))
        if not sums.differs:
            return _Both(sums)
        nets = {one[:_IDENTITY]: one.net for one in pair[0]}
        sizes = [(abs(one.net - nets.get(one[:_IDENTITY], 0)), one) for one in pair[1]]
        largest, at = max(sizes, key=lambda one: one[0], default=(0, None))
        return _Both(sums, self._why(order, item, prices, at), largest)

    def _month(self, one: PlannedAmount) -> str:
        """The month of the billing date of a transaction."""
        day = one.billing_date
        return self._months.get(day) or self._months.setdefault(day, f"{day:%Y-%m}")

    def _why(self, order: Order, item: OrderItem, prices: Sequence[BookPrices], at: PlannedAmount | None) -> tuple[Why, ...]:
        """The rules behind different prices of one period; without any, those behind different transactions."""
        if at is not None and at.kind == "recurring" and at.service_from is not None and all(own.stays_equal(item) for own in prices):
            if why := self._why_of_price(order, item, prices, at.service_from, Quantity(at.quantity)):
                return why
        alone = order.replace(items=(item,))
        return self._largest_change(alone, prices[0].customer, {})[0]

    def _why_of_price(self, order: Order, item: OrderItem, prices: Sequence[BookPrices], day: date, quantity: Quantity) -> tuple[Why, ...]:
        """The rules behind different prices of an item on a day."""
        price = item.price_on(day)
        priced = item if price == item.negotiated_price else item.replace(negotiated_price=price)
        keys = [own.key_of(priced, quantity) for own in prices]
        key = (*keys, *(each.facts.stretch_of(day) for each in self._planners))
        known = None if None in keys else self._reasons.get(key)
        if known is None:
            traced = (billing.prices(order, own.customer, own.rulebook).price_on(priced, day, quantity) for own in prices)
            known = responsible(*(line.reasons for line in traced))
            if None not in keys:
                self._reasons.store(key, known)
        return known

    def _plan(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]], result: _OrderResult) -> None:
        """An order planned as a whole under both rulebooks; a refusal concerns all of it."""
        pair: list[list[tuple[str, int]]] = []
        for planner, refused in ((self.before, result.before), (self.after, result.after)):
            given = billing.plan_amounts((order,), {customer.id: customer}, planner.rulebook, through=planner.through)
            problems = [*given.missing.get(order.id, {}).values()]
            problems += given.refused[order.id].problems if order.id in given.refused else ()
            refused += [Unbilled(order.customer, order.id, problem) for problem in problems]
            amounts = given.amounts.get(order.id, {})
            pair.append(
                [
                    (self._month(one), one.net)
                    for item, of_item in amounts.items()
                    for one in of_item
                    if one.state != "elsewhere" and one.identity(item) not in invoiced.get(item, _NONE)
                ]
            )
        sums = sums_by_month(*pair)
        is_explained = sums.differs and not result.before and not result.after
        why, weight = self._largest_change(order, customer, invoiced) if is_explained else ((), 0)
        result.parts.append(_Both(sums, why, weight))

    def _transactions(
        self, planner: Planner, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]]
    ) -> dict[str, Transaction]:
        """The planned transactions of an order that are on no invoice, here or elsewhere."""
        planned = billing.plan(order, customer, planner.rulebook, through=planner.through)
        return {
            one.identity: one
            for one in planned
            if one.state not in ("elsewhere", "cancelled") and one.identity not in invoiced.get(one.item, _NONE)
        }

    def _largest_change(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]]) -> tuple[tuple[Why, ...], int]:
        """The rules responsible for the transaction with the largest difference, and this difference."""
        before, after = (self._transactions(planner, order, customer, invoiced) for planner in (self.before, self.after))
        earlier, later = ({name: one.portion.net.minor for name, one in planned.items()} for planned in (before, after))
        size, identity = max(
            ((abs(later.get(name, 0) - earlier.get(name, 0)), name) for name in earlier.keys() | later.keys()), default=(0, "")
        )
        reasons = (planned[identity].reasons if identity in planned else () for planned in (before, after))
        return responsible(*reasons), size
