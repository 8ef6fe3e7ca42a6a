"""The auditor: checks the invariants of the store by recalculating them from the stored rows, some documents at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final

from sqlalchemy import RowMapping, Text, cast, func, not_, select, text
from sqlalchemy.exc import DataError

from api.garbage import rare_collections
from api.store import accounting_entries, tables, webhook_tables
from api.store.audit_doubtful import audit_doubtful
from api.store.audit_ledger import audit_ledger
from api.store.audit_order_sums import audit_order_sums
from api.store.audit_payments import audit_payments
from api.store.audit_prepaid import audit_movements, audit_prepaid
from api.store.audit_problems import (
    CHAIN_BROKEN,
    COLUMN_DIFFERS,
    DATES_GO_BACK,
    GAP,
    NO_DOCUMENT,
    NO_ENTRY,
    NO_MESSAGE,
    RENDITION_DIFFERS,
    UNREADABLE,
    UNREADABLE_ROW,
)
from api.store.audit_sums import audit_credits, audit_document
from api.store.audit_transactions import audit_lines, audit_plans
from api.store.document_columns import PostedOn
from api.store.document_figures import UNREADABLE_DOCUMENT, DocumentFigures, EntryFigures, document_figures, entry_figures
from api.store.issued_documents import CHAINED, ROWS_AT_ONCE, chained_hash, document_rows, head_of
from api.store.journal_entries import posting_sums
from api.store.ledger_tables import ledger_entries
from api.store.reminder_tables import reminders
from api.store.reminders import DOCUMENTS
from api.store.sql import Reading
from engine.phrases import phrase
from engine.problems import Problem

Progress = Callable[[int, int], None]
"""Called with how many documents are verified, of how many."""
_GAPS_SHOWN: Final = 100
"""Of a larger gap only the first numbers are named."""
_RENDITIONS_AT_ONCE: Final = 20


@rare_collections()
def audit(connection: Reading, progress: Progress | None = None) -> tuple[Problem, ...]:
    """Every problem of the stored rows: numbers, hash chain, columns, sums, journal, messages, transactions and renditions.

    Memory does not grow with the number of documents, only with that of problems.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("set local statement_timeout = 0"))  # it takes as long as there are documents
    return (
        *_as_far_as_readable(_audit_issued(connection, progress), phrase("issued documents")),
        *_as_far_as_readable(audit_plans(connection), phrase("transactions")),
        *_as_far_as_readable(audit_order_sums(connection), phrase("transactions")),
        *_as_far_as_readable(_audit_messages(connection), phrase("messages")),
        *_as_far_as_readable(_audit_renditions(connection), phrase("PDFs")),
        *_as_far_as_readable(audit_payments(connection), phrase("payments")),
        *_as_far_as_readable(audit_ledger(connection), phrase("journal entries")),
        *_as_far_as_readable(audit_prepaid(connection), phrase("prepaid amounts")),
        *_as_far_as_readable(audit_doubtful(connection), phrase("doubtful debts")),
    )


def _as_far_as_readable(problems: Iterator[Problem], what: str) -> Iterator[Problem]:
    """Some problems until a row comes that cannot be read, as where a day became none; that is then the last of them."""
    try:
        yield from problems
    except (ValueError, TypeError, DataError):
        yield UNREADABLE_ROW.at(None, what=what)


def _audit_issued(connection: Reading, progress: Progress | None) -> Iterator[Problem]:
    ends = {row["name"]: row for row in connection.execute(select(tables.series)).mappings()}
    total, done = int(connection.execute(select(func.count()).select_from(tables.issued)).scalar_one()), 0
    before: RowMapping | None = None
    rows = document_rows(connection)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        documents: dict[str, DocumentFigures] = {}
        hashes = {row["number"]: row["transaction_hashes"] or "" for row in batch}
        sums = posting_sums(connection, hashes)
        for row in batch:
            if before is not None and before["series"] != row["series"]:
                yield from _audit_end(before, ends.pop(before["series"], None))
                before = None
            yield from _audit_place(before, row)
            before = row
            try:
                documents[row["number"]] = document = document_figures(row["document"])
            except UNREADABLE_DOCUMENT:
                yield UNREADABLE.at(None, number=row["number"])
            else:
                yield from _audit_document(row, document, sums.get(row["number"], {}))
        yield from _audit_channels(connection, documents)
        yield from _audit_credits(connection, documents)
        yield from audit_lines(connection, documents, hashes)
        yield from audit_movements(connection, documents)
        done += len(batch)
        if progress:
            progress(done, total)
    if before is not None:
        yield from _audit_end(before, ends.pop(before["series"], None))
    for end in ends.values():
        if end["kind"] in CHAINED:
            yield from _gaps(end["name"], 1, end["last"])


def _audit_place(before: RowMapping | None, row: RowMapping) -> Iterator[Problem]:
    """The problems of a document's place in its series: numbers, dates, and the hash of its predecessor."""
    yield from _gaps(row["series"], before["sequence"] + 1 if before else 1, row["sequence"] - 1)
    if before is None:
        return
    if row["predecessor_hash"] != before["hash"]:
        yield CHAIN_BROKEN.at(None, number=row["number"], part=phrase("the hash of its predecessor"))
    if row["issued_on"] < before["issued_on"]:
        yield DATES_GO_BACK.at(None, number=row["number"], on=row["issued_on"], series=row["series"])


def _audit_end(last: RowMapping, series: RowMapping | None) -> Iterator[Problem]:
    if series is not None:
        yield from _gaps(series["name"], last["sequence"] + 1, series["last"])
    if series is None or (last["hash"], last["sequence"], last["issued_on"], last["kind"]) != (
        *(series["last_hash"], series["last"], series["last_issued_on"], series["kind"]),
    ):
        yield CHAIN_BROKEN.at(None, number=last["number"], part=phrase("the end of its series"))


def _gaps(series: str, first: int, last: int) -> Iterator[Problem]:
    for sequence in range(first, min(last, first + _GAPS_SHOWN - 1) + 1):
        yield GAP.at(None, series=series, sequence=sequence)


def _audit_document(row: RowMapping, document: DocumentFigures, sums: Mapping[PostedOn, tuple[int, int]]) -> Iterator[Problem]:
    yield from _audit_columns(row["number"], {name: row[name] for name in document.columns}, document.columns)
    if row["entry"] is None:
        yield NO_ENTRY.at(None, number=row["number"])
        return
    head = head_of(row["kind"], row["series"], row["sequence"], row["issued_at"], row["run"], row["transaction_hashes"])
    if chained_hash(row["predecessor_hash"], head, row["document"], row["xml"], row["entry"]) != row["hash"]:
        part = phrase("its JSON, XML, journal entry, transactions, place, moment, run or hash")
        yield CHAIN_BROKEN.at(None, number=row["number"], part=part)
    try:
        entry: EntryFigures = entry_figures(row["entry"])
    except UNREADABLE_DOCUMENT:
        yield UNREADABLE.at(None, number=phrase("entry of {number}", number=row["number"]))
        return
    of_entry = {name: row[f"entry_{name}"] for name in entry.columns}
    yield from _audit_columns(phrase("entry of {number}", number=row["number"]), of_entry, entry.columns)
    yield from _audit_sums(row["number"], sums, entry.sums)
    yield from audit_document(document, entry)


def _audit_columns(what: str, columns: Mapping[str, object], expected: Mapping[str, object]) -> Iterator[Problem]:
    if columns == expected:
        return
    for name, value in expected.items():
        if columns[name] != value:
            yield COLUMN_DIFFERS.at(None, what=what, column=name, found=columns[name], expected=value)


def _audit_sums(number: str, sums: Mapping[PostedOn, tuple[int, int]], expected: Mapping[PostedOn, tuple[int, int]]) -> Iterator[Problem]:
    """The problems of the sums of an entry's postings: what reports of VAT and accounts add up."""
    if sums == expected:
        return
    what = phrase("entry of {number}", number=number)
    for account, code in sorted(sums.keys() | expected.keys()):
        amounts = (each.get((account, code), (0, 0)) for each in (sums, expected))
        for column, stored, right in zip(("debit", "credit"), *amounts, strict=True):
            if stored != right:
                yield COLUMN_DIFFERS.at(
                    None, what=what, column=" ".join(filter(None, (column, account, code))), found=stored, expected=right
                )


def _audit_channels(connection: Reading, documents: Mapping[str, DocumentFigures]) -> Iterator[Problem]:
    table = tables.outbox.c
    written: dict[str, set[str]] = {}
    for message in connection.execute(select(table.document, table.channel).where(table.document.in_(documents))):
        written.setdefault(message.document, set()).add(message.channel)
    for number, document in documents.items():
        for channel in ("accounting", document.channel):
            if channel not in written.get(number, ()):
                yield NO_MESSAGE.at(None, number=number, channel=channel)


def _audit_credits(connection: Reading, documents: Mapping[str, DocumentFigures]) -> Iterator[Problem]:
    table = tables.issued.c
    query = select(table.corrects, table.document).where(table.corrects.in_(documents)).order_by(table.series, table.sequence)
    credited: dict[str, list[DocumentFigures]] = {}
    for row in connection.execute(query):
        try:
            credited.setdefault(row.corrects, []).append(document_figures(row.document))
        except UNREADABLE_DOCUMENT:
            continue  # reported where it stands itself
    for number, notes in credited.items():
        yield from audit_credits(documents[number], sorted(notes, key=lambda note: note.issued_on))


def _audit_messages(connection: Reading) -> Iterator[Problem]:
    """The problems of messages to nobody's document, or under another key than theirs."""
    table, issued, quotes = tables.outbox.c, tables.issued.c, tables.quotes.c
    query = select(table.key, table.document, table.channel).outerjoin(tables.issued, issued.number == table.document)
    is_event = table.document.in_(select(webhook_tables.events.c.id))
    is_offer = table.document.in_(select("quotes/" + quotes.number + "/" + cast(quotes.version, Text)))
    is_order = table.document.in_(select("orders/" + tables.orders.c.id))
    entry = "entries/" + ledger_entries.c.kind + " " + ledger_entries.c.source
    is_entry = table.document.in_(select(entry))
    is_reminder = table.document.in_(select(DOCUMENTS + reminders.c.id))
    known = (is_event, is_offer, is_order, is_entry, is_reminder)
    for row in connection.execute(query.where(issued.number.is_(None), *map(not_, known))):
        yield NO_DOCUMENT.at(None, what=phrase("the message {key}", key=row.key), number=row.document)
    written = select(entry.label("name")).outerjoin(tables.outbox, table.document == entry).where(table.key.is_(None))
    for name in connection.execute(written.order_by("name")).scalars():
        yield NO_MESSAGE.at(None, number=name, channel=accounting_entries.ENTRIES)
    for row in connection.execute(query.where(table.key != table.document + "|" + table.channel)):
        expected = f"{row.document}|{row.channel}"
        yield COLUMN_DIFFERS.at(None, what=phrase("the message {key}", key=row.key), column="key", found=row.key, expected=expected)


def _audit_renditions(connection: Reading) -> Iterator[Problem]:
    """The problems of PDFs: other bytes than were made, no document, or an edition missing."""
    table, issued = tables.renditions, tables.issued
    is_issued = select(issued.c.number).where(issued.c.number == table.c.document, issued.c.kind == table.c.kind).exists()
    query = select(table, is_issued.label("is_issued")).order_by(table.c.document, table.c.kind, table.c.edition)
    before: tuple[str, str, int] = ("", "", 0)
    for row in connection.execute(query.execution_options(yield_per=_RENDITIONS_AT_ONCE)).mappings():
        place = (row["document"], row["kind"], row["edition"])
        expected = before[2] + 1 if place[:2] == before[:2] else 1
        if place[2] != expected or hashlib.sha256(row["content"]).hexdigest() != row["hash"]:
            yield RENDITION_DIFFERS.at(None, number=row["document"])
        if row["kind"] != "quote" and not row["is_issued"]:
            yield NO_DOCUMENT.at(None, what=phrase("a PDF"), number=row["document"])
        before = place
