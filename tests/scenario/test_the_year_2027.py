"""The forecast of 1 January 2027 equals what is then invoiced month by month, and what an independent script calculates.

On both databases, with the same bytes; and a snapshot of that forecast is what became of it, to the cent.
"""

import calendar
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.desk import reports
from api.desk.billing_run import invoices_of, issue
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.reconciling import reconcile, snapshots, store_snapshot
from api.desk.report_parameters import FIRST_PAGE, month_of_text, span
from api.e_invoicing.rule_identity import CEN, PEPPOL, UBL
from api.e_invoicing.validator import Validator
from api.store import issued_documents
from engine.money import Money
from tests.conftest import FULL
from tests.scenario.independent_2027 import year

pytestmark = pytest.mark.proof
BY = ("month", "order-type")
MONTHS = range(1, 13) if FULL else range(1, 4)
DeskOn = Callable[[date], Desk]
Issued = dict[str, tuple[str, bytes]]
"""The canonical JSON and the XML of each document, by number."""


def forecast_on(desk: Desk) -> dict[tuple[str, str], str]:
    """The desk's forecast of 2027, as the independent script tells it."""
    result = reports.forecast_figures(desk, BY, span(date(2027, 1, 1), date(2027, 12, 31), months=12))
    return {(str(row.month), str(row.order_type)): str(row.net) for row in result.rows}


def issue_the_year(on: DeskOn, demo: Path) -> Issued:
    """Bills the year as it was forecast; gives what was issued."""
    first = on(date(2027, 1, 1))
    import_files(first, demo)
    snapshot = store_snapshot(first, "first")
    forecast = forecast_on(first)
    assert forecast == {key: str(net) for key, net in year(demo).items()}
    billed: dict[tuple[str, str], int] = defaultdict(int)
    numbers: list[str] = []
    for month in MONTHS:
        desk = on(date(2027, month, calendar.monthrange(2027, month)[1]))
        report = issue(desk, Selection(due_through=desk.today))
        assert report.held == ()
        assert issue(desk, Selection(due_through=desk.today)).issued == ()
        for invoice in invoices_of(desk, report.issued):
            assert invoice.month == f"2027-{month:02}"
            billed[invoice.month, invoice.order_type] += invoice.net.minor
        numbers += report.issued
    assert forecast_on(desk) == forecast
    assert numbers == [f"2027-{at:05}" for at in range(1, len(numbers) + 1)]
    due = {key: net for key, net in forecast.items() if int(key[0][5:]) in MONTHS}
    assert {key: str(Money(billed[key], first.rulebook.currency)) for key in due} == due
    assert snapshots(desk) == (snapshot,)
    reconcile_the_year(desk, forecast)
    with desk.store.reading() as connection:
        return {number: stored for number in numbers if (stored := issued_documents.stored_bytes(connection, number))}


def reconcile_the_year(desk: Desk, forecast: dict[tuple[str, str], str]) -> None:
    """What is invoiced in each month, and all that is planned, is as the snapshot says."""
    for month in MONTHS:
        period = month_of_text(f"2027-{month:02}")
        result = reconcile(desk, "first", period=period, customer=None, only_invoiced=True, page=FIRST_PAGE)
        assert (result.differences, result.differing, result.forecast) == ((), 0, result.now)
        assert str(result.now) == str(reports.forecast_figures(desk, ("month",), period).net)
    whole = reconcile(desk, "first", period=None, customer=None, only_invoiced=False, page=FIRST_PAGE)
    assert (whole.differences, whole.forecast, whole.now) == ((), whole.snapshot.net, whole.snapshot.net)


def test_the_year_is_invoiced_as_it_was_forecast(
    fresh_postgres_url: str, desk_on: Callable[..., Desk], root: Path, validator: Validator
) -> None:
    on_sqlite = issue_the_year(desk_on, root / "demo")
    on_postgresql = issue_the_year(lambda day: desk_on(day, fresh_postgres_url), root / "demo")
    assert on_sqlite == on_postgresql
    every_one_is_valid([xml for _, xml in on_sqlite.values()], validator)


def every_one_is_valid(documents: list[bytes], validator: Validator) -> None:
    """Each document that was issued is valid under the official rules: all under those of its syntax, many under those of Peppol too."""
    valid: Counter[str] = Counter()
    for verdict in (one for at in range(0, len(documents), 100) for one in validator.verdicts(documents[at : at + 100])):
        assert verdict.is_valid, verdict.reason
        valid.update(one.rule_set for one in verdict.outcomes if one.applied)
    assert valid[UBL] == valid[CEN] == len(documents) > 45 * len(MONTHS)
    assert len(documents) > valid[PEPPOL] > len(documents) // 2
    assert sum(valid.values()) == valid[UBL] + valid[CEN] + valid[PEPPOL]
