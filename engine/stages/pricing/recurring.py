"""Monthly and annual recurring revenue of the items active on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.money import Currency, Money
from engine.rulebook.book import Rulebook, items_without_names
from engine.stages.pricing.item_prices import BookPrices


@dataclass(frozen=True, slots=True)
class Recurring:
    """Net recurring revenue of a month and of a year, each rounded once from the same unrounded sum."""

    exact: Fraction
    """Of one month, unrounded, in units of the currency."""
    currency: Currency

    @property
    def mrr(self) -> Money:
        """Of a month."""
        return self._rounded(self.exact)

    @property
    def arr(self) -> Money:
        """Of a year: twelve times the unrounded month."""
        return self._rounded(12 * self.exact)

    def _rounded(self, net: Fraction) -> Money:
        return Money.rounded(net.numerator * 10**self.currency.exponent, net.denominator, self.currency)


def mrr(orders: Iterable[Order], customers: Mapping[str, Customer], rulebook: Rulebook, on: date) -> Recurring:
    """The recurring revenue of all items active on a day, net of discounts, unrounded per item.

    Suspended items and one-time prices do not count; held-back items and those in arrears do, unless their names left the rulebook.
    """
    sums: dict[int, int] = {}
    for order in orders:
        prices = BookPrices(rulebook, customers[order.customer], order, tracing=False)
        missing = items_without_names(order, customers[order.customer], rulebook)
        for item in order.items:
            if item.id not in missing:
                net = monthly(item, prices, on)
                sums[net.denominator] = sums.get(net.denominator, 0) + net.numerator
    total = sum((Fraction(numerator, denominator) for denominator, numerator in sums.items()), Fraction(0))
    return Recurring(total, rulebook.currency)


def monthly(item: OrderItem, prices: BookPrices, on: date) -> Fraction:
    """The recurring revenue of one item in a month, unrounded, in units of the currency; 0 if it is not active."""
    if item.state_on(on) != "active":
        return Fraction(0)
    price, item = item.price_on(on), item.billed_on(on)
    then = item if price == item.negotiated_price else item.replace(negotiated_price=price)
    return prices.price_on(then, on, item.quantity_on(on)).recurring_per_month or Fraction(0)
