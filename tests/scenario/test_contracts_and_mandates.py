"""The terms of orders as they were agreed, mandates of customers, and the users of the program."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.cli import main
from api.desk import erasing, ordering
from api.desk.desk import Desk
from api.desk.folder_import import import_files
from api.refusals import Positioned
from api.store import mandates, orders
from engine.problems import Refusal
from engine.rulebook.plans import Renewal
from tests.scenario.conftest import CUSTOMERS, write_folder

Call = Callable[..., tuple[int, str, str]]
JANUARY = date(2027, 1, 31)
HEAD = "id,name,street,postcode,town,country,mandate,mandate_iban,mandate_signed_on\n"
SIGNED = HEAD + "K1,Optique Un,Rue 1,5000,Namur,BE,M-1,BE71 0961 2345 6769,2027-01-05\nK2,Optiek Twee,Straat 2,9000,Gent,BE,,,\n"
SUBSCRIPTIONS = """customer,order,billing_type,activated_on,anchor_day,product,quantity,ends_on
K1,S1,monthly,2026-03-01,1,SUB-CORE,1,
K1,S1,monthly,2026-03-01,1,SUB-WS,1,2027-04-30
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """A desk on the last day of January, over a database of each kind in turn."""
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    opened: Desk = request.getfixturevalue("desk_on")(JANUARY, url)
    return opened


@pytest.fixture
def call(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the program on the last day of January over a database of this test."""
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-31")

    def run(*words: str) -> tuple[int, str, str]:
        code = main.run(words)
        return (code, *capfd.readouterr())

    return run


def test_the_terms_of_an_order_are_shown(call: Call, tmp_path: Path) -> None:
    assert call("import", str(write_folder(tmp_path / "a", {"customers.csv": CUSTOMERS, "subscriptions.csv": SUBSCRIPTIONS})))[0] == 0
    first, second = json.loads(call("order", "show", "S1", "--json")[1])["contract"]
    assert first == {
        "item": "S1-1",
        "starts_on": "2026-03-01",
        "committed_until": "2027-03-01",
        "term_months": 12,
        "notice_months": 3,
        "renewal": "automatic",
        "next_end": "2028-03-01",
        "notice_by": "2027-12-01",
    }
    assert (second["next_end"], second["notice_by"]) == ("2027-05-01", None)
    assert "committed until" in call("order", "show", "S1")[1]


def test_what_was_agreed_stays_when_the_billing_process_changes(desk: Desk, tmp_path: Path) -> None:
    import_files(desk, write_folder(tmp_path / "a", {"customers.csv": CUSTOMERS, "subscriptions.csv": SUBSCRIPTIONS}))
    process = desk.rulebook.billing_processes["subscription"]
    longer = process.model_copy(update={"renewal": Renewal(mode="automatic", term_months=24, notice_months=6)})
    changed = replace(desk.rulebook, billing_processes={**desk.rulebook.billing_processes, "subscription": longer})
    later = replace(desk, rulebook=changed)
    with desk.store.reading() as connection:
        order = orders.find(connection)["S1"]
        assert (order.items[0].term_months, order.items[0].notice_months, order.items[0].renewal) == (12, 3, "automatic")
    assert ordering.find_contract(later, order) == ordering.find_contract(desk, order)
    with pytest.raises(Refusal, match="the next possible end is 2028-03-01"):
        ordering.end(later, "S1", on=date(2027, 3, 1), items=("S1-1",))
    former = order.replace(items=tuple(item.replace(term_months=None, notice_months=None, renewal=None) for item in order.items))
    assert ordering.find_contract(later, former)[0].committed_until == date(2028, 3, 1)  # agreed before terms were recorded


def test_a_mandate_is_imported_replaced_ended_and_erased(desk: Desk, tmp_path: Path) -> None:
    def states(files: str) -> dict[str, tuple[str, str]]:
        import_files(desk, write_folder(tmp_path / "a", {"customers.csv": files}))
        with desk.store.reading() as connection:
            return {one.reference: (one.iban, one.state) for one in mandates.find(connection).values()}

    assert states(SIGNED) == {"M-1": ("BE71096123456769", "active")}
    assert states(SIGNED) == {"M-1": ("BE71096123456769", "active")}
    moved = SIGNED.replace("BE71 0961 2345 6769", "NL91ABNA0417164300")
    assert states(moved) == {"M-1": ("NL91ABNA0417164300", "active")}
    again = moved.replace("M-1", "M-2")
    assert states(again) == {"M-1": ("NL91ABNA0417164300", "ended"), "M-2": ("NL91ABNA0417164300", "active")}
    without = CUSTOMERS.replace("Rue 1", "Rue 11")  # a file without these columns says nothing of mandates
    assert states(without)["M-2"] == ("NL91ABNA0417164300", "active")
    assert states(SIGNED.replace("M-1,BE71 0961 2345 6769,2027-01-05", ",,"))["M-2"] == ("NL91ABNA0417164300", "ended")
    erasing.erase_customer(desk, "K1", by="DPO", because="asked")
    with desk.store.reading() as connection:
        assert mandates.find(connection) == {}


def test_wrong_mandates_are_refused_at_their_cells(desk: Desk, tmp_path: Path) -> None:
    rows = (
        "K1,A,Rue 1,5000,Namur,BE,M-1,BE71 0961 2345 6768,2027-01-05\n"
        "K2,B,Rue 1,5000,Namur,BE,,BE71096123456769,2027-01-05\n"
        "K3,C,Rue 1,5000,Namur,BE,M_3,,2027-01-32\n"
        "K4,D,Rue 1,5000,Namur,BE,M-4,BE71096123456769,2027-01-05\n"
        "K5,E,Rue 1,5000,Namur,BE,M-4,BE71096123456769,2027-01-05\n"
    )

    def problems(folder: str, files: str) -> list[str]:
        with pytest.raises(Positioned) as refused:
            import_files(desk, write_folder(tmp_path / folder, {"customers.csv": files}))
        return [f"{problem.where}: {problem.code}" for problem in refused.value.problems]

    assert problems("a", HEAD + rows) == [
        "customers.csv:2:30: wrong-iban",
        "customers.csv:3:27: no-mandate",
        "customers.csv:3:44: no-mandate",
        "customers.csv:4:26: malformed",
        "customers.csv:4:30: empty-cell",
        "customers.csv:4:31: no-day",
        "customers.csv:6:26: mandate-twice",
    ]
    import_files(desk, write_folder(tmp_path / "b", {"customers.csv": SIGNED}))
    taken = HEAD + "K6,F,Rue 1,5000,Namur,BE,M-1,BE71096123456769,2027-01-05\n"
    assert problems("c", taken) == ["customers.csv:2:1: mandate-twice"]
    later = HEAD + "K6,F,Rue 1,5000,Namur,BE,M-6,BE71096123456769,2027-02-01\n"
    assert problems("d", later) == ["customers.csv:2:1: mandate-later"]


def test_a_customer_is_shown_with_its_mandates(call: Call, tmp_path: Path) -> None:
    assert call("import", str(write_folder(tmp_path / "a", {"customers.csv": SIGNED})))[0] == 0
    shown = json.loads(call("customer", "show", "K1", "--json")[1])
    assert shown["mandates"] == [{"reference": "M-1", "iban": "BE71096123456769", "signed_on": "2027-01-05", "state": "active"}]
    assert "M-1 of 2027-01-05, BE71096123456769, active" in call("customer", "show", "K1")[1]


def test_users_are_added_changed_and_listed(call: Call) -> None:
    ann = ("user", "add", "ann", "--full-name", "Ann Peeters", "--email", "ann@verrelis.example", "--role", "billing")
    assert call(*ann)[0] == 0
    code, _, output = call(*ann)
    assert (code, "user-exists" in output) == (4, True)
    assert call("user", "change", "ann", "--role", "admin", "--state", "disabled")[0] == 0
    (row,) = json.loads(call("user", "list", "--json")[1])["rows"]
    assert row == {
        "name": "ann",
        "full_name": "Ann Peeters",
        "email": "ann@verrelis.example",
        "role": "admin",
        "state": "disabled",
        "approves": None,
    }
    assert call("user", "change", "ann")[0] == 2
    assert call("user", "change", "bob", "--role", "admin")[0] == 2
    for name, email in (("Ann", "ann@verrelis.example"), ("bob", "bob")):
        code, _, output = call("user", "add", name, "--full-name", "B", "--email", email, "--role", "sales")
        assert (code, "wrong-user" in output) == (1, True)
