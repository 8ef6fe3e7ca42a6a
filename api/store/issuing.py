"""One invoice of a run in the store: what it takes is claimed and locked, then all of it is written.

PostgreSQL does each in one statement, since most of an invoice's time would go to waiting for its replies. The locks are taken in the
order of the house: orders, transactions, series. Each is read as it is once its lock is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Dialect,
    Select,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy import column as column_of
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql.selectable import TableValuedAlias

from api.store import issued_documents, tables, transactions
from api.store.issued_documents import Message, Place, WrittenDocument
from api.store.sql import Writing
from api.store.transaction_rows import IS_OPEN, KEY, TABLE, Key, amount_of_row
from engine.documents.transaction_figures import PlannedAmount

_END: Final = ("last", "last_issued_on", "last_hash")
"""What the row of a series says of its last document."""


def claim(connection: Writing, names: Iterable[str], due: Mapping[str, PlannedAmount], series: str, on: date) -> Place | None:
    """Locks orders, their due transactions and the series of invoices; gives the place of the next invoice.

    None where a transaction is invoiced already or not what it was when it was found due. A date before that of the last invoice is
    refused.
    """
    if connection.dialect.name == "sqlite":
        amounts = transactions.claim(connection, due)
        return issued_documents.reserve_place(connection, series, "invoice", on) if amounts == due else None
    by_key = {Key.parsed(identity): identity for identity in due}
    given = {"orders": sorted(set(names)), "of": series, **_arrays(sorted(by_key))}
    rows = connection.execute(_CLAIMED, given).all()
    if {by_key[transactions.key_of_row(row)]: amount_of_row(row) for row in rows} != due:
        return None
    if rows[0].last is None:
        return issued_documents.reserve_place(connection, series, "invoice", on)
    return issued_documents.next_place(series, "invoice", on, rows[0]._mapping)


def store(
    connection: Writing,
    place: Place,
    document: WrittenDocument,
    messages: Sequence[Message],
    identities: Sequence[str],
    *,
    at: datetime,
    installation: str,
    run: int,
    transaction_hashes: str,
) -> int:
    """Stores an invoice with its journal entry and messages, advances its series, and marks its transactions; gives how many were."""
    if connection.dialect.name == "sqlite":
        issued_documents.append(
            connection, place, document, messages, at=at, installation=installation, run=run, transaction_hashes=transaction_hashes
        )
        return transactions.mark_invoiced(connection, identities, str(document.row["number"]))
    rows = issued_documents.rows_of(
        place, document, messages, at=at, installation=installation, run=run, transaction_hashes=transaction_hashes
    )
    given = _arrays(sorted(map(Key.parsed, identities)))
    announced = ((f"message{number}", row) for number, row in enumerate(rows.messages))
    for prefix, row in (("issued", rows.issued), ("entry", document.entry), *announced):
        given |= {f"{prefix}_{name}": value for name, value in row.items()}
    marked: int = _prepared(len(rows.messages)).run(connection, given)
    return marked


def _wanted() -> TableValuedAlias:
    """The keys given with a statement, as arrays of their parts."""
    arrays = (bindparam(f"keys_{column.name}", type_=ARRAY(column.type)) for column in KEY)
    return func.unnest(*arrays).table_valued(*(column_of(column.name, column.type) for column in KEY)).render_derived(name="wanted")


def _arrays(keys: Sequence[Key]) -> dict[str, object]:
    return {f"keys_{column.name}": list(part) for column, part in zip(KEY, zip(*keys, strict=True), strict=True)}


def _is(wanted: TableValuedAlias) -> ColumnElement[bool]:
    return and_(*(column == wanted.c[column.name] for column in KEY))


def _claiming() -> Select[tuple[object, ...]]:
    """Each part counts the rows of the one before, and so locks them first."""
    names, series = tables.orders.c.id, tables.series
    locked = select(names).where(names == any_(bindparam("orders", type_=ARRAY(Text)))).order_by(names).with_for_update().cte("locked")
    are_locked = select(func.count()).select_from(locked).scalar_subquery() > 0
    claimed = select(TABLE).where(_is(_wanted()), IS_OPEN, are_locked).order_by(*KEY).with_for_update(of=TABLE).cte("claimed")
    are_claimed = select(func.count()).select_from(claimed).scalar_subquery() > 0
    end = select(*(series.c[name] for name in _END)).where(series.c.name == bindparam("of"), are_claimed).with_for_update().cte("place")
    return select(claimed, *(end.c[name] for name in _END)).select_from(claimed.outerjoin(end, true()))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as the driver takes it. What SQLAlchemy does to find one of this size among those it knows takes longer than the rest."""

    text: str
    fixed: Mapping[str, object]
    processors: Mapping[str, Callable[[object], object]]

    def run(self, connection: Writing, given: Mapping[str, object]) -> int:
        """Executes it with the values that are given; gives the number that it selects."""
        processors = self.processors
        values = {name: processors[name](value) if name in processors else value for name, value in given.items()}
        return int(connection.exec_driver_sql(self.text, {**self.fixed, **values}).scalar_one())


@cache
def _prepared(messages: int) -> _Prepared:
    """The statement that stores an invoice with so many messages."""
    dialect: Dialect = psycopg.dialect()  # type: ignore[no-untyped-call]  # its types are missing
    compiled = _stored(messages).compile(dialect=dialect)
    processors = {}
    for name, parameter in compiled.binds.items():
        as_driver_takes = parameter.type.dialect_impl(dialect).bind_processor(dialect)
        if as_driver_takes is not None:
            processors[name] = as_driver_takes
    fixed = {name: processors[name](value) if name in processors else value for name, value in compiled.params.items()}
    return _Prepared(str(compiled), fixed, processors)


def _stored(messages: int) -> Select[int]:
    """The statement that stores an invoice with so many messages, and counts the transactions that it marks."""
    issued, entries, outbox, series = tables.issued, tables.journal_entries, tables.outbox, tables.series
    end = {"last": "sequence", "last_issued_on": "issued_on", "last_hash": "hash"}
    values = {name: bindparam(f"issued_{source}", type_=issued.c[source].type) for name, source in end.items()}
    marks = {"state": "invoiced", "held_because": None, "invoice": bindparam("issued_number", type_=Text)}
    marked = update(TABLE).where(_is(_wanted()), IS_OPEN).values(marks).returning(literal(1).label("one")).cte("marked")
    parts = [
        insert(issued).values(_given("issued", issued)).returning(issued.c.number).cte("stored"),
        insert(entries).values(_given("entry", entries)).returning(entries.c.number).cte("booked"),
        update(series).where(series.c.name == bindparam("issued_series")).values(values).returning(series.c.name).cte("advanced"),
    ]
    if messages:
        rows = [_given(f"message{number}", outbox) for number in range(messages)]
        parts.append(insert(outbox).values(rows).returning(outbox.c.key).cte("announced"))
    return select(func.count()).select_from(marked).add_cte(*parts)


def _given(prefix: str, table: Table) -> dict[str, BindParameter[object]]:
    """The columns of a row that is given with a statement, its names after a prefix; one that is not given stays empty."""
    return {column.name: bindparam(f"{prefix}_{column.name}", None, type_=column.type) for column in table.columns}


_CLAIMED: Final = _claiming()
