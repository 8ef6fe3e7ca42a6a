"""Journal entries in the store: read by day and number, some at a time, and summed by the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, bindparam, cast, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB

from api.store import tables
from api.store.sql import Reading
from engine.documents.journal import JournalEntry

_TABLE: Final = tables.journal_entries.c
_AT_ONCE: Final = 100


def each(connection: Reading, *, since: date, until: date, begin: tuple[date, str] | None = None) -> Iterator[JournalEntry]:
    """The entries of the days from one to that before another, by day and number, from a place on."""
    query = select(_TABLE.posted_on, _TABLE.number, _TABLE.document).order_by(_TABLE.posted_on, _TABLE.number).limit(_AT_ONCE)
    query = query.where(_TABLE.posted_on >= since, _TABLE.posted_on < until)
    place = tuple_(_TABLE.posted_on, _TABLE.number)
    where = None if begin is None else place >= tuple_(*_bound(begin))
    while some := connection.execute(query if where is None else query.where(where)).all():
        yield from (JournalEntry.model_validate_json(row.document) for row in some)
        where = place > tuple_(*_bound((some[-1].posted_on, some[-1].number)))


def place_of(connection: Reading, number: str) -> tuple[date, str] | None:
    """The day and number of the entry of a document; None where there is none."""
    row = connection.execute(select(_TABLE.posted_on, _TABLE.number).where(_TABLE.number == number)).first()
    return None if row is None else (row.posted_on, row.number)


def sums(connection: Reading, *, since: date, until: date) -> tuple[int, int]:
    """What the postings of some days debit and credit, in minor units."""
    if connection.dialect.name == "sqlite":
        posting = func.json_each(_TABLE.document, "$.postings").table_valued("value", name="posting")
        amounts = [func.json_extract(posting.c.value, f"$.{name}") for name in ("debit", "credit")]
    else:
        posting = func.jsonb_array_elements(cast(_TABLE.document, JSONB)["postings"]).table_valued("value", name="posting")
        amounts = [cast(posting.c.value, JSONB)[name].astext for name in ("debit", "credit")]
    query = (
        select(*(func.coalesce(func.sum(_minor(name)), 0) for name in amounts))
        .select_from(tables.journal_entries)
        .join(posting, text("true"))
    )
    row = connection.execute(query.where(_TABLE.posted_on >= since, _TABLE.posted_on < until)).one()
    return int(row[0]), int(row[1])


def _minor(amount: ColumnElement[str]) -> ColumnElement[int]:
    """The minor units of an amount as documents write it, with all of its decimals."""
    return cast(func.replace(amount, ".", ""), BigInteger)


def _bound(place: tuple[date, str]) -> tuple[ColumnElement[object], ...]:
    """A place as parameters of the columns' types."""
    return (bindparam(None, place[0], type_=_TABLE.posted_on.type), bindparam(None, place[1], type_=_TABLE.number.type))
