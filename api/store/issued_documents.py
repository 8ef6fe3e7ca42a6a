"""Issued documents: their numbers from locked series, their hash chain, journal entries, and messages in the outbox."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from jsonschema_rs.canonical.json import to_string
from sqlalchemy import RowMapping, Select, bindparam, select, update

from api.refusals import Conflict
from api.store import tables
from api.store.document_columns import columns_of, rows_of_postings
from api.store.sql import Reading, Writing, chunks, tolerant_insert
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.journal import JournalEntry
from engine.problems import Kind

DATE_BEFORE_THE_LAST = Kind(
    "date-before-the-last",
    "{on} lies before {last}, the date of the last number of the series {series}",
    "issue with a date from {last} on (--today)",
)

CHAINED: Final = ("invoice", "credit-note")
"""The kinds of documents with gapless numbers and a hash chain."""
ROWS_AT_ONCE: Final = 250
"""How many documents are in memory at once where all are read."""
_FIRST_HASH: Final = "0" * 64
_INSERTED: Final = tables.issued.insert()
_BOOKED: Final = tables.journal_entries.insert()
_POSTED: Final = tables.posting_sums.insert()
_ANNOUNCED: Final = tables.outbox.insert()
_ADVANCED: Final = (
    update(tables.series)
    .where(tables.series.c.name == bindparam("of"))
    .values(last=bindparam("new_last"), last_issued_on=bindparam("on"), last_hash=bindparam("digest"))
)
_LOCKED: Final = select(tables.series).where(tables.series.c.name == bindparam("of")).with_for_update()
"""Statements of which a run executes thousands: they are compiled once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A reserved place in a series: its sequence number and the hash of the predecessor."""

    series: str
    kind: str
    sequence: int
    predecessor_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to be sent about a document: its channel, or why it is held."""

    channel: str
    held_because: str | None = None


def reserve_place(connection: Writing, series: str, kind: str, issued_on: date | None) -> Place:
    """Locks the series and reserves its next place; refuses a date before the last one. A rollback releases the place.

    Without a date it is a plain counter, such as that of quotes or runs, which `advance_counter` moves.
    """
    row = _locked_series(connection, series)
    if row is None:
        fresh = tolerant_insert(connection, tables.series).values(name=series, kind=kind, last=0, last_hash=_FIRST_HASH)
        connection.execute(fresh.on_conflict_do_nothing())
        row = _locked_series(connection, series)
    assert row is not None
    return next_place(series, kind, issued_on, last=row["last"], last_issued_on=row["last_issued_on"], last_hash=row["last_hash"])


def next_place(series: str, kind: str, issued_on: date | None, *, last: int, last_issued_on: date | None, last_hash: str) -> Place:
    """The next place of a series whose row is locked; refuses a date before the last one."""
    if issued_on is not None and last_issued_on is not None and issued_on < last_issued_on:
        raise Conflict((DATE_BEFORE_THE_LAST.at(None, on=issued_on, last=last_issued_on, series=series),), "issued", ("a later date",))
    return Place(series=series, kind=kind, sequence=last + 1, predecessor_hash=last_hash)


def advance_counter(connection: Writing, place: Place) -> None:
    """Advances a plain counter, whose documents form no chain and need no order of dates."""
    connection.execute(update(tables.series).where(tables.series.c.name == place.series).values(last=place.sequence))


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDocument:
    """A document as it is stored: what of its row follows from it, the row of its journal entry, and the sums of its postings."""

    row: Mapping[str, object]
    entry: Mapping[str, object]
    postings: Sequence[Mapping[str, object]]
    xml: bytes


def written(document: Mapping[str, object], entry: Mapping[str, object], xml: bytes) -> WrittenDocument:
    """A document and its journal entry, both in JSON, and its XML as they are stored; needs no database."""
    row = {**columns_of(document), "document": document_json(document), "xml": xml}
    posted_on = date.fromisoformat(str(entry["posted_on"]))
    booking = {"number": document["number"], "posted_on": posted_on, "customer": entry["customer"], "document": document_json(entry)}
    return WrittenDocument(row=row, entry=booking, postings=rows_of_postings(entry), xml=xml)


def document_json(tree: Mapping[str, object]) -> str:
    """What `canonical_json` makes of a document, in a third of the time: no document has floats, which alone it writes otherwise."""
    return to_string(tree)


def append(
    connection: Writing,
    place: Place,
    document: WrittenDocument,
    messages: Iterable[Message],
    *,
    at: datetime,
    installation: str,
    run: int | None = None,
    transaction_hashes: str | None = None,
) -> str:
    """Stores an issued document with its journal entry and messages, advances the series, and gives the document's hash."""
    rows = rows_of(place, document, messages, at=at, installation=installation, run=run, transaction_hashes=transaction_hashes)
    connection.execute(_INSERTED, rows.issued)
    connection.execute(_BOOKED, document.entry)
    connection.execute(_POSTED, document.postings)
    end = {"new_last": place.sequence, "on": rows.issued["issued_on"], "digest": rows.issued["hash"]}
    connection.execute(_ADVANCED, {"of": place.series, **end})
    if rows.messages:
        connection.execute(_ANNOUNCED, rows.messages)
    return str(rows.issued["hash"])


class DocumentRows(NamedTuple):
    """The rows of a document and its messages, with its hash."""

    issued: dict[str, object]
    messages: list[dict[str, object]]


def rows_of(
    place: Place,
    document: WrittenDocument,
    messages: Iterable[Message],
    *,
    at: datetime,
    installation: str,
    run: int | None = None,
    transaction_hashes: str | None = None,
) -> DocumentRows:
    """The rows of a document in its place and of its messages."""
    row, head = document.row, head_of(place.kind, place.series, place.sequence, at, run, transaction_hashes)
    digest = chained_hash(place.predecessor_hash, head, str(row["document"]), document.xml, str(document.entry["document"]))
    own = {"kind": place.kind, "sequence": place.sequence, "run": run, "issued_at": at, "transaction_hashes": transaction_hashes}
    issued = {**row, **own, "predecessor_hash": place.predecessor_hash, "hash": digest}
    return DocumentRows(issued, [_message_row(str(row["number"]), message, at, installation) for message in messages])


def head_of(kind: str, series: str, sequence: int, issued_at: datetime, run: int | None, transaction_hashes: str | None) -> str:
    """The metadata of an issued document that is hashed with it: kind, place, time, run, and the hashes of its transactions if any."""
    head = f"{kind}|{series}|{sequence}|{issued_at.astimezone(UTC).isoformat()}|{run or ''}"
    return head if transaction_hashes is None else f"{head}|{transaction_hashes}"


def chained_hash(predecessor: str, head: str, document: str, xml: bytes, entry: str) -> str:
    """SHA-256 over the predecessor's hash, the head, the canonical JSON, the XML and the journal entry, each length-prefixed."""
    digest = hashlib.sha256()
    for part in (predecessor.encode(), head.encode(), document.encode(), xml, entry.encode()):
        digest.update(f"{len(part)}:".encode())
        digest.update(part)
    return digest.hexdigest()


def find_invoices(
    connection: Reading, *, numbers: Iterable[str] | None = None, customer: str | None = None, order: str | None = None
) -> tuple[Invoice, ...]:
    """Invoices in the order of their numbers; filtered by numbers, customer, or an order with a line on them."""
    table = tables.issued
    query = select(table.c.document).where(table.c.kind == "invoice").order_by(table.c.series, table.c.sequence)
    if customer is not None:
        query = query.where(table.c.customer == customer)
    if order is not None:
        query = query.where(table.c.number.in_(_of_order(order)))
    queries = [query] if numbers is None else [query.where(table.c.number.in_(some)) for some in chunks(numbers)]
    return tuple(Invoice.model_validate_json(text) for each in queries for text in connection.execute(each).scalars())


def numbers_of_order(connection: Reading, order: str) -> tuple[str, ...]:
    """The numbers of the invoices issued so far for an order."""
    table = tables.issued
    query = select(table.c.number).where(table.c.kind == "invoice", table.c.number.in_(_of_order(order)))
    return tuple(connection.execute(query.order_by(table.c.series, table.c.sequence)).scalars())


def dates_of(connection: Reading, numbers: Iterable[str]) -> dict[str, date]:
    """The issue dates of documents, by their numbers."""
    table = tables.issued.c
    query = select(table.number, table.issued_on)
    return {row.number: row.issued_on for some in chunks(numbers) for row in connection.execute(query.where(table.number.in_(some)))}


def _of_order(order: str) -> Select[tuple[str]]:
    """The numbers of the invoices with a line of an order."""
    lines = tables.transactions.c
    query = select(lines.invoice).join(tables.items, tables.items.c.id == lines.item)
    return query.where(tables.items.c.order == order, lines.invoice.is_not(None))


def find_credit_notes(
    connection: Reading, *, number: str | None = None, corrects: str | None = None, customer: str | None = None
) -> tuple[CreditNote, ...]:
    """Credit notes in the order of their numbers; filtered by number, customer, or the invoice that they correct."""
    table = tables.issued
    query = select(table.c.document).where(table.c.kind == "credit-note").order_by(table.c.series, table.c.sequence)
    if number is not None:
        query = query.where(table.c.number == number)
    if corrects is not None:
        query = query.where(table.c.corrects == corrects)
    if customer is not None:
        query = query.where(table.c.customer == customer)
    return tuple(CreditNote.model_validate_json(text) for text in connection.execute(query).scalars())


def last_issued_on(connection: Reading, series: str) -> date | None:
    """The date of the last document of a series; None where it has none."""
    return connection.execute(select(tables.series.c.last_issued_on).where(tables.series.c.name == series)).scalar()


def lock_issued(connection: Writing, number: str) -> RowMapping | None:
    """The row of an issued document, locked so that two credit notes cannot both credit the same amount."""
    query = select(tables.issued).where(tables.issued.c.number == number).with_for_update()
    return connection.execute(query).mappings().first()


def stored_bytes(connection: Reading, number: str) -> tuple[str, bytes] | None:
    """The canonical JSON and the XML of an issued document, as stored; None where the number is unknown."""
    query = select(tables.issued.c.document, tables.issued.c.xml).where(tables.issued.c.number == number)
    row = connection.execute(query).first()
    return (row.document, row.xml) if row else None


def rulebook_of(connection: Reading, number: str) -> str | None:
    """The fingerprint of the rulebook that made an issued document."""
    return connection.execute(select(tables.issued.c.rulebook).where(tables.issued.c.number == number)).scalar()


def entries(connection: Reading, *, since: date | None = None, until: date | None = None) -> tuple[JournalEntry, ...]:
    """Journal entries by day and number, from a day to the day before another."""
    table = tables.journal_entries
    query = select(table.c.document).order_by(table.c.posted_on, table.c.number)
    if since is not None:
        query = query.where(table.c.posted_on >= since)
    if until is not None:
        query = query.where(table.c.posted_on < until)
    return tuple(JournalEntry.model_validate_json(text) for text in connection.execute(query).scalars())


def entry_of(connection: Reading, number: str) -> JournalEntry | None:
    """The journal entry of an issued document; None where the number is unknown."""
    text = connection.execute(select(tables.journal_entries.c.document).where(tables.journal_entries.c.number == number)).scalar()
    return None if text is None else JournalEntry.model_validate_json(text)


def document_rows(connection: Reading) -> Iterator[RowMapping]:
    """Every issued document with its journal entry (`entry`, `entry_number` … are null where it has none), by series and sequence.

    Rows come from the database some at a time, so that memory does not grow with their number.
    """
    issued, entries = tables.issued, tables.journal_entries
    names = {"entry": "document", "entry_number": "number", "entry_posted_on": "posted_on", "entry_customer": "customer"}
    query = select(issued, *(entries.c[name].label(label) for label, name in names.items()))
    query = query.outerjoin(entries, entries.c.number == issued.c.number).order_by(issued.c.series, issued.c.sequence)
    return iter(connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)).mappings())


def ends_of_series(connection: Reading) -> dict[str, tuple[int, str]]:
    """The last sequence number and hash of every series of issued documents; a copy elsewhere reveals a rewritten chain."""
    table = tables.series
    query = select(table.c.name, table.c.last, table.c.last_hash).where(table.c.kind.in_(CHAINED)).order_by(table.c.name)
    return {row.name: (row.last, row.last_hash) for row in connection.execute(query)}


def _message_row(number: str, message: Message, at: datetime, installation: str) -> dict[str, object]:
    return {
        "key": f"{number}|{message.channel}",
        "document": number,
        "channel": message.channel,
        "state": "held" if message.held_because else "queued",
        "held_because": message.held_because,
        "installation": installation,
        "written_at": at,
        "due_at": at,
        "attempts": 0,
        "delivery": 1,
    }


def _locked_series(connection: Writing, series: str) -> RowMapping | None:
    return connection.execute(_LOCKED, {"of": series}).mappings().first()
