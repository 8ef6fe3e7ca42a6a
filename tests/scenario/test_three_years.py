"""Three simulated years with jumps, month ends, leap days and year ends at 23:30 UTC: each period is billed once, in order."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from api.desk.billing_run import issue
from api.desk.desk import open_desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.store import tables, transactions
from api.store.auditor import audit
from api.store.transaction_rows import TransactionFilter
from engine.documents.transaction_figures import TransactionFigures
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources
from tests.conftest import FULL
from tests.scenario.conftest import CUSTOMERS, write_folder

BEGIN, END = datetime(2026, 12, 31, 23, 30, tzinfo=UTC), datetime(2029, 12, 31, 23, 30, tzinfo=UTC)
SUBSCRIPTIONS = "customer,billing_type,activated_on,anchor_day,product,quantity\n" + "".join(
    f"K{1 + at % 2},{billing},{start},{anchor},{product},1\n"
    for at, (billing, start, anchor, product) in enumerate(
        [
            ("monthly", "2027-01-31", 31, "SUB-CORE"),
            ("monthly", "2027-01-30", 30, "SUB-AGENDA"),
            ("quarterly", "2027-11-29", 29, "SUB-CORE"),
            ("annual", "2028-02-29", 29, "SUB-AGENDA"),
            ("monthly", "2027-12-31", 1, "SUB-WS"),
            ("half-yearly", "2027-08-31", 31, "SUB-CORE"),
            ("annual", "2027-01-01", 1, "SUB-ACC"),
        ]
    )
)


def moments() -> list[datetime]:
    """When runs are made: at year ends and leap days at 23:30 UTC, with jumps of days to months between; in full at month ends too."""
    fixed = [BEGIN, END, *(datetime(year, 12, 31, 23, 30, tzinfo=UTC) for year in (2027, 2028))]
    fixed += [datetime(2028, 2, day, 23, 30, tzinfo=UTC) for day in (27, 28, 29)]
    if FULL:
        firsts = (datetime(year, month, 1, 23, 30, tzinfo=UTC) for year in (2027, 2028, 2029) for month in range(1, 13))
        fixed += [first - timedelta(days=1) for first in firsts if first > BEGIN]
    jumps, at, made = (1, 40, 1, 3, 89, 2, 27, 1, 33, 60) if FULL else (61, 30, 90, 1), BEGIN, list[datetime]()
    while (at := at + timedelta(days=jumps[len(made) % len(jumps)])) < END:
        made.append(at)
    return sorted({*fixed, *made})


@pytest.mark.proof
def test_three_years_tile_exactly_and_numbers_and_dates_never_go_back(
    tmp_path: Path, rulebook: Rulebook, sources: Sources, fresh_url: Callable[[], str]
) -> None:
    url, zone = fresh_url(), ZoneInfo(rulebook.company.time_zone)
    folder = write_folder(tmp_path / "data", {"customers.csv": CUSTOMERS, "subscriptions.csv": SUBSCRIPTIONS})
    for at in moments():
        today = at.astimezone(zone).date()
        desk = open_desk(url, rulebook, sources, today=today, now=lambda at=at: at)
        if at == BEGIN:
            assert today == date(2027, 1, 1)
            import_files(desk, folder)
        issue(desk, Selection(due_through=today), confirm=True)
        assert issue(desk, Selection(due_through=today), confirm=True).issued == ()
        desk.close()
    desk = open_desk(url, rulebook, sources, today=today, now=lambda: END)
    with desk.store.reading() as connection:
        assert audit(connection) == ()
        figures = transactions.find(connection, TransactionFilter())
        items, columns = tables.items.c, tables.issued.c
        starts = {row.id: row.activated_on for row in connection.execute(select(items.id, items.activated_on))}
        rows = connection.execute(select(columns.issued_on, columns.issued_at, columns.number).order_by(columns.number)).all()
    desk.close()
    assert rows[-1].issued_on == date(2030, 1, 1)
    assert [(row.issued_on, row.issued_at) for row in rows] == sorted((row.issued_on, row.issued_at) for row in rows)
    assert {row.number[:4] for row in rows} == {str(year) for year in (2027, 2028, 2029, 2030)}
    check_tiling(figures, today, starts)


def check_tiling(figures: Iterable[TransactionFigures], today: date, starts: Mapping[str, date]) -> None:
    """Fails unless the periods of each item follow one another without a gap, and exactly those that are due are on invoices."""
    by_item: dict[str, list[TransactionFigures]] = {}
    for one in figures:
        by_item.setdefault(one.item, []).append(one)
    assert len(by_item) == 7
    for item, of_item in by_item.items():
        periods = [one.service_period for one in of_item]
        assert [period.start for period in periods[:1] if period] == [starts[item]], item
        assert all(before and after and before.until == after.start for before, after in pairwise(periods)), item
        for one in of_item:
            assert (one.invoice is not None) == (
                one.billing_date is not None and one.billing_date - timedelta(days=one.invoice_lead) <= today
            ), one.identity
