"""No narrowed report or list scans a large table: the plan of each of its queries, on both databases."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from api.cli.main import run
from api.desk.billing_run import issue
from api.desk.crediting import credit
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.reconciling import store_snapshot
from api.rulebook_folder import read_folder
from api.store.database import Store
from engine.documents.credit import CreditSelection
from engine.rulebook.reader import read_rulebook
from tests.scenario.conftest import SMALL, now, write_folder

LARGE = ("transactions", "items", "issued", "recurring_steps", "snapshot_months")
ITEM = "K1-subscription-2026-03-01-1"
NARROWED = (
    "customer list --limit 1",
    "customer list --limit 1 --after K1",
    "order list --customer K1",
    "order list --limit 1 --after K1-investment-2026-12-07",
    "order show K1-subscription-2026-03-01",
    "item list --customer K1",
    "item list --product SUB-CORE --limit 1",
    f"item list --limit 1 --after {ITEM}",
    f"item show {ITEM}",
    "invoice list --customer K1",
    "invoice list --limit 1 --after 2027-00001",
    "invoice show 2027-00001",
    "report forecast --customer K1",
    "report to-invoice --customer K1",
    "report to-invoice --limit 1",
    "report to-invoice --by order-type,order",
    "report held-back --limit 1",
    "report journal",
    "report mrr --customer K1",
    "report reconciliation --snapshot first --customer K1",
    "report reconciliation --snapshot first --month 2027-02",
    "run preview --due-through 2027-01-31 --customer K1",
    f"explain {ITEM}",
)


@pytest.fixture
def desk(store_url: str, root: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk with some of everything."""
    sources = read_folder(root)
    opened = open_desk(store_url, read_rulebook(sources), sources, today=date(2027, 1, 31), now=now)
    import_files(opened, write_folder(tmp_path / "files", SMALL))
    store_snapshot(opened, "first")
    issue(opened, Selection(due_through=opened.today, customer="K1"))
    credit(opened, "2027-00001", CreditSelection(whole=True), because="")
    yield opened
    opened.close()


def scanned(store: Store, statement: str, parameters: object) -> list[str]:
    """The large tables that a query reads row by row; PostgreSQL does so only where no index serves."""
    with store.reading() as connection:
        if store.dialect == "sqlite":
            plan = connection.exec_driver_sql(f"explain query plan {statement}", parameters)
            lines = [str(row[3]) for row in plan]
            pattern = r"SCAN (\w+)"
        else:
            connection.exec_driver_sql("set local enable_seqscan = off")
            plan = connection.exec_driver_sql(f"explain {statement}", parameters)
            lines = [str(row[0]) for row in plan]
            pattern = r"Seq Scan on (\w+)"
    return [table for line in lines for table in re.findall(pattern, line) if table in LARGE]


def queries_of(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> list[tuple[str, object]]:
    """The queries of a command."""
    queries: list[tuple[str, object]] = []

    def record(_connection: Connection, _cursor: object, statement: str, parameters: object, _context: object, _many: bool) -> None:
        if statement.lstrip().lower().startswith(("select", "with")) and "alembic" not in statement and "pg_catalog" not in statement:
            queries.append((statement, parameters))

    from sqlalchemy import Engine

    event.listen(Engine, "before_cursor_execute", record)
    try:
        assert run(words) == 0, words
    finally:
        event.remove(Engine, "before_cursor_execute", record)
    return queries


def test_no_narrowed_report_or_list_scans_a_large_table(
    desk: Desk, store_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", store_url)
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")
    scans: list[str] = []
    for words in NARROWED:
        for statement, parameters in queries_of(monkeypatch, words.split()):
            scans += [f"{words}: {table}: {statement}" for table in scanned(desk.store, statement, parameters)]
    assert scans == []
