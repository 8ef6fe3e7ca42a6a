"""Lists of issued documents: read in the order of their numbers, some at a time, and what lists say of credit notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from api.store import tables
from api.store.issued_documents import CHAINED
from api.store.sql import Reading, chunks
from engine.documents.invoice import CreditNote, Invoice

_AT_ONCE: Final = 100


def exists(connection: Reading, number: str) -> bool:
    """Whether a document was issued under a number."""
    return connection.execute(select(tables.issued.c.number).where(tables.issued.c.number == number)).first() is not None


def each(connection: Reading, *, after: str | None = None, customer: str | None = None) -> Iterator[Invoice | CreditNote]:
    """The invoices, then the credit notes, in the order of their numbers, after a number; some are in memory at once."""
    table, series = tables.issued.c, tables.series.c
    place = (table.series, table.sequence)
    start = None if after is None else connection.execute(select(*place).where(table.number == after)).first()
    names = select(series.name).where(series.kind.in_(CHAINED)).order_by(series.kind.desc(), series.name)
    is_past = start is None
    for name in connection.execute(names).scalars().all():
        last = start.sequence if start is not None and name == start.series else 0
        is_past = is_past or last > 0
        while is_past:
            query = select(table.document, table.kind, table.sequence).where(table.series == name, table.sequence > last)
            if customer is not None:
                query = query.where(table.customer == customer)
            some = connection.execute(query.order_by(table.sequence).limit(_AT_ONCE)).all()
            for row in some:
                yield (Invoice if row.kind == "invoice" else CreditNote).model_validate_json(row.document)
            if len(some) < _AT_ONCE:
                break
            last = some[-1].sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDocument:
    """What a list says of an issued document, from its columns; amounts in minor units."""

    number: str
    kind: str
    issued_on: date
    customer: str
    buyer_name: str
    order_type: str
    lines: int
    net: int
    vat: int
    gross: int
    currency: str
    due_on: date | None
    channel: str
    corrects: str | None


def latest_numbers(connection: Reading, most: int) -> tuple[str, ...]:
    """The numbers of the invoices that were issued last, the last first."""
    table = tables.issued
    query = select(table.c.number).where(table.c.kind == "invoice").order_by(table.c.series.desc(), table.c.sequence.desc()).limit(most)
    return tuple(connection.execute(query).scalars())


def listed(connection: Reading, numbers: Iterable[str]) -> Iterator[ListedDocument]:
    """What a list says of the issued documents with some numbers."""
    table = tables.issued.c
    query = select(*(table[name] for name in ListedDocument.__dataclass_fields__))
    for some in chunks(numbers):
        yield from (ListedDocument(**row) for row in connection.execute(query.where(table.number.in_(some))).mappings())


def documents(connection: Reading, numbers: Iterable[str]) -> Iterator[Invoice | CreditNote]:
    """The issued documents with some numbers."""
    table = tables.issued.c
    for some in chunks(numbers):
        for row in connection.execute(select(table.document, table.kind).where(table.number.in_(some))):
            yield (Invoice if row.kind == "invoice" else CreditNote).model_validate_json(row.document)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCreditNote:
    """What a list says of a credit note; its net in minor units."""

    number: str
    issued_on: date
    customer: str
    corrects: str
    net: int


def credit_notes_since(connection: Reading, since: date, *, until: date | None, customer: str | None) -> tuple[IssuedCreditNote, ...]:
    """The credit notes issued in [since, until), in the order of their numbers."""
    table = tables.issued.c
    of_kind = select(tables.series.c.name).where(tables.series.c.kind == "credit-note")
    query = select(table.number, table.issued_on, table.customer, table.corrects, table.net).where(table.series.in_(of_kind))
    query = query.where(table.issued_on >= since)
    if until is not None:
        query = query.where(table.issued_on < until)
    if customer is not None:
        query = query.where(table.customer == customer)
    rows = connection.execute(query.order_by(table.series, table.sequence)).mappings()
    return tuple(IssuedCreditNote(**row) for row in rows)


def rulebooks_of(connection: Reading, numbers: Iterable[str]) -> dict[str, str]:
    """The fingerprints of the rulebooks under which documents were made, by number."""
    table = tables.issued.c
    return {
        row.number: row.rulebook
        for some in chunks(numbers)
        for row in connection.execute(select(table.number, table.rulebook).where(table.number.in_(some)))
    }
