"""What accounting tools have of our documents, and the messages to them, claimed lane by lane."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import func, select, update

from api.store import delivery_log, tables
from api.store.accounting_tables import accounting_records
from api.store.outbox import ClaimedMessage
from api.store.sql import ROWS_AT_ONCE, Reading, Writing, chunks, tolerant_insert
from engine.phrases import Phrase

ACCOUNTING: Final = "accounting"
"""The channel of the messages to the accounting tool."""
BookingState = Literal["sent", "booked", "refused", "unknown", "lost"]
_OUTBOX: Final = tables.outbox
_ROW: Final = accounting_records.c


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRow:
    """What a tool has of a document; amounts in minor units, those of a credit note below zero."""

    document: str
    tool: str
    state: BookingState
    id: str | None
    number: str | None
    net: int
    vat: int
    gross: int
    hash: str
    because: Phrase | None
    changed_at: datetime


def store(connection: Writing, rows: Iterable[BookingRow]) -> None:
    """Stores rows, each in the place of the one before it; a refusal or a lost answer leaves the id and number that are known."""
    for row in rows:
        values = {name: getattr(row, name) for name in BookingRow.__dataclass_fields__}
        statement = tolerant_insert(connection, accounting_records).values(values)
        changed = {name: value for name, value in values.items() if not (name in ("id", "number") and value is None)}
        connection.execute(statement.on_conflict_do_update(index_elements=["document", "tool"], set_=changed))


def find(connection: Reading, tool: str, documents: Iterable[str]) -> dict[str, BookingRow]:
    """The rows of some documents."""
    queries = (select(accounting_records).where(_ROW.tool == tool, _ROW.document.in_(some)) for some in chunks(documents))
    return {row["document"]: BookingRow(**row) for query in queries for row in connection.execute(query).mappings()}


def newest(connection: Reading, documents: Iterable[str]) -> dict[str, BookingRow]:
    """What became last of some documents, whichever tool it was."""
    queries = (select(accounting_records).where(_ROW.document.in_(some)).order_by(_ROW.changed_at, _ROW.tool) for some in chunks(documents))
    return {row["document"]: BookingRow(**row) for query in queries for row in connection.execute(query).mappings()}


def of_document(connection: Reading, document: str) -> Sequence[BookingRow]:
    """The rows of a document, by tool."""
    query = select(accounting_records).where(_ROW.document == document).order_by(_ROW.tool)
    return [BookingRow(**row) for row in connection.execute(query).mappings()]


def each(connection: Reading, tool: str, *, state: str | None = None, after: str = "") -> Iterator[BookingRow]:
    """The rows of a tool in the order of documents; some are in memory at once."""
    while True:
        query = select(accounting_records).where(_ROW.tool == tool, _ROW.document > after).order_by(_ROW.document).limit(ROWS_AT_ONCE)
        rows = connection.execute(query if state is None else query.where(_ROW.state == state)).mappings().all()
        yield from (BookingRow(**row) for row in rows)
        if len(rows) < ROWS_AT_ONCE:
            return
        after = rows[-1]["document"]


def documents_of(connection: Reading, tool: str, ids: Iterable[str]) -> dict[str, str]:
    """The documents that a tool knows by some ids."""
    queries = (select(_ROW.id, _ROW.document).where(_ROW.tool == tool, _ROW.id.in_(some)) for some in chunks(ids))
    return {row.id: row.document for query in queries for row in connection.execute(query)}


def set_state(connection: Writing, tool: str, document: str, state: BookingState, because: Phrase | None, *, at: datetime) -> None:
    """Changes the state of a row."""
    mine = (_ROW.tool == tool, _ROW.document == document)
    connection.execute(update(accounting_records).where(*mine).values(state=state, because=because, changed_at=at))


def counts(connection: Reading, tool: str) -> dict[str, int]:
    """How many documents are in each state."""
    query = select(_ROW.state, func.count().label("many")).where(_ROW.tool == tool).group_by(_ROW.state).order_by(_ROW.state)
    return {row.state: row.many for row in connection.execute(query)}


def claim_lanes(connection: Writing, *, at: datetime, lease: timedelta, most: int, installation: str) -> list[ClaimedMessage]:
    """Leases messages to accounting that are due: those of one month in the order of dates and numbers, and none after one that waits.

    A later date that is booked bars the earlier ones in most tools, so what is held, refused, due later or leased by another worker
    stops what follows it in its month; and a credit note waits for its invoice.
    """
    delivery_log.lock_place(connection, installation)  # two workers never claim parts of one lane
    claimed: list[ClaimedMessage] = []
    stopped: set[tuple[int, int]] = set()
    unsettled: set[str] = set()
    until = at + lease
    for row in _open_messages(connection, installation):
        lane = (row.issued_on.year, row.issued_on.month)
        is_free = row.state == "queued" and row.due_at <= at and (row.leased_until is None or row.leased_until < at)
        if lane in stopped or not is_free or row.corrects in unsettled:
            stopped.add(lane)
            unsettled.add(row.document)
            continue
        names = ClaimedMessage.__dataclass_fields__
        claimed.append(ClaimedMessage(**{name: getattr(row, name) for name in names if name != "leased_until"}, leased_until=until))
        if len(claimed) == most:
            break
    for some in chunks(message.key for message in claimed):
        connection.execute(update(_OUTBOX).where(_OUTBOX.c.key.in_(some)).values(leased_until=until))
    return claimed


@dataclass(frozen=True, slots=True)
class _OpenMessage:
    """A message that is not settled, with the date of its document and the invoice that this corrects."""

    key: str
    document: str
    channel: str
    state: Literal["held", "queued", "dead"]
    attempts: int
    delivery: int
    reference: str | None
    due_at: datetime
    leased_until: datetime | None
    issued_on: date
    corrects: str | None


def _open_messages(connection: Reading, installation: str) -> Iterator[_OpenMessage]:
    issued, message = tables.issued.c, _OUTBOX.c
    columns = [message[name] for name in _OpenMessage.__dataclass_fields__ if name not in ("issued_on", "corrects")]
    query = (
        select(*columns, issued.issued_on, issued.corrects)
        .join(tables.issued, issued.number == message.document)
        .where(message.channel == ACCOUNTING, message.state.in_(("held", "queued", "dead")), message.installation == installation)
        .order_by(issued.issued_on, issued.number)
    )
    for row in connection.execute(query).yield_per(ROWS_AT_ONCE):
        yield _OpenMessage(**row._mapping)
