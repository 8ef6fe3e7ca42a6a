"""Webhooks in the store, the events that are announced to them, and their messages in the outbox."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import RowMapping, delete, or_, select, update

from api.store import tables, webhook_tables
from api.store.sql import ROWS_AT_ONCE, Reading, Writing, canonical_json

CHANNEL: Final = "webhook:"
"""How the channel of a message to a webhook begins; its name follows."""
_HOOKS, _EVENTS, _OUTBOX = webhook_tables.webhooks, webhook_tables.events, tables.outbox
WebhookState = Literal["active", "stopped"]
MessageRow = RowMapping
"""A row of the outbox."""
MessageState = Literal["held", "queued", "accepted", "delivered", "rejected", "dead"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMessage:
    """A message that is claimed to be sent: the event, its body, and how often it was tried before."""

    key: str
    event: str
    webhook: str
    body: str
    attempts: int


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
    waiting = (_OUTBOX.c.channel == CHANNEL + name, _OUTBOX.c.state.in_(("queued", "held", "dead")))
    connection.execute(delete(_OUTBOX).where(*waiting))
    return connection.execute(delete(_HOOKS).where(_HOOKS.c.name == name)).rowcount == 1


def announce(
    connection: Writing, kind: str, resource: str, data: Mapping[str, object], names: Iterable[str], *, at: datetime, installation: str
) -> str:
    """Stores an event and a message of it to each of some webhooks; gives the id of the event."""
    event = f"evt_{at:%Y%m%d%H%M%S%f}_{secrets.token_hex(6)}"
    body = canonical_json({"type": kind, "timestamp": at.isoformat(), "data": {"resource": resource, **data}})
    connection.execute(_EVENTS.insert().values(id=event, kind=kind, resource=resource, happened_at=at, body=body))
    shared = {"document": event, "state": "queued", "installation": installation, "written_at": at, "due_at": at, "attempts": 0}
    rows = [shared | {"key": f"{event}|{CHANNEL}{name}", "channel": f"{CHANNEL}{name}"} for name in names]
    connection.execute(_OUTBOX.insert(), rows)
    return event


def claim(connection: Writing, *, at: datetime, lease: timedelta, most: int, installation: str) -> list[DueMessage]:
    """Leases messages that are due and of this installation: whoever else asks meanwhile gets others."""
    table = _OUTBOX.c
    free = or_(table.leased_until.is_(None), table.leased_until < at)
    query = select(table.key, table.document, table.channel, table.attempts).where(
        table.state == "queued", table.due_at <= at, table.channel.startswith(CHANNEL), table.installation == installation, free
    )
    rows = connection.execute(query.order_by(table.due_at).limit(most).with_for_update(skip_locked=True)).all()
    if not rows:
        return []
    connection.execute(update(_OUTBOX).where(table.key.in_([row.key for row in rows])).values(leased_until=at + lease))
    query_of_bodies = select(_EVENTS.c.id, _EVENTS.c.body).where(_EVENTS.c.id.in_([row.document for row in rows]))
    bodies = {row.id: row.body for row in connection.execute(query_of_bodies)}
    return [
        DueMessage(
            key=row.key, event=row.document, webhook=row.channel.removeprefix(CHANNEL), body=bodies[row.document], attempts=row.attempts
        )
        for row in rows
    ]


def record(connection: Writing, message: DueMessage, state: MessageState, answer: str, due_at: datetime) -> None:
    """Records what came of a message that was claimed, unless another has tried it since."""
    mine = (_OUTBOX.c.key == message.key, _OUTBOX.c.state == "queued", _OUTBOX.c.attempts == message.attempts)
    values = {"state": state, "last_answer": answer[:500], "attempts": message.attempts + 1, "due_at": due_at, "leased_until": None}
    connection.execute(update(_OUTBOX).where(*mine).values(values))


def retry(connection: Writing, key: str, *, at: datetime) -> bool:
    """Lets a message be sent again at once, from its first attempt on; False where there is none to a webhook."""
    mine = (_OUTBOX.c.key == key, _OUTBOX.c.channel.startswith(CHANNEL))
    values = {"state": "queued", "due_at": at, "attempts": 0, "leased_until": None}
    return connection.execute(update(_OUTBOX).where(*mine).values(values)).rowcount == 1


def next_due(connection: Reading) -> datetime | None:
    """When the next message to a webhook is due."""
    query = select(_OUTBOX.c.due_at).where(_OUTBOX.c.state == "queued", _OUTBOX.c.channel.startswith(CHANNEL))
    return connection.execute(query.order_by(_OUTBOX.c.due_at).limit(1)).scalar()


def message(connection: Reading, key: str) -> RowMapping | None:
    """A message of the outbox, whatever its channel."""
    return connection.execute(select(_OUTBOX).where(_OUTBOX.c.key == key)).mappings().first()


def each_message(connection: Reading, *, after: str | None = None, **equal: str | None) -> Iterator[RowMapping]:
    """The messages of the outbox in the order of their keys, with some states, channels or documents; some are in memory at once."""
    wanted = [_OUTBOX.c[name] == value for name, value in equal.items() if value is not None]
    query = select(_OUTBOX).where(*wanted).order_by(_OUTBOX.c.key).limit(ROWS_AT_ONCE)
    while True:
        rows: Sequence[RowMapping] = connection.execute(query if after is None else query.where(_OUTBOX.c.key > after)).mappings().all()
        yield from rows
        if len(rows) < ROWS_AT_ONCE:
            return
        after = rows[-1]["key"]
