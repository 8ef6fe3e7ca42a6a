"""One live order under two rulebooks: the nets of its items by month, and the refusals of each side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import compress
from typing import Final

from engine import billing
from engine.comparing.money_changes import MonthSums, sums_by_month
from engine.documents.billed import Unbilled
from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.order_types.registry import is_by_process
from engine.problems import Refusal
from engine.rulebook.book import Cache, Key, items_without_names
from engine.rulebook.terms import Terms, terms_of
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.scheduling.batch import Planner
from engine.stages.scheduling.layouts import Nets, nets_of_layout
from engine.stages.scheduling.like_items import LikeItems, names_of_billing

UNDATED: Final = "undated"
"""The month of amounts that wait for an event without a day."""
_CACHE_SIZE: Final = 20_000
_NONE: Final[frozenset[str]] = frozenset()


class _MonthNames(dict[date | None, str]):
    """The names of the months of billing dates."""

    def __missing__(self, day: date | None) -> str:
        return self.setdefault(day, f"{day:%Y-%m}")


@dataclass(slots=True, eq=False)
class _Alike:
    """The nets of like items under both rulebooks, and their sums."""

    before: Nets
    after: Nets
    sums: MonthSums
    """Of all that is planned."""
    open: dict[frozenset[str], MonthSums] = field(default_factory=dict)
    """Of what is not invoiced yet, by the identities of what is."""


@dataclass
class OrderResult:
    """One order under both rulebooks: the nets of its items or groups of items, and the refusals of each side."""

    parts: list[MonthSums] = field(default_factory=list)
    before: list[Unbilled] = field(default_factory=list)
    after: list[Unbilled] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether any month of any of its items has another net."""
        return any(sums.differs for sums in self.parts)

    @property
    def is_explained(self) -> bool:
        """Whether rules can be named as responsible: neither side refuses it."""
        return not self.before and not self.after


@dataclass
class OrderComparer:
    """Compares orders by two planners, with a cache of the results of like items."""

    before: Planner
    after: Planner
    _like: LikeItems[_Alike] = field(init=False)
    _names: Cache[tuple[str, ...]] = field(default_factory=lambda: Cache(_CACHE_SIZE))
    _terms: dict[Key, Terms | None] = field(default_factory=dict)
    _complete: set[Key] = field(default_factory=set)
    """The names of items that both rulebooks have."""
    _months: _MonthNames = field(default_factory=lambda: _MonthNames({None: UNDATED}))

    def __post_init__(self) -> None:
        self._like = LikeItems(self._planners)

    @property
    def _planners(self) -> tuple[Planner, Planner]:
        return self.before, self.after

    def compare(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]]) -> OrderResult:
        """One order: items that are billed as their process says share the results of like items, others are planned together."""
        result = OrderResult()
        try:
            parts = self._by_process(order, customer, invoiced) if is_by_process(order) else None
        except Refusal:
            parts = None
        if parts is None:
            self._plan(order, customer, invoiced, result)
        else:
            result.parts = parts
        return result

    def _by_process(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]]) -> list[MonthSums] | None:
        """The sums of each item; None where one has names that a rulebook does not have."""
        like, parts = self._like, []
        prices = [billing.prices(order, customer, each.rulebook, tracing=False) for each in (self.before, self.after)]
        of_order = like.of_order(order, prices)
        for item in order.items:
            key, known = (None, None) if of_order is None else like.find(of_order, order, item)
            if known is None:
                if not self._has_names(order, item, customer):
                    return None
                before, after = self._nets(order, item, prices)
                known = _Alike(before, after, self._sums(before, after))
                if key is not None:
                    like.store(item, key, known)
            already = invoiced.get(item.id) if invoiced else None
            parts.append(self._open_sums(known, item.id, already) if already else known.sums)
        return parts

    def _has_names(self, order: Order, item: OrderItem, customer: Customer) -> bool:
        """Whether both rulebooks have the names that an item and its order use; those of most items are known from other orders."""
        names = names_of_billing(item, customer)
        if names in self._complete:
            return True
        if any(items_without_names(order, customer, each.rulebook) for each in self._planners):
            return False
        if names is not None:
            self._complete.add(names)
        return True

    def _nets(self, order: Order, item: OrderItem, prices: Sequence[BookPrices]) -> tuple[Nets, Nets]:
        """The nets of an item under both rulebooks; its periods are laid out once where both bill it alike."""
        of_before, of_after = prices
        terms = self._terms_of_both(item) if item.one_off is None and of_after.stays_equal(item) else None
        layout = None if terms is None else self.before.layout(order, item, of_before, terms)
        if layout is None:
            return self.before.nets(order, item, of_before), self.after.nets(order, item, of_after)
        before, after = nets_of_layout(
            layout, self.before.run_prices(layout, item, of_before), self.after.run_prices(layout, item, of_after)
        )
        return before, after

    def _terms_of_both(self, item: OrderItem) -> Terms | None:
        """The terms by which both rulebooks bill an item; None where they differ."""
        key = (item.product, item.billing_process, item.billing_type, item.anchor)
        if key not in self._terms:
            before, after = (terms_of(item, each.rulebook) for each in self._planners)
            self._terms[key] = before if before.bills_like(after) else None
        return self._terms[key]

    def _open_sums(self, alike: _Alike, item: str, invoiced: frozenset[str]) -> MonthSums:
        """The sums of what is not invoiced yet of an item, which like items share."""
        here = frozenset(identity.removeprefix(item) for identity in invoiced)
        known = alike.open.get(here)
        if known is None:
            known = alike.open[here] = self._sums(self._open(alike.before, here), self._open(alike.after, here))
        return known

    def _sums(self, before: Nets, after: Nets) -> MonthSums:
        """The sums of an item under both rulebooks."""
        names = self._names_of(before)
        names_after = names if before.dates is after.dates else self._names_of(after)
        if names == names_after:
            return MonthSums(names, before.nets, before.nets if before.nets == after.nets else after.nets)
        return sums_by_month(*(zip(months, each.nets, strict=True) for months, each in ((names, before), (names_after, after))))

    @staticmethod
    def _open(planned: Nets, invoiced: frozenset[str]) -> Nets:
        """What is not invoiced yet."""
        is_open = [identity not in invoiced for identity in planned.identities]
        dates, nets = tuple(compress(planned.dates, is_open)), tuple(compress(planned.nets, is_open))
        return Nets(dates, nets, tuple(compress(planned.identities, is_open)))

    def _names_of(self, planned: Nets) -> tuple[str, ...]:
        """The months of billing dates; items with equal periods share them."""
        names = self._names.get(planned.dates) if planned.is_shared else None
        if names is None:
            names = tuple(map(self._months.__getitem__, planned.dates))
            if planned.is_shared:
                self._names.store(planned.dates, names)
        return names

    def _plan(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]], result: OrderResult) -> None:
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
                    (self._months[one.billing_date], one.net)
                    for item, of_item in amounts.items()
                    for one in of_item
                    if one.state != "elsewhere" and one.identity(item) not in invoiced.get(item, _NONE)
                ]
            )
        result.parts.append(sums_by_month(*pair))
