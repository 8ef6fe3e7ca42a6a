"""One walk of the slow twin over the expressions of a block: what a tree may call, and how a decision is made."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Protocol

from engine.language.interpreter.python_trees import Natural, Trees
from engine.language.interpreter.reference_values import FUNCTIONS, days_later, divided, is_in_force, months_later, natural_of, rounded
from engine.language.ir.answers import Facts
from engine.language.ir.checked_rules import Checked, Decision, DecisionRule, Layer, Table
from engine.language.ir.evaluation_errors import NOTHING_TO_COMPARE, different_rules, two_rules
from engine.language.ir.typed import Expression
from engine.problems import refuse

Evaluate = Callable[[ast.expr, Mapping[str, Callable[..., object]]], object]
"""Walks a tree with functions that it may call."""


class Missing(Exception):
    """A fact is not there; the block around tells where it is needed first."""


class Asked(Protocol):
    """The rules, as an expression asks them."""

    checked: Checked
    exponent: int
    evaluate: Evaluate
    trees: Trees

    def answer(self, name: str, facts: Facts) -> Natural:
        """What the rules answer for a name."""

    def look_up(self, layer: Layer[Table], column: int, day: date | None, arguments: Sequence[Natural], facts: Facts) -> Natural:
        """What a table answers to arguments, for a day."""


@dataclass(frozen=True)
class Scope:
    """What the expressions of one block are walked over: facts, and what a table's columns were asked."""

    rules: Asked
    rule: str
    facts: Facts
    asked: Mapping[str, Natural] = field(default_factory=dict)

    def walk(self, expression: Expression) -> Natural:
        """The value of an expression."""
        functions: dict[str, Callable[..., object]] = {
            **FUNCTIONS,
            "fact": self._fact, "result": self._result, "known": self._known, "day_fact": self.day, "lookup": self._lookup,
            "rounded": self._rounded, "divided": self._divided, "days_later": self._days_later, "months_later": self._months_later,
            "sum_of": self._sum_of, "count_of": self._count_of, "min_of": self._min_of, "max_of": self._max_of,
        }  # fmt: skip
        found = self.rules.evaluate(self.rules.trees.tree(expression), functions)
        assert isinstance(found, Fraction | int | str | bool | date)
        return found

    def holds(self, condition: Expression | None) -> bool:
        """Whether a condition (or none) holds."""
        return condition is None or self.walk(condition) is True

    def day(self, name: str) -> date:
        """The day that a date fact holds."""
        if name not in self.facts:
            raise Missing(name)
        found = self.facts[name]
        assert isinstance(found, date)
        return found

    # --- What trees call. ---

    def _fact(self, name: str, kind: int) -> Natural:
        if name in self.asked:
            return self.asked[name]
        if name not in self.facts:
            raise Missing(name)
        return natural_of(self.facts[name], self.rules.trees.types[kind], self.rules.exponent)

    def _result(self, name: str) -> Natural:
        return self.asked[name] if name in self.asked else self.rules.answer(name, self.facts)

    def _known(self, name: str) -> bool:
        return name in self.facts

    def _lookup(self, table: str, column: int, day: date | None, *arguments: Natural) -> Natural:
        return self.rules.look_up(self.rules.checked.tables[table], column, day, arguments, self.facts)

    def _rounded(self, amount: Fraction, how: int) -> Fraction:
        return rounded(amount, self.rules.trees.roundings[how], self.rules.exponent)

    def _divided(self, left: Fraction, right: Fraction, where: int) -> Fraction:
        return divided(left, right, self.rules.trees.places[where], self.rule)

    def _days_later(self, day: date, days: int, where: int) -> date:
        return days_later(day, days, self.rules.trees.places[where], self.rule)

    def _months_later(self, day: date, months: int, where: int) -> date:
        return months_later(day, months, self.rules.trees.places[where], self.rule)

    def _sum_of(self, loop: int) -> Natural:
        return sum((Fraction(found) for found in self._found(loop) if not isinstance(found, str | date)), Fraction(0))

    def _count_of(self, loop: int) -> Natural:
        return Fraction(sum(1 for _ in self._found(loop)))

    def _min_of(self, loop: int) -> Natural:
        return self._outermost(loop, min)

    def _max_of(self, loop: int) -> Natural:
        return self._outermost(loop, max)

    def _outermost(self, loop: int, choose: Callable[[list[Natural]], Natural]) -> Natural:
        found = list(self._found(loop))
        if not found:
            raise refuse(NOTHING_TO_COMPARE, self.rules.trees.loops[loop].span, rule=self.rule)
        return choose(found)

    def _found(self, loop: int) -> Iterator[Natural]:
        aggregate = self.rules.trees.loops[loop]
        if aggregate.each not in self.facts:
            raise Missing(aggregate.each)
        for entry in _entries(self.facts[aggregate.each]):
            inner = Scope(self.rules, self.rule, {**self.facts, **entry}, self.asked)
            if inner.holds(aggregate.where):
                yield inner.walk(aggregate.of) if aggregate.of is not None else 1


def _entries(fact: object) -> tuple[Facts, ...]:
    """The one kind of fact that is a list: entries with facts of their own."""
    assert isinstance(fact, tuple)
    return fact


def of_decision(decision: Decision, scope: Scope) -> Natural | None:
    """What the rule of a decision gives that holds and yields to none; None where there is none and no `otherwise`."""
    rules = {rule.name: rule for rule in decision.rules}

    def holds(rule: DecisionRule) -> bool:
        return (rule.in_force.is_always or is_in_force(rule.in_force, scope.day(rule.in_force.by or ""))) and scope.holds(rule.when)

    counting = []
    if decision.policy == "first match":
        for rule in decision.rules:
            if holds(rule) and not any(holds(rules[name]) for name in rule.yields_to):
                counting = [rule]
                break
    else:
        held = {rule.name for rule in decision.rules if holds(rule)}
        counting = [rule for rule in decision.rules if rule.name in held and not held & set(rule.yields_to)]
    if not counting:
        return scope.walk(decision.otherwise) if decision.otherwise is not None else None
    if decision.policy == "exactly one" and len(counting) > 1:
        raise two_rules(counting, decision.name)
    results = [scope.walk(rule.then) for rule in counting]
    if decision.policy == "highest of":
        return max(results, key=lambda result: decision.ladder.index(str(result)))
    if any(result != results[0] for result in results):
        raise different_rules(counting, results, decision.name)
    return results[0]
