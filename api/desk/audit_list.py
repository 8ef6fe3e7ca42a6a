"""The audit trail as it is listed: when, by whom, what, on which resource, and the names of what was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice, takewhile
from typing import Final

from pydantic import BaseModel, Field

from api.desk.desk import Desk
from api.desk.listing import Listing, Row, uncounted
from api.output.sheets import Cell
from api.store import audit_trail
from api.store.audit_trail import ActorKind, RecordedEntry
from api.store.walks import Start
from engine.documents.document import Document


class AuditRow(BaseModel):
    """What was done: when, on which business day, by whom, with which key, on which resource; `fields` names what was given."""

    id: str
    at: datetime
    on: date
    actor_kind: ActorKind
    actor: str
    key: str | None
    action: str
    resource: str
    fields: str
    request: str | None


class AuditConditions(Document):
    """What may be asked of the trail; a resource includes what belongs to it."""

    resource: str | None = Field(default=None, max_length=300)
    actor: str | None = Field(default=None, max_length=200)
    action: str | None = Field(default=None, max_length=100)
    on_from: date | None = None
    on_to: date | None = None


COLUMNS: Final = tuple(AuditRow.model_fields)


def each_entry(
    desk: Desk, *, after: str | None = None, is_latest_first: bool = True, resource: str | None = None, actor: str | None = None
) -> Iterator[RecordedEntry]:
    """The entries, after one of them, of a resource and what is below it, or of an actor; some are in memory at once."""
    with desk.store.reading() as connection:
        yield from audit_trail.each(connection, after=after, is_latest_first=is_latest_first, resource=resource, actor=actor)


def latest_of(desk: Desk, resource: str, *, since: datetime | None, most: int) -> Sequence[RecordedEntry]:
    """What was done last with a resource and what is below it, the latest first; the last thing alone where no moment is known."""
    with desk.store.reading() as connection:
        entries = takewhile(lambda each: since is None or each.at >= since, audit_trail.each(connection, resource=resource))
        return list(islice(entries, most if since is not None else 1))


def cells_of(recorded: RecordedEntry) -> tuple[Cell, ...]:
    """What a list says of an entry."""
    entry = recorded.entry
    names = ", ".join(entry.fields)
    head = (recorded.id, recorded.at.isoformat(timespec="seconds"), recorded.on)
    return (*head, entry.actor_kind, entry.actor, entry.key, entry.action, entry.resource, names, entry.request)


def _rows(desk: Desk, conditions: AuditConditions, start: Start) -> Iterator[Row]:
    after = str(start.after[0]) if start.after else None
    with desk.store.reading() as connection:
        listed = audit_trail.each(
            connection,
            after=after,
            is_latest_first=not start.is_descending,
            resource=conditions.resource,
            actor=conditions.actor,
            action=conditions.action,
            days=(conditions.on_from, conditions.on_to),
        )
        yield from (((one.id,), cells_of(one)) for one in listed)


AUDIT: Final = Listing(name="audit", row=AuditRow, conditions=AuditConditions, key="latest", rows=_rows, totals=uncounted)
