"""What the price of an item can depend on: the facts that pricing rules use, and the days on which a price may change."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.rulebook.book import Rulebook


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """The names that pricing rules look at, and the days between which nothing but facts changes a price (None: any day may)."""

    names: frozenset[str]
    days: tuple[date, ...] | None
    looks_at_lists: bool
    priced_by_rules: frozenset[str]
    """The products whose price stands in rules."""

    def stretch_of(self, day: date) -> int:
        """Days of one number have one price, all else being equal."""
        return day.toordinal() if self.days is None else bisect_right(self.days, day)


ANYTHING: Final = PriceFacts(frozenset(), None, looks_at_lists=True, priced_by_rules=frozenset())
"""Where no price serves twice."""


def price_facts(rulebook: Rulebook) -> PriceFacts:
    """What all prices of a rulebook can depend on."""
    rules = rulebook.rules.price_dependencies
    if rules is None:
        return ANYTHING
    days: tuple[date, ...] | None = None
    if rules.days is not None:
        changes = rules.days | {day for book in rulebook.price_books for day in (book.from_, book.running_items_from or book.from_)}
        days = tuple(sorted(changes | {day + timedelta(days=1) for day in changes if day < date.max}))
    return PriceFacts(rules.facts, days, rules.looks_at_lists, rules.products)
