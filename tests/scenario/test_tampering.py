"""Every column of every issued document of a month is changed outside the program, in turn, and the auditor reports each change."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, select, text, update

from api.desk.billing_run import issue
from api.desk.crediting import credit
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.store import tables
from api.store.auditor import audit
from api.store.sql import Reading
from engine.documents.credit import CreditSelection
from tests.conftest import FULL

WATCHED = (tables.issued, tables.journal_entries)


def changes_of(table: Table, column: str, stored: object) -> Iterator[object]:
    """Other values that the column takes."""
    match stored:
        case None:
            yield {"run": 7, "month": "2027-01", "corrects": "2027-00001"}[column]
        case bytes():
            yield stored + b" "
            yield stored.replace(b"1", b"2", 1)
        case datetime():
            yield stored + timedelta(microseconds=1)
        case date():
            yield stored - timedelta(days=1)
        case int():
            yield from (stored + 1_000, -stored - 1)
        case "invoice" | "credit-note":
            yield "invoice" if stored == "credit-note" else "credit-note"
        case str() if stored.startswith("{"):
            yield stored.replace("Namur", "Namür") if "Namur" in stored else stored.replace("0", "1", 1)
            yield "{}"
        case _:
            yield f"{stored}x"


@pytest.mark.proof
def test_a_change_of_any_column_of_any_document_is_reported(desk_on: Callable[..., Desk], small: Path) -> None:
    desk = desk_on(date(2027, 1, 31))
    import_files(desk, small)
    issued = issue(desk, Selection(due_through=desk.today)).issued
    credit(desk, issued[0], CreditSelection(whole=True))
    tried, missed = 0, []
    with desk.store.engine.connect().execution_options(writes=True) as connection:
        changing = connection.begin()
        connection.exec_driver_sql("pragma defer_foreign_keys=on")
        for table in tables.APPEND_ONLY:
            connection.execute(text(f"drop trigger {table}_refuse_update"))
        for table in WATCHED:
            rows = connection.execute(select(table)).mappings().all()
            for row in rows if FULL else rows[:: len(rows) - 1]:
                for column in table.columns:
                    for other in changes_of(table, column.name, row[column.name]):
                        step = connection.begin_nested()
                        connection.execute(update(table).where(table.c.number == row["number"]).values({column.name: other}))
                        tried += 1
                        if not audit(Reading(connection)):
                            missed.append((row["number"], table.name, column.name))
                        step.rollback()
        changing.rollback()
    assert (missed, tried > 40) == ([], True)
