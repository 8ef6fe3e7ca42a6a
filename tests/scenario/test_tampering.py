"""Every column of every issued document of a month, and of what stands on it, is changed outside the program: each change is reported."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, Connection, Table, select, text, update
from sqlalchemy.exc import IntegrityError

from api.desk.billing_run import issue
from api.desk.crediting import credit
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.store import tables
from api.store.auditor import audit
from api.store.sql import CompactDay, Day, Instant, Reading
from engine.documents.credit import CreditSelection
from tests.conftest import FULL

WATCHED = (tables.issued, tables.journal_entries, tables.posting_sums, tables.transactions, tables.series)
ABSENT = {
    "run": 7,
    "month": "2027-01",
    "corrects": "2027-00001",
    "due_on": date(2027, 2, 1),
    "buyer_vat_number": "BE0000000097",
    "transaction_hashes": "0",
    "held_because": "x",
    "service_from": date(2027, 1, 1),
    "service_until": date(2027, 2, 1),
}


def changes_of(column: str, stored: object) -> Iterator[object]:
    """Other values that the column takes."""
    match stored:
        case None:
            yield ABSENT[column]
        case bytes():
            yield stored + b" "
            yield stored.replace(b"1", b"2", 1)
        case datetime():
            yield stored + timedelta(microseconds=1)
        case date():
            yield from (stored - timedelta(days=1), stored + timedelta(days=31))
        case bool():
            yield not stored
        case int():
            yield from (stored + 1_000, -stored - 1)
        case "invoice" | "credit-note":
            yield "invoice" if stored == "credit-note" else "credit-note"
        case _ if column == "kind":
            yield from {*tables.KINDS} - {stored}
        case _ if column == "state":
            yield from {*tables.STATES} - {stored}
        case str() if stored.startswith("{"):
            yield stored.replace("Namur", "Namür") if "Namur" in stored else stored.replace("0", "1", 1)
            yield "{}"
        case _:
            yield f"{stored}x"
            yield from [None] if column in ABSENT else []


def tamper(connection: Connection) -> None:
    """Takes away what refuses a change: triggers and the checks of foreign keys."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("set local session_replication_role = replica"))
        return
    connection.exec_driver_sql("pragma defer_foreign_keys=on")
    for table in tables.APPEND_ONLY:
        connection.execute(text(f"drop trigger {table}_refuse_update"))


def watched_rows(connection: Connection, table: Table) -> list[Mapping[str, object]]:
    """The rows that are tampered with: all, or some at a tenth; of transactions those on an invoice."""
    query = select(table).order_by(*table.primary_key.columns)
    if table is tables.transactions:
        query = query.where(table.c.invoice.is_not(None))
    elif table is tables.series:
        query = query.where(table.c.kind.in_(("invoice", "credit-note")))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return rows if FULL else rows[:: len(rows) - 1]


def key_of(table: Table, row: Mapping[str, object]) -> list[ColumnElement[bool]]:
    """The condition of one row."""
    return [column == row[column.name] for column in table.primary_key.columns]


@pytest.fixture
def month(fresh_url: Callable[[], str], desk_on: Callable[..., Desk], small: Path) -> Desk:
    """A month of the small company, with a credit note."""
    desk = desk_on(date(2027, 1, 31), fresh_url())
    import_files(desk, small)
    issued = issue(desk, Selection(due_through=desk.today)).issued
    credit(desk, issued[0], CreditSelection(whole=True))
    return desk


@pytest.mark.proof
def test_a_change_of_any_column_of_any_document_and_of_what_is_on_it_is_reported(month: Desk) -> None:
    tried, refused, missed = 0, 0, []
    with month.store.engine.connect().execution_options(writes=True) as connection:
        changing = connection.begin()
        tamper(connection)
        for table in WATCHED:
            for row in watched_rows(connection, table):
                for column in table.columns:
                    for other in changes_of(column.name, row[column.name]):
                        step = connection.begin_nested()
                        tried += 1
                        try:
                            connection.execute(update(table).where(*key_of(table, row)).values({column.name: other}))
                        except IntegrityError:
                            refused += 1
                        else:
                            if not audit(Reading(connection)):
                                missed.append((table.name, *row.values(), column.name, other))
                        step.rollback()
        changing.rollback()
    assert (missed, tried > 120, 5 * refused < tried) == ([], True, True)


def test_what_is_no_day_any_more_is_reported(month: Desk) -> None:
    if month.store.engine.dialect.name == "postgresql":
        others: dict[type, str] = {Day: "infinity", CompactDay: "infinity", Instant: "infinity"}
    else:
        others = {Day: "2027-02-30", CompactDay: "20270230", Instant: "yesterday"}
    for table in WATCHED:
        for column in table.columns:
            other = others.get(type(column.type))
            if other is None:
                continue
            with month.store.engine.connect().execution_options(writes=True) as connection:
                changing = connection.begin()
                tamper(connection)
                where = " where invoice is not null" if table is tables.transactions else ""
                connection.exec_driver_sql(f"update {table.name} set {column.name} = '{other}'{where}")
                assert audit(Reading(connection)), (table.name, column.name)
                changing.rollback()
