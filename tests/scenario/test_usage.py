"""Usage at the desk, on both databases: reported, billed in arrears, corrected, imported, forecast, and verified."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from api.desk import measuring, ordering
from api.desk.billing_run import issue
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.explaining import explain
from api.desk.folder_import import import_files
from api.desk.measuring import Reported, ReportRequest
from api.desk.reports import forecast, forecast_figures
from api.refusals import Conflict, Positioned
from api.store.auditor import audit
from api.store.usage_reports import UsageFilter
from api.store.usage_tables import usage_reports
from engine.dates import Period
from engine.documents.usage_report import GivenReport
from engine.money import Quantity
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from tests.measured_company import CUSTOMERS, SUBSCRIPTIONS, measured_company
from tests.scenario.conftest import now, write_folder

DeskOn = Callable[[str], Desk]


@pytest.fixture(scope="module")
def book() -> Rulebook:
    """The rulebook of that company."""
    return read_rulebook(measured_company())


@pytest.fixture(params=["sqlite", "postgresql"])
def on(request: pytest.FixtureRequest, book: Rulebook, tmp_path: Path) -> Iterator[DeskOn]:
    """Opens the desk on a day, over a database of each kind in turn; the auditor must agree at the end."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'usage.sqlite'}" if is_sqlite else request.getfixturevalue("fresh_postgres_url")
    opened: list[Desk] = []

    def open_on(day: str) -> Desk:
        opened.append(open_desk(url, book, measured_company(), today=date.fromisoformat(day), now=now, author="test"))
        return opened[-1]

    files = {"customers.csv": CUSTOMERS, "subscriptions.csv": SUBSCRIPTIONS}
    import_files(open_on("2027-01-02"), write_folder(tmp_path / "data", files))
    yield open_on
    with opened[0].store.reading() as connection:
        problems = [str(problem) for problem in audit(connection)]
    for desk in opened:
        desk.close()
    assert problems == []


def report(
    desk: Desk,
    name: str,
    quantity: int,
    day: str | None = None,
    *,
    item: str = "S1-1",
    last: str | None = None,
    corrects: str | None = None,
) -> Reported:
    """Reports what an item used on a day, or from it to a last one."""
    first = date.fromisoformat(day) if day else date.min
    until = (date.fromisoformat(last) if last else first) + timedelta(days=1)
    given = GivenReport(id=name, item=item, start=first, until=until, quantity=Quantity.whole(quantity), corrects=corrects)
    return measuring.report(desk, ReportRequest(given=given, has_days=day is not None))


def run(on: DeskOn, day: str) -> int:
    """Issues what is due on a day; how many invoices."""
    desk = on(day)
    return len(issue(desk, Selection(due_through=desk.today), issued_on=desk.today).issued)


def transactions(desk: Desk, order: str) -> dict[str, tuple[str, str, str, bool]]:
    """The transactions of an order by identity: quantity, net, state, and whether they are expected."""
    _, found = ordering.find_order(desk, order)
    return {one.identity: (str(one.quantity), str(one.net), one.state, one.expected) for one in found}


def refused(desk: Desk, *words: object, **options: str) -> list[str]:
    """The codes of the problems of a report."""
    with pytest.raises(Refusal) as refusal:
        report(desk, *words, **options)  # type: ignore[arg-type]  # as report has them
    return [problem.code for problem in refusal.value.problems]


def test_usage_from_report_to_verified_invoices(on: DeskOn) -> None:
    january = on("2027-01-20")
    first = report(january, "U-1", 320, "2027-01-19")
    again = report(on("2027-01-21"), "U-1", 320, "2027-01-19")
    assert (again.report, first.is_known, again.is_known) == (first.report, False, True)
    with pytest.raises(Conflict):
        report(january, "U-1", 321, "2027-01-19")
    assert transactions(january, "S1")["S1-1|usage|2027-01-01|"] == ("320", "22.00", "planned", True)
    assert run(on, "2027-01-31") == 0
    assert run(on, "2027-02-01") == 2
    february = on("2027-02-03")
    assert report(february, "U-2", 100, "2027-01-31").report.late
    report(february, "U-3", -20, corrects="U-1")
    report(on("2027-02-27"), "U-4", 900, "2027-02-01", last="2027-02-26")
    march = on("2027-03-01")
    after = transactions(march, "S1")
    assert after["S1-1|usage|2027-01-01|"] == ("320", "22.00", "invoiced", False)
    assert after["S1-1|commitment|2027-01-01|"] == ("1", "28.00", "invoiced", False)
    assert after["S1-1|usage|2027-02-01|U-2"] == ("100", "0.00", "planned", False)
    assert after["S1-1|usage|2027-02-01|U-3"] == ("-20", "0.00", "planned", False)
    assert after["S1-1|usage|2027-02-01|"] == ("900", "80.00", "planned", False)
    assert after["S1-1|usage|2027-03-01|"] == ("650", "55.00", "planned", True)  # the mean of 400 and 900
    assert "U-2: 420 instead of 320 for 2027-01-01 to 2027-01-31" in str(explain(march, "S1-1|usage|2027-02-01|U-2").parts[0])
    assert run(on, "2027-03-01") == 2
    listed = [one.report.id for one in measuring.each_report(march, UsageFilter(item="S1-1"), after="U-1")]
    assert listed == ["U-2", "U-3", "U-4"]


def test_items_counted_together_are_planned_together(on: DeskOn, tmp_path: Path) -> None:
    good = "id,item,on,quantity\nA-1,S2-1,2027-01-10,800\nA-2,S3-1,2027-01-11,400\n"
    desk = on("2027-01-31")
    files = write_folder(tmp_path / "files", {"good.csv": good})
    assert [one.is_known for one in measuring.import_file(desk, files / "good.csv")] == [False, False]
    assert [one.is_known for one in measuring.import_file(desk, files / "good.csv")] == [True, True]
    february = on("2027-02-01")
    assert transactions(february, "S2")["S2-1|usage|2027-01-01|"][:2] == ("800", "80.00")
    assert transactions(february, "S3")["S3-1|usage|2027-01-01|"][:2] == ("400", "30.00")
    assert run(on, "2027-02-01") == 2
    assert report(february, "A-3", 100, "2027-01-12", item="S2-1").report.late
    assert transactions(february, "S2")["S2-1|usage|2027-02-01|A-3"][:2] == ("100", "5.00")
    march = forecast_figures(february, ("month",), Period(date(2027, 4, 1), date(2027, 5, 1)))
    assert str(march.net) == "165.00"  # 80.00 and 35.00 for scans, and 50.00 as the minimum of messages
    sheet = forecast(february, Period(date(2027, 4, 1), date(2027, 5, 1)))
    assert [str(note) for note in sheet.notes] == ["of which 165.00 in 4 transactions is expected usage"]
    with february.store.writing() as connection, pytest.raises(DatabaseError):
        connection.execute(usage_reports.update().values(quantity=1))


def test_a_file_with_a_mistake_is_refused_with_every_row(on: DeskOn, tmp_path: Path) -> None:
    bad = (
        "id,item,on,from,to,quantity,corrects\nB-1,S2-1,2027-01-10,,,1,\nB-2,S9-1,2027-01-10,,,1,\n"
        "B-3,S2-1,,2027-01-30,2027-02-01,1,\nB-4,S2-1,2027-01-12,,,-5,\n"
    )
    desk = on("2027-02-01")
    with pytest.raises(Positioned) as refusal:
        measuring.import_file(desk, write_folder(tmp_path / "files", {"bad.csv": bad}) / "bad.csv")
    assert [(problem.code, problem.where.line) for problem in refusal.value.problems if problem.where] == [
        ("unknown-document", 3),
        ("usage-over-periods", 4),
        ("negative-usage", 5),
    ]
    assert list(measuring.each_report(desk, UsageFilter())) == []


def test_what_cannot_be_reported_is_refused(on: DeskOn) -> None:
    desk = on("2027-01-20")
    report(desk, "U-1", 50, "2027-01-10")
    assert refused(desk, "U 2", 1, "2027-01-10") == ["usage-id"]
    assert refused(desk, "U-2", 1, "2027-01-21") == ["usage-in-future"]
    assert refused(desk, "U-2", 1, "2026-12-31") == ["usage-not-served"]
    assert refused(desk, "U-2", 1, "2027-01-12", last="2027-01-11") == ["usage-days"]
    assert refused(desk, "U-2", -51, corrects="U-1") == ["corrects-too-much"]
    assert refused(desk, "U-2", 1, "2027-01-12", corrects="U-9") == ["unknown-report"]
    assert refused(desk, "U-2", 1, "2027-01-12", item="S9-1") == ["unknown-document"]
    with pytest.raises(Refusal, match="reported-later"):
        ordering.end(desk, "S1", on=date(2027, 1, 10))
    with pytest.raises(Refusal, match="has-no-quantity"):
        ordering.change(desk, "S1", on=date(2027, 2, 1), item="S1-1", quantity=Quantity.whole(2))
