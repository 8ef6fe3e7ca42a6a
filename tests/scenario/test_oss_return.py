"""The return of the one-stop shop: states, rates and corrections of quarters, equal to what is posted as VAT of other states."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.desk.billing_run import issue
from api.desk.closing import close_vat
from api.desk.crediting import credit
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.oss_report import oss_return
from api.output.sheets import Sheet, as_csv, as_tree
from api.store import issued_documents
from engine.documents.credit import CreditSelection
from engine.problems import Refusal
from tests.scenario.conftest import CUSTOMERS, SMALL, write_folder

PRIVATE = CUSTOMERS.replace("vat_checked_on\n", "vat_checked_on,kind\n").replace("2027-01-02\n", "2027-01-02,business\n")
FILES = SMALL | {
    "customers.csv": PRIVATE
    + "F1,Anne Petit,Rue 9,75001,Paris,FR,fr,,f@petit.example,independent,,private\n"
    + "G1,Maria Pappas,Odos 1,10431,Athens,GR,en,,g@pappas.example,independent,,private\n",
    "subscriptions.csv": SMALL["subscriptions.csv"] + "F1,monthly,2026-05-01,1,SUB-CORE,1\nG1,monthly,2026-05-01,1,SUB-CORE,2\n",
}


@pytest.fixture
def on(desk_on: Callable[..., Desk], tmp_path: Path) -> Callable[[date], Desk]:
    """Opens the desk of a seller in the one-stop shop on a day; its two private customers abroad subscribe to an online service."""

    def open_on(day: date) -> Desk:
        desk = desk_on(day)
        company = desk.rulebook.company
        seller = company.seller.model_copy(update={"oss": True})
        return replace(desk, rulebook=replace(desk.rulebook, company=company.model_copy(update={"seller": seller})))

    import_files(open_on(date(2027, 1, 1)), write_folder(tmp_path / "files", FILES))
    return open_on


def rows(sheet: Sheet) -> list[tuple[str, ...]]:
    """The rows of a return without what is empty."""
    return [tuple(str(cell) for cell in row if cell is not None) for row in sheet.rows]


def test_a_quarter_and_its_corrections(on: Callable[[date], Desk]) -> None:
    assert rows(oss_return(on(date(2027, 1, 1)))) == []
    assert "nothing to declare" in str(oss_return(on(date(2027, 1, 1))).notes[1])
    for day in (date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)):
        issue(on(day), Selection(due_through=day))
    march = on(date(2027, 3, 31))
    sheet = oss_return(march)
    assert rows(sheet) == [("EL", "services", "24%", "549.48", "131.88"), ("FR", "services", "20%", "274.74", "54.96")]
    assert str(sheet.notes[0]) == "period 2027-Q1: 2027-01-01 to 2027-03-31; due on 2027-04-30"
    assert {name: str(total) for name, total in sheet.totals.items()} == {"base": "824.22", "vat": "186.84"}
    with march.store.reading() as connection:
        posted = issued_documents.entries(connection, since=date(2027, 1, 1), until=date(2027, 4, 1))
        french = [each.number for each in issued_documents.find_invoices(connection, customer="F1")]
        greek = [each.number for each in issued_documents.find_invoices(connection, customer="G1")]
    due = [leg.credit.minor - leg.debit.minor for entry in posted for leg in entry.postings if leg.account == "451800"]
    assert sum(due) == 186_84
    credit(march, greek[0], CreditSelection(whole=True))
    assert rows(oss_return(march))[0] == ("EL", "services", "24%", "366.32", "87.92"), "in its own quarter a credit note lowers it"
    april = on(date(2027, 4, 20))
    close_vat(april, "2027-Q1")
    credit(april, french[0], CreditSelection(whole=True))
    assert rows(oss_return(april, "2027-Q1"))[1] == ("FR", "services", "20%", "274.74", "54.96"), "what was handed in stays"
    assert rows(oss_return(april)) == [("FR", "-91.58", "-18.32", "2027-Q1")]
    assert as_csv(oss_return(april)).splitlines()[1] == "FR,,,,-91.58,-18.32,2027-Q1"
    assert json.loads(json.dumps(as_tree(oss_return(april))))["rows"][0]["corrects_quarter"] == "2027-Q1"


def test_only_quarters_are_declared(on: Callable[[date], Desk], desk_on: Callable[..., Desk]) -> None:
    with pytest.raises(Refusal, match="no quarter"):
        oss_return(on(date(2027, 1, 31)), "2027-01")
    assert "not registered" in str(oss_return(desk_on(date(2027, 1, 31))).notes[-1])
