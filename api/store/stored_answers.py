"""Answers of the service by the idempotency key of their request: written in the transaction of the verb, replayed byte for byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from api.store import access_tables
from api.store.sql import Reading, Writing, canonical_json

_TABLE = access_tables.stored_answers


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer to a request, and the hash of that request."""

    request_hash: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def claim(connection: Writing, caller: str, key: str, request_hash: str, *, at: datetime) -> bool:
    """Claims a key for this transaction; False where it has an answer. While another transaction has claimed it, this one waits."""
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(_TABLE)
    row = {"caller": caller, "key": key, "request_hash": request_hash, "stored_at": at}
    claiming = insert.values(row).on_conflict_do_nothing(index_elements=["caller", "key"]).returning(_TABLE.c.key)
    return connection.execute(claiming).first() is not None


def find(connection: Reading, caller: str, key: str) -> StoredAnswer | None:
    """The answer to a caller's key."""
    query = select(_TABLE).where(_TABLE.c.caller == caller, _TABLE.c.key == key, _TABLE.c.status.is_not(None))
    row = connection.execute(query).mappings().first()
    return None if row is None else StoredAnswer(row["request_hash"], row["status"], json.loads(row["headers"]), row["body"])


def store(connection: Writing, caller: str, key: str, *, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Stores the answer to a claimed key."""
    mine = update(_TABLE).where(_TABLE.c.caller == caller, _TABLE.c.key == key)
    connection.execute(mine.values(status=status, headers=canonical_json(dict(headers)), body=body))


def forget(connection: Writing, before: datetime) -> None:
    """Deletes the answers that were stored before a moment."""
    connection.execute(delete(_TABLE).where(_TABLE.c.stored_at < before))
