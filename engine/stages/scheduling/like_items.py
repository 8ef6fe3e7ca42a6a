"""Answers about many items under one rulebook or several: like items share one answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from engine.documents.order import Order, OrderItem, SubscriptionItem
from engine.documents.party import Customer
from engine.rulebook.book import Cache, Key
from engine.stages.scheduling.batch import Planner, fields_of
from engine.stages.scheduling.period_grid import SharedPrices

_Answer = TypeVar("_Answer")
_MOST: Final = 200_000
_MOST_SELDOM: Final = 20_000
"""How many answers are kept about items with changes or prices of their own, of which few are alike."""


class LikeItems(Generic[_Answer]):
    """Answers that depend on the figures of an item as some planners plan them, and on the names that the item uses."""

    def __init__(self, planners: Sequence[Planner]) -> None:
        known = [planner.rulebook.billing_processes for planner in planners]
        self._is_signed = {
            name: any(each[name].price_date == "signature" for each in known) for name in known[0] if all(name in each for each in known)
        }
        self._orders: dict[Key, int] = {}
        self._often, self._seldom = Cache[_Answer](_MOST), Cache[_Answer](_MOST_SELDOM)

    def of_order(self, order: Order, prices: Sequence[SharedPrices]) -> int | None:
        """A number that orders share which agree in all on which amounts of their items depend; None if that is unknown."""
        keys = [own.key_of_order for own in prices]
        if None in keys:
            return None
        return self._orders.setdefault((*keys, order.type, order.invoiced_elsewhere_until), len(self._orders))

    def key_of(self, of_order: int, order: Order, item: OrderItem) -> Key | None:
        """All on which an answer depends; None if that is unknown or long to say."""
        is_signed = self._is_signed.get(item.billing_process or "")
        if is_signed is None or (is_signed and item.agreed is not None):
            return None
        if isinstance(item, SubscriptionItem) and item.usage:  # the same reports are those of all items of the customer
            return None
        return (of_order, order.signed_on if is_signed else None, item.state == "cancelled", item.revenue_account, fields_of(item))

    def find(self, of_order: int, order: Order, item: OrderItem) -> tuple[Key | None, _Answer | None]:
        """All on which the answer about an item depends (None if that is unknown), and the answer about a like one, or None."""
        key = self.key_of(of_order, order, item)
        if key is None:
            return None, None
        return key, (self._seldom if item.changes or item.negotiated_price is not None else self._often).get(key)

    def get(self, item: OrderItem, key: Key) -> _Answer | None:
        """The answer about a like item, or None."""
        return self._cache_of(item).get(key)

    def store(self, item: OrderItem, key: Key, answer: _Answer) -> None:
        """Stores the answer about an item."""
        self._cache_of(item).store(key, answer)

    def _cache_of(self, item: OrderItem) -> Cache[_Answer]:
        return self._seldom if item.changes or item.negotiated_price is not None else self._often


def names_of_billing(item: OrderItem, customer: Customer) -> Key | None:
    """All names that an item uses; None where they are more than those of its billing."""
    if item.one_off is not None or (item.changes and any(change.billing for change in item.changes)):
        return None
    return (customer.segment, item.product, item.billing_process, item.billing_type, item.plan, item.revenue_account)
