"""Coming from a former system: its open invoices, agreed prices, and orders that it still invoices for a while."""

import json
from datetime import date
from pathlib import Path

import pytest

from api.cli import main
from api.desk.billing_run import Selection, invoices_of, issue
from api.desk.desk import Desk
from api.desk.folder_import import import_files
from api.refusals import Positioned
from api.store import former_invoices, orders, transactions
from api.store.auditor import audit
from api.store.transactions import TransactionFilter
from tests.scenario.conftest import CUSTOMERS, SMALL, write_folder

JANUARY = date(2027, 1, 31)
OPEN = """number,customer,issued_on,due_on,gross,open,structured_communication
2026-00412,K1,2026-11-30,2026-12-30,121.00,121.00,+++010/8068/17183+++
F 77,K2,2026-12-01,2026-12-31,1_815.00,15.00,
C-3,K2,2026-12-15,2027-01-14,-60.50,-60.50,RF27202700001
"""
HEAD = "customer,billing_type,activated_on,product,quantity,order,agreed_price,follows,agreed_on,invoiced_elsewhere_until\n"


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """A desk on the last day of January, over a database of each kind in turn."""
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    opened: Desk = request.getfixturevalue("desk_on")(JANUARY, url)
    return opened


def mistakes(desk: Desk, folder: Path, files: dict[str, str]) -> list[str]:
    """The mistakes of some files, as `file:line:column: code`; none of them is imported."""
    with pytest.raises(Positioned) as refused:
        import_files(desk, write_folder(folder, {"customers.csv": CUSTOMERS} | files))
    with desk.store.reading() as connection:
        assert (orders.find(connection), former_invoices.find(connection)) == ({}, ())
    return [f"{problem.where}: {problem.code}" for problem in refused.value.problems if problem.stops]


def test_open_invoices_are_listed_and_never_issued(desk: Desk, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "a", SMALL | {"open_invoices.csv": OPEN})
    assert {each.kind: each.fresh for each in import_files(desk, folder).kinds}["former invoice"] == 3
    assert import_files(desk, folder).changes_nothing
    issued = invoices_of(desk, issue(desk, Selection(due_through=JANUARY)).issued)
    assert [one.number for one in issued] == ["2027-00001", "2027-00002", "2027-00003", "2027-00004"]
    with desk.store.reading() as connection:
        stored = former_invoices.find(connection)
        assert audit(connection) == ()
    assert [(one.number, one.due_on.isoformat(), str(one.open), one.structured_communication) for one in stored] == [
        ("2026-00412", "2026-12-30", "121.00", "+++010/8068/17183+++"),
        ("F 77", "2026-12-31", "15.00", None),
        ("C-3", "2027-01-14", "-60.50", "RF27202700001"),
    ]


def test_a_changed_row_replaces_what_was_open(desk: Desk, tmp_path: Path) -> None:
    import_files(desk, write_folder(tmp_path / "a", {"customers.csv": CUSTOMERS, "open_invoices.csv": OPEN}))
    paid = OPEN.replace("121.00,121.00", "121.00,21.00")
    result = import_files(desk, write_folder(tmp_path / "b", {"open_invoices.csv": paid}))
    assert [(each.fresh, each.changed, each.unchanged) for each in result.kinds] == [(0, 1, 2)]
    with desk.store.reading() as connection:
        assert [str(one.open) for one in former_invoices.find(connection, customer="K1")] == ["21.00"]


def test_wrong_open_invoices_are_refused_at_their_cells(desk: Desk, tmp_path: Path) -> None:
    text = (
        "number,customer,issued_on,due_on,gross,open,structured_communication\n"
        "A1,K9,2026-11-30,2026-10-30,121.00,121.01,+++010/8068/17184+++\n"
        "A1,K1,2027-01-01,2027-01-31,121.00,-1.00,\n"
        "A2,K1,2026-11-30,2026-12-30,0.00,0.00,RF27202700001\n"
        "A3,K1,2026-11-30,2026-12-30,10.00,5.00,RF27 2027 00001\n"
        ",K1,2026-11-30,2026-12-30,10.00,5.00,\n"
    )
    assert mistakes(desk, tmp_path / "a", {"open_invoices.csv": text}) == [
        "open_invoices.csv:2:4: unknown-customer",
        "open_invoices.csv:2:18: due-before-issue",
        "open_invoices.csv:2:36: not-open",
        "open_invoices.csv:2:43: wrong-communication",
        "open_invoices.csv:3:1: id-twice",
        "open_invoices.csv:3:7: after-cut-over",
        "open_invoices.csv:3:36: not-open",
        "open_invoices.csv:4:34: not-open",
        "open_invoices.csv:5:40: communication-twice",
        "open_invoices.csv:6:1: empty-cell",
    ]


def test_agreed_prices_follow_what_was_agreed(desk: Desk, tmp_path: Path) -> None:
    rows = (
        "K1,monthly,2026-03-01,SUB-CORE,1,A,80.00,,,\n"  # as its process says, from the cut-over on: what the former system bills
        "K1,monthly,2026-03-01,SUB-CORE,1,B,80.00,frozen,,\n"
        "K1,monthly,2026-03-01,SUB-CORE,1,C,80.00,catalogue,2026-03-01,\n"
        "K1,monthly,2026-03-01,SUB-CORE,1,D,,,,\n"
    )
    import_files(desk, write_folder(tmp_path / "a", {"customers.csv": CUSTOMERS, "subscriptions.csv": HEAD + rows}))
    with desk.store.reading() as connection:
        planned = transactions.find(connection, TransactionFilter(invoiceable_through=JANUARY))
        items = {name: order.items[0] for name, order in orders.find(connection).items()}
    assert {one.order: str(one.net) for one in planned if one.state == "planned"} == {
        "A": "80.00", "B": "80.00", "C": "82.32", "D": "91.58",
    }  # fmt: skip
    assert (items["A"].price_agreed_on, items["B"].price_follows, items["D"].price_agreed_on) == (date(2027, 1, 1), "frozen", None)


def test_an_order_may_be_invoiced_elsewhere_longer_than_others(desk: Desk, tmp_path: Path) -> None:
    rows = "K1,monthly,2026-03-01,SUB-CORE,1,A,,,,2027-03-01\nK2,monthly,2026-03-01,SUB-CORE,1,B,,,,\n"
    import_files(desk, write_folder(tmp_path / "a", {"customers.csv": CUSTOMERS, "subscriptions.csv": HEAD + rows}))
    assert [one.customer.id for one in invoices_of(desk, issue(desk, Selection(due_through=JANUARY)).issued)] == ["K2"]
    with desk.store.reading() as connection:
        first = min(one.billing_date for one in transactions.find(connection, TransactionFilter(order="A")) if one.billing_date)
    assert first == date(2027, 3, 1)


def test_wrong_agreed_prices_are_refused_at_their_cells(desk: Desk, tmp_path: Path) -> None:
    rows = (
        "K1,monthly,2026-03-01,SUB-CORE,1,A,-80.00,,,\n"
        "K1,monthly,2026-03-01,SUB-CORE,1,B,,frozen,2026-03-01,\n"
        "K1,monthly,2026-03-01,SUB-CORE,1,C,eighty,frosen,2026-02-30,\n"
        "K1,monthly,2026-03-01,SUB-CORE,1,D,80,,,2027-03-01\n"
        "K1,monthly,2026-03-01,SUB-WS,1,D,80,,,2027-04-01\n"
    )
    assert mistakes(desk, tmp_path / "a", {"subscriptions.csv": HEAD + rows}) == [
        "subscriptions.csv:2:36: out-of-range",
        "subscriptions.csv:3:37: no-agreed-price",
        "subscriptions.csv:3:44: no-agreed-price",
        "subscriptions.csv:4:36: no-number",
        "subscriptions.csv:4:43: unknown-name",
        "subscriptions.csv:4:50: no-day",
        "subscriptions.csv:6:39: two-cut-overs",
    ]
    rows = "K1,monthly,2026-03-01,SUB-CORE,1,E,80,indexed,,\n"
    assert mistakes(desk, tmp_path / "b", {"subscriptions.csv": HEAD + rows}) == ["subscriptions.csv:2:1: not-indexed"]


def test_the_command_lists_them(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")
    folder = write_folder(tmp_path / "a", {"customers.csv": CUSTOMERS, "open_invoices.csv": OPEN})
    assert main.run(("import", str(folder))) == 0
    assert "former invoices" in capfd.readouterr().out
    assert main.run(("invoice", "list", "--former", "--customer", "K2", "--json")) == 0
    shown = json.loads(capfd.readouterr().out)
    assert [row["number"] for row in shown["rows"]] == ["C-3", "F 77"]
    assert shown["totals"] == {"open": "-45.50"}
