"""Webhooks in the store, and the events that are announced to them through the outbox."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, select, update

from api.store import tables, webhook_tables
from api.store.outbox import WEBHOOK
from api.store.sql import Reading, Writing, canonical_json, chunks

_HOOKS, _EVENTS, _OUTBOX = webhook_tables.webhooks, webhook_tables.events, tables.outbox
WebhookState = Literal["active", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where somebody wants to be told, of which kinds of events, and the secrets that sign what is sent."""

    name: str
    url: str
    events: tuple[str, ...]
    state: WebhookState = "active"
    secret: str
    former_secret: str | None = None
    former_until: datetime | None = None
    made_at: datetime
    made_by: str


def find(connection: Reading, name: str | None = None) -> dict[str, Webhook]:
    """Webhooks by name: all, or one."""
    query = select(_HOOKS).order_by(_HOOKS.c.name)
    rows = connection.execute(query if name is None else query.where(_HOOKS.c.name == name)).mappings()
    return {row["name"]: Webhook(**{**row, "events": tuple(json.loads(row["events"]))}) for row in rows}


def subscribers_of(connection: Reading, event: str) -> tuple[str, ...]:
    """The webhooks that are told of a kind of event."""
    rows = connection.execute(select(_HOOKS.c.name, _HOOKS.c.events).where(_HOOKS.c.state == "active"))
    return tuple(row.name for row in rows if event in json.loads(row.events))


def append(connection: Writing, webhook: Webhook) -> None:
    """Inserts a webhook."""
    fields = {name: getattr(webhook, name) for name in Webhook.__dataclass_fields__}
    connection.execute(_HOOKS.insert().values(fields | {"events": canonical_json(list(webhook.events))}))


def change(connection: Writing, name: str, **values: object) -> bool:
    """Changes columns of a webhook; False where there is none."""
    return connection.execute(update(_HOOKS).where(_HOOKS.c.name == name).values(values)).rowcount == 1


def remove(connection: Writing, name: str) -> bool:
    """Deletes a webhook with what waits for it; False where there is none."""
    waiting = (_OUTBOX.c.channel == WEBHOOK + name, _OUTBOX.c.state.in_(("queued", "held", "dead")))
    connection.execute(delete(_OUTBOX).where(*waiting))
    return connection.execute(delete(_HOOKS).where(_HOOKS.c.name == name)).rowcount == 1


def announce(
    connection: Writing,
    kind: str,
    resource: str,
    data: Mapping[str, object],
    names: Iterable[str],
    *,
    at: datetime,
    installation: str,
    leased_until: datetime | None = None,
) -> str:
    """Stores an event and a message of it to each of some webhooks; gives the id of the event. `leased_until`: its writer sends it."""
    event = f"evt_{at:%Y%m%d%H%M%S%f}_{secrets.token_hex(6)}"
    body = canonical_json({"type": kind, "timestamp": at.isoformat(), "data": {"resource": resource, **data}})
    connection.execute(_EVENTS.insert().values(id=event, kind=kind, resource=resource, happened_at=at, body=body))
    shared = {"document": event, "state": "queued", "installation": installation, "written_at": at, "due_at": at, "attempts": 0}
    shared["leased_until"] = leased_until
    rows = [shared | {"key": f"{event}|{WEBHOOK}{name}", "channel": f"{WEBHOOK}{name}"} for name in names]
    connection.execute(_OUTBOX.insert(), rows)
    return event


def bodies_of(connection: Reading, events: Iterable[str]) -> dict[str, str]:
    """The bodies of some events by id."""
    queries = (select(_EVENTS.c.id, _EVENTS.c.body).where(_EVENTS.c.id.in_(some)) for some in chunks(events))
    return {row.id: row.body for query in queries for row in connection.execute(query)}
