"""Answers of the service by the idempotency key of their request, replayed byte for byte.

A verb that is one transaction claims its key and stores its answer in that transaction. One that takes several claims its key in one of
its own before it does anything, for a worker with a name: whether that is still at work decides who may take the claim over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from api.store import access_tables
from api.store.sql import Reading, Writing, canonical_json, tolerant_insert

_TABLE = access_tables.stored_answers


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer to a request, and the hash of that request."""

    request_hash: str
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim whose work takes several transactions: of which request, by which worker, and since when."""

    request_hash: str
    worker: str
    since: datetime


def claim(connection: Writing, caller: str, key: str, request_hash: str, *, at: datetime, worker: str | None = None) -> bool:
    """Claims a key; False where it has an answer, or another worker has claimed it. While another transaction claims it, this one waits."""
    row = {"caller": caller, "key": key, "request_hash": request_hash, "stored_at": at, "claimed_by": worker}
    inserting = tolerant_insert(connection, _TABLE).values(row)
    claiming = inserting.on_conflict_do_nothing(index_elements=["caller", "key"]).returning(_TABLE.c.key)
    return connection.execute(claiming).first() is not None


def find(connection: Reading, caller: str, key: str) -> StoredAnswer | None:
    """The answer to a caller's key."""
    query = select(_TABLE).where(_TABLE.c.caller == caller, _TABLE.c.key == key, _TABLE.c.status.is_not(None))
    row = connection.execute(query).mappings().first()
    return None if row is None else StoredAnswer(row["request_hash"], row["status"], json.loads(row["headers"]), row["body"])


def claim_of(connection: Reading, caller: str, key: str) -> Claim | None:
    """The claim of a key that has no answer yet."""
    query = select(_TABLE).where(_TABLE.c.caller == caller, _TABLE.c.key == key, _TABLE.c.status.is_(None))
    row = connection.execute(query).mappings().first()
    return None if row is None else Claim(row["request_hash"], row["claimed_by"] or "", row["stored_at"])


def take_over(connection: Writing, caller: str, key: str, gone: str, *, worker: str, at: datetime) -> bool:
    """Takes a claim over from a worker that is gone; False where another was faster."""
    theirs = update(_TABLE).where(_TABLE.c.caller == caller, _TABLE.c.key == key, _TABLE.c.claimed_by == gone, _TABLE.c.status.is_(None))
    return connection.execute(theirs.values(claimed_by=worker, stored_at=at)).rowcount == 1


def release(connection: Writing, caller: str, key: str, *, worker: str) -> None:
    """Gives up the claim of a worker that has no answer: the key may be claimed again."""
    mine = delete(_TABLE).where(_TABLE.c.caller == caller, _TABLE.c.key == key, _TABLE.c.claimed_by == worker, _TABLE.c.status.is_(None))
    connection.execute(mine)


def store(connection: Writing, caller: str, key: str, *, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Stores the answer to a claimed key."""
    mine = update(_TABLE).where(_TABLE.c.caller == caller, _TABLE.c.key == key)
    connection.execute(mine.values(status=status, headers=canonical_json(dict(headers)), body=body))


def forget(connection: Writing, before: datetime) -> None:
    """Deletes the answers that were stored before a moment."""
    connection.execute(delete(_TABLE).where(_TABLE.c.stored_at < before))
