"""One invoice of a run in the store: what it takes is claimed and locked, then all of it is written.

PostgreSQL does each in one statement, since most of an invoice's time would go to waiting for its replies. The locks are taken in the
order of the house: orders, transactions, series. Each is read as it is once its lock is taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Final

from sqlalchemy import (
    CTE,
    BindParameter,
    Column,
    ColumnElement,
    CursorResult,
    Dialect,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy import column as column_of
from sqlalchemy.dialects.postgresql import JSONB, psycopg
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import TableValuedAlias

from api.store import issued_documents, tables, transactions
from api.store.issued_documents import Message, Place, WrittenDocument
from api.store.sql import Writing
from api.store.transaction_rows import FIGURES, IS_OPEN, KEY, TABLE, Key
from engine.documents.transaction_figures import PlannedAmount

_END: Final = ("last", "last_issued_on", "last_hash")
"""What the row of a series says of its last document."""
_MOST_PARAMETERS: Final = 50
"""The driver reads the text of a statement with more of them anew whenever it is executed."""
_OF_MESSAGE: Final = ("key", "channel", "state", "held_because")
"""What differs between the messages about a document."""


def claim(connection: Writing, names: Iterable[str], due: Mapping[str, PlannedAmount], series: str, on: date) -> Place | None:
    """Locks orders, their due transactions and the series of invoices; gives the place of the next invoice.

    None where a transaction is invoiced already or not what it was when it was found due. A date before that of the last invoice is
    refused.
    """
    if connection.dialect.name == "sqlite":
        amounts = transactions.claim(connection, due)
        return issued_documents.reserve_place(connection, series, "invoice", on) if amounts == due else None
    ordered = _json([{"id": name} for name in set(names)])
    row = _claiming().run(connection, {"ordered": ordered, "of": series, "due": _json([_figures(*one) for one in due.items()])}).one()
    if row.unchanged != len(due):
        return None
    if row.last is None:
        return issued_documents.reserve_place(connection, series, "invoice", on)
    return issued_documents.next_place(series, "invoice", on, row._mapping)


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
    given: dict[str, object] = {f"issued_{name}": value for name, value in rows.issued.items()}
    given |= {f"entry_{name}": value for name, value in document.entry.items()}
    given |= {
        "installation": installation,
        "messages": _json([{name: row[name] for name in _OF_MESSAGE} for row in rows.messages]),
        "marked": _json([_key(identity) for identity in identities]),
    }
    return int(_storing().run(connection, given).one().marked)


def _json(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows that are given with a statement as one value, which costs a fraction of an array for each column."""
    return json.dumps(rows, default=date.isoformat)


def _given_rows(name: str, columns: Sequence[Column[object]]) -> TableValuedAlias:
    """The rows of JSON that is given with a statement under a name, with the types of some columns."""
    rows = func.jsonb_to_recordset(cast(bindparam(name, type_=Text), JSONB))
    return rows.table_valued(*(column_of(each.name, each.type) for each in columns)).render_derived(name=name, with_types=True)


def _key(identity: str) -> dict[str, object]:
    key = Key.parsed(identity)
    return {**key._asdict(), "kind": tables.KINDS.index(key.kind)}


def _figures(identity: str, amount: PlannedAmount) -> dict[str, object]:
    return {**_key(identity), **{name: getattr(amount, name) for name in FIGURES}}


def _is(given: TableValuedAlias) -> ColumnElement[bool]:
    return and_(*(column == given.c[column.name] for column in KEY))


def _stays(claimed: CTE, due: TableValuedAlias) -> ColumnElement[bool]:
    """Whether a claimed transaction is what it was when it was found due."""
    is_same = (claimed.c[name].is_not_distinct_from(due.c[name]) for name in FIGURES)
    return and_(*(claimed.c[column.name] == due.c[column.name] for column in KEY), *is_same)


@cache
def _claiming() -> _Prepared:
    """The statement that locks what an invoice takes: each part counts the rows of the one before, and so locks them first."""
    names, series = tables.orders.c.id, tables.series
    due = _given_rows("due", [*KEY, *(TABLE.c[name] for name in FIGURES)])
    ordered = select(_given_rows("ordered", [names]).c.id)
    locked = select(names).where(names.in_(ordered)).order_by(names).with_for_update().cte("locked")
    are_locked = select(func.count()).select_from(locked).scalar_subquery() > 0
    claimed = select(TABLE).where(_is(due), IS_OPEN, are_locked).order_by(*KEY).with_for_update(of=TABLE).cte("claimed")
    are_claimed = select(func.count()).select_from(claimed).scalar_subquery() > 0
    end = select(*(series.c[name] for name in _END)).where(series.c.name == bindparam("of"), are_claimed).with_for_update().cte("place")
    unchanged = select(func.count().label("unchanged")).select_from(claimed.join(due, _stays(claimed, due))).subquery("counted")
    query = select(unchanged, *(end.c[name] for name in _END)).select_from(unchanged.outerjoin(end, true()))
    return _prepared(query.compile(dialect=_DRIVER))


_DRIVER: Final[Dialect] = psycopg.dialect()  # type: ignore[no-untyped-call]  # its types are missing


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as the driver takes it. What SQLAlchemy does to find one of this size among those it knows takes longer than the rest."""

    text: str
    fixed: Mapping[str, object]
    processors: Mapping[str, Callable[[object], object] | None]
    """Of each parameter that is given, what makes its value as the driver takes it."""

    def run(self, connection: Writing, given: Mapping[str, object]) -> CursorResult[tuple[object, ...]]:
        """Executes it with the values that are given; what is not given is empty, and what it does not take is left out."""
        values = {name: processed(given.get(name)) if processed else given.get(name) for name, processed in self.processors.items()}
        return connection.exec_driver_sql(self.text, {**self.fixed, **values})


def _prepared(compiled: SQLCompiler) -> _Prepared:
    dialect = compiled.dialect
    processors = {name: parameter.type.dialect_impl(dialect).bind_processor(dialect) for name, parameter in compiled.binds.items()}
    assert len(processors) <= _MOST_PARAMETERS
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    fixed = {name: processed(value) if (processed := processors.pop(name)) else value for name, value in fixed.items()}
    return _Prepared(str(compiled), fixed, processors)


@cache
def _storing() -> _Prepared:
    """The statement that stores an invoice, and counts the transactions that it marks."""
    issued, entries, outbox, series = tables.issued, tables.journal_entries, tables.outbox, tables.series
    end = {"last": "sequence", "last_issued_on": "issued_on", "last_hash": "hash"}
    values = {name: bindparam(f"issued_{source}", type_=issued.c[source].type) for name, source in end.items()}
    marks = {"state": "invoiced", "held_because": None, "invoice": bindparam("issued_number", type_=Text)}
    done = update(TABLE).where(_is(_given_rows("marked", KEY)), IS_OPEN).values(marks).returning(literal(1).label("one")).cte("done")
    parts = (
        insert(issued).values(_given("issued", issued)).returning(issued.c.number).cte("stored"),
        insert(entries).values(_given("entry", entries)).returning(entries.c.number).cte("booked"),
        update(series).where(series.c.name == bindparam("issued_series")).values(values).returning(series.c.name).cte("advanced"),
        insert(outbox).from_select(*_messages()).returning(outbox.c.key).cte("announced"),
    )
    return _prepared(select(func.count().label("marked")).select_from(done).add_cte(*parts).compile(dialect=_DRIVER))


def _messages() -> tuple[Sequence[str], Select[tuple[object, ...]]]:
    """The columns of messages, and their rows, from what differs between them."""
    outbox, issued = tables.outbox.c, tables.issued.c
    given = _given_rows("messages", [outbox[name] for name in _OF_MESSAGE])
    at = bindparam("issued_issued_at", type_=issued.issued_at.type)
    shared = {
        "document": bindparam("issued_number", type_=Text),
        "installation": bindparam("installation", type_=Text),
        "written_at": at,
        "due_at": at,
        "attempts": literal(0),
    }
    return (*_OF_MESSAGE, *shared), select(*(given.c[name] for name in _OF_MESSAGE), *shared.values())


def _given(prefix: str, table: Table) -> dict[str, BindParameter[object]]:
    """The columns of a row that is given with a statement, its names after a prefix; one that is not given stays empty."""
    return {column.name: bindparam(f"{prefix}_{column.name}", None, type_=column.type) for column in table.columns}
