"""The refusals of checked rules during evaluation, each with the rule's position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from engine.language.ir.checked_rules import DecisionRule
from engine.language.ir.checked_tables import Table
from engine.language.types.value_text import plain_in_words
from engine.language.types.value_types import Plain
from engine.problems import Kind, Refusal, Span

MISSING_FACT: Final = Kind("missing-fact", "{rule} needs `{name}`, which was not given", "give a value for `{name}`")
NO_ROW: Final = Kind("no-row", "table {rule}: no row for {question}", "add a row for it, or correct what was given")
TWO_ROWS: Final = Kind(
    "two-rows", "table {rule}: rows {rows} both apply to {question}", "make their conditions exclude each other, or choose another policy"
)
DIFFERENT_RESULTS: Final = Kind(
    "different-results", "table {rule}: rows {rows} apply to {question} with different results", "give them the same result"
)
TWO_RULES: Final = Kind(
    "two-rules", "decision {rule}: the rules {rules} both hold", "make their conditions exclude each other, or let one override the other"
)
DIFFERENT_RULES: Final = Kind(
    "different-results", "decision {rule}: the rules {rules} hold with different results", "give them the same result"
)
NOT_IN_FORCE: Final = Kind("not-in-force", "{rule} has no version in force on {day}", "add a version for that day, or correct the date")
DOES_NOT_APPLY: Final = Kind("does-not-apply", "{rule} gives no answer here: no condition of it holds", "add the missing case to it")
DIVISION_BY_ZERO: Final = Kind("division-by-zero", "{rule} divides by zero here", "write what shall be when it is zero: `if … is 0 then …`")
NOTHING_TO_COMPARE: Final = Kind(
    "nothing-to-compare", "{rule} asks for the least or greatest of no entry", "write what shall be when there is none, with `count of`"
)
OUTSIDE_THE_CALENDAR: Final = Kind("outside-the-calendar", "{rule} arrives at a day outside the years 1 to 9999", "correct the dates given")


def missing_fact(absent: KeyError, places: Mapping[str, Span], rule: str) -> Exception:
    """The refusal for a missing fact, with the first position that reads it; a KeyError for anything else is a fault of the program."""
    name = absent.args[0] if absent.args else None
    where = places.get(name) if isinstance(name, str) else None
    return Refusal((MISSING_FACT.at(where, rule=rule, name=name),)) if where else absent


def not_in_force(where: Span, rule: str, day: Plain | None) -> Refusal:
    """The refusal of a rule that has no version in force on a day."""
    return Refusal((NOT_IN_FORCE.at(where, rule=rule, day=day),))


def no_row(table: Table, values: Sequence[Plain], day: date | None) -> Refusal:
    """The refusal of a table without a matching row."""
    return Refusal((NO_ROW.at(table.span, rule=table.name, question=_question(table, values, day)),))


def two_rows(table: Table, rows: Sequence[int], values: Sequence[Plain], day: date | None) -> Refusal:
    """The refusal of a table two of whose rows (numbered from 0) apply, at the second one."""
    return _conflicting_rows(TWO_ROWS, table, rows, table.rows[rows[1]].span, _question(table, values, day))


def different_results(table: Table, rows: Sequence[int], results: Sequence[object], values: Sequence[Plain], day: date | None) -> Refusal:
    """The refusal of a table whose rows (numbered from 0) apply with different results, at the first row that differs."""
    last = _first_different(results)
    return _conflicting_rows(DIFFERENT_RESULTS, table, rows[: last + 1], table.rows[rows[last]].span, _question(table, values, day))


def _conflicting_rows(kind: Kind, table: Table, rows: Sequence[int], where: Span, question: str) -> Refusal:
    numbers = [str(table.rows[row].number) for row in rows]
    return Refusal((kind.at(where, rule=table.name, rows=_enumerated(numbers), question=question),))


def _question(table: Table, values: Sequence[Plain], day: date | None) -> str:
    """The values of a table's columns: `customer.segment = retail on 2026-01-01`."""
    columns = [f"{column.name} = {plain_in_words(value, column.type)}" for column, value in zip(table.inputs, values, strict=True)]
    text = ", ".join(columns) or "anything"
    return f"{text} on {day}" if day else text


def two_rules(rules: Sequence[DecisionRule], decision: str) -> Refusal:
    """The refusal of a decision two of whose rules hold, at the second one."""
    return _conflicting_rules(TWO_RULES, rules[:2], decision)


def different_rules(rules: Sequence[DecisionRule], results: Sequence[object], decision: str) -> Refusal:
    """The refusal of a decision whose rules hold with different results, at the first rule that differs."""
    return _conflicting_rules(DIFFERENT_RULES, rules[: _first_different(results) + 1], decision)


def _conflicting_rules(kind: Kind, rules: Sequence[DecisionRule], decision: str) -> Refusal:
    return Refusal((kind.at(rules[-1].span, rule=decision, rules=_enumerated([f"`{rule.name}`" for rule in rules])),))


def _first_different(results: Sequence[object]) -> int:
    return next(at for at, result in enumerate(results) if result != results[0])


def _enumerated(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
