"""Comparisons of live orders that go on in the background: one for each person, with its progress and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, select, update

from api.store import rulebook_tables, tables
from api.store.sql import Reading, Writing

ComparisonState = Literal["running", "done", "stopped", "cut-off", "refused"]
_TABLE = rulebook_tables.live_comparisons


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredComparison:
    """The comparison that a person started last."""

    author: str
    token: str
    """Names this start of it: a worker of an earlier one sees by it that it is not wanted any more."""
    compared: str
    """What is compared: `draft`, or two versions as `v1..v3`."""
    texts_hash: str
    started_at: datetime
    beat_at: datetime
    """When its worker was seen last."""
    state: ComparisonState
    done: int
    total: int
    """How many items of orders are compared, and how many there are."""
    answer: str | None
    """What came of it: the differences, or the problems."""


def count_items(connection: Reading) -> int:
    """How many items all orders have."""
    return int(connection.execute(select(func.count()).select_from(tables.items)).scalar_one())


def find(connection: Reading, author: str) -> StoredComparison | None:
    """The comparison of a person."""
    row = connection.execute(select(_TABLE).where(_TABLE.c.author == author)).mappings().one_or_none()
    return None if row is None else StoredComparison(**row)


def store(connection: Writing, comparison: StoredComparison) -> None:
    """Stores a comparison in place of the one before."""
    connection.execute(delete(_TABLE).where(_TABLE.c.author == comparison.author))
    connection.execute(_TABLE.insert().values({each.name: getattr(comparison, each.name) for each in fields(comparison)}))


def report(connection: Writing, author: str, token: str, *, done: int, at: datetime) -> bool:
    """Records how far a running comparison is; whether it still is the one that is wanted."""
    return _set(connection, author, token, {"done": done, "beat_at": at})


def finish(connection: Writing, author: str, token: str, state: ComparisonState, *, answer: str | None, at: datetime) -> bool:
    """Records the end of a running comparison; whether it still was wanted."""
    return _set(connection, author, token, {"state": state, "answer": answer, "beat_at": at})


def _set(connection: Writing, author: str, token: str, values: dict[str, object]) -> bool:
    wanted = (_TABLE.c.author == author) & (_TABLE.c.token == token) & (_TABLE.c.state == "running")
    return connection.execute(update(_TABLE).where(wanted).values(values)).rowcount > 0
