"""One invoice of a run in the store: what it takes is claimed and locked, then all of it is written.

PostgreSQL does each in one statement, since most of an invoice's time would go to waiting for its replies. The locks are taken in the
order of the house: orders, transactions, series. Each is read as it is once its lock is taken. SQLite has one lock, which it took when the
transaction began; it stores in a statement for each table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    Table,
    Text,
    Update,
    and_,
    bindparam,
    func,
    insert,
    literal,
    select,
    true,
    update,
)

from api.store import issued_documents, order_sums, tables
from api.store.issued_documents import Message, Place, WrittenDocument
from api.store.prepared_statements import Prepared, given_rows, prepared, rows_as_json
from api.store.sql import Day, Writing
from api.store.transaction_rows import FIGURES, IS_OPEN, KEY, TABLE, Key
from engine.documents.transaction_figures import PlannedAmount

_END: Final = ("last", "last_issued_on", "last_hash")
"""What the row of a series says of its last document."""
_OF_MESSAGE: Final = ("key", "channel", "state", "held_because")
"""What differs between the messages about a document."""
_READ_DAY: Final = Day().process_result_value
_FIGURES: Final = [*KEY, *(TABLE.c[name] for name in FIGURES)]


def claim(connection: Writing, names: Iterable[str], due: Mapping[str, PlannedAmount], series: str, on: date) -> Place | None:
    """Locks orders, their due transactions and the series of invoices; gives the place of the next invoice.

    None where a transaction is invoiced already or not what it was when it was found due. A date before that of the last invoice is
    refused.
    """
    dialect = connection.dialect.name
    given = {"of": series, "due": rows_as_json(dialect, [_figures(*one) for one in due.items()])}
    if dialect == "sqlite":
        row = _claiming_alone().run(connection, given).one()
    else:
        ordered = rows_as_json(dialect, [{"id": name} for name in set(names)])
        row = _claiming().run(connection, {"ordered": ordered, **given}).one()
    if row.unchanged != len(due):
        return None
    if row.last is None:
        return issued_documents.reserve_place(connection, series, "invoice", on)
    last_issued_on = _READ_DAY(row.last_issued_on, connection.dialect)
    return issued_documents.next_place(series, "invoice", on, last=row.last, last_issued_on=last_issued_on, last_hash=row.last_hash)


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
    rows = issued_documents.rows_of(
        place, document, messages, at=at, installation=installation, run=run, transaction_hashes=transaction_hashes
    )
    dialect = connection.dialect.name
    given: dict[str, object] = {f"issued_{name}": value for name, value in rows.issued.items()}
    given |= {f"entry_{name}": value for name, value in document.entry.items()}
    given |= {
        "installation": installation,
        "messages": rows_as_json(dialect, [{name: row[name] for name in _OF_MESSAGE} for row in rows.messages]),
        "postings": rows_as_json(dialect, document.postings),
        "marked": rows_as_json(dialect, [_key(identity) for identity in identities]),
    }
    if dialect == "sqlite":
        return [statement.run(connection, given).rowcount for statement in _storing_apart()][-1]
    return int(_storing().run(connection, given).one().marked)


def _key(identity: str) -> dict[str, object]:
    key = Key.parsed(identity)
    return {**key._asdict(), "kind": tables.KINDS.index(key.kind)}


def _figures(identity: str, amount: PlannedAmount) -> dict[str, object]:
    return {**_key(identity), **{name: getattr(amount, name) for name in FIGURES}}


def _is(given: FromClause) -> ColumnElement[bool]:
    return and_(*(column == given.c[column.name] for column in KEY))


def _stays(claimed: FromClause, due: FromClause) -> ColumnElement[bool]:
    """Whether a claimed transaction is what it was when it was found due."""
    is_same = (claimed.c[name].is_not_distinct_from(due.c[name]) for name in FIGURES)
    return and_(*(claimed.c[column.name] == due.c[column.name] for column in KEY), *is_same)


@cache
def _claiming() -> Prepared:
    """The statement that locks what an invoice takes: each part counts the rows of the one before, and so locks them first."""
    names, series = tables.orders.c.id, tables.series
    due = given_rows("postgresql", "due", _FIGURES)
    ordered = select(given_rows("postgresql", "ordered", [names]).c.id)
    locked = select(names).where(names.in_(ordered)).order_by(names).with_for_update().cte("locked")
    are_locked = select(func.count()).select_from(locked).scalar_subquery() > 0
    claimed = select(TABLE).where(_is(due), IS_OPEN, are_locked).order_by(*KEY).with_for_update(of=TABLE).cte("claimed")
    are_claimed = select(func.count()).select_from(claimed).scalar_subquery() > 0
    end = select(*(series.c[name] for name in _END)).where(series.c.name == bindparam("of"), are_claimed).with_for_update().cte("place")
    unchanged = select(func.count().label("unchanged")).select_from(claimed.join(due, _stays(claimed, due))).subquery("counted")
    query = select(unchanged, *(end.c[name] for name in _END)).select_from(unchanged.outerjoin(end, true()))
    return prepared("postgresql", query)


@cache
def _claiming_alone() -> Prepared:
    """The same in SQLite, where nobody else writes meanwhile."""
    series, due = tables.series, given_rows("sqlite", "due", _FIGURES)
    unchanged = select(func.count().label("unchanged")).select_from(due.join(TABLE, and_(_stays(TABLE, due), IS_OPEN))).subquery("counted")
    end = select(*(series.c[name] for name in _END)).where(series.c.name == bindparam("of")).subquery("place")
    return prepared("sqlite", select(unchanged, *end.c).select_from(unchanged.outerjoin(end, true())))


@cache
def _storing() -> Prepared:
    """The statement that stores an invoice, and counts the transactions that it marks."""
    issued, entries, outbox, series = tables.issued, tables.journal_entries, tables.outbox, tables.series
    done = _marks("postgresql").returning(literal(1).label("one")).cte("done")
    counted = order_sums.moved_to_invoiced("postgresql", given_rows("postgresql", "marked", KEY)).returning(
        tables.order_sums.c.billing_date
    )
    parts = (
        insert(issued).values(_given("issued", issued)).returning(issued.c.number).cte("stored"),
        insert(entries).values(_given("entry", entries)).returning(entries.c.number).cte("booked"),
        insert(tables.posting_sums).from_select(*_postings("postgresql")).returning(tables.posting_sums.c.account).cte("posted"),
        _end().returning(series.c.name).cte("advanced"),
        insert(outbox).from_select(*_messages("postgresql")).returning(outbox.c.key).cte("announced"),
        counted.cte("counted"),
    )
    return prepared("postgresql", select(func.count().label("marked")).select_from(done).add_cte(*parts))


@cache
def _storing_apart() -> Sequence[Prepared]:
    """The statements that do the same in SQLite; the last marks the transactions."""
    issued, entries, outbox = tables.issued, tables.journal_entries, tables.outbox
    statements = (
        insert(issued).values(_given("issued", issued)),
        insert(entries).values(_given("entry", entries)),
        insert(tables.posting_sums).from_select(*_postings("sqlite")),
        _end(),
        insert(outbox).from_select(*_messages("sqlite")),
        order_sums.moved_to_invoiced("sqlite", given_rows("sqlite", "marked", KEY)),
        _marks("sqlite"),
    )
    return tuple(prepared("sqlite", one) for one in statements)


def _end() -> Update:
    """What makes an invoice the last of its series."""
    issued, series = tables.issued, tables.series
    end = {"last": "sequence", "last_issued_on": "issued_on", "last_hash": "hash"}
    values = {name: bindparam(f"issued_{source}", type_=issued.c[source].type) for name, source in end.items()}
    return update(series).where(series.c.name == bindparam("issued_series")).values(values)


def _marks(dialect: str) -> Update:
    """What marks open transactions as invoiced."""
    marks = {"state": "invoiced", "held_because": None, "invoice": bindparam("issued_number", type_=Text)}
    return update(TABLE).where(_is(given_rows(dialect, "marked", KEY)), IS_OPEN).values(marks)


def _postings(dialect: str) -> tuple[Sequence[str], Select[tuple[object, ...]]]:
    """The columns of the sums of postings, and their rows."""
    columns = list(tables.posting_sums.columns)
    return [each.name for each in columns], select(given_rows(dialect, "postings", columns))


def _messages(dialect: str) -> tuple[Sequence[str], Select[tuple[object, ...]]]:
    """The columns of messages, and their rows, from what differs between them."""
    outbox, issued = tables.outbox.c, tables.issued.c
    given = given_rows(dialect, "messages", [outbox[name] for name in _OF_MESSAGE])
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
