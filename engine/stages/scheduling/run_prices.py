"""The prices of an item under one rulebook: of a whole period in each run of its grid, in which no list and no rule changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from operator import is_
from typing import Final, NamedTuple

from engine.documents.order import OrderItem
from engine.documents.quote import WholePrice
from engine.money import Price, Quantity
from engine.rulebook.book import Cache, Key
from engine.rulebook.facts import PriceFacts
from engine.stages.scheduling.period_grid import Grid, Rate, Run, SharedPrices

_MOST_QUANTITIES: Final = 1_000


class ListedDay(NamedTuple):
    """A day whose list prices something, for joining or for running items."""

    priced_on: date
    joining: bool


@dataclass(slots=True, eq=False)
class RunRates:
    """The rates of like items in each run of their periods, and the prices of their quantities at the list price."""

    rates: tuple[Rate, ...]
    _is_one: bool = field(init=False)
    """Whether the rate is the same in all runs."""
    _known: dict[int, tuple[WholePrice, ...]] = field(default_factory=dict)
    """By quantity in millionths."""

    def __post_init__(self) -> None:
        self._is_one = len(set(map(id, self.rates))) == 1

    def prices_of(self, quantity: Quantity, agreed: Price | None) -> tuple[WholePrice, ...]:
        """The price of so many in each run, at the list price or at one that was agreed."""
        if agreed is not None:
            return self._prices_of(quantity, agreed)
        known = self._known.get(quantity.micros)
        if known is None:
            if len(self._known) >= _MOST_QUANTITIES:
                self._known.clear()
            known = self._known[quantity.micros] = self._prices_of(quantity, None)
        return known

    def are(self, other: RunRates) -> bool:
        """Whether others are the same, so that all prices at them are."""
        return self is other or (len(self.rates) == len(other.rates) and all(map(is_, self.rates, other.rates)))

    def _prices_of(self, quantity: Quantity, agreed: Price | None) -> tuple[WholePrice, ...]:
        if self._is_one:
            return (self.rates[0].price_of(quantity, agreed),) * len(self.rates)
        return tuple([rate.price_of(quantity, agreed) for rate in self.rates])


@dataclass(frozen=True, slots=True)
class RateCache:
    """The rates of like items under one rulebook on the days between which no list and no rule changes."""

    facts: PriceFacts
    equal: Cache[Rate]
    """Equal rates, each as one object with the prices that were computed at it. Several rulebooks may share them."""
    _known: Cache[RunRates] = field(default_factory=partial(Cache[RunRates], most=20_000))

    def of_runs(self, key: Key, item: OrderItem, prices: SharedPrices, quantity: Quantity, grid: Grid) -> RunRates | None:
        """The rate in each run of a grid; None: no rates."""
        return self._of_days((key, grid.listed), item, prices, quantity, grid.runs)

    def of_day(self, key: Key, item: OrderItem, prices: SharedPrices, quantity: Quantity, day: ListedDay) -> RunRates | None:
        """The rate by the list of a day; None: there is none."""
        return self._of_days((key, self.facts.stretch_of(day.priced_on), day.joining), item, prices, quantity, (day,))

    def _of_days(
        self, key: Key, item: OrderItem, prices: SharedPrices, quantity: Quantity, days: Sequence[Run | ListedDay]
    ) -> RunRates | None:
        known = self._known.get(key)
        if known is None:
            rates = [prices.rate_on(item, day.priced_on, quantity, joining=day.joining) for day in days]
            equal = tuple([self.equal.get((rate,)) or self.equal.store((rate,), rate) for rate in rates if rate is not None])
            known = self._known.store(key, RunRates(equal))
        return known if len(known.rates) == len(days) else None


class RunPrices:
    """The prices of an item: each quantity is looked up once."""

    __slots__ = ("_cache", "_grid", "_item", "_key", "_known", "_prices", "_rates", "_uses_days")

    def __init__(self, cache: RateCache, grid: Grid, item: OrderItem, prices: SharedPrices) -> None:
        self._cache, self._grid, self._item, self._prices = cache, grid, item, prices
        self._key = None if prices.rates_differ else prices.key_of_rates(item, item.quantity)
        self._rates = None if self._key is None else cache.of_runs(self._key, item, prices, item.quantity, grid)
        self._known: dict[int, tuple[WholePrice, ...]] = {}
        self._uses_days = False

    def of(self, quantity: Quantity) -> Sequence[WholePrice]:
        """The price of so many in each run."""
        return self._known.get(quantity.micros) or self._known.setdefault(quantity.micros, self._look_up(quantity))

    def on_day(self, on: date, quantity: Quantity, joining: bool) -> WholePrice:
        """The price of so many by the list of a day, joining or running."""
        self._uses_days = True
        item, prices = self._item, self._prices
        key = prices.key_of_rates(item, quantity) if self._key is None else self._key
        rates = None if key is None else self._cache.of_day(key, item, prices, quantity, ListedDay(on, joining))
        if rates is None:
            return prices.price_on(item, on, quantity, joining=joining)
        return rates.prices_of(quantity, item.negotiated_price)[0]

    def agrees_with(self, other: RunPrices) -> bool:
        """Whether all that was looked up in another is the same here."""
        if other._uses_days:
            return False
        if self._rates is not None and other._rates is not None:
            return self._rates.are(other._rates)
        return all(self.of(Quantity(micros)) == prices for micros, prices in other._known.items())

    def _look_up(self, quantity: Quantity) -> tuple[WholePrice, ...]:
        item, prices, grid, rates = self._item, self._prices, self._grid, self._rates
        if prices.rates_differ and (key := prices.key_of_rates(item, quantity)) is not None:
            rates = self._cache.of_runs(key, item, prices, quantity, grid)
        if rates is not None:
            return rates.prices_of(quantity, item.negotiated_price)
        return tuple([prices.price_on(item, run.priced_on, quantity, joining=run.joining) for run in grid.runs])
