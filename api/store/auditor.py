"""The auditor: checks the invariants of the store by recalculating them from the stored rows."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from pydantic import ValidationError
from sqlalchemy import RowMapping, select

from api.store import tables, transactions
from api.store.audit_sums import audit_credits, audit_document
from api.store.issued_documents import CHAINED, chained_hash, head_of, issued_columns
from api.store.sql import Reading
from api.store.transaction_rows import TransactionFilter
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.journal import JournalEntry
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import Kind, Problem

_RESTORE: Final = "the stored document was changed or lost outside the program; restore the database from a copy and look for who did it"
UNREADABLE = Kind("unreadable", "{number} cannot be read any more", _RESTORE)
GAP = Kind("gap", "the series {series} has no number {sequence}", _RESTORE)
DATES_GO_BACK = Kind("dates-go-back", "{number} is dated {on}, before its predecessor in the series {series}", _RESTORE)
CHAIN_BROKEN = Kind("chain-broken", "{number} does not follow from its predecessor: {part} differs", _RESTORE)
COLUMN_DIFFERS = Kind("column-differs", "{what}: the column {column} is {found}, its document says {expected}", _RESTORE)
NO_ENTRY = Kind("no-journal-entry", "{number} has no journal entry", _RESTORE)
NO_MESSAGE = Kind("no-message", "{number} has no message to {channel} in the outbox", _RESTORE)
LINES_DIFFER = Kind("lines-differ", "{number}: {transaction} stands there with {lines}, and is {net}", _RESTORE)
NOT_ON_ITS_INVOICE = Kind("not-on-its-invoice", "{transaction} is marked as invoiced on {number}, which has no such line", _RESTORE)
NOT_MARKED = Kind("not-marked", "{transaction} stands on {number} and is not marked so", _RESTORE)
OVERLAP = Kind("overlap", "{item} is billed twice for {period}: {first} and {second}", _RESTORE)
NOT_AS_AGREED = Kind("not-as-agreed", "the instalments of {item} add up to {sum}, agreed was {agreed}", "plan the order again")
RENDITION_DIFFERS = Kind("rendition-differs", "the PDF of {number} is not what was made", _RESTORE)


def audit(connection: Reading) -> tuple[Problem, ...]:
    """Every problem of the stored rows: numbers, hash chain, columns, sums, transactions, outbox, renditions."""
    query = select(tables.issued).order_by(tables.issued.c.series, tables.issued.c.sequence)
    rows = connection.execute(query).mappings().all()
    documents = {row["number"]: document for row in rows if (document := _read(row)) is not None}
    return (
        *(UNREADABLE.at(None, number=row["number"]) for row in rows if row["number"] not in documents),
        *_audit_issued(connection, rows, documents),
        *_audit_series(connection),
        *_audit_transactions(connection, documents),
        *_audit_agreed(connection),
        *_audit_renditions(connection),
    )


def _read(row: RowMapping) -> Invoice | CreditNote | None:
    document = Invoice if row["kind"] == "invoice" else CreditNote
    try:
        return document.model_validate_json(row["document"])
    except ValidationError:
        return None


def _audit_issued(connection: Reading, rows: Sequence[RowMapping], documents: Mapping[str, Invoice | CreditNote]) -> Iterator[Problem]:
    entries: dict[str, RowMapping] = {}
    for entry_row in connection.execute(select(tables.journal_entries)).mappings():
        entries[entry_row["number"]] = entry_row
    channels: defaultdict[str, set[str]] = defaultdict(set)
    for message in connection.execute(select(tables.outbox.c.document, tables.outbox.c.channel)):
        channels[message.document].add(message.channel)
    credited: defaultdict[str, list[CreditNote]] = defaultdict(list)
    for row in rows:
        document = documents.get(row["number"])
        if document is None:
            continue
        yield from _audit_columns(row, document)
        entry = entries.get(row["number"])
        if entry is None:
            yield NO_ENTRY.at(None, number=row["number"])
        else:
            yield from _audit_entry(row, entry, document)
        for channel in ("accounting", document.channel):
            if channel not in channels[row["number"]]:
                yield NO_MESSAGE.at(None, number=row["number"], channel=channel)
        if isinstance(document, CreditNote):
            credited[document.corrects].append(document)
    for number, notes in credited.items():
        invoice = documents.get(number)
        if isinstance(invoice, Invoice):
            yield from audit_credits(invoice, sorted(notes, key=lambda note: note.issued_on))


def _audit_columns(row: RowMapping, document: Invoice | CreditNote) -> Iterator[Problem]:
    for column, expected in issued_columns(document).items():
        if row[column] != expected:
            yield COLUMN_DIFFERS.at(None, what=row["number"], column=column, found=row[column], expected=expected)


def _audit_entry(row: RowMapping, entry: RowMapping, document: Invoice | CreditNote) -> Iterator[Problem]:
    head = head_of(row["kind"], row["series"], row["sequence"], row["issued_at"], row["run"])
    if chained_hash(row["predecessor_hash"], head, row["document"], row["xml"], entry["document"]) != row["hash"]:
        yield CHAIN_BROKEN.at(None, number=row["number"], part=phrase("its JSON, XML, journal entry, place, moment, run or hash"))
    try:
        booked = JournalEntry.model_validate_json(entry["document"])
    except ValidationError:
        return
    for column, expected in (("number", booked.document), ("posted_on", booked.posted_on), ("customer", booked.customer)):
        if entry[column] != expected:
            yield COLUMN_DIFFERS.at(
                None, what=phrase("entry of {number}", number=row["number"]), column=column, found=entry[column], expected=expected
            )
    yield from audit_document(document, booked)


def _audit_series(connection: Reading) -> Iterator[Problem]:
    issued: defaultdict[str, list[RowMapping]] = defaultdict(list)
    columns = (tables.issued.c.series, tables.issued.c.sequence, tables.issued.c.number, tables.issued.c.issued_on)
    query = select(*columns, tables.issued.c.predecessor_hash, tables.issued.c.hash).order_by(tables.issued.c.sequence)
    for row in connection.execute(query).mappings():
        issued[row["series"]].append(row)
    for series in connection.execute(select(tables.series).where(tables.series.c.kind.in_(CHAINED))).mappings():
        rows = issued[series["name"]]
        present = {row["sequence"] for row in rows}
        for sequence in range(1, series["last"] + 1):
            if sequence not in present:
                yield GAP.at(None, series=series["name"], sequence=sequence)
        for before, after in pairwise(rows):
            if after["predecessor_hash"] != before["hash"]:
                yield CHAIN_BROKEN.at(None, number=after["number"], part=phrase("the hash of its predecessor"))
            if after["issued_on"] < before["issued_on"]:
                yield DATES_GO_BACK.at(None, number=after["number"], on=after["issued_on"], series=series["name"])
        if rows and (rows[-1]["hash"], rows[-1]["sequence"]) != (series["last_hash"], series["last"]):
            yield CHAIN_BROKEN.at(None, number=rows[-1]["number"], part=phrase("the end of its series"))


def _audit_transactions(connection: Reading, documents: Mapping[str, Invoice | CreditNote]) -> Iterator[Problem]:
    lines: defaultdict[tuple[str, str], int] = defaultdict(int)
    for document in documents.values():
        for line in document.lines if isinstance(document, Invoice) else ():
            lines[document.number, line.transaction] += line.net.minor
    served: defaultdict[str, list[TransactionFigures]] = defaultdict(list)
    for one in transactions.find(connection, TransactionFilter()):
        if one.kind == "recurring" and one.state != "cancelled":
            served[one.item].append(one)
        if one.invoice is None:
            continue
        billed = lines.pop((one.invoice, one.identity), None)
        if billed is None:
            yield NOT_ON_ITS_INVOICE.at(None, transaction=one.identity, number=one.invoice)
        elif billed != one.amount.net:
            yield LINES_DIFFER.at(None, number=one.invoice, transaction=one.identity, lines=billed, net=one.amount.net)
    for number, transaction in lines:
        yield NOT_MARKED.at(None, transaction=transaction, number=number)
    for item, of_item in served.items():
        periods = sorted((one.service_period.start, one.service_period.until, one.identity) for one in of_item if one.service_period)
        for (_, until, first), (start, _, second) in pairwise(periods):
            if start < until:
                yield OVERLAP.at(None, item=item, period=f"{start} to {until}", first=first, second=second)


def _audit_agreed(connection: Reading) -> Iterator[Problem]:
    table = tables.transactions
    sums: defaultdict[str, int] = defaultdict(int)
    waiting = set()
    for row in connection.execute(select(table.c.item, table.c.net, table.c.state).where(table.c.kind == "instalment")):
        sums[row.item] += row.net
        if row.state == "cancelled":
            waiting.add(row.item)
    query = select(tables.items, tables.orders.c.currency).join(tables.orders)
    for item in connection.execute(query).mappings():
        agreed = _agreed_net(item)
        if item["id"] in sums and item["id"] not in waiting and agreed is not None and sums[item["id"]] != agreed:
            yield NOT_AS_AGREED.at(None, item=item["id"], sum=sums[item["id"]], agreed=agreed)


def _agreed_net(item: RowMapping) -> int | None:
    """The agreed net of an item in minor units; None where nothing was agreed, or it was changed since."""
    details = json.loads(item["details"])
    if details["agreed"] is None or details["changes"]:
        return None
    return Money.parse(details["agreed"]["net"], Currency.of(item["currency"])).minor


def _audit_renditions(connection: Reading) -> Iterator[Problem]:
    for row in connection.execute(select(tables.renditions)).mappings():
        if hashlib.sha256(row["content"]).hexdigest() != row["hash"]:
            yield RENDITION_DIFFERS.at(None, number=row["document"])
