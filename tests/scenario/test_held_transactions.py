"""What is stored as held and what the report of what is held back says: the same after each verb that holds or mends, before any run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.desk.billing_run import issue
from api.desk.customer_changes import change, hold, release, vat_checked
from api.desk.customer_merging import merge
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.reports import held_back, net_of, open_sums
from api.store import transactions
from api.store.transaction_rows import TransactionFilter
from engine.phrases import say
from tests.scenario.conftest import CUSTOMERS, SMALL, write_folder

FILES = SMALL | {
    "customers.csv": CUSTOMERS + "F1,Lunettes FR,Rue 9,75001,Paris,FR,fr,FR40303265045,f@lunettes.example,independent,\n",
    "subscriptions.csv": SMALL["subscriptions.csv"] + "F1,monthly,2026-11-01,1,SUB-CORE,1\n",
}
JANUARY = date(2027, 1, 31)
DISPUTED = "the customer is on hold: the address is disputed"


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """The desk at the end of January, with a customer of France whose VAT number was not checked."""
    url = None if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    desk_on: Callable[..., Desk] = request.getfixturevalue("desk_on")
    opened = desk_on(JANUARY, url)
    import_files(opened, write_folder(tmp_path / "files", FILES))
    return opened


def held(desk: Desk) -> tuple[list[tuple[str, str]], str]:
    """The customers with something stored as held, each with the reason, and what it comes to; the report must name all of them."""
    with desk.store.reading() as connection:
        stored = transactions.find(connection, TransactionFilter(states=("held",)))
    sums = open_sums(desk, TransactionFilter(states=("held",)), (), desk.horizon)
    net = net_of(sums, desk)
    assert net.minor == sum(one.net.minor for one in stored)
    result = sorted({(one.customer, say(one.held_because or "", "en")) for one in stored})
    reported = {(str(row[0]), say(str(row[4]), "en")) for row in held_back(desk).rows}
    assert reported >= set(result), "the report, which drafts anew, also names what no run held yet"
    return result, str(net)


def test_a_hold_holds_what_is_due_and_a_release_frees_it(desk: Desk) -> None:
    assert held(desk) == ([], "0.00")
    hold(desk, "K1", "the address is disputed")
    due = held(desk)
    assert due == ([("K1", DISPUTED)], "1181.98"), "91.58, 2 × 24.70, and 30% of 3,470.00"
    report = issue(desk, Selection(due_through=JANUARY, customer="K1"))
    assert (report.issued, held(desk)) == ((), due), "a run holds the same"
    release(desk, "K1")
    assert held(desk) == ([], "0.00")
    assert len(issue(desk, Selection(due_through=JANUARY, customer="K1")).issued) == 2


def test_what_a_released_customer_must_still_mend_says_so(desk: Desk) -> None:
    issue(desk, Selection(due_through=JANUARY))
    unchecked = held(desk)
    assert unchecked[0] == [("F1", "VAT number not verified")]
    hold(desk, "F1", "the address is disputed")
    assert held(desk) == ([("F1", DISPUTED)], unchecked[1])
    release(desk, "F1")
    assert held(desk) == unchecked, "the release frees of the hold alone"
    change(desk, "F1", {"street": "Rue 10"}, {})
    assert held(desk) == unchecked
    vat_checked(desk, "F1", on=JANUARY, result="valid", consultation=None, by="Ann")
    assert held(desk) == ([], "0.00")


def test_the_hold_of_a_merged_customer_holds_what_it_joins(desk: Desk) -> None:
    hold(desk, "K2", "the address is disputed")
    change(desk, "K2", {"vat_number": None}, {})
    merge(desk, "K2", "K1")
    assert held(desk)[0] == [("K1", DISPUTED)]
