"""Journal entries in the store: read by day and number, some at a time, and summed by the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, get_args

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from api.store import tables
from api.store.document_columns import PostedOn
from api.store.ledger_tables import ledger_entries, ledger_postings
from api.store.sql import Reading, chunks
from engine.documents.journal import EntryKind, JournalEntry

_TABLE: Final = tables.journal_entries.c
_SUMS, _LEDGER = tables.posting_sums.c, ledger_entries.c
_AT_ONCE: Final = 100
Place = tuple[date, str, str]
"""Where an entry stands in the journal: its day, the number of its document, and its kind."""


def each(connection: Reading, *, since: date, until: date, begin: Place | None = None) -> Iterator[JournalEntry]:
    """The entries of the days from one to that before another, by day, number and kind, from a place on."""
    is_after = False
    while True:
        parts = [_within(query, since, until, begin, is_after) for query in (_of_documents(), _of_others())]
        query = union_all(*parts).order_by("posted_on", "number", "kind").limit(_AT_ONCE)
        some = connection.execute(query).all()
        if not some:
            return
        yield from (JournalEntry.model_validate_json(row.document) for row in some)
        begin, is_after = (some[-1].posted_on, some[-1].number, some[-1].kind), True


def name_of(entry: JournalEntry) -> str:
    """What names an entry among all: kind and document, where the document alone does not."""
    return entry.document if entry.kind == "document" else f"{entry.kind} {entry.document}"


def place_of(connection: Reading, name: str) -> Place | None:
    """The place of the entry of a name; None where there is none."""
    kind, _, source = name.partition(" ")
    if source and kind in get_args(EntryKind):
        query = select(_LEDGER.posted_on, _LEDGER.source.label("number"), _LEDGER.kind)
        row = connection.execute(query.where(_LEDGER.kind == kind, _LEDGER.source == source)).first()
    else:
        own = select(_TABLE.posted_on, _TABLE.number, literal("document").label("kind"))
        row = connection.execute(own.where(_TABLE.number == name)).first()
    return None if row is None else (row.posted_on, row.number, row.kind)


def sums(connection: Reading, *, since: date, until: date) -> tuple[int, int]:
    """What the postings of some days debit and credit, in minor units."""
    of_documents = select(*(func.coalesce(func.sum(_SUMS[name]), 0) for name in ("debit", "credit")))
    of_documents = of_documents.join(tables.journal_entries, _TABLE.number == _SUMS.number)
    row = connection.execute(of_documents.where(_TABLE.posted_on >= since, _TABLE.posted_on < until)).one()
    leg = ledger_postings.c.amount
    of_debit, of_credit = (func.sum(case((each > 0, each), else_=0)) for each in (leg, -leg))
    of_others = select(func.coalesce(of_debit, 0), func.coalesce(of_credit, 0)).join(
        ledger_entries, and_(_LEDGER.kind == ledger_postings.c.kind, _LEDGER.source == ledger_postings.c.source)
    )
    others = connection.execute(of_others.where(_LEDGER.posted_on >= since, _LEDGER.posted_on < until)).one()
    return int(row[0]) + int(others[0]), int(row[1]) + int(others[1])


def posting_sums(connection: Reading, numbers: Iterable[str]) -> dict[str, dict[PostedOn, tuple[int, int]]]:
    """By document, what its entry debits and credits by account and VAT code, as it is added up in rows."""
    result = dict[str, dict[PostedOn, tuple[int, int]]]()
    for some in chunks(numbers):
        for row in connection.execute(select(tables.posting_sums).where(_SUMS.number.in_(some))):
            result.setdefault(row.number, {})[row.account, row.vat_code] = (row.debit, row.credit)
    return result


_Query = Select[tuple[date, str, str, str]]


def _of_documents() -> _Query:
    return select(_TABLE.posted_on, _TABLE.number, literal("document").label("kind"), _TABLE.document)


def _of_others() -> _Query:
    return select(_LEDGER.posted_on, _LEDGER.source.label("number"), _LEDGER.kind, _LEDGER.document)


def _within(query: _Query, since: date, until: date, begin: Place | None, is_after: bool) -> _Query:
    """The entries of one table on some days, from a place on or after it, in their order: the first of both are found by the indices."""
    columns = [query.selected_columns[name] for name in ("posted_on", "number", "kind")]
    query = query.where(columns[0] >= since, columns[0] < until)
    if begin is None:
        return query
    place, bound = tuple_(*columns), tuple_(*_bound(begin))
    return query.where(place > bound if is_after else place >= bound)


def _bound(place: Place) -> tuple[ColumnElement[object], ...]:
    """A place as parameters of the columns' types."""
    return (
        bindparam(None, place[0], type_=_TABLE.posted_on.type),
        *(bindparam(None, each, type_=_TABLE.number.type) for each in place[1:]),
    )
