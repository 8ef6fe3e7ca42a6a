"""Writes random rulebooks, as text, in which every construct of the rule language turns up; and random facts to ask them about."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.property.random_vocabulary import (
    COUNTRIES,
    DAYS_KNOWN,
    ENUMS,
    MONEYS,
    NAMES,
    NUMBERS,
    PERCENTS,
    PRICES,
    SEATS,
)


class Phrases:
    """Random expressions of every type, as text."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.results: dict[str, list[str]] = {}
        """Names that other rules answer, by the sort of their type."""
        self.lookups: dict[str, list[Callable[[int], str]]] = {}
        """Tables for lookups, by the kind of their result."""

    def of(self, kind: str, depth: int) -> str:
        """An expression of a sort; the deeper, the longer."""
        roll = self.chance.random()
        if depth <= 0 or roll < 0.2:
            return self.leaf(kind)
        if roll < 0.3 and self.lookups.get(kind):
            return self.chance.choice(self.lookups[kind])(depth - 1)
        if roll < 0.38 and kind != "text":
            return f"(if {self.condition(depth - 1)} then {self.of(kind, depth - 1)} else {self.of(kind, depth - 1)})"
        make = getattr(self, f"_{kind}", None)
        return str(make(depth - 1)) if make else self.leaf(kind)

    def leaf(self, kind: str) -> str:
        """A literal or a name."""
        if kind == "amount":
            return f"({self.chance.choice(PERCENTS)} of {self.leaf('money')})"
        known = self.results.get(kind, [])
        if known and self.chance.random() < 0.35:
            return self.chance.choice(known)
        if self.chance.random() < 0.6:
            return self.chance.choice(NAMES[kind])
        return self.literal(kind)

    def literal(self, kind: str) -> str:
        """A value that is written out."""
        match kind:
            case "money" | "amount":
                return self.chance.choice(MONEYS)
            case "number":
                return self.chance.choice(NUMBERS)
            case "percent":
                return self.chance.choice(PERCENTS)
            case "seats":
                return self.chance.choice(SEATS)
            case "pieces":
                return "line.quantity"
            case "date":
                return str(self.chance.choice(DAYS_KNOWN))
            case "days":
                return self.chance.choice(("1 day", "30 days", "2 weeks"))
            case "period":
                return self.chance.choice(("1 month", "3 months", "1 year"))
            case "bool":
                return self.chance.choice(("yes", "no"))
            case "price":
                return self.chance.choice(PRICES)
            case _:
                return self.chance.choice(('"PO-1"', '"none"'))

    # --- Numbers and amounts. ---

    def _amount(self, depth: int) -> str:
        one, other = self.of("amount", depth), self.of("money", depth)
        return self.chance.choice(
            (
                f"({self.of('percent', depth)} of {other})",
                f"({self.of('percent', depth)} of {one})",
                f"({other} * {self.of('number', depth)})",
                f"({self.of('price', depth)} * {self.of('seats', depth)})",
                f"({other} + {one})",
                f"({one} - {other} - {self.of('money', depth)})",
                f"(-{one})",
                f"lowest({one}, {other})",
            )
        )

    def _divisor(self, depth: int) -> str:
        """A number that may evaluate to zero, and is no literal zero."""
        name = self.chance.choice(NAMES["number"])
        return self.chance.choice((name, name, f"({name} - {self.of('number', depth)})", "3", "0.7"))

    def _divided(self, depth: int) -> str:
        """An amount with a division, to be rounded."""
        money, number, divisor = self.of("money", depth), self.of("number", depth), self._divisor(depth)
        days = f"(customer.since - {self.chance.choice(DAYS_KNOWN)})"
        return self.chance.choice(
            (
                f"{money} * {number} / {divisor}",
                f"{money} / {divisor} * {number}",
                f"{money} / {divisor} * {number} / {self._divisor(0)}",
                f"{money} * {days} / {self.chance.choice(('customer.notice', '30 days'))}",
                f"{self.of('price', depth)} * {self.of('seats', depth)} / 12",
                f"(if {self.condition(depth)} then {money} / {divisor} else {self.of('amount', depth)})",
                f"{money} + {self.of('amount', depth)} / {divisor}",
                f"-{money} / {divisor}",
                f"{money} * 1.5 / {divisor} / 3",
            )
        )

    def _money(self, depth: int) -> str:
        to = self.chance.choice(("cent", "cent", "euro"))
        mode = self.chance.choice(("half up", "half even", "up", "down"))
        return self.chance.choice(
            (
                f"({self.of('amount', depth)} rounded to {to} {mode})",
                f"({self._divided(depth)} rounded to {to} {mode})",
                f"({self.of('money', depth)} + {self.of('money', depth)})",
                f"({self.of('money', depth)} - {self.of('money', depth)})",
                f"highest({self.of('money', depth)}, {self.of('money', depth)})",
                f"absolute({self.of('money', depth)})",
                f"(-{self.of('money', depth)})",
                self._loop(self.chance.choice(("sum", "min", "max")), "line.list", depth),
            )
        )

    def _price(self, depth: int) -> str:
        mode = self.chance.choice(("half up", "half even", "up", "down"))
        return self.chance.choice(
            (
                f"({self.of('price', depth)} * {self.of('number', depth)} rounded to cent {mode})",
                f"({self.of('percent', depth)} of {self.of('price', depth)} rounded to euro {mode})",
                f"highest({self.of('price', depth)}, {self.of('price', depth)})",
            )
        )

    def _number(self, depth: int) -> str:
        mode = self.chance.choice(("half up", "half even", "up", "down"))
        return self.chance.choice(
            (
                f"({self.of('number', depth)} + {self.of('number', depth)})",
                f"({self.of('number', depth)} - {self.of('number', depth)} * {self.of('number', depth)})",
                f"({self.of('money', depth)} / {self.chance.choice(NAMES['money'])} rounded to unit {mode})",
                f"({self.of('number', depth)} / 7 rounded to unit {mode})",
                f"({self.chance.choice(('year', 'month', 'day'))} of {self.of('date', 0)})",
                f"{self.chance.choice(('year', 'month', 'day'))}({self.of('date', depth)})",
                f"lowest({self.of('number', depth)}, {self.of('number', depth)}, 3)",
                f"({self.of('percent', depth)} of {self.of('number', depth)})",
                f"(-{self.of('number', depth)})",
                self._loop("count", "", depth),
                self._loop("sum", "line.weight", depth),
            )
        )

    def _percent(self, depth: int) -> str:
        return self.chance.choice(
            (
                f"({self.of('percent', depth)} + {self.of('percent', depth)})",
                f"({self.of('percent', depth)} of {self.of('percent', depth)})",
                f"lowest({self.of('percent', depth)}, 50%)",
            )
        )

    def _seats(self, depth: int) -> str:
        return self.chance.choice(
            (
                f"({self.of('seats', depth)} + {self.of('seats', depth)})",
                f"({self.of('seats', depth)} * {self.of('number', depth)})",
                f"({self.of('seats', depth)} / 3 rounded to unit half up)",
                self._loop("max", "line.seats", depth),
            )
        )

    def _loop(self, kind: str, of: str, depth: int) -> str:
        where = f" where {self.condition(min(depth, 1))}" if self.chance.random() < 0.6 else ""
        return f"(count of lines{where})" if kind == "count" else f"({kind} of {of} for lines{where})"

    # --- Days. ---

    def _date(self, depth: int) -> str:
        return self.chance.choice(
            (
                f"({self.of('date', depth)} + {self.of('days', depth)})",
                f"({self.of('date', depth)} - {self.of('period', depth)})",
                f"({self.of('period', depth)} + {self.of('date', depth)})",
                f"end-of-month({self.of('date', depth)})",
                f"start-of-month({self.of('date', depth)})",
                f"highest({self.of('date', depth)}, {self.of('date', depth)})",
                f"({self.of('date', 0)} + {self.chance.choice(('9_000 years', '3_000_000 days'))})",
            )
        )

    def _days(self, depth: int) -> str:
        return self.chance.choice(
            (f"({self.of('date', depth)} - {self.of('date', depth)})", f"({self.of('days', depth)} + {self.of('days', depth)})")
        )

    def _period(self, depth: int) -> str:
        return f"({self.of('period', depth)} + {self.of('period', depth)})"

    # --- Conditions. ---

    def _bool(self, depth: int) -> str:
        return f"({self.condition(depth)})"

    def condition(self, depth: int) -> str:
        """A condition."""
        roll = self.chance.random()
        if depth > 0 and roll < 0.3:
            word = self.chance.choice(("and", "or"))
            return f"({self.condition(depth - 1)} {word} {self.condition(depth - 1)})"
        if depth > 0 and roll < 0.36:
            return f"(not {self.condition(depth - 1)})"
        if roll < 0.55:
            return self._of_words()
        if roll < 0.6:
            name = self.chance.choice(("customer.turnover", "customer.segment", "customer.since", "line.seats"))
            return f"{name} is {self.chance.choice(('', 'not '))}known"
        if roll < 0.66:
            return self.of("bool", 0)
        return self._compared(depth)

    def _of_words(self) -> str:
        name = self.chance.choice(list(ENUMS))
        words = ENUMS[name]
        one, other = self.chance.sample(words, 2)
        choices = [f"is {one}", f"is not {one}", f"is one of {one}, {other}", f"is not one of {one}, {other}"]
        if words is COUNTRIES:
            choices += ["is one of EU", "is one of EU except BE, FR", "is BENELUX", "is not EU", "is one of CH, BENELUX"]
        comparison = self.chance.choice(choices)
        if self.chance.random() < 0.1:
            return f"order.purchase-order is {self.literal('text')}"
        return f"{name} {comparison}"

    def _compared(self, depth: int) -> str:
        kind = self.chance.choice(("money", "amount", "number", "percent", "seats", "date", "days", "period", "price"))
        one, low, high = self.of(kind, depth), self.of(kind, depth), self.of(kind, 0)
        word = self.chance.choice(("<", "<=", ">", ">=", "is", "is not", "is at most", "is at least", "at most", "is >="))
        choices = [f"{one} {word} {low}"] * 4
        choices += [f"{one} is between {low} and {high}", f"{one} is not between {low} and {high}"]
        if kind != "amount":
            choices += [f"{one} is one of {self.literal(kind)}, {self.literal(kind)}"]
            choices += [f"{one} is not one of {self.literal(kind)} .. {self.literal(kind)}, {self.literal(kind)}"]
        if kind == "date":
            choices += [f"{one} is within first-half", f"{one} is not within first-half"]
        return self.chance.choice(choices)
