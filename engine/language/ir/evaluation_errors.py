"""Why rules cannot answer: what is left to go wrong once a rulebook is checked, each with the rule's position."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

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
    """The refusal for a fact that was not given, with the place in the rule that first needs it; what is no fact stays our own fault."""
    name = absent.args[0] if absent.args else None
    where = places.get(name) if isinstance(name, str) else None
    return Refusal((MISSING_FACT.at(where, rule=rule, name=name),)) if where else absent
