"""What is open on any day and how old it is, and what a VAT return declares: after payments, credit notes and closed periods."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.desk.closing import close_month, close_vat
from api.desk.crediting import credit
from api.desk.desk import Desk
from api.desk.entry_trees import settling_entries
from api.desk.open_items_report import ageing, open_items
from api.desk.paying import match_by_hand
from api.desk.report_parameters import Page
from api.desk.vat_reports import annual_listing, ic_listing, vat, vat_documents
from api.output.sheets import Sheet
from api.store.auditor import audit
from engine.documents.credit import CreditSelection
from engine.documents.invoice import Invoice
from engine.money import Money
from engine.problems import Refusal
from tests.bank_writers import coda_text
from tests.scenario.test_payments_from_banks import DAY, EUR, desk, invoices, january, paid, statement, take

__all__ = ("desk", "invoices", "january")


def rows(sheet: Sheet, *names: str) -> list[tuple[str, ...]]:
    return [tuple(str(dict(zip(sheet.columns, row, strict=True))[name]) for name in names) for row in sheet.rows]


def test_what_is_open_is_as_it_was_on_any_day(desk: Desk, invoices: tuple[Invoice, ...], tmp_path: Path) -> None:
    first, second, third, credited = invoices
    ten, owners = Money(10_00, EUR), {each.number: each.customer.id for each in invoices}
    movements = (
        paid(1, first.gross, text=first.number),
        paid(2, second.gross - ten, text=second.number),
        paid(3, third.gross + ten, text=third.number),
    )
    take(desk, tmp_path, coda_text(statement(desk, *movements)))
    later = replace(desk, today=date(2027, 3, 20))

    def open_on(day: date, **asked: object) -> list[tuple[str, ...]]:
        return rows(open_items(later, day, **asked), "document", "customer", "open")  # type: ignore[arg-type]  # options by name

    by_place = sorted((first, second, third), key=lambda one: (one.customer.id, one.number))
    before = [(one.number, owners[one.number], str(one.gross)) for one in by_place]
    assert open_on(date(2027, 2, 2)) == before
    assert open_on(date(2027, 1, 30)) == []
    assert open_on(DAY) == [(second.number, owners[second.number], "10.00")]
    assert open_on(DAY, customer="nobody") == []
    assert open_on(DAY, overdue=True) == []
    assert open_on(later.today, overdue=True) == open_on(DAY)
    sheet = open_items(later)
    assert rows(sheet, "days_late") == [(str((later.today - second.due_on).days),)]
    assert sheet.totals["open"] == ten
    assert rows(sheet.sections[0], "customer", "payment", "unallocated") == [(owners[third.number], "P000003", "10.00")]
    page = open_items(later, date(2027, 2, 2), page=Page(1))
    assert page.next == by_place[0].number
    rest = open_items(later, date(2027, 2, 2), page=Page(10, page.next))
    assert rows(page, "document") + rows(rest, "document") == [(one[0],) for one in before]
    assert page.totals == rest.totals
    with pytest.raises(Refusal):
        open_items(later, page=Page(1, "2026-99999"))
    aged = ageing(later)
    assert rows(aged, "customer", "not_due", "late_to_30", "open") == [(owners[second.number], "0.00", "10.00", "10.00")]
    assert {str(each.gross) for each in invoices if each is not credited}
    for sums in (ageing(later, date(2027, 2, 2)),):
        assert sums.totals["open"] == sums.totals["not_due"] == first.gross + second.gross + third.gross
    match_by_hand(later, "P000003", [second.number])
    assert open_items(later).rows == ()
    assert open_items(later, DAY).totals["open"] == ten


def grids(sheet: Sheet) -> dict[str, str]:
    return dict(rows(sheet, "grid", "amount"))  # type: ignore[arg-type]  # two cells a row


def test_a_late_document_is_declared_in_the_first_period_that_is_open(desk: Desk, invoices: tuple[Invoice, ...]) -> None:
    first, *_, credited = invoices
    base = sum((each.net for each in invoices), Money(0, EUR))
    tax = sum((each.vat for each in invoices), Money(0, EUR))
    january = {"03": str(base), "54": str(tax), "49": str(credited.net), "64": str(credited.vat)}
    assert grids(vat(desk)) == january
    net, of_codes = vat(desk).sections
    assert rows(net, "grids", "amount")[-1] == ("54 - 64", str(tax - credited.vat))
    assert rows(of_codes, "code", "base", "vat", "credited", "credited_vat") == [
        ("V21", str(base), str(tax), str(credited.net), str(credited.vat))
    ]
    later = replace(desk, today=date(2027, 2, 10))
    close_vat(later, "2027-01")
    credit(replace(later, today=date(2027, 2, 11)), first.number, CreditSelection(whole=True))
    assert grids(vat(later, "2027-01")) == january
    assert grids(vat(later, "2027-02")) == {"49": str(first.net), "64": str(first.vat)}
    assert grids(vat(later, "2027-Q1"))["49"] == str(first.net + credited.net)
    documents = vat_documents(later, "2027-01", grid="03", page=Page(2))
    assert rows(documents, "document", "base") == [(each.number, str(each.net)) for each in invoices[:2]]
    rest = vat_documents(later, "2027-01", grid="03", page=Page(10, documents.next))
    assert rows(rest, "document", "vat") == [(each.number, str(each.vat)) for each in invoices[2:]]
    assert vat_documents(later, "2027-01", code="V06").rows == ()
    assert ic_listing(later, "2027-01").rows == ()
    listed = {number: (turnover, of) for number, turnover, of in rows(annual_listing(later, "2027"), "vat_number", "turnover", "vat")}
    left = [each for each in invoices if each not in (first, credited)]
    for number in {each.customer.vat_number for each in left}:
        own = sum((each.net for each in left if each.customer.vat_number == number), Money(0, EUR))
        assert listed.get(str(number), ("",))[0] == (str(own) if own > Money(250_00, EUR) else "")
    for wrong in ("27", "year"):
        with pytest.raises(Refusal, match="is no year"):
            annual_listing(later, wrong)
    with pytest.raises(Refusal, match="is no month or quarter"):
        vat(later, "2027-13")


def test_income_past_the_month_is_deferred_and_recognised_when_months_are_closed(desk: Desk, invoices: tuple[Invoice, ...]) -> None:
    """700.56 from 15 January to 14 April, 90 days, issued on 31 January: 17, 45, 76 and 90 days of it are earned at the ends of months."""
    company = desk.rulebook.company.model_copy(update={"deferral": "month"})
    later = replace(desk, rulebook=replace(desk.rulebook, company=company), today=date(2027, 5, 3))
    quarter = invoices[2]
    posted = []
    for month in ("2027-01", "2027-02", "2027-03", "2027-04"):
        if month == "2027-03":
            credit(replace(later, today=date(2027, 3, 5)), quarter.number, CreditSelection(whole=True))
        assert close_month(later, month).entries == (1 if month < "2027-03" else 2)
        assert not close_month(later, month).entries
        entries = [*settling_entries(later, quarter.number), *settling_entries(later, "C2027-00002")]
        legs = [leg for entry in entries for leg in entry.postings if leg.role == "deferred"]
        left = sum((leg.credit - leg.debit for leg in legs), Money(0, EUR))
        posted.append((entries[-1].document, str(entries[-1].posted_on), str(legs[-1].debit), str(legs[-1].credit), str(left)))
        with later.store.reading() as connection:
            assert audit(connection) == ()
    assert posted == [
        (quarter.number, "2027-01-31", "0.00", "568.23", "568.23"),
        (f"{quarter.number} 2027-02", "2027-02-28", "217.95", "0.00", "350.28"),
        ("C2027-00002", "2027-03-05", "108.98", "0.00", "0.00"),
        ("C2027-00002 2027-04", "2027-04-30", "0.00", "108.98", "0.00"),
    ]
    assert close_month(replace(desk, today=date(2027, 6, 2)), "2027-05").entries == 0, "off, unless the company says otherwise"
