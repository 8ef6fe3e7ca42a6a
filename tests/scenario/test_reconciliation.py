"""A snapshot of the forecast, stored on a day, against what became of it: each difference with its cause, and sums that are exact."""

import calendar
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from api.desk import ordering, reports
from api.desk.billing_run import issue
from api.desk.crediting import credit
from api.desk.desk import Desk, open_desk, plan_everything
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.reconciling import Reconciliation, reconcile, reconciliation, store_snapshot
from api.desk.report_parameters import FIRST_PAGE, Page, month_of_text, span
from api.refusals import Conflict, Unknown
from api.rulebook_folder import read_folder
from engine.documents.credit import CreditSelection
from engine.money import Money, Price, Quantity
from engine.problems import Refusal
from engine.rulebook.reader import read_rulebook
from tests.scenario.conftest import CUSTOMERS, now, put_in_force, write_folder

DeskOn = Callable[[date], Desk]
FIRST = date(2027, 1, 1)
CORE, WS = "K1-subscription-2026-03-01-1", "K1-subscription-2026-03-01-2"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of each kind in turn."""
    return f"sqlite:///{tmp_path / 'life.sqlite'}" if request.param == "sqlite" else str(request.getfixturevalue("fresh_postgres_url"))


@pytest.fixture
def on(url: str, desk_on: Callable[..., Desk]) -> DeskOn:
    """Opens the desk on a day."""
    return lambda day: desk_on(day, url)


def compared(desk: Desk, month: str | None = None, *, invoiced: bool = False, page: Page = FIRST_PAGE) -> Reconciliation:
    """The reconciliation of the snapshot `first`; what it says adds up."""
    period = month_of_text(month) if month else None
    result = reconcile(desk, "first", period=period, customer=None, only_invoiced=invoiced, page=page)
    if result.next is None and page.after is None:
        assert result.forecast + sum_of(result) == result.now
    return result


def sum_of(result: Reconciliation) -> Money:
    """What the differences of a page come to."""
    return Money(sum(one.difference.minor for one in result.differences), result.now.currency)


def said(result: Reconciliation) -> list[tuple[str, str, str, str, str]]:
    """The differences in short."""
    return [(one.item, one.what, str(one.difference), one.cause, one.because) for one in result.differences]


def issue_months(on: DeskOn, months: range) -> Desk:
    """Bills some months of 2027, each on its last day."""
    for month in months:
        desk = on(date(2027, month, calendar.monthrange(2027, month)[1]))
        issue(desk, Selection(due_through=desk.today), confirm=True)
    return desk


def forecast_of(desk: Desk, month: str | None = None) -> str:
    """The net of the forecast of a month, or of the year."""
    period = month_of_text(month) if month else span(FIRST, date(2027, 12, 31), months=12)
    return str(reports.forecast_figures(desk, ("month",), period).net)


def test_steps_of_an_order_are_named_with_their_day_and_author(on: DeskOn, small: Path) -> None:
    import_files(on(FIRST), small)
    store_snapshot(on(FIRST), "first")
    issue_months(on, range(1, 2))
    desk = on(date(2027, 2, 10))
    order = ordering.order_of_item(desk, WS)
    ordering.change(desk, order, on=date(2027, 3, 1), item=WS, quantity=Quantity.whole(3))
    ordering.change(desk, order, on=date(2027, 4, 1), item=CORE, price=Price.parse("50", desk.rulebook.currency))
    result = compared(desk, "2027-03")
    assert [(item, what, cause) for item, what, _, cause, _ in said(result)] == [(WS, "amount", "step")]
    assert said(result)[0][4] == "changed on 2027-03-01: quantity 3, by test"
    assert str(result.now) == forecast_of(desk, "2027-03")
    later = compared(desk, "2027-04")
    assert [(item, cause, because) for item, _, _, cause, because in said(later)] == [
        (CORE, "step", "changed on 2027-04-01: price 50.00, by test"),
        (WS, "step", "changed on 2027-03-01: quantity 3, by test"),
    ]
    assert compared(desk, "2027-01").differences == ()
    assert compared(desk).differing > 20


def test_an_end_a_suspension_and_a_new_order_are_explained_and_pages_go_on(on: DeskOn, small: Path, tmp_path: Path) -> None:
    import_files(on(FIRST), small)
    store_snapshot(on(FIRST), "first")
    desk = on(date(2027, 2, 1))
    order = ordering.order_of_item(desk, CORE)
    ordering.suspend(desk, order, on=date(2027, 2, 15), items=(WS,))
    ordering.resume(desk, order, on=date(2027, 3, 15), items=(WS,))
    waived = ordering.Waived(by="Ann", because="moved away")
    ordering.end(desk, order, on=date(2027, 6, 1), items=(CORE,), waived=waived)
    import_files(
        desk,
        write_folder(tmp_path / "more", {"advertising.csv": "customer,product,quantity,first_month,months\nK1,ADV-NEWS,1,2027-03,2\n"}),
    )
    result = compared(desk)
    causes = {(one.item, one.what, one.cause) for one in result.differences}
    assert {(CORE, "gone", "step"), (WS, "amount", "step")} < causes
    assert any(one.item.startswith("K1-advertising") and one.what == "added" for one in result.differences)
    assert any("by Ann, because moved away" in one.because for one in result.differences)
    pages: list[Reconciliation] = [compared(desk, page=Page(1))]
    while pages[-1].next is not None:
        pages.append(compared(desk, page=Page(1, pages[-1].next)))
    assert len(pages) > 1
    assert tuple(one for page in pages for one in page.differences) == result.differences
    assert {page.now for page in pages} == {result.now}


def test_a_date_that_moves_leaves_one_month_and_enters_another(on: DeskOn, tmp_path: Path) -> None:
    investments = "customer,signed_on,product,quantity,payment_plan,expected_delivery\nK1,2026-12-07,HW-AIO,2,half-at-delivery,2027-02-20\n"
    import_files(on(FIRST), write_folder(tmp_path / "files", {"customers.csv": CUSTOMERS, "investments.csv": investments}))
    store_snapshot(on(FIRST), "first")
    desk = on(date(2027, 2, 1))
    (order,) = ordering.find_orders(desk, customer="K1")
    ordering.report_event(desk, order, "delivery.accepted", on=date(2027, 3, 5), reported=False)
    before, after = compared(desk, "2027-02"), compared(desk, "2027-03")
    assert {one.what for one in (*before.differences, *after.differences)} == {"date"}
    assert sum_of(before) == -sum_of(after)
    assert "delivery.accepted expected on 2027-03-05" in after.differences[0].because
    assert compared(desk).forecast == compared(desk).now


def test_another_rulebook_is_told_from_the_steps_of_an_order(on: DeskOn, url: str, small: Path, root: Path, tmp_path: Path) -> None:
    import_files(on(FIRST), small)
    store_snapshot(on(FIRST), "first")
    issue_months(on, range(1, 2))
    folder = tmp_path / "dearer"
    for part in ("catalog", "rules", "plans", "vat", "templates"):
        shutil.copytree(root / part, folder / part)
    shutil.copy(root / "company.yaml", folder)
    (folder / "catalog/price-books/book-2027-april.yaml").write_text(
        'kind: price-book\nid: book-2027-april\nfrom: 2027-04-01\nbased-on: book-2027\nindex:\n  - {factor: "1.1"}\n'
        "label: {fr: Avril, nl: April, en: April}\nbecause: Costs rose in March.\n",
        encoding="utf-8",
    )
    sources = read_folder(folder)
    dearer = open_desk(url, read_rulebook(sources), sources, today=date(2027, 3, 15), now=now, author="Bea")
    put_in_force(url, folder, date(2027, 3, 15))
    ordering.change(dearer, ordering.order_of_item(dearer, WS), on=date(2027, 5, 1), item=WS, quantity=Quantity.whole(3))
    in_memory = [compared(dearer, month) for month in ("2027-03", "2027-04", "2027-05")]
    plan_everything(dearer)
    results = [compared(dearer, month) for month in ("2027-03", "2027-04", "2027-05")]
    assert [said(one) for one in results] == [said(one) for one in in_memory]
    march, april, may = results
    assert march.differences == ()
    assert {(one.item, one.cause) for one in april.differences} >= {(CORE, "index"), (WS, "index")}
    assert all("price book book-2027-april" in one.because for one in april.differences)
    assert [(one.item, one.cause) for one in may.differences if one.item == WS] == [(WS, "step"), (WS, "index")]
    assert str(may.now) == forecast_of(dearer, "2027-05")
    issue(dearer, Selection(due_through=date(2027, 4, 30)), ahead=True, confirm=True)
    assert compared(dearer, "2027-04", invoiced=True).now == april.now
    dearer.close()


def test_against_what_is_invoiced_what_waits_is_told_and_credit_notes_stand_apart(on: DeskOn, tmp_path: Path, small: Path) -> None:
    customers = (
        small / "customers.csv"
    ).read_text() + "F1,Lunettes FR,Rue 9,75001,Paris,FR,fr,FR40303265045,f@lunettes.example,independent,\n"
    subscriptions = (small / "subscriptions.csv").read_text() + "F1,monthly,2026-05-01,1,SUB-CORE,1\n"
    files = {"customers.csv": customers, "subscriptions.csv": subscriptions}
    import_files(on(FIRST), write_folder(tmp_path / "held", files))
    store_snapshot(on(FIRST), "first")
    desk = issue_months(on, range(1, 2))
    result = compared(desk, "2027-01", invoiced=True)
    assert [(one.cause, one.what) for one in result.differences] == [("held", "gone")]
    assert result.differences[0].because.startswith("it is held: ")
    assert compared(desk, "2027-01").differences == ()
    assert {one.cause for one in compared(desk, "2027-02", invoiced=True).differences} == {"open"}
    note = credit(desk, "2027-00001", CreditSelection(whole=True), because="a mistake")
    sheet = reconciliation(desk, "first", month="2027-01")
    assert sheet.rows == ()
    (section,) = sheet.sections
    assert (section.name, section.rows[0][0], section.totals["net"]) == ("credit-notes", note.number, -note.net)


def test_a_snapshot_has_a_name_of_its_own_and_never_changes(on: DeskOn, small: Path) -> None:
    desk = on(FIRST)
    import_files(desk, small)
    stored = store_snapshot(desk, "first")
    assert (stored.author, stored.rulebook, stored.planned_through) == ("test", desk.rulebook.fingerprint, desk.horizon)
    with pytest.raises(Conflict):
        store_snapshot(desk, "first")
    with pytest.raises(Refusal):
        store_snapshot(desk, " ")
    with pytest.raises(Unknown):
        compared_as(desk, "second")


def compared_as(desk: Desk, name: str) -> Reconciliation:
    """The reconciliation of another snapshot."""
    return reconcile(desk, name, period=None, customer=None, only_invoiced=False, page=FIRST_PAGE)
