"""Payment terms agreed for an order count before those of its customer, whether a file, a quote or a verb names them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from getpass import getuser
from pathlib import Path

import pytest
from lxml import etree

from api.cli import main
from api.desk import ordering, quoting
from api.desk.billing_run import Selection, invoices_of, issue
from api.desk.desk import Desk
from api.desk.folder_import import import_files
from api.desk.quote_acceptance import Acceptance, accept
from api.desk.quoting import Requested
from api.refusals import Positioned
from api.store import issued_documents, quotes
from engine.documents.invoice import Invoice
from engine.problems import Refusal
from tests.scenario.conftest import CUSTOMERS, write_folder

JANUARY = date(2027, 1, 31)
"""A Sunday: 30 days later it is 2 March, and 30 days after the end of the month too."""
MIDDLE = date(2027, 1, 15)
BUYERS = CUSTOMERS.replace("vat_checked_on", "vat_checked_on,payment_terms").replace("02\n", "02,30-days-end-of-month\n")
FILES = {
    "customers.csv": BUYERS,
    "investments.csv": "customer,signed_on,product,quantity,payment_plan,order,payment_terms\n"
    "K1,2027-01-07,SRV-TRAIN,1,at-signature,I1,30-days\n"
    "K1,2027-01-07,SRV-TRAIN,2,at-signature,I2,\n",
    "quotes.csv": "customer,on,product,quantity,payment_plan,payment_terms\nK2,2027-01-10,SRV-TRAIN,2,at-signature,30-days\n",
}


@pytest.fixture
def desk(desk_on: Callable[[date], Desk], tmp_path: Path) -> Desk:
    """A desk in the middle of January, with an order of terms of its own, one without, and a quote with terms."""
    opened = desk_on(MIDDLE)
    import_files(opened, write_folder(tmp_path / "data", FILES))
    return opened


def issued(desk: Desk) -> dict[str, Invoice]:
    return {invoice.orders[0]: invoice for invoice in invoices_of(desk, issue(desk, Selection(due_through=MIDDLE)).issued)}


def test_the_terms_of_the_order_count_before_those_of_its_customer(desk: Desk) -> None:
    (order,) = accept(desk, "Q2027-0001", Acceptance(on=MIDDLE)).orders
    assert order.payment_terms == "30-days"
    by_order = issued(desk)
    assert {name: (one.payment_terms, str(one.due_on)) for name, one in by_order.items()} == {
        "I1": ("30-days", "2027-02-14"),
        order.id: ("30-days", "2027-02-14"),
    }  # I1 and I2 share an invoice, on which the earliest due date counts
    assert by_order["I1"].orders == ("I1", "I2")
    with desk.store.reading() as connection:
        found = issued_documents.stored_bytes(connection, by_order["I1"].number)
    assert found is not None
    assert etree.fromstring(found[1]).findtext("{*}DueDate") == "2027-02-14"


def test_terms_are_set_and_taken_away_for_what_is_not_invoiced(desk: Desk) -> None:
    ordering.set_terms(desk, "I1", None)
    assert {one.payment_terms for one in issued(desk).values()} == {"30-days-end-of-month"}
    again = ordering.set_terms(desk, "I1", "30-days")
    assert (again.payment_terms, again.history[-1].what, again.history[-1].because) == ("30-days", "payment terms set", "30-days")
    assert ordering.set_terms(desk, "I1", "30-days") == again
    with pytest.raises(Refusal, match="there are no payment terms `90-days`"):
        ordering.set_terms(desk, "I1", "90-days")


def test_a_version_of_a_quote_has_its_terms_unless_it_names_others(desk: Desk) -> None:
    assert quoting.make_version(desk, "Q2027-0001", Requested(on=MIDDLE)).quote.payment_terms == "30-days"
    other = quoting.make_version(desk, "Q2027-0001", Requested(on=MIDDLE, payment_terms="30-days-end-of-month"))
    assert other.quote.payment_terms == "30-days-end-of-month"
    with pytest.raises(Refusal, match="there are no payment terms `90-days`"):
        quoting.make_version(desk, "Q2027-0001", Requested(on=MIDDLE, payment_terms="90-days"))


def test_items_that_join_an_order_are_paid_by_its_terms(desk: Desk, tmp_path: Path) -> None:
    files = {
        "subscriptions.csv": "customer,billing_type,activated_on,product,quantity,order\nK2,monthly,2027-01-01,SUB-CORE,1,S1\n",
        "quotes.csv": "customer,on,product,quantity,payment_terms\nK2,2027-01-15,SUB-WS,1,30-days\n",
    }
    with pytest.raises(Positioned) as refused:
        import_files(desk, write_folder(tmp_path / "joining", files))
    (problem,) = refused.value.problems
    assert (str(problem.where), problem.code) == ("quotes.csv:2:1", "terms-of-the-order")
    files["subscriptions.csv"] = files["subscriptions.csv"].replace("order\n", "order,payment_terms\n").replace("S1", "S1,30-days")
    import_files(desk, write_folder(tmp_path / "alike", files))
    with desk.store.reading() as connection:
        assert quotes.find(connection)[-1].quote.payment_terms == "30-days"


def test_rows_of_one_order_or_quote_with_other_terms_are_refused_at_their_cells(desk: Desk, tmp_path: Path) -> None:
    files = {
        "investments.csv": FILES["investments.csv"].replace("I1", "I3").replace("I2,", "I3,30-days-end-of-month"),
        "quotes.csv": "customer,on,product,quantity,payment_terms\nK2,2027-01-11,SRV-TRAIN,2,30-days\nK2,2027-01-11,SRV-TRAIN,3,\n"
        "K2,2027-01-12,SRV-TRAIN,3,90-days\n",
    }
    with pytest.raises(Positioned) as refused:
        import_files(desk, write_folder(tmp_path / "wrong", files))
    assert [f"{problem.where}: {problem.code}" for problem in refused.value.problems] == [
        "investments.csv:3:43: two-payment-terms",
        "quotes.csv:3:1: two-terms-of-quote",
        "quotes.csv:4:27: unknown-name",
    ]


def test_the_commands_name_them(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    monkeypatch.setenv("CENTWRIGHT_TODAY", "2027-01-15")

    def call(*words: str) -> str:
        assert main.run(words) == 0
        return capfd.readouterr().out

    call("import", str(write_folder(tmp_path / "data", FILES)))
    made = call("quote", "make", "K1", "SRV-TRAIN=1", "--payment-plan", "at-signature", "--payment-terms", "30-days")
    assert "payment terms 30-days" in made
    assert json.loads(call("quote", "version", "Q2027-0002", "--payment-terms", "30-days-end-of-month", "--json"))["payment_terms"] == (
        "30-days-end-of-month"
    )
    assert json.loads(call("order", "terms", "I1", "30-days-end-of-month", "--json"))["payment_terms"] == "30-days-end-of-month"
    assert json.loads(call("order", "terms", "I1", "--json"))["payment_terms"] is None
    assert f"payment terms set by {getuser()}: those of the customer" in call("order", "show", "I1")
