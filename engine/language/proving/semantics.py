"""The meaning of rules for proofs: the cases in which a condition holds, a name has some answer, or a row of a table applies.

Every condition is reduced to tests of facts: `route is union` becomes the tests that the definition of `route` makes on countries, and so
on, until only tests of single facts remain. The same walk serves twice (`Algebra`): first to gather the tests, which partition the facts,
then to build the sets of cases. What no single fact can decide (arithmetic, two amounts compared) becomes a `Doubt`: an unknown that may
be true or false, so that proofs hold for both; `solver.py` may decide it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never

from engine.language.ir import typed
from engine.language.ir.checked_rules import Answering, Checked, Decision, Definition, Layer
from engine.language.ir.checked_tables import ConditionCell, Interval, IntervalsCell, Table, ValuesCell
from engine.language.ir.in_force import InForce
from engine.language.ir.typed import Expression
from engine.language.proving.algebra import Algebra, Doubt
from engine.language.proving.calendar import days_on_which
from engine.language.proving.classes import IS_TRUE, Among, Test, Within, exactly
from engine.language.proving.column_cover import Columns, Trees
from engine.language.proving.diagrams import EVERYTHING, NOTHING
from engine.language.proving.few_values import FewValues
from engine.language.proving.policies import beating, where_any, winning
from engine.language.types.value_types import BOOL, DATE, BoolType, DateType, Plain, Type, is_ordered

_FLIPPED: Final[Mapping[typed.Comparison, typed.Comparison]] = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass
class Meaning:
    """The meaning of checked rules in one algebra, cached."""

    checked: Checked
    algebra: Algebra
    trees: Trees = field(default_factory=Trees)
    _known: dict[tuple[int, Test], int] = field(default_factory=dict)
    _remembered: list[Expression] = field(default_factory=list)
    values: FewValues = field(init=False)
    """The possible values of expressions."""

    def __post_init__(self) -> None:
        self.values = FewValues(self.checked, self.algebra.words)

    # --- Conditions. ---

    def holds(self, condition: Expression | None) -> int:
        """The cases in which a condition (or none) holds."""
        return EVERYTHING if condition is None else self.passes(condition, IS_TRUE)

    def in_force(self, days: InForce, dated_by: str | None = None) -> int:
        """The cases in which something is in force."""
        if days.is_always:
            return EVERYTHING
        return self.algebra.fact(days.by or dated_by or "", DATE, Within((Interval(days.start, True, days.until, True),)))

    def passes(self, expression: Expression, test: Test) -> int:
        """The cases in which an expression passes a test."""
        key = (id(expression), test)
        known = self._known.get(key)
        if known is None:
            self._remembered.append(expression)
            known = self._known[key] = self._passes(expression, test)
        return known

    def _passes(self, expression: Expression, test: Test) -> int:
        algebra = self.algebra
        match expression:
            case typed.Constant(value=value):
                return EVERYTHING if test.accepts(value) else NOTHING
            case typed.Fact(name=name, type=kind):
                return algebra.fact(name, kind, test)
            case typed.Result(name=name):
                return self.answers(name, test)
            case typed.Lookup():
                return self._looked_up(expression, test)
            case typed.Choice(condition=condition, then=then, otherwise=otherwise):
                cases = self.holds(condition)
                return algebra.switch(((cases, self.passes(then, test)), (algebra.negation(cases), self.passes(otherwise, test))))
            case typed.Call(function="year" | "month" | "day" as part, arguments=(typed.Fact(name=name),)):
                return algebra.fact(name, DATE, days_on_which(part, algebra.days(name), test))
            case _ if isinstance(expression.type, BoolType):
                cases = self._truth(expression)
                when_true = cases if test.accepts(True) else NOTHING
                return algebra.either(when_true, algebra.negation(cases) if test.accepts(False) else NOTHING)
            case _:
                return algebra.doubt(Doubt(expression, test))

    def _truth(self, expression: Expression) -> int:
        algebra = self.algebra
        match expression:
            case typed.All(parts=parts):
                holding = EVERYTHING
                for part in parts:
                    holding = algebra.both(holding, self.holds(part))
                return holding
            case typed.Either(parts=parts):
                holding = NOTHING
                for part in parts:
                    holding = algebra.either(holding, self.holds(part))
                return holding
            case typed.Not(part=part):
                return algebra.negation(self.holds(part))
            case typed.Known(name=name):
                return algebra.known(name)
            case typed.Compare():
                return self._compared(expression)
            case typed.OneOf(subject=subject, values=values):
                return self.passes(subject, test_of_values(values, subject.type))
            case typed.Between(subject=subject, low=low, high=high, span=span):
                above = typed.Compare(subject, ">=", low, BOOL, span)
                return algebra.both(self.holds(above), self.holds(typed.Compare(subject, "<=", high, BOOL, span)))
            case _:
                return algebra.doubt(Doubt(expression, IS_TRUE))

    def _compared(self, compare: typed.Compare) -> int:
        """A comparison with an operand of few values; otherwise a doubt."""
        left, comparison, right = compare.left, compare.comparison, compare.right
        of_left, of_right = self.values.of(left), self.values.of(right)
        if of_right is None or (of_left is not None and len(of_left) < len(of_right)):
            left, comparison, right, of_right = right, _FLIPPED[comparison], left, of_left
        if of_right is None:
            return self.algebra.doubt(Doubt(compare, IS_TRUE))
        ways = []
        for value in of_right:
            ways.append((self.passes(right, exactly(value, right.type)), self.passes(left, _beside(comparison, value, left.type))))
        return self.algebra.switch(ways)

    # --- Answers. ---

    def answers(self, name: str, test: Test) -> int:
        """The cases in which the rules answer a name, and the answer passes a test."""
        left, passing = EVERYTHING, NOTHING
        for layer in self.checked.answers[name].layers:
            for version in layer.versions:
                cases = self.algebra.both(left, self.in_force(version.in_force))
                passing = self.algebra.either(passing, self.algebra.both(cases, self.gives(version, name, test)))
            left = self.algebra.both(left, self.algebra.negation(self.applies(layer)))
        return passing

    def applies(self, layer: Layer[Answering]) -> int:
        """The cases in which one of the versions of a layer is in force and answers."""
        cases = NOTHING
        for version in layer.versions:
            cases = self.algebra.either(cases, self.algebra.both(self.in_force(version.in_force), self.gives_any(version)))
        return cases

    def gives_any(self, block: Answering) -> int:
        """The cases in which a block answers, on days on which it is in force."""
        match block:
            case Definition(when=when):
                return self.holds(when)
            case Decision():
                cases_given = EVERYTHING if block.otherwise is not None else NOTHING
                for cases in self.counting(block):
                    cases_given = self.algebra.either(cases_given, cases)
                return cases_given
            case Table():
                return self.over(block, where_any)
            case _:
                assert_never(block)

    def gives(self, block: Answering, name: str, test: Test) -> int:
        """The cases in which a block answers a name, and the answer passes a test."""
        match block:
            case Definition(when=when, value=value):
                return self.algebra.both(self.holds(when), self.passes(value, test))
            case Decision():
                return self._decided(block, test)
            case Table():
                column = [output.answers for output in block.outputs].index(name)
                return self.over(block, _leaf_of(self, block, column, test))
            case _:
                assert_never(block)

    def _decided(self, decision: Decision, test: Test) -> int:
        algebra = self.algebra
        counting = self.counting(decision)
        decided, none = NOTHING, EVERYTHING
        for at, (rule, cases) in enumerate(zip(decision.rules, counting, strict=True)):
            for other in beating(decision, at):
                cases = algebra.both(cases, algebra.negation(counting[other]))
            decided = algebra.either(decided, algebra.both(cases, self.passes(rule.then, test)))
            none = algebra.both(none, algebra.negation(counting[at]))
        if decision.otherwise is not None:
            decided = algebra.either(decided, algebra.both(none, self.passes(decision.otherwise, test)))
        return decided

    def counting(self, decision: Decision) -> list[int]:
        """For each rule of a decision the cases in which it holds and is not overridden."""
        algebra = self.algebra
        holding = {rule.name: algebra.both(self.in_force(rule.in_force), self.holds(rule.when)) for rule in decision.rules}
        counting = []
        for rule in decision.rules:
            cases = holding[rule.name]
            for name in rule.yields_to:
                cases = algebra.both(cases, algebra.negation(holding.get(name, NOTHING)))
            counting.append(cases)
        return counting

    # --- Tables. ---

    def over(
        self, table: Table, leaf: Callable[[int], int], subjects: Sequence[Expression] | None = None, dated_by: str | None = None
    ) -> int:
        """The cases of a table by the rows (as bits) that match: `leaf` returns the cases of those rows."""
        return self.over_tree(self.columns(table), leaf, subjects, dated_by)

    def over_tree(
        self, tree: Columns, leaf: Callable[[int], int], subjects: Sequence[Expression] | None = None, dated_by: str | None = None
    ) -> int:
        """The same for a tree of columns; for a lookup, its arguments replace the subjects."""
        made: dict[int, int] = {}

        def cases(number: int) -> int:
            if number not in made:
                node = tree.nodes[number]
                if node.column is None:
                    made[number] = leaf(node.rows)
                else:
                    subject = self.subject(tree, node.column, subjects, dated_by)
                    made[number] = self.algebra.switch([(self.passes(subject, test), cases(following)) for test, following in node.ways])
            return made[number]

        return cases(tree.top)

    def over_row(self, table: Table, at: int) -> int:
        """The cases in which one row matches, whatever the others do."""
        row = table.rows[at]
        matching = self.in_force(row.in_force)
        for cell, column in zip(row.cells, table.inputs, strict=True):
            match cell:
                case ValuesCell(values=values, is_negated=negated):
                    cases = self.passes(column.subject, Among(frozenset(values), negated))
                case IntervalsCell(intervals=intervals, is_negated=negated):
                    cases = self.passes(column.subject, Within(intervals, negated))
                case ConditionCell(condition=condition):
                    cases = self.holds(condition)
                case _:
                    continue
            matching = self.algebra.both(matching, cases)
        return matching

    def columns(self, table: Table) -> Columns:
        """The tree of the columns of a table."""
        return self.trees.of(table)

    def subject(self, tree: Columns, number: int, subjects: Sequence[Expression] | None, dated_by: str | None) -> Expression:
        """The subject of a column of a tree; for a lookup, its argument."""
        column = tree.columns[number]
        if subjects is not None and column.at is not None:
            return subjects[column.at]
        if (
            dated_by is not None
            and isinstance(column.subject, typed.Fact)
            and isinstance(column.subject.type, DateType)
            and column.at is None
        ):
            return typed.Fact(dated_by, DATE, column.subject.span)
        return column.subject

    def _looked_up(self, lookup: typed.Lookup, test: Test) -> int:
        cases_given = NOTHING
        for table in self.checked.tables[lookup.table].versions:
            leaf = _leaf_of(self, table, lookup.column, test)
            cases = self.over(table, leaf, lookup.arguments, lookup.dated_by)
            cases_given = self.algebra.either(cases_given, self.algebra.both(self.in_force(table.in_force, lookup.dated_by), cases))
        return cases_given

    def row_exists(self, lookup: typed.Lookup) -> int:
        """The cases in which a lookup with these arguments has a row."""
        with_row = NOTHING
        for table in self.checked.tables[lookup.table].versions:
            cases = self.over(table, where_any, lookup.arguments, lookup.dated_by)
            with_row = self.algebra.either(with_row, self.algebra.both(self.in_force(table.in_force, lookup.dated_by), cases))
        return with_row


def _leaf_of(meaning: Meaning, table: Table, column: int, test: Test) -> Callable[[int], int]:
    def leaf(rows: int) -> int:
        winner = winning(table, rows)
        return NOTHING if winner is None else meaning.passes(table.rows[winner].results[column], test)

    return leaf


def test_of_values(values: Sequence[Plain], kind: Type) -> Test:
    """The test whether a value is one of some."""
    if is_ordered(kind):
        return Within(tuple(Interval(value, True, value, True) for value in values if not isinstance(value, str)))
    return Among(frozenset(values))


def _beside(comparison: typed.Comparison, value: Plain, kind: Type) -> Test:
    """The test on the left operand of a comparison with a value."""
    if comparison == "=" or isinstance(value, str):
        return exactly(value, kind)
    if comparison in ("<", "<="):
        return Within((Interval(None, False, value, comparison == "<="),))
    return Within((Interval(value, comparison == ">=", None, False),))
