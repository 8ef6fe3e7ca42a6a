"""The audit trail: an entry for each thing that a key, a user or a command did, in the transaction in which it was done."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, select

from api.store import access_tables
from api.store.sql import ROWS_AT_ONCE, Reading, Writing, canonical_json

ActorKind = Literal["key", "user", "command"]
_TABLE = access_tables.audit_trail


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what: the action is that of a route or a command; `fields` are the names of what was given, never what they hold."""

    actor_kind: ActorKind
    actor: str
    key: str | None = None
    """The prefix of the key."""
    action: str
    resource: str
    """Such as `orders/S1`; empty where the action has none."""
    fields: tuple[str, ...] = ()
    request: str | None = None
    """The id of the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEntry:
    """An entry of the trail, with its id, moment and business day."""

    id: str
    at: datetime
    on: date
    entry: AuditEntry


def append(connection: Writing, entry: AuditEntry, *, at: datetime, on: date) -> str:
    """Adds an entry; gives its id."""
    name = f"{at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    fields = {field: getattr(entry, field) for field in AuditEntry.__dataclass_fields__}
    row = fields | {"id": name, "at": at, "on": on, "fields": canonical_json(list(entry.fields))}
    connection.execute(_TABLE.insert().values(row))
    return name


def has_since(connection: Reading, entry: AuditEntry, since: datetime) -> bool:
    """Whether somebody did the same to the same thing, with the same fields, since a moment."""
    query = select(_TABLE.c.id).where(
        _TABLE.c.id > f"{since.astimezone(UTC):%Y%m%dT%H%M%S%f}",
        _TABLE.c.actor == entry.actor,
        _TABLE.c.action == entry.action,
        _TABLE.c.resource == entry.resource,
        _TABLE.c.fields == canonical_json(list(entry.fields)),
    )
    return connection.execute(query.limit(1)).first() is not None


def each(
    connection: Reading,
    *,
    after: str | None = None,
    is_latest_first: bool = True,
    resource: str | None = None,
    actor: str | None = None,
    action: str | None = None,
    days: tuple[date | None, date | None] = (None, None),
) -> Iterator[RecordedEntry]:
    """The entries in the order of their ids, after one of them: of a resource (or what is below it), an actor, an action, some days."""
    while True:
        query = select(_TABLE).order_by(_TABLE.c.id.desc() if is_latest_first else _TABLE.c.id).limit(ROWS_AT_ONCE)
        if after is not None:
            query = query.where(_TABLE.c.id < after if is_latest_first else _TABLE.c.id > after)
        if resource is not None:
            query = query.where((_TABLE.c.resource == resource) | _TABLE.c.resource.startswith(f"{resource}/", autoescape=True))
        if actor is not None:
            query = query.where(_TABLE.c.actor == actor)
        if action is not None:
            query = query.where(_TABLE.c.action == action)
        query = query.where(*_of_days(*days))
        rows = connection.execute(query).mappings().all()
        for row in rows:
            fields = {name: row[name] for name in AuditEntry.__dataclass_fields__} | {"fields": tuple(json.loads(row["fields"]))}
            yield RecordedEntry(id=row["id"], at=row["at"], on=row["on"], entry=AuditEntry(**fields))
        if len(rows) < ROWS_AT_ONCE:
            return
        after = rows[-1]["id"]


def _of_days(first: date | None, last: date | None) -> Iterator[ColumnElement[bool]]:
    """The conditions of business days, which are found by ids: these begin with the moment, at most a day from it."""
    if first is not None:
        yield _TABLE.c.on >= first
        yield _TABLE.c.id >= f"{first - timedelta(days=1):%Y%m%d}"
    if last is not None:
        yield _TABLE.c.on <= last
        yield _TABLE.c.id < f"{last + timedelta(days=2):%Y%m%d}"
