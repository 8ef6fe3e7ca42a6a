"""What accounting tools have of journal entries that are not of documents, and the messages to them: queued, and claimed in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, Table, func, literal, or_, select, tuple_, update

from api.store import delivery_log, tables
from api.store.accounting_records import ACCOUNTING, BookingState
from api.store.accounting_tables import accounting_entries, accounting_records
from api.store.ledger_tables import ledger_entries, ledger_postings
from api.store.outbox import ClaimedMessage
from api.store.sql import ROWS_AT_ONCE, Reading, Writing, chunks, tolerant_insert
from engine.documents.journal import JournalEntry
from engine.phrases import Phrase

ENTRIES: Final = "accounting-entries"
"""The channel of the messages to the accounting tool about journal entries that are not of documents."""
_FOLDER: Final = "entries/"
_OPEN: Final = ("held", "queued", "dead")
_OUTBOX: Final = tables.outbox
_ROW: Final = accounting_entries.c
EntryName = tuple[str, str]
"""The kind and the source of an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """What a tool has of an entry; its amount in minor units is what it debits."""

    kind: str
    source: str
    tool: str
    state: BookingState
    id: str | None
    number: str | None
    amount: int
    hash: str
    because: Phrase | None
    changed_at: datetime


def document_of(kind: str, source: str) -> str:
    """What the outbox calls an entry."""
    return f"{_FOLDER}{kind} {source}"


IS_KNOWN: Final[ColumnElement[bool]] = or_(
    tables.outbox.c.document.in_(select(accounting_records.c.document)),
    tables.outbox.c.document.in_(select(literal(_FOLDER) + _ROW.kind + literal(" ") + _ROW.source)),
)
"""Whether an accounting tool was ever sent what a message is about."""


def name_in(document: str) -> EntryName:
    """The entry that a message is about."""
    kind, _, source = document.removeprefix(_FOLDER).partition(" ")
    return kind, source


def queue(connection: Writing, entries: Sequence[JournalEntry], at: datetime) -> None:
    """Queues messages to the accounting tool about new entries, whatever their kind."""
    installation = connection.execute(select(tables.installation.c.id)).scalar_one()
    shared = {"channel": ENTRIES, "state": "queued", "installation": installation, "written_at": at, "due_at": at, "attempts": 0}
    documents = [document_of(each.kind, each.document) for each in entries]
    connection.execute(_OUTBOX.insert(), [{**shared, "key": f"{each}|{ENTRIES}", "document": each} for each in documents])


def store(connection: Writing, rows: Iterable[EntryRow]) -> None:
    """Stores rows, each in the place of the one before it; a refusal or a lost answer leaves the id and number that are known."""
    for row in rows:
        values = {name: getattr(row, name) for name in EntryRow.__dataclass_fields__}
        statement = tolerant_insert(connection, accounting_entries).values(values)
        changed = {name: value for name, value in values.items() if not (name in ("id", "number") and value is None)}
        connection.execute(statement.on_conflict_do_update(index_elements=["kind", "source", "tool"], set_=changed))


def find(connection: Reading, tool: str, names: Iterable[EntryName]) -> dict[EntryName, EntryRow]:
    """The rows of some entries."""
    wanted = set(names)
    sources = chunks(source for _, source in wanted)
    queries = (select(accounting_entries).where(_ROW.tool == tool, _ROW.source.in_(some)) for some in sources)
    rows = (EntryRow(**row) for query in queries for row in connection.execute(query).mappings())
    return {(row.kind, row.source): row for row in rows if (row.kind, row.source) in wanted}


def newest(connection: Reading, names: Iterable[EntryName]) -> dict[EntryName, EntryRow]:
    """What became last of some entries, whichever tool it was."""
    wanted = set(names)
    sources = chunks(source for _, source in wanted)
    queries = (select(accounting_entries).where(_ROW.source.in_(some)).order_by(_ROW.changed_at, _ROW.tool) for some in sources)
    rows = (EntryRow(**row) for query in queries for row in connection.execute(query).mappings())
    return {(row.kind, row.source): row for row in rows if (row.kind, row.source) in wanted}


def amount_of_newest(connection: Reading, channel: str | None) -> int:
    """The sum of what became last of all that is sent on a channel, or on both: the gross of documents, and what entries debit."""
    documents = (ACCOUNTING, accounting_records, accounting_records.c.gross, ("document",), accounting_records.c.document)
    name = literal(_FOLDER) + _ROW.kind + literal(" ") + _ROW.source
    entries = (ENTRIES, accounting_entries, _ROW.amount, ("kind", "source"), name)
    return sum(_sum_of_newest(connection, *each) for each in (documents, entries) if channel in (None, each[0]))


def _sum_of_newest(
    connection: Reading, channel: str, table: Table, amount: ColumnElement[int], key: Sequence[str], document: ColumnElement[str]
) -> int:
    other, message = table.alias("newer"), _OUTBOX.c
    is_newer = tuple_(other.c.changed_at, other.c.tool) > tuple_(table.c.changed_at, table.c.tool)
    newer = select(literal(1)).where(*(other.c[name] == table.c[name] for name in key), is_newer)
    sent = select(literal(1)).where(message.channel == channel, message.document == document)
    query = select(func.coalesce(func.sum(amount), 0)).where(~newer.exists(), sent.exists())
    return int(connection.execute(query).scalar_one())


def counts(connection: Reading, tool: str) -> dict[str, int]:
    """How many entries are in each state."""
    query = select(_ROW.state, func.count().label("many")).where(_ROW.tool == tool).group_by(_ROW.state).order_by(_ROW.state)
    return {row.state: row.many for row in connection.execute(query)}


def claim_entries(connection: Writing, *, at: datetime, lease: timedelta, most: int, installation: str) -> list[ClaimedMessage]:
    """Leases messages about entries that are due, at most one of each payment or document: what became of it later waits for it.

    An entry waits, too, until the accounting tool has the documents that it settles, or these are skipped.
    """
    delivery_log.lock_place(connection, installation)  # two workers never claim entries of one payment
    claimed: list[ClaimedMessage] = []
    stopped: set[str] = set()
    until = at + lease
    for some in _open_messages(connection, installation):
        named = _named(connection, [name_in(row["document"]) for row in some])
        waiting = _unsettled(connection, {number for each in named.values() for number in each.documents})
        for row in sorted(some, key=lambda each: name_in(each["document"])[1]):
            entry = named.get(name_in(row["document"]))
            if entry is None or entry.subject in stopped:
                continue
            stopped.add(entry.subject)
            is_free = row["state"] == "queued" and row["due_at"] <= at and (row["leased_until"] is None or row["leased_until"] < at)
            if is_free and not entry.documents & waiting:
                names = ClaimedMessage.__dataclass_fields__
                claimed.append(ClaimedMessage(**{**{name: row[name] for name in names}, "leased_until": until}))
            if len(claimed) == most:
                break
        if len(claimed) == most:
            break
    for keys in chunks(message.key for message in claimed):
        connection.execute(update(_OUTBOX).where(_OUTBOX.c.key.in_(keys)).values(leased_until=until))
    return claimed


@dataclass(frozen=True, slots=True)
class _Named:
    """Of what an entry is one of several, and the documents that it names."""

    subject: str
    documents: frozenset[str]


def _open_messages(connection: Reading, installation: str) -> Iterator[list[RowMapping]]:
    """The messages that are not settled, those that were written at one moment together, the oldest first."""
    message = _OUTBOX.c
    columns = [message[name] for name in ("key", "document", "channel", "state", "attempts", "delivery", "reference", "due_at")]
    query = select(*columns, message.leased_until, message.written_at).where(
        message.channel == ENTRIES, message.state.in_(_OPEN), message.installation == installation
    )
    rows = connection.execute(query.order_by(message.written_at).execution_options(yield_per=ROWS_AT_ONCE)).mappings()
    for _, some in groupby(rows, key=lambda row: row["written_at"]):
        yield list(some)


def _named(connection: Reading, names: Iterable[EntryName]) -> Mapping[EntryName, _Named]:
    wanted, subjects = set(names), dict[EntryName, str]()
    documents: dict[EntryName, set[str]] = {}
    for some in chunks(source for _, source in wanted):
        entry, leg = ledger_entries.c, ledger_postings.c
        for row in connection.execute(select(entry.kind, entry.source, entry.subject).where(entry.source.in_(some))):
            subjects[row.kind, row.source] = row.subject
        legs = select(leg.kind, leg.source, leg.document).where(leg.source.in_(some), leg.document != "").distinct()
        for row in connection.execute(legs):
            documents.setdefault((row.kind, row.source), set()).add(row.document)
    known = {name: subject for name, subject in subjects.items() if name in wanted}
    return {name: _Named(subject, frozenset({subject, *documents.get(name, ())})) for name, subject in known.items()}


def _unsettled(connection: Reading, documents: Iterable[str]) -> set[str]:
    """Which of some documents wait on their way to the accounting tool."""
    message = _OUTBOX.c
    waiting = (message.channel == ACCOUNTING, message.state.in_(_OPEN))
    queries = (select(message.document).where(*waiting, message.document.in_(some)) for some in chunks(documents))
    return {name for query in queries for name in connection.execute(query).scalars()}
