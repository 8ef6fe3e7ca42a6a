"""Histories of documents: each change of each field, with its day, its moment and its author. All of them are written and read here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Column, RowMapping, Table, func, select

from api.store.sql import Reading, Writing

CREATED: Final = "created"
"""The `field` of the first change of a document: it stands for all its fields."""
Fields = Mapping[str, tuple[str | None, str | None]]
"""What a change did, by field: the text before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """When something is changed, and by whom."""

    on: date
    at: datetime
    author: str


def record(connection: Writing, history: Table, name: str, fields: Fields, made: Change) -> None:
    """Appends a change of some fields to the history of a locked document."""
    last = connection.execute(select(func.max(history.c.sequence)).where(_subject(history) == name)).scalar() or 0
    _append(connection, history, [(name, last + 1, fields)], made)


def record_created(connection: Writing, history: Table, created: Mapping[str, str], made: Change) -> None:
    """The first change of each of some new documents: by its id, what is said of it."""
    _append(connection, history, [(name, 1, {CREATED: (None, after)}) for name, after in created.items()], made)


def changes(connection: Reading, history: Table, name: str) -> list[RowMapping]:
    """The history of one document, oldest first; empty where it came before its kind had a history."""
    query = select(history).where(_subject(history) == name).order_by(history.c.sequence, history.c.field)
    return list(connection.execute(query).mappings())


def _subject(history: Table) -> Column[str]:
    """The column that says whose history it is: the first one."""
    return next(iter(history.c))


def _append(connection: Writing, history: Table, entries: Iterable[tuple[str, int, Fields]], made: Change) -> None:
    signed = {"changed_on": made.on, "changed_at": made.at, "author": made.author}
    rows = [
        {_subject(history).name: name, "sequence": sequence, "field": field, "before": before, "after": after} | signed
        for name, sequence, fields in entries
        for field, (before, after) in fields.items()
    ]
    if rows:
        connection.execute(history.insert(), rows)
