"""Income that was served and is on no invoice yet: accrued at the end of its month, undone on the next day, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from api.desk.billing_run import issue
from api.desk.closing import close_month
from api.desk.customer_changes import hold, release
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.journal_sheet import journal
from api.desk.report_parameters import Page
from api.store import journal_entries
from api.store.auditor import audit
from engine.dates import Period
from engine.documents.journal import JournalEntry
from tests.scenario.test_payments_from_banks import desk, january

__all__ = ("desk", "january")


def accruals(desk: Desk) -> list[JournalEntry]:
    """The entries of accruals in the order of the journal."""
    with desk.store.reading() as connection:
        every = journal_entries.each(connection, since=date(2027, 1, 1), until=date(2027, 6, 1))
        return [each for each in every if each.kind.startswith("accrual")]


def shown(entries: Sequence[JournalEntry]) -> list[tuple[str, ...]]:
    return [
        (each.kind, each.document, str(each.posted_on), *(f"{leg.account} {leg.debit - leg.credit}" for leg in each.postings))
        for each in entries
    ]


def test_what_was_served_and_not_invoiced_is_accrued(desk: Desk) -> None:
    """K1 is on hold in February: of 91.58 and twice 24.70 nothing is invoiced before March, and all else of February was."""
    company = desk.rulebook.company.model_copy(update={"accrual": "month"})
    desk = replace(desk, rulebook=replace(desk.rulebook, company=company))
    assert close_month(replace(desk, today=date(2027, 2, 1)), "2027-01").entries == 0, "all of January was invoiced in it"
    february, march = (replace(desk, today=day) for day in (date(2027, 2, 28), date(2027, 3, 8)))
    hold(february, "K1", "the address is disputed")
    issue(february, Selection(due_through=february.today))
    release(march, "K1")
    issue(march, Selection(due_through=march.today))
    assert (close_month(march, "2027-02").entries, close_month(march, "2027-02").entries) == (2, 0)
    assert shown(accruals(desk)) == [
        ("accrual", "K1 2027-02", "2027-02-28", "491000 140.98", "700100 -140.98"),
        ("accrual-undone", "K1 2027-02", "2027-03-01", "700100 140.98", "491000 -140.98"),
    ]
    page = journal(march, Period(date(2027, 2, 28), date(2027, 3, 2)), page=Page(2, "accrual K1 2027-02"))
    assert [row[1] for row in page.rows] == ["K1 2027-02"] * 2, "a page begins after an entry by its kind and name"
    assert close_month(replace(desk, today=date(2027, 4, 1)), "2027-03").entries == 0
    with desk.store.reading() as connection:
        assert audit(connection) == ()


def test_nothing_is_accrued_unless_the_company_says_so(desk: Desk) -> None:
    later = replace(desk, today=date(2027, 4, 1))
    assert [close_month(later, month).entries for month in ("2027-01", "2027-02", "2027-03")] == [0, 0, 0]
    assert accruals(desk) == []
