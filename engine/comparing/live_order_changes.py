"""Live orders planned under two rulebooks: what each comes to month by month, what differs, and the rules responsible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from engine import billing
from engine.comparing.invoice_changes import refusal_changes
from engine.comparing.money_changes import MonthChange, OrderChange, OrdersCompared
from engine.comparing.responsible_rules import Why, responsible
from engine.documents.billed import Unbilled
from engine.documents.order import ORDER_TYPES, Order, OrderItem
from engine.documents.party import Customer
from engine.documents.transaction import Transaction
from engine.money import Money
from engine.problems import Refusal
from engine.stages.scheduling.batch import Grid, Key, Plain, Planner, Slot

UNDATED: Final = "undated"
"""The month of what waits for an event of which nobody knows the day."""
_MOST_KEPT: Final = 20_000
_NONE: Final[frozenset[str]] = frozenset()
_TYPES: Final[dict[str, int]] = {name: at for at, name in enumerate(ORDER_TYPES)}
Progress = Callable[[int], None]
"""Told how many items are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOrders:
    """Some live orders with their customers, and by item the identities of what stands on an invoice: that never changes."""

    orders: Sequence[Order]
    customers: Mapping[str, Customer]
    invoiced: Mapping[str, frozenset[str]]


class _Both(NamedTuple):
    """What some items come to by month, before and after, in minor units; and what the largest difference rests on."""

    months: tuple[tuple[str, int, int], ...]
    differs: bool
    why: tuple[Why, ...]
    weight: int


@dataclass
class _Sums:
    """What is counted while orders go by: the months of all of them, and what differs."""

    months: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    changes: list[OrderChange] = field(default_factory=list)
    before: list[Unbilled] = field(default_factory=list)
    after: list[Unbilled] = field(default_factory=list)
    orders: int = 0
    items: int = 0


def compare_orders(some: Iterable[LiveOrders], before: Planner, after: Planner, *, year_until: str, progress: Progress) -> OrdersCompared:
    """Every live order under two rulebooks over the same horizon. The orders may come in any parts and order."""
    sums, comparer = _Sums(), _Comparer(before, after)
    for part in some:
        for order in part.orders:
            _count(order, part, comparer, sums)
        progress(sums.items)
    currency = before.rulebook.currency
    months = tuple(
        MonthChange(month=month, order_type=kind, before=Money(sides[0], currency), after=Money(sides[1], currency))
        for (month, kind), sides in sorted(sums.months.items(), key=lambda entry: (entry[0][0], _TYPES.get(entry[0][1], 9)))
    )
    refusals = refusal_changes(sums.before, sums.after)
    changes = tuple(sorted(sums.changes, key=lambda one: (-abs(one.change.minor), one.order)))
    return OrdersCompared(
        currency=currency, orders=sums.orders, items=sums.items, changes=changes, months=months, refusals=refusals, year_until=year_until
    )


def _count(order: Order, part: LiveOrders, comparer: _Comparer, sums: _Sums) -> None:
    customer = part.customers[order.customer]
    sums.orders, sums.items = sums.orders + 1, sums.items + len(order.items)
    found = comparer.compared(order, customer, part.invoiced)
    sums.before += found.before
    sums.after += found.after
    by_month: dict[str, list[int]] = {}
    for both in found.parts:
        for month, earlier, later in both.months:
            sides = by_month.setdefault(month, [0, 0])
            sides[0] += earlier
            sides[1] += later
    for month, (earlier, later) in by_month.items():
        total = sums.months.setdefault((month, order.type), [0, 0])
        total[0] += earlier
        total[1] += later
    if any(both.differs for both in found.parts):
        sums.changes.append(_change(order, customer, by_month, found.parts))


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
        before=Money(sum(sides[0] for sides in by_month.values()), currency),
        after=Money(sum(sides[1] for sides in by_month.values()), currency),
        months=tuple(
            MonthChange(month=month, order_type=order.type, before=Money(earlier, currency), after=Money(later, currency))
            for month, (earlier, later) in sorted(by_month.items())
            if earlier != later
        ),
        why=tuple(sorted(weights, key=lambda why: -weights[why])),
    )


@dataclass
class _Found:
    """One order under both rulebooks: its items or groups of items, and what is refused on each side."""

    parts: list[_Both] = field(default_factory=list)
    before: list[Unbilled] = field(default_factory=list)
    after: list[Unbilled] = field(default_factory=list)


@dataclass
class _Comparer:
    """Two planners and what is remembered of like items under both."""

    before: Planner
    after: Planner
    _known: dict[Key, _Both] = field(default_factory=dict)
    _whys: dict[Key, tuple[Why, ...]] = field(default_factory=dict)
    _alike: dict[tuple[int, int], bool] = field(default_factory=dict)

    def compared(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]]) -> _Found:
        """One order: items that run plainly share what they come to with others, the rest is planned as it is."""
        found, own = _Found(), list[OrderItem]()
        try:
            for item in order.items:
                earlier = self.before.plain(order, item, customer)
                later = self.after.plain(order, item, customer) if earlier is not None else None
                if earlier is None or later is None:
                    own.append(item)
                else:
                    found.parts.append(self._shared(earlier, later, invoiced.get(item.id, _NONE)))
        except Refusal:
            found, own = _Found(), list(order.items)
        if own:
            self._planned(order.model_copy(update={"items": tuple(own)}), customer, invoiced, found)
        if (found.before or found.after) and len(own) < len(order.items):
            found = _Found()
            self._planned(order, customer, invoiced, found)
        return found

    def _shared(self, earlier: Plain, later: Plain, invoiced: frozenset[str]) -> _Both:
        starts = frozenset(identity.split("|")[2] for identity in invoiced if "|recurring|" in identity) if invoiced else _NONE
        key = (id(earlier.grid), earlier.price, id(later.grid), later.price, starts)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            known = self._known[key] = self._worked_out(earlier, later, starts)
        return known

    def _worked_out(self, earlier: Plain, later: Plain, starts: frozenset[str]) -> _Both:
        if starts or not earlier.grid.are_apart or not self._lie_alike(earlier.grid, later.grid):
            return self._summed(earlier, later, starts)
        first, second = self.before.amounts(earlier), self.after.amounts(later)
        both = tuple(zip(earlier.grid.months, first, second, strict=True))
        if first == second:
            return _Both(both, False, (), 0)
        sizes = [abs(other - one) for one, other in zip(first, second, strict=True)]
        largest = max(sizes)
        return _Both(both, True, self._why(earlier, later, earlier.grid.slots[sizes.index(largest)]), largest)

    def _lie_alike(self, earlier: Grid, later: Grid) -> bool:
        """Whether the periods of both sides are the same."""
        key = (id(earlier), id(later))
        if key not in self._alike:
            self._alike[key] = earlier.slots == later.slots
        return self._alike[key]

    def _summed(self, earlier: Plain, later: Plain, starts: frozenset[str]) -> _Both:
        """The same where periods were invoiced, share a month, or differ."""
        sides = self._open(earlier, self.before, starts), self._open(later, self.after, starts)
        if sides[0] == sides[1]:
            return _Both(tuple((slot.month, net, net) for slot, net in sides[0]), False, (), 0)
        months: dict[str, list[int]] = {}
        for side, amounts in enumerate(sides):
            for slot, net in amounts:
                months.setdefault(slot.month, [0, 0])[side] += net
        by_start = {slot.start: net for slot, net in sides[0]}
        found = [(abs(net - by_start.get(slot.start, 0)), slot) for slot, net in sides[1]]
        largest, at = max(found, key=lambda one: one[0], default=(0, None))
        both = tuple((month, one, other) for month, (one, other) in months.items())
        differs = any(one != other for _, one, other in both)
        return _Both(both, differs, self._why(earlier, later, at) if differs else (), largest)

    def _open(self, plain: Plain, planner: Planner, starts: frozenset[str]) -> list[tuple[Slot, int]]:
        """The periods of an item that stand on no invoice, with their nets; `starts` are the first days of those that do."""
        found = zip(plain.grid.slots, planner.amounts(plain), strict=True)
        return [(slot, net) for slot, net in found if slot.start.isoformat() not in starts] if starts else list(found)

    def _why(self, earlier: Plain, later: Plain, at: Slot | None) -> tuple[Why, ...]:
        """The rules by which the prices of one period differ; where they do not, those by which its transactions do."""
        if at is not None:
            day = at.priced_on
            key = (earlier.price, later.price, self.before.facts.stretch_of(day), self.after.facts.stretch_of(day))
            if key not in self._whys:
                sides = self.before.line(earlier, day, tracing=True), self.after.line(later, day, tracing=True)
                self._whys[key] = responsible(sides[0].reasons, sides[1].reasons)
            if self._whys[key]:
                return self._whys[key]
        alone = earlier.order.model_copy(update={"items": (earlier.item,)})
        return _largest(*(self._transactions(planner, alone, earlier.customer, {}, tracing=True) for planner in (self.before, self.after)))[
            0
        ]

    def _planned(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]], found: _Found) -> None:
        """Items with a life of their own: planned by the pipeline, under both rulebooks; a refusal takes the whole order out."""
        sides: list[dict[str, Transaction]] = []
        for planner, refused in ((self.before, found.before), (self.after, found.after)):
            try:
                sides.append(self._transactions(planner, order, customer, invoiced))
            except Refusal as refusal:
                refused += [Unbilled(order.customer, order.id, problem) for problem in refusal.problems]
                sides.append({})
        months: dict[str, list[int]] = {}
        for side, transactions in enumerate(sides):
            for one in transactions.values():
                month = f"{one.billing_date:%Y-%m}" if one.billing_date else UNDATED
                months.setdefault(month, [0, 0])[side] += one.portion.net.minor
        both = tuple((month, earlier, later) for month, (earlier, later) in months.items())
        differs = any(earlier != later for _, earlier, later in both)
        why: tuple[Why, ...] = ()
        weight = 0
        if differs and not found.before and not found.after:
            traced = [self._transactions(planner, order, customer, invoiced, tracing=True) for planner in (self.before, self.after)]
            why, weight = _largest(traced[0], traced[1])
        found.parts.append(_Both(both, differs, why, weight))

    def _transactions(
        self, planner: Planner, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]], *, tracing: bool = False
    ) -> dict[str, Transaction]:
        """What is planned of an order and stands on no invoice, here or elsewhere."""
        planned = billing.plan(order, customer, planner.rulebook, through=planner.through, tracing=tracing)
        return {
            one.identity: one
            for one in planned
            if one.state not in ("elsewhere", "cancelled") and one.identity not in invoiced.get(one.item, _NONE)
        }


def _largest(before: Mapping[str, Transaction], after: Mapping[str, Transaction]) -> tuple[tuple[Why, ...], int]:
    """The rules responsible for the transaction that differs most, and by how much it does."""
    best: tuple[int, str] = (0, "")
    for identity in before.keys() | after.keys():
        earlier, later = before.get(identity), after.get(identity)
        size = abs((later.portion.net.minor if later else 0) - (earlier.portion.net.minor if earlier else 0))
        best = max(best, (size, identity))
    earlier, later = before.get(best[1]), after.get(best[1])
    return responsible(earlier.reasons if earlier else (), later.reasons if later else ()), best[0]
