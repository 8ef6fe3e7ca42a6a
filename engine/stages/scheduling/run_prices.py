"""The prices of an item under one rulebook: of a whole period in each run of its grid, in which no list and no rule changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import is_
from typing import Final, NamedTuple

from engine.documents.quote import WholePrice
from engine.money import Price, Quantity
from engine.stages.scheduling.period_grid import Rate

PriceOnDay = Callable[[date, Quantity, bool], WholePrice]
"""The price of a whole period by the list of a day, for a quantity, joining or running."""
_MOST_QUANTITIES: Final = 1_000


class ListedDay(NamedTuple):
    """A day whose list prices something, for joining or for running items."""

    priced_on: date
    joining: bool


@dataclass(slots=True, eq=False)
class RunRates:
    """The rates of like items in each run of their periods, and the prices of their quantities at the list price."""

    rates: tuple[Rate, ...]
    _known: dict[int, tuple[WholePrice, ...]] = field(default_factory=dict)
    """By quantity in millionths."""

    def prices_of(self, quantity: Quantity, agreed: Price | None) -> tuple[WholePrice, ...]:
        """The price of so many in each run, at the list price or at one that was agreed."""
        if agreed is not None:
            first = self.rates[0] if self.rates else None
            if first is not None and all(rate is first for rate in self.rates):
                return (first.price_of(quantity, agreed),) * len(self.rates)
            return tuple([rate.price_of(quantity, agreed) for rate in self.rates])
        known = self._known.get(quantity.micros)
        if known is None:
            if len(self._known) >= _MOST_QUANTITIES:
                self._known.clear()
            known = self._known[quantity.micros] = tuple([rate.price_of(quantity, None) for rate in self.rates])
        return known

    def are(self, other: RunRates) -> bool:
        """Whether others are the same, so that all prices at them are."""
        return len(self.rates) == len(other.rates) and all(map(is_, self.rates, other.rates))


class RunPrices:
    """The prices of an item: each quantity is looked up once."""

    __slots__ = ("_known", "_look_up", "_look_up_day", "_uses_days", "rates")

    def __init__(
        self, look_up: Callable[[Quantity], tuple[WholePrice, ...]], look_up_day: PriceOnDay, rates: RunRates | None = None
    ) -> None:
        self._look_up, self._look_up_day, self.rates = look_up, look_up_day, rates
        self._known: dict[int, tuple[WholePrice, ...]] = {}
        self._uses_days = False

    def of(self, quantity: Quantity) -> Sequence[WholePrice]:
        """The price of so many in each run."""
        return self._known.get(quantity.micros) or self._known.setdefault(quantity.micros, self._look_up(quantity))

    def on_day(self, on: date, quantity: Quantity, joining: bool) -> WholePrice:
        """The price of so many by the list of a day."""
        self._uses_days = True
        return self._look_up_day(on, quantity, joining)

    def agrees_with(self, other: RunPrices) -> bool:
        """Whether all that was looked up in another is the same here."""
        if other._uses_days:
            return False
        if self.rates is not None and other.rates is not None and self.rates.are(other.rates):
            return True
        return all(self.of(Quantity(micros)) == prices for micros, prices in other._known.items())
