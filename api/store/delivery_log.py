"""The log of deliveries: what was requested, tried, accepted and answered of each document, by whom and when; and the fence of copies."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import RowMapping, Text, cast, func, select, text, union_all, update

from api.store import delivery_tables, reminder_tables, tables
from api.store.sql import Reading, Writing, chunks, tolerant_insert

_LOG: Final = delivery_tables.delivery_log
DeliveryEvent = Literal["requested", "held", "failed", "accepted", "delivered", "rejected", "dead", "skipped"]
ERASED: Final = "(erased)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One entry: what happened to a delivery, or to one recipient of it."""

    document: str
    channel: str
    delivery: int
    event: DeliveryEvent
    recipient: str | None = None
    reference: str | None = None
    note: str | None = None


def append(connection: Writing, entries: Iterable[LogEntry], *, at: datetime, author: str) -> None:
    """Appends entries to the log."""
    rows = [
        {"id": f"{at:%Y%m%d%H%M%S%f}-{time.time_ns():x}-{secrets.token_hex(4)}", "logged_at": at, "author": author}
        | {name: getattr(entry, name) for name in LogEntry.__dataclass_fields__}
        for entry in entries
    ]
    if rows:
        connection.execute(_LOG.insert(), rows)


def of_document(connection: Reading, document: str) -> Sequence[RowMapping]:
    """The entries of a document, in their order."""
    return connection.execute(select(_LOG).where(_LOG.c.document == document).order_by(_LOG.c.id)).mappings().all()


def recipients_served(connection: Reading, documents: Iterable[str], channel: str) -> set[tuple[str, int, str]]:
    """The document, delivery and recipient of each message that was taken for somebody."""
    query = select(_LOG.c.document, _LOG.c.delivery, _LOG.c.recipient).where(_LOG.c.channel == channel, _LOG.c.event == "delivered")
    queries = (query.where(_LOG.c.document.in_(some)) for some in chunks(documents))
    return {(row.document, row.delivery, row.recipient) for each in queries for row in connection.execute(each) if row.recipient}


def messages_since(connection: Reading, recipients: Iterable[str], since: datetime) -> Mapping[str, int]:
    """How many messages were taken for each of some recipients since a moment."""
    query = select(_LOG.c.recipient, func.count().label("many")).where(_LOG.c.event == "delivered", _LOG.c.logged_at > since)
    queries = (query.where(_LOG.c.recipient.in_(some)).group_by(_LOG.c.recipient) for some in chunks(recipients))
    return {row.recipient: row.many for each in queries for row in connection.execute(each)}


def last_to(connection: Reading, channel: str, recipient: str) -> RowMapping | None:
    """The last entry of a channel about a recipient."""
    query = select(_LOG).where(_LOG.c.recipient == recipient, _LOG.c.channel == channel).order_by(_LOG.c.logged_at.desc(), _LOG.c.id.desc())
    return connection.execute(query.limit(1)).mappings().first()


def delivery_of(connection: Reading, channel: str, reference: str) -> tuple[str, int] | None:
    """The document and delivery that a receiving system knows by a reference."""
    query = select(_LOG.c.document, _LOG.c.delivery).where(_LOG.c.channel == channel, _LOG.c.reference == reference).limit(1)
    row = connection.execute(query).first()
    return None if row is None else (row.document, row.delivery)


def forget(connection: Writing, customers: Iterable[str], recipient: str | None = None) -> None:
    """Erases the recipients of what was sent to some customers: all, or one."""
    for some in chunks(customers):
        issued = select(tables.issued.c.number).where(tables.issued.c.customer.in_(some))
        offered, agreed, reminded = tables.quotes.c, tables.orders.c, reminder_tables.reminders.c
        names = "quotes/" + offered.number + "/" + cast(offered.version, Text)
        numbers = union_all(
            issued,
            select(names).where(offered.customer.in_(some)),
            select("orders/" + agreed.id).where(agreed.customer.in_(some)),
            select("reminders/" + reminded.id).where(reminded.customer.in_(some)),
        )
        chosen = _LOG.c.recipient.is_not(None) if recipient is None else _LOG.c.recipient == recipient
        connection.execute(update(_LOG).where(_LOG.c.document.in_(numbers), chosen).values(recipient=ERASED))


def place_of(connection: Reading) -> str:
    """What this database is and no copy of it: the file of SQLite, or the server and the database of PostgreSQL."""
    if connection.dialect.name == "postgresql":
        query = (
            "select system_identifier || '/' || (select oid from pg_database where datname = current_database()) from pg_control_system()"
        )
        return f"database {connection.execute(text(query)).scalar_one()}"
    file = connection.execute(text("select file from pragma_database_list where name = 'main'")).scalar()
    return f"file {Path(str(file)).stat().st_ino}" if file else "memory"


def sends_from(connection: Reading, installation: str) -> tuple[str, datetime] | None:
    """The place from which an installation sends, and since when; None before it sent anything."""
    places = delivery_tables.sending_places.c
    row = connection.execute(select(places.place, places.since).where(places.installation == installation)).first()
    return None if row is None else (row.place, row.since)


def send_from(connection: Writing, installation: str, place: str, *, at: datetime) -> None:
    """Stores the place from which an installation sends."""
    statement = tolerant_insert(connection, delivery_tables.sending_places).values(installation=installation, place=place, since=at)
    connection.execute(statement.on_conflict_do_update(index_elements=["installation"], set_={"place": place, "since": at}))


def lock_place(connection: Writing, installation: str) -> None:
    """Waits until no other reads statuses for an installation."""
    places = delivery_tables.sending_places.c
    connection.execute(select(places.place).where(places.installation == installation).with_for_update())


def cursor_of(connection: Reading, channel: str) -> str | None:
    """How far the statuses of a channel were read."""
    cursors = delivery_tables.status_cursors.c
    return connection.execute(select(cursors.cursor).where(cursors.channel == channel)).scalar()


def advance_cursor(connection: Writing, channel: str, cursor: str) -> None:
    """Stores how far the statuses of a channel were read."""
    statement = tolerant_insert(connection, delivery_tables.status_cursors).values(channel=channel, cursor=cursor)
    connection.execute(statement.on_conflict_do_update(index_elements=["channel"], set_={"cursor": cursor}))
