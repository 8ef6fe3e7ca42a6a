"""The rules behind the difference of a live order under two rulebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from engine import billing
from engine.comparing.money_changes import sums_by_month
from engine.comparing.responsible_rules import Why, responsible
from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import PlannedAmount
from engine.money import Quantity
from engine.order_types.registry import is_by_process
from engine.rulebook.book import Cache, Key
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.scheduling.batch import Planner
from engine.stages.scheduling.like_items import LikeItems

_CACHE_SIZE: Final = 200_000
_IDENTITY: Final = 4
"""The first fields of figures say of which transaction of an item they are."""
_NONE: Final[frozenset[str]] = frozenset()


@dataclass
class Explainer:
    """Names the rules responsible for the differences of orders."""

    before: Planner
    after: Planner
    _reasons: Cache[tuple[Why, ...]] = field(default_factory=lambda: Cache(_CACHE_SIZE))

    _like: LikeItems[tuple[tuple[Why, ...], int]] = field(init=False)

    def __post_init__(self) -> None:
        self._like = LikeItems(self._planners)

    @property
    def _planners(self) -> tuple[Planner, Planner]:
        return self.before, self.after

    def responsible_for(self, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]]) -> tuple[Why, ...]:
        """The rules behind the largest difference of each item, those of the largest first."""
        if not is_by_process(order):
            return self._largest_change(order, customer, invoiced)[0]
        prices = [billing.prices(order, customer, each.rulebook, tracing=False) for each in self._planners]
        of_order = self._like.of_order(order, prices)
        weights: dict[Why, int] = {}
        for item in order.items:
            key = None if of_order is None else self._like.key_of(of_order, order, item)
            why, weight = self._alike(order, item, prices, key, invoiced.get(item.id, _NONE))
            for one in why:
                weights[one] = weights.get(one, 0) + weight
        return tuple(sorted(weights, key=lambda why: -weights[why]))

    def _alike(
        self, order: Order, item: OrderItem, prices: Sequence[BookPrices], key: Key | None, invoiced: frozenset[str]
    ) -> tuple[tuple[Why, ...], int]:
        """The rules behind an item, and their weight; like items share them."""
        if key is None:
            return self._of_item(order, item, prices, invoiced)
        key = (*key, frozenset(identity.removeprefix(item.id) for identity in invoiced))
        known = self._like.get(item, key)
        if known is None:
            known = self._of_item(order, item, prices, invoiced)
            self._like.store(item, key, known)
        return known

    def _of_item(
        self, order: Order, item: OrderItem, prices: Sequence[BookPrices], invoiced: frozenset[str]
    ) -> tuple[tuple[Why, ...], int]:
        """The rules behind the open transaction of an item with the largest difference, and this difference."""
        pair = [
            [one for one in each.by_process(order, item, own) if one.identity(item.id) not in invoiced]
            for each, own in zip(self._planners, prices, strict=True)
        ]
        if not sums_by_month(*([(str(one.billing_date)[:7], one.net) for one in amounts] for amounts in pair)).differs:
            return (), 0
        nets = {one[:_IDENTITY]: one.net for one in pair[0]}
        sizes = [(abs(one.net - nets.get(one[:_IDENTITY], 0)), one) for one in pair[1]]
        largest, at = max(sizes, key=lambda one: one[0], default=(0, None))
        return self._why(order, item, prices, at), largest

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

    def _transactions(
        self, planner: Planner, order: Order, customer: Customer, invoiced: Mapping[str, frozenset[str]]
    ) -> dict[str, Transaction]:
        """The planned transactions of an order that are on no invoice, here or elsewhere."""
        planned = billing.plan(order, customer, planner.rulebook, through=planner.through, today=planner.today)
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
