"""The return of the one-stop shop for a quarter, as a sheet: supplies by state, and corrections of earlier quarters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Final

from api.desk.closing import period_of
from api.desk.desk import Desk
from api.desk.report_parameters import Option
from api.output.sheets import Cell, Sheet
from api.store import issued_documents, vat_figures
from api.store.sql import Reading, chunks
from api.store.vat_figures import Declared
from engine.dates import Period, month_after
from engine.documents.invoice import CreditNote, Invoice
from engine.money import Money, Percent
from engine.phrases import phrase
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook
from engine.stages.reporting.oss_return import oss_supplies

NO_QUARTER: Final = Kind("not-a-quarter", "`{text}` is no quarter", "write it as 2027-Q1: this return is handed in by quarter")
_COLUMNS: Final = ("state", "supply", "dispatched_from", "rate", "base", "vat", "corrects_quarter")
_Sums = dict[tuple[str, str, str, Percent | None], tuple[Money, Money]]


def oss_return(
    desk: Desk, period: Annotated[str | None, Option("A quarter such as 2027-Q1 (default: that of the business date).")] = None
) -> Sheet:
    """Show the return of the one-stop shop: by state of consumption, goods or services, and rate; corrections by earlier quarter.

    It is due at the end of the month after the quarter, also where there is nothing to declare.
    """
    name, days = _quarter(desk, period)
    rulebook, nothing = desk.rulebook, Money(0, desk.rulebook.currency)
    sums: _Sums = {}
    with desk.store.reading() as connection:
        numbers = _declared(connection, rulebook, days)
        for some in chunks(numbers):
            documents = _documents(connection, some)
            of = {document.number: _quarter_of(document, documents, connection) for document in documents}
            for document in documents:
                earlier = of[document.number] if of[document.number] < _name_of(days.start) else ""
                for one in oss_supplies(document, rulebook):
                    key = (earlier, one.state, "" if earlier else one.supply, None if earlier else one.rate)
                    base, vat = sums.get(key, (nothing, nothing))
                    sums[key] = base + one.base, vat + one.vat
    rows = tuple(_row(key, amounts, rulebook) for key, amounts in sorted(sums.items(), key=_place) if amounts[0] or amounts[1])
    due = month_after(days.until, 1) - timedelta(days=1)
    notes = [phrase("period {period}: {begin} to {end}; due on {due}", period=name, begin=days.start, end=days.last, due=due)]
    notes += [] if rows else [phrase("there is nothing to declare: the return is handed in without amounts")]
    notes += (
        [] if rulebook.company.seller.oss else [phrase("the seller is not registered in the one-stop shop (`oss: no` in company.yaml)")]
    )
    totals = {name: sum((each[at] for each in sums.values()), nothing) for at, name in enumerate(("base", "vat"))}
    return Sheet(name="oss-return", columns=_COLUMNS, rows=rows, totals=totals, notes=tuple(notes))


def _quarter(desk: Desk, text: str | None) -> tuple[str, Period]:
    name, days = period_of(text or _name_of(desk.today))
    if "Q" not in name:
        raise refuse(NO_QUARTER, None, "/period", text=name)
    return name, days


def _name_of(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _declared(connection: Reading, rulebook: Rulebook, days: Period) -> list[str]:
    """The documents that are declared in a quarter and have supplies of the one-stop shop."""
    codes = [name for name, code in rulebook.vat_codes.items() if code.treatment == "oss"]
    role = rulebook.accounts.role("oss-vat-due")
    accounts = (rulebook.accounts.vat_due.number, *((role.number,) if role else ()))
    return sorted({one.number for one in Declared(connection, days, accounts).by_document(codes)}) if codes else []


def _documents(connection: Reading, numbers: Iterable[str]) -> list[Invoice | CreditNote]:
    wanted = list(numbers)
    notes = (note for number in wanted for note in issued_documents.find_credit_notes(connection, number=number))
    return [*issued_documents.find_invoices(connection, numbers=wanted), *notes]


def _quarter_of(document: Invoice | CreditNote, among: Iterable[Invoice | CreditNote], connection: Reading) -> str:
    """The quarter to which a document belongs: that of what it corrects, else that of its own tax point."""
    if not isinstance(document, CreditNote):
        return _name_of(document.tax_point)
    known = next((each.tax_point for each in among if each.number == document.corrects), None)
    before = known or vat_figures.tax_points(connection, [document.corrects]).get(document.corrects)
    return _name_of(before or document.tax_point)


def _row(key: tuple[str, str, str, Percent | None], amounts: tuple[Money, Money], rulebook: Rulebook) -> tuple[Cell, ...]:
    earlier, state, supply, rate = key
    dispatched = rulebook.company.seller.country if supply == "goods" else None
    return (state, supply or None, dispatched, None if rate is None else f"{rate}%", *amounts, earlier or None)


def _place(each: tuple[tuple[str, str, str, Percent | None], tuple[Money, Money]]) -> tuple[object, ...]:
    earlier, state, supply, rate = each[0]
    return (earlier, state, supply, -rate.fraction if rate is not None else 0)
