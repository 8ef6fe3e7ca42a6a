"""Tables over words as one dictionary: from the words of their columns to the result, and where rows have dates, by the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import product
from typing import Final

from engine.language.codegen.table_index import numbers_of, words_index
from engine.language.ir.answers import Plain
from engine.language.ir.checked_rules import AnyCell, ConditionCell, IntervalsCell, Table
from engine.language.types.value_types import BoolType, EnumType, Type

MOST_KEYS: Final = 5_000
"""A table with more combinations of words is looked up column by column."""

ByDay = tuple[tuple[date, ...], dict[int, Plain]]
"""Days on which the result changes, and the result after so many of them."""


@dataclass(frozen=True, slots=True)
class KeyIndex:
    """Where one row applies: its number by the words asked, or its result on each day. What is missing must be asked carefully."""

    columns: tuple[int, ...]
    """The columns that tell rows apart."""
    rows: Mapping[object, int]
    by_day: Mapping[object, ByDay]


def key_index(table: Table, results: Mapping[int, Plain]) -> KeyIndex | None:
    """The index of a table, if it looks at words only; `results` are those of its rows (as bits) that need no computing."""
    columns = [at for at in range(len(table.inputs)) if any(not isinstance(row.cells[at], AnyCell) for row in table.rows)]
    cells = {at: [row.cells[at] for row in table.rows] for at in columns}
    if any(isinstance(cell, IntervalsCell | ConditionCell) for column in cells.values() for cell in column):
        return None
    domains = [_words(table.inputs[at].type) for at in columns]
    count = reduce(lambda total, words: total * len(words), domains, 1)
    is_dated = any(not row.in_force.is_always for row in table.rows)
    if table.policy not in ("exactly one", "first match") or not 0 < count <= MOST_KEYS or not columns:
        return None
    if is_dated and len(results) < len(table.rows):
        return None
    looks = [words_index(cells[at]) for at in columns]
    rows: dict[object, int] = {}
    by_day: dict[object, ByDay] = {}
    for words in product(*domains):
        matching = (1 << len(table.rows)) - 1
        for (named, others), word in zip(looks, words, strict=True):
            matching &= named.get(word, others)
        key = words if len(words) > 1 else words[0]
        if is_dated:
            by_day[key] = _days(table, numbers_of(matching), results)
        elif (row := chosen_row(table, numbers_of(matching))) is not None:
            rows[key] = row
    return KeyIndex(tuple(columns), rows, by_day)


def _words(kind: Type) -> Sequence[Plain]:
    """All words that a column may be asked about; none where they cannot be listed."""
    match kind:
        case EnumType(values=values):
            return values
        case BoolType():
            return (True, False)
        case _:
            return ()


def chosen_row(table: Table, matching: Sequence[int]) -> int | None:
    """The one row that applies, by the table's policy."""
    if not matching or (table.policy == "exactly one" and len(matching) > 1):
        return None
    return matching[0]


def _days(table: Table, matching: Sequence[int], results: Mapping[int, Plain]) -> ByDay:
    changes = tuple(sorted(set(_changes(table, matching))))
    found: dict[int, Plain] = {}
    for at in range(len(changes) + 1):
        day = changes[at - 1] if at else date.min
        row = chosen_row(table, [one for one in matching if table.rows[one].in_force.holds_on(day)])
        if row is not None and (at or not changes or changes[0] > date.min):
            found[at] = results[1 << row]
    return changes, found


def _changes(table: Table, matching: Sequence[int]) -> Iterator[date]:
    for row in matching:
        days = table.rows[row].in_force
        if days.start is not None:
            yield days.start
        if days.until is not None and days.until < date.max:
            yield days.until + timedelta(days=1)
