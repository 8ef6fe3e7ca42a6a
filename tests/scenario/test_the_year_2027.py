"""The forecast of 1 January 2027 equals what is then invoiced month by month, and what an independent script calculates."""

import calendar
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.desk import reports
from api.desk.billing_run import invoices_of, issue
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.report_parameters import span
from engine.money import Money
from tests.conftest import FULL
from tests.scenario.independent_2027 import year

pytestmark = pytest.mark.proof
BY = ("month", "order-type")


def forecast_on(desk: Desk) -> dict[tuple[str, str], str]:
    """The desk's forecast of 2027, as the independent script tells it."""
    result = reports.forecast_figures(desk, BY, span(date(2027, 1, 1), date(2027, 12, 31), months=12))
    return {(str(row.month), str(row.order_type)): str(row.net) for row in result.rows}


def test_the_year_is_invoiced_as_it_was_forecast(desk_on: Callable[..., Desk], root: Path) -> None:
    first = desk_on(date(2027, 1, 1))
    import_files(first, root / "demo")
    forecast = forecast_on(first)
    assert forecast == {key: str(net) for key, net in year(root / "demo").items()}

    billed: dict[tuple[str, str], int] = defaultdict(int)
    numbers: list[str] = []
    months = range(1, 13) if FULL else range(1, 5)
    for month in months:
        last = date(2027, month, calendar.monthrange(2027, month)[1])
        desk = desk_on(last)
        report = issue(desk, Selection(due_through=last))
        assert report.held == ()
        assert issue(desk, Selection(due_through=last)).issued == ()
        for invoice in invoices_of(desk, report.issued):
            assert invoice.month == f"2027-{month:02}"
            billed[invoice.month, invoice.order_type] += invoice.net.minor
        numbers += report.issued
    assert forecast_on(desk) == forecast
    assert numbers == [f"2027-{at:05}" for at in range(1, len(numbers) + 1)]
    currency = first.rulebook.currency
    due = {key: net for key, net in forecast.items() if int(key[0][5:]) in months}
    assert {key: str(Money(billed[key], currency)) for key in due} == due
