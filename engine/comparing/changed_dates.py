"""The days on which something begins or ends in a rulebook, and those that differ between two of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.rulebook.file_kinds import PROVING
from engine.rulebook.fingerprint import plain
from engine.rulebook.reader import Reading

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WITHOUT_EFFECT: Final = PROVING | {"company", "stages", "reasons"}
_RULES_WITHOUT_EFFECT: Final = {"horizon", "domain_facts"}
_Dated = tuple[str, date]
"""The text of something dated, and one of its days."""


@dataclass(frozen=True, slots=True)
class ChangedDates:
    """The first days on which something begins, or is no longer in force, in one of two rulebooks."""

    all: tuple[date, ...]
    changed: tuple[date, ...]
    """Those of what differs: of an added, removed or edited price, rate, rule …"""


def changed_dates(before: Reading, after: Reading, first: date, last: date) -> ChangedDates:
    """The days after `first` up to `last`, in order."""
    earlier, later = set(_dated(before)), set(_dated(after))

    def within(dated: set[_Dated]) -> tuple[date, ...]:
        return tuple(sorted({day for _, day in dated if first < day <= last}))

    return ChangedDates(within(earlier | later), within(earlier ^ later))


def _dated(reading: Reading) -> Iterator[_Dated]:
    for kind, entries in reading.gathered.entries.items():
        if kind not in _WITHOUT_EFFECT:
            for entry in entries.values():
                yield from _of_entry(f"{kind} {entry.name}", plain(entry.written))
    meaning = reading.checked.normal_form()
    if isinstance(meaning, Mapping):
        yield from _of_rules({name: part for name, part in meaning.items() if name not in _RULES_WITHOUT_EFFECT})


def _of_entry(name: str, node: object) -> Iterator[_Dated]:
    """Every mapping with days among its values or keys, at its path in an entry."""
    if isinstance(node, Mapping):
        text = f"{name} {json.dumps(node, sort_keys=True)}"
        for key, value in node.items():
            yield from ((text, day) for day in _days(value, ends=key == "until"))
            yield from ((f"{name} {key} {json.dumps(value)}", day) for day in _days(key))
            yield from _of_entry(f"{name} {key}", value)
    elif isinstance(node, list):
        for each in node:
            yield from _of_entry(name, each)


def _of_rules(node: object) -> Iterator[_Dated]:
    """Every block and row of rules with the days anywhere in it; a table without its rows."""
    if isinstance(node, Mapping):
        if "in_force" in node:
            own = {key: value for key, value in node.items() if key != "rows"}
            text = json.dumps(own, sort_keys=True)
            yield from ((text, day) for day in _days_below(own))
        for key, value in node.items():
            if key != "in_force":
                yield from _of_rules(value)
    elif isinstance(node, list):
        for each in node:
            yield from _of_rules(each)


def _days_below(node: object, *, ends: bool = False) -> Iterator[date]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _days_below(value, ends=key == "until")
    elif isinstance(node, list):
        for each in node:
            yield from _days_below(each)
    else:
        yield from _days(node, ends=ends)


def _days(value: object, *, ends: bool = False) -> Iterator[date]:
    """The day of a text; of a last day, the day after it."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        day = date.fromisoformat(value)
        yield day + timedelta(days=1) if ends and day < date.max else day
