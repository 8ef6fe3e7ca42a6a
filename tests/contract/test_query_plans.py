"""No list, show command or page of a report scans or sorts a large table: the plan of each of its queries, on both databases."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
import pytest
from sqlalchemy import Connection, event, text

from api.cli.main import program, run
from api.desk import paying, reminding
from api.desk.billing_run import issue
from api.desk.crediting import credit
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.quoting import make_quote
from api.desk.reconciling import store_snapshot
from api.rulebook_folder import read_folder
from api.store import customers, walks
from api.store.database import Store
from api.store.transaction_plans import refresh_statistics
from api.store.walks import Place, Start, Walk
from benchmarks.reports import COMMANDS
from engine.documents.credit import CreditSelection
from engine.documents.quote import LineRequest
from engine.money import Quantity
from engine.rulebook.reader import read_rulebook
from tests.bank_statements import statement_pair
from tests.bank_writers import coda_text
from tests.scenario.conftest import SMALL, now, write_folder

LARGE = ("transactions", "items", "issued", "journal_entries", "recurring_steps", "snapshot_months")
SALES = {
    "contacts.csv": "id,customer,name\nP1,K1,Ann\nP2,K2,Jan\n",
    "opportunities.csv": "id,customer_or_prospect,town,customer,what,stage,amount_eur,expected_close,owner\n"
    "O1,,,K1,More,proposal,10,2027-03-15,AM\nO2,,,K2,More,proposal,10,2027-03-15,AM\n",
}
ITEM = "K1-subscription-2026-03-01-1"
NARROWED = (
    "audit list --limit 1",
    "contact list --limit 1 --after P1",
    "key list",
    "contact list --customer K1",
    "contact show P1",
    "opportunity list --limit 1 --after O1",
    "opportunity show O1",
    "quote list --limit 1",
    "quote show Q2027-0001",
    "rulebook list",
    "rulebook show 1",
    "run list",
    "run show 1",
    "user list",
    "webhook list",
    "outbox list --limit 1",
    "invoice deliveries 2027-00001",
    "customer show K1",
    "invoice list --former --limit 1",
    "report pipeline --by customer",
    "report slots",
    "report conversion",
    "report advice --limit 1",
    "report activities --limit 1",
    "report events --customer K1",
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
    "invoice list --paid open --limit 1 --after 2027-00001",
    "invoice list --paid overpaid --customer K1",
    "invoice list --overdue --customer K1",
    "invoice show 2027-00001",
    "customer statement K1",
    "report forecast --customer K1",
    "report to-invoice --customer K1",
    "report to-invoice --limit 1",
    "report to-invoice --by order-type,order",
    "report held-back --limit 1",
    "report journal",
    "report open-items --customer K1",
    "report ageing --customer K1",
    "report prepaid --customer K1",
    "report vat",
    "report vat-documents --limit 1",
    "report ic-listing",
    "report annual-listing",
    "report oss-return",
    "report mrr --customer K1",
    "report renewals --customer K1",
    "payment list --limit 1",
    "payment list --state unmatched --limit 1",
    "payment show P000001",
    "reminder list --limit 1",
    "report doubtful",
    "reminder show R000001",
    "reminder charges --limit 1",
    "reminder charges --document 2027-00001",
    "reminder charges --reminder R000001 --open",
    "usage list --limit 1",
    "usage list --customer K1",
    "report reconciliation --snapshot first --customer K1",
    "report reconciliation --snapshot first",
    "report reconciliation --snapshot first --month 2027-02",
    "run preview --due-through 2027-01-31 --customer K1",
    f"explain {ITEM}",
)
WHOLE = (
    "forecast list",
    "report reconciliation --snapshot first --month 2027-02 --invoiced",
    "report forecast --by customer --limit 1",
    "report mrr --by customer --limit 1",
    "report to-invoice --limit 1",
    "report open-items --limit 1",
    "report ageing --limit 1",
    "report prepaid --limit 1",
    "report reconciliation --snapshot first --invoiced --limit 1",
)
"""Those whose totals are of all rows: their statements other than that of the totals must not scan."""
SORTS_CHARGES = "report open-items --limit 1"
"""Its invoices come from an index; the few charges beside them, and the two together, are sorted."""
ORDERED: tuple[tuple[Walk, str, Place], ...] = (
    (walks.CUSTOMERS, "name", ("Optique Un", "K1")),
    (walks.CUSTOMERS, "country", ("BE", "K1")),
    (walks.OPPORTUNITIES, "amount", (3_000_000_000, "O1")),
    (walks.OPPORTUNITIES, "expected_close", ("2027-03-15", "O1")),
    (walks.OPPORTUNITIES, "owner", ("AM", "O1")),
    (walks.QUOTES, "customer", ("K1", "Q2027-0001")),
    (walks.CONTACTS, "name", ("Ann", "P1")),
    (walks.CONTACTS, "stored_until", ("", "P1")),
    (walks.MANDATES, "customer", ("K1", "M1")),
    (walks.MANDATES, "signed_on", ("2026-12-07", "M1")),
    (walks.ORDERS, "customer", ("K1", "K1-investment-2026-12-07")),
    (walks.ORDERS, "signed_on", ("2026-12-07", "K1-investment-2026-12-07")),
    (walks.ISSUED, "customer", ("K1", "2027-00001")),
    (walks.ISSUED, "issued_on", ("2027-01-31", "2027-00001")),
)
"""Orders of long lists, and a place after which a page begins."""
ELSEWHERE = ("table list",)
"""Lists that read no database."""


@pytest.fixture
def desk(store_url: str, root: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk with some of everything."""
    sources = read_folder(root)
    opened = open_desk(store_url, read_rulebook(sources), sources, today=date(2027, 1, 31), now=now)
    import_files(opened, write_folder(tmp_path / "files", SMALL | SALES))
    with opened.writing() as connection:
        (buyer,) = customers.find(connection, ["K1"]).values()
        make_quote(opened, connection, buyer, [LineRequest(product="SUB-CORE", quantity=Quantity.whole(1))], on=opened.today)
    store_snapshot(opened, "first")
    issue(opened, Selection(due_through=opened.today, customer="K1"))
    assert reminding.run(replace(opened, today=date(2027, 4, 1)), date(2027, 4, 1), "K1")
    credit(opened, "2027-00001", CreditSelection(whole=True), because="")
    (tmp_path / "bank.coda").write_text(coda_text(statement_pair("CODA")[0].replace(iban="BE71096123456769")), encoding="utf-8")
    paying.import_files(opened, [tmp_path / "bank.coda"], encoding="utf-8")
    yield opened
    opened.close()


def scanned(store: Store, statement: str, parameters: object) -> list[str]:
    """The large tables that a query reads row by row; PostgreSQL does so only where no index serves. And what SQLite sorts for a page."""
    with store.reading() as connection:
        if store.dialect == "sqlite":
            plan = connection.exec_driver_sql(f"explain query plan {statement}", parameters)
            lines = [str(row[3]) for row in plan]
            sorts = [line for line in lines if "TEMP B-TREE FOR ORDER BY" in line and "limit" in statement.lower()]
            return [*(table for line in lines for table in re.findall(r"SCAN (\w+)", line) if table in LARGE), *sorts]
        connection.exec_driver_sql("set local enable_seqscan = off")
        plan = connection.exec_driver_sql(f"explain {statement}", parameters)
        lines = [str(row[0]) for row in plan]
    return [table for line in lines for table in re.findall(r"Seq Scan on (\w+)", line) if table in LARGE]


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
            places = scanned(desk.store, statement, parameters)
            scans += [f"{words}: {each}: {statement}" for each in places if each in LARGE or "--customer" not in words]
    assert not scans, "\n".join(scans)


def test_a_page_of_a_report_with_totals_scans_only_for_the_totals(
    desk: Desk, store_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", store_url)
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")
    for words in WHOLE:
        scans = [statement for each in queries_of(monkeypatch, words.split()) for statement in scanned(desk.store, *each)]
        assert len(scans) <= (1 if words != SORTS_CHARGES else 3), words


def test_a_page_of_a_long_list_in_another_order_is_read_from_an_index(store: Store) -> None:
    plans: list[str] = []

    def explain(connection: Connection, _cursor: object, statement: str, parameters: object, _context: object, _many: bool) -> None:
        if "limit" in statement.lower() and not statement.lower().startswith("explain"):
            explained = "explain query plan" if store.dialect == "sqlite" else "explain"
            plans.extend(str(row[-1]) for row in connection.exec_driver_sql(f"{explained} {statement}", parameters))

    with store.reading() as connection:
        if store.dialect == "postgresql":
            connection.exec_driver_sql("set local enable_sort = off")
        event.listen(connection, "before_cursor_execute", explain)
        for walk, column, place in ORDERED:
            for after, is_descending in ((None, False), (place, False), (None, True), (place, True)):
                start = Start(order_by=column, is_descending=is_descending, after=after)
                assert list(walks.batches(connection, walk, start, {})) == [[]]
    assert len(plans) >= 4 * len(ORDERED)
    assert not [line for line in plans if "TEMP B-TREE" in line or "Sort" in line], plans


def test_every_list_show_command_and_report_is_looked_at() -> None:
    groups = {name: program.get_command(click.Context(program), name) for name in program.list_commands(click.Context(program))}
    commands = {
        f"{name} {verb}"
        for name, group in groups.items()
        if isinstance(group, click.Group)
        for verb in group.list_commands(click.Context(group))
        if verb in ("list", "show") or name == "report"
    }
    looked_at = {" ".join(words.split()[:2]) for words in (*NARROWED, *WHOLE, *ELSEWHERE)}
    assert commands <= looked_at
    assert commands - {"table list"} <= {" ".join(words.split()[:2]) for words in COMMANDS}


def test_postgresql_samples_the_tables_of_reports_after_very_many_were_planned(store: Store) -> None:
    """Otherwise it takes them for almost empty until its own time has come, and a report of all customers looks up row after row."""
    for planned, counted in ((9_999, -1), (10_000, 0)):
        with store.writing() as connection:
            refresh_statistics(connection, planned)
            if store.dialect == "postgresql":
                query = text("select reltuples from pg_class where relname in ('items', 'orders', 'transactions')")
                assert connection.execute(query).scalars().all() == [counted] * 3
