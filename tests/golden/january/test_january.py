"""January 2027 of the demo company from its CSV files: its 49 invoices as text, some as XML, and all as they were expected."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from api.desk.billing_run import invoices_of, issue
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.open_items_report import ageing, open_items
from api.desk.vat_reports import annual_listing, ic_listing, vat
from api.rulebook_folder import read_folder
from engine.documents.invoice import Invoice
from engine.stages.posting.documents import post
from engine.writing import plain
from engine.writing.cii import cross_industry_invoice as cii
from engine.writing.ubl import e_invoice
from tests.golden.golden import Golden, GoldenXml
from tests.golden.rulebooks import CHECKOUT, rulebook_of

LAST = date(2027, 1, 31)
NUMBERS = [f"2027-{number:05}" for number in range(1, 50)]
AS_XML = {"C003": "advance", "C010": "subscription", "C051": "abroad", "C060": "switzerland"}
"""Customers whose January shows each kind of XML: an advance invoice, a plain one, goods and services abroad, category O."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk after one run on 31 January over the shipped files."""
    rulebook, sources = rulebook_of("shipped"), read_folder(CHECKOUT)
    address = f"sqlite:///{tmp_path_factory.mktemp('january') / 'desk.sqlite'}"
    desk = open_desk(address, rulebook, sources, today=LAST, now=lambda: datetime(2027, 1, 31, 9, 0, tzinfo=UTC), author="test")
    import_files(desk, CHECKOUT / "demo")
    issue(desk, Selection(due_through=LAST))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def january(desk: Desk) -> dict[str, Invoice]:
    """The invoices of that run, by number."""
    return {invoice.number: invoice for invoice in invoices_of(desk, NUMBERS) if isinstance(invoice, Invoice)}


def test_there_are_the_invoices_that_were_expected_and_no_others(january: dict[str, Invoice]) -> None:
    assert list(january) == NUMBERS
    with (CHECKOUT / "demo" / "expected-2027-01.csv").open(encoding="utf-8", newline="") as source:
        expected = list(csv.DictReader(source))
    found = [
        {
            "customer": invoice.customer.id,
            "order_type": invoice.order_type,
            "lines": str(len(invoice.lines)),
            "net_by_category_and_rate": " ".join(f"{one.category}{one.rate}:{one.base}" for one in invoice.vat_breakdown),
            "net": str(invoice.net),
            "vat": str(invoice.vat),
            "gross": str(invoice.gross),
        }
        for invoice in january.values()
    ]
    in_order = {"subscription": 0, "investment": 1, "advertising": 2}
    assert found == sorted(expected, key=lambda row: (row["customer"], in_order[row["order_type"]]))


@pytest.mark.filterwarnings("ignore:\\s*Can not relate:UserWarning")  # a golden is named for its case, not for its test
@pytest.mark.parametrize("number", NUMBERS)
def test_the_text_of_an_invoice(number: str, january: dict[str, Invoice], snapshot: SnapshotAssertion) -> None:
    invoice = january[number]
    text = plain.write(invoice, post(invoice, rulebook_of("shipped")))
    assert text == snapshot(name=number, extension_class=Golden)
    assert all(len(line) <= plain.WIDTH for line in text.splitlines())


@pytest.mark.filterwarnings("ignore:\\s*Can not relate:UserWarning")  # as above
@pytest.mark.parametrize("customer", AS_XML)
def test_the_xml_of_an_invoice(customer: str, january: dict[str, Invoice], snapshot: SnapshotAssertion) -> None:
    invoice = next(one for one in january.values() if one.customer.id == customer)
    if AS_XML[customer] in ("advance", "abroad"):
        invoice = next(one for one in january.values() if one.customer.id == customer and one.order_type == "investment")
    assert e_invoice.write(invoice).decode() == snapshot(name=AS_XML[customer], extension_class=GoldenXml)


@pytest.mark.filterwarnings("ignore:\\s*Can not relate:UserWarning")  # as above
def test_an_invoice_as_a_cross_industry_invoice(january: dict[str, Invoice], snapshot: SnapshotAssertion) -> None:
    customer = next(customer for customer, name in AS_XML.items() if name == "abroad")
    invoice = next(one for one in january.values() if one.customer.id == customer and one.order_type == "investment")
    assert cii.write(invoice).decode() == snapshot(name="abroad-cii", extension_class=GoldenXml)


def test_everything_is_written_and_nothing_else(january: dict[str, Invoice]) -> None:
    kept = {path.stem for path in (Path(__file__).parent / "expected").glob("*.txt")}
    assert kept == set(january)


def test_the_vat_return_of_january_is_what_one_adds_up_by_hand(desk: Desk) -> None:
    """The net by category and rate of demo/expected-2027-01.csv, added up by hand; VAT is 21% of 46,993.69 and 6% of 185.47."""
    sheet = vat(desk, "2027-01")
    net = sheet.sections[0]
    assert [(str(box), str(amount)) for box, amount in sheet.rows] == [
        ("01", "185.47"), ("03", "46993.69"), ("44", "1634.41"), ("46", "854.10"), ("47", "1615.53"), ("54", "9879.80"),
    ]  # fmt: skip
    assert [(str(boxes), str(amount)) for boxes, amount in net.rows] == [
        ("44 + 46 - 48", "2488.51"), ("00 + 01 + 02 + 03 + 45 + 47 - 49", "48794.69"), ("54 - 64", "9879.80"),
    ]  # fmt: skip
    assert [tuple(map(str, row[:4])) for row in ic_listing(desk, "2027-01").rows] == [
        ("DE", "999999000", "S", "329.28"), ("FR", "42999999006", "S", "282.98"), ("LU", "99999984", "L", "854.10"),
        ("LU", "99999984", "S", "847.21"), ("NL", "999990007B01", "S", "174.94"),
    ]  # fmt: skip
    (arcades,) = [row for row in annual_listing(desk, "2027").rows if row[1] == "Groupe Optivallon"]
    assert tuple(map(str, arcades)) == ("BE0999940831", "Groupe Optivallon", "26219.82", "5478.35")
    owed = open_items(desk).totals["open"], ageing(desk).totals["not_due"], ageing(desk).totals["open"]
    assert [str(each) for each in owed] == ["61163.00"] * 3
    assert open_items(desk, None, overdue=True).rows == ()
