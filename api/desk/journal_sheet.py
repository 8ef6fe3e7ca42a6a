"""The journal as a sheet: the postings of a period, by page, with the totals of all pages."""

from __future__ import annotations

from typing import Annotated

from api.desk.desk import Desk
from api.desk.report_parameters import FIRST_PAGE, Filling, Months, Page, no_row
from api.output.sheets import Sheet
from api.store import journal_entries
from engine.dates import Period
from engine.documents.journal import JournalEntry
from engine.money import Money
from engine.stages.reporting.journal_report import JournalRow

_COLUMNS = ("posted_on", "document", "customer", "account", "name", "debit", "credit", "due_on", "vat_code", "settles", "text")


def journal(desk: Desk, period: Annotated[Period, Months(1)], *, page: Page = FIRST_PAGE) -> Sheet:
    """Show the postings of a period (default: the calendar month of the business date). Totals are of all pages."""
    filling, (place, _) = Filling[JournalRow](page), page.place
    with desk.store.reading() as connection:
        begin = None if place is None else journal_entries.place_of(connection, place)
        if place is not None and begin is None:
            raise no_row(page.after)
        sums = journal_entries.sums(connection, since=period.start, until=period.until)
        for entry in journal_entries.each(connection, since=period.start, until=period.until, begin=begin):
            if not filling.add(journal_entries.name_of(entry), _rows(entry)):
                break
    debit, credit = (Money(minor, desk.rulebook.currency) for minor in sums)
    rows = tuple(tuple(getattr(row, name) for name in _COLUMNS) for row in filling.rows)
    return Sheet(name="journal", columns=_COLUMNS, rows=rows, totals={"debit": debit, "credit": credit}, next=filling.next)


def _rows(entry: JournalEntry) -> tuple[JournalRow, ...]:
    return tuple(JournalRow.of_entry(entry, leg) for leg in entry.postings)
