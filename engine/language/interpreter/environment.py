"""The environment of the reference interpreter for one block: its facts, and the functions that trees call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.language.interpreter.python_trees import ExactValue
from engine.language.interpreter.reference_values import FUNCTIONS, days_later, divided, exact_of, months_later, rounded
from engine.language.ir.answers import Facts
from engine.language.ir.checked_rules import Decision, DecisionRule
from engine.language.ir.evaluation_errors import NOTHING_TO_COMPARE, different_rules, two_rules
from engine.language.ir.in_force import InForce
from engine.language.ir.typed import Expression
from engine.problems import refuse

if TYPE_CHECKING:
    from engine.language.interpreter.reference_rules import ReferenceRules


class MissingFact(Exception):
    """A missing fact; the block adds the position that first reads it."""


@dataclass(frozen=True)
class Environment:
    """The rules, the facts, and the values of a table's columns, over which expressions are evaluated."""

    rules: ReferenceRules
    rule: str
    facts: Facts
    columns: Mapping[str, ExactValue] = field(default_factory=dict)

    def evaluate(self, expression: Expression) -> ExactValue:
        """The value of an expression."""
        functions: dict[str, Callable[..., object]] = {
            **FUNCTIONS,
            "fact": self._fact, "result": self._result, "known": self._known, "day_fact": self.day, "lookup": self._lookup,
            "rounded": self._rounded, "divided": self._divided, "days_later": self._days_later, "months_later": self._months_later,
            "sum_of": self._sum_of, "count_of": self._count_of, "min_of": self._min_of, "max_of": self._max_of,
        }  # fmt: skip
        value = self.rules.evaluate(self.rules.trees.tree(expression), functions)
        assert isinstance(value, Fraction | int | str | bool | date)
        return value

    def holds(self, condition: Expression | None) -> bool:
        """Whether a condition (or none) holds."""
        return condition is None or self.evaluate(condition) is True

    def day(self, name: str) -> date:
        """The day of a date fact."""
        if name not in self.facts:
            raise MissingFact(name)
        day = self.facts[name]
        assert isinstance(day, date)
        return day

    def is_in_force(self, in_force: InForce) -> bool:
        """Whether a rule is in force on its date."""
        return in_force.is_always or in_force.holds_on(self.day(in_force.by or ""))

    # --- Functions that trees call. ---

    def _fact(self, name: str, kind: int) -> ExactValue:
        if name in self.columns:
            return self.columns[name]
        if name not in self.facts:
            raise MissingFact(name)
        return exact_of(self.facts[name], self.rules.trees.types[kind], self.rules.exponent)

    def _result(self, name: str) -> ExactValue:
        return self.columns[name] if name in self.columns else self.rules.answer(name, self.facts)

    def _known(self, name: str) -> bool:
        return name in self.facts

    def _lookup(self, table: str, column: int, day: date | None, *arguments: ExactValue) -> ExactValue:
        return self.rules.look_up(self.rules.checked.tables[table], column, day, arguments, self.facts)

    def _rounded(self, amount: Fraction, rounding: int) -> Fraction:
        return rounded(amount, self.rules.trees.roundings[rounding], self.rules.exponent)

    def _divided(self, left: Fraction, right: Fraction, where: int) -> Fraction:
        return divided(left, right, self.rules.trees.places[where], self.rule)

    def _days_later(self, day: date, days: int, where: int) -> date:
        return days_later(day, days, self.rules.trees.places[where], self.rule)

    def _months_later(self, day: date, months: int, where: int) -> date:
        return months_later(day, months, self.rules.trees.places[where], self.rule)

    def _sum_of(self, loop: int) -> ExactValue:
        return sum((Fraction(value) for value in self._values(loop) if not isinstance(value, str | date)), Fraction(0))

    def _count_of(self, loop: int) -> ExactValue:
        return Fraction(sum(1 for _ in self._values(loop)))

    def _min_of(self, loop: int) -> ExactValue:
        return self._extreme(loop, min)

    def _max_of(self, loop: int) -> ExactValue:
        return self._extreme(loop, max)

    def _extreme(self, loop: int, choose: Callable[[list[ExactValue]], ExactValue]) -> ExactValue:
        values = list(self._values(loop))
        if not values:
            raise refuse(NOTHING_TO_COMPARE, self.rules.trees.loops[loop].span, rule=self.rule)
        return choose(values)

    def _values(self, loop: int) -> Iterator[ExactValue]:
        """The values of a loop: of its expression, or 1, for each matching entry of the list."""
        aggregate = self.rules.trees.loops[loop]
        if aggregate.each not in self.facts:
            raise MissingFact(aggregate.each)
        for entry in _entries(self.facts[aggregate.each]):
            inner = Environment(self.rules, self.rule, {**self.facts, **entry}, self.columns)
            if inner.holds(aggregate.where):
                yield inner.evaluate(aggregate.of) if aggregate.of is not None else 1


def _entries(fact: object) -> tuple[Facts, ...]:
    """The entries of a list fact, each with facts of its own."""
    assert isinstance(fact, tuple)
    return fact


def decision_result(decision: Decision, environment: Environment) -> ExactValue | None:
    """The result of the rule of a decision that holds and is not overridden; None without one and without `otherwise`."""
    rules = {rule.name: rule for rule in decision.rules}

    def holds(rule: DecisionRule) -> bool:
        return environment.is_in_force(rule.in_force) and environment.holds(rule.when)

    deciding = []
    if decision.policy == "first match":
        for rule in decision.rules:
            if holds(rule) and not any(holds(rules[name]) for name in rule.yields_to):
                deciding = [rule]
                break
    else:
        holding = {rule.name for rule in decision.rules if holds(rule)}
        deciding = [rule for rule in decision.rules if rule.name in holding and not holding & set(rule.yields_to)]
    if not deciding:
        return environment.evaluate(decision.otherwise) if decision.otherwise is not None else None
    if decision.policy == "exactly one" and len(deciding) > 1:
        raise two_rules(deciding, decision.name)
    results = [environment.evaluate(rule.then) for rule in deciding]
    if decision.policy == "highest of":
        return max(results, key=lambda result: decision.ladder.index(str(result)))
    if any(result != results[0] for result in results):
        raise different_rules(deciding, results, decision.name)
    return results[0]
