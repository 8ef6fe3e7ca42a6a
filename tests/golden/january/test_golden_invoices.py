"""The golden invoices are those of the demo: billed without a database, they come to the same as they were expected, to the cent."""

from __future__ import annotations

import csv
from datetime import date

from api.importing.import_folder import Folder, read_folder_of_files
from api.workbench.golden_invoices import golden_invoices
from tests.golden.rulebooks import CHECKOUT, rulebook_of


def test_the_golden_invoices_of_the_shipped_files_are_those_that_were_expected() -> None:
    billed, begun = golden_invoices(read_folder_of_files(CHECKOUT / "demo"), rulebook_of("shipped"))
    assert begun.problems == ()
    assert billed.unbilled == ()
    with (CHECKOUT / "demo" / "expected-2027-01.csv").open(encoding="utf-8", newline="") as source:
        expected = [(row["customer"], row["order_type"], row["net"], row["vat"], row["gross"]) for row in csv.DictReader(source)]
    found = [(one.customer.id, one.order_type, str(one.net), str(one.vat), str(one.gross)) for one in billed.drafts]
    assert sorted(found) == sorted(expected)
    assert len(found) == 49


def test_reasons_cost_nothing_and_change_nothing() -> None:
    files = read_folder_of_files(CHECKOUT / "demo")
    traced, plain = (golden_invoices(files, rulebook_of("shipped"), tracing=tracing)[0] for tracing in (True, False))
    assert [one.net for one in traced.drafts] == [one.net for one in plain.drafts]


def test_a_year_is_planned_where_it_is_asked_for() -> None:
    files = read_folder_of_files(CHECKOUT / "demo")
    billed, _ = golden_invoices(files, rulebook_of("shipped"), months=12, tracing=False)
    days = [one.billing_date for one in billed.transactions if one.billing_date]
    assert date(2027, 12, 1) <= max(days) <= date(2027, 12, 31)


def test_files_without_a_row_give_no_invoice() -> None:
    files = Folder({"customers.csv": b"id,name,street,postcode,town,country,language,segment\n"})
    billed, begun = golden_invoices(files, rulebook_of("shipped"))
    assert (billed.drafts, begun.orders) == ((), ())
