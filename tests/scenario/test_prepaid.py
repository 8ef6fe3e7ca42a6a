"""Prepaid amounts at the desk, on both databases: sold, drawn, corrected, refunded, lapsed, posted, packed and verified."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from api.desk import ordering
from api.desk.billing_run import invoices_of, issue
from api.desk.closing import close_month
from api.desk.crediting import credit, rebill
from api.desk.customer_details import find_customer
from api.desk.desk import Desk, open_desk
from api.desk.due_drafts import Selection
from api.desk.entry_trees import settling_entries
from api.desk.explaining import explain
from api.desk.folder_import import import_files
from api.desk.item_changes import Swap
from api.desk.month_pack import month_pack
from api.desk.order_verbs import End, Undo
from api.desk.prepaid_amounts import prepaid
from api.desk.report_parameters import Page
from api.desk.reports import forecast, forecast_figures
from api.refusals import Conflict
from api.store import issued_documents
from api.store.auditor import audit
from api.store.usage_tables import prepaid_movements
from engine.dates import Period
from engine.documents.credit import CreditLine, CreditSelection
from engine.documents.invoice import Invoice
from engine.money import Money
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources
from tests.measured_company import CUSTOMERS, prepaid_company
from tests.scenario.conftest import now, write_folder
from tests.scenario.test_tampering import tamper
from tests.scenario.test_usage import report, transactions

DeskOn = Callable[[str], Desk]
SUBSCRIPTIONS = """\
customer,order,billing_type,activated_on,anchor_day,product,quantity
K1,S1,monthly,2027-01-01,1,MESSAGES,
K1,S1,flat-rate,2027-01-05,,CREDIT,50
"""


@pytest.fixture(scope="module")
def sources() -> Sources:
    """The texts of a company that sells messages by use, and amounts in advance for them."""
    return prepaid_company()


@pytest.fixture(scope="module")
def book(sources: Sources) -> Rulebook:
    """Its rulebook."""
    return read_rulebook(sources)


@pytest.fixture(params=["sqlite", "postgresql"])
def on(request: pytest.FixtureRequest, book: Rulebook, sources: Sources, tmp_path: Path) -> Iterator[DeskOn]:
    """Opens the desk on a day, over a database of each kind in turn; the auditor must agree at the end."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'prepaid.sqlite'}" if is_sqlite else request.getfixturevalue("fresh_postgres_url")
    opened: list[Desk] = []

    def open_on(day: str) -> Desk:
        opened.append(open_desk(url, book, sources, today=date.fromisoformat(day), now=now, author="test"))
        return opened[-1]

    files = {"customers.csv": CUSTOMERS, "subscriptions.csv": SUBSCRIPTIONS}
    import_files(open_on("2027-01-04"), write_folder(tmp_path / "data", files))
    yield open_on
    with opened[0].store.reading() as connection:
        problems = [str(problem) for problem in audit(connection)]
    for desk in opened:
        desk.close()
    assert problems == []


def run(on: DeskOn, day: str) -> tuple[Invoice, ...]:
    """Issues what is due on a day."""
    desk = on(day)
    return invoices_of(desk, issue(desk, Selection(due_through=desk.today), issued_on=desk.today).issued)


def legs(desk: Desk, number: str) -> list[tuple[str, str]]:
    """The postings of a document and of the entries beside it; a credit is below zero."""
    with desk.store.reading() as connection:
        own = issued_documents.entry_of(connection, number)
    assert own is not None
    return [(leg.account, str(leg.debit - leg.credit)) for entry in (own, *settling_entries(desk, number)) for leg in entry.postings]


def left(desk: Desk, as_of: str | None = None) -> list[tuple[str, ...]]:
    """What became of each amount: sold, refunded, drawn, lapsed, left."""
    rows = prepaid(desk, None if as_of is None else date.fromisoformat(as_of), everything=True).rows
    return [tuple(map(str, row[5:])) for row in rows]


def test_what_is_sold_waits_until_usage_draws_it(on: DeskOn) -> None:
    january = on("2027-01-20")
    (sale,) = run(on, "2027-01-05")
    assert [(line.prepaid, str(line.net)) for line in sale.lines] == [("S1-2", "50.00")]
    assert (str(sale.net), str(sale.vat)) == ("50.00", "10.50")
    assert legs(january, sale.number) == [
        *(("4000", "60.50"), ("7050", "-50.00"), ("4510", "-10.50")),
        *(("7050", "50.00"), ("4931", "-50.00")),
    ]
    report(january, "U-1", 500, "2027-01-19")
    assert transactions(january, "S1")["S1-1|drawdown|2027-01-01|S1-2"] == ("-1", "-40.00", "planned", True)
    (used,) = run(on, "2027-02-01")
    assert [(str(line.net), line.detail) for line in used.lines] == [
        ("40.00", "100 included"),
        ("-40.00", "drawn from the prepaid amount of 2027-01-05, 10.00 left"),
    ]
    assert (str(used.net), str(used.gross)) == ("0.00", "0.00")
    february = on("2027-02-03")
    assert sorted(legs(february, used.number)) == sorted([("7050", "40.00"), ("7001", "-40.00"), ("4931", "40.00"), ("7050", "-40.00")])
    assert left(february) == [("50.00", "0.00", "40.00", "0.00", "10.00")]
    assert left(february, "2027-01-31") == [("50.00", "0.00", "0.00", "0.00", "50.00")]
    pages = [prepaid(february, page=Page(1, after)) for after in (None, "S1-2")]
    assert [(len(page.rows), page.next, str(page.totals["left"])) for page in pages] == [(1, None, "10.00"), (0, None, "10.00")]
    with pytest.raises(Refusal, match="there is no row `S1-1`"):
        prepaid(february, page=Page(1, "S1-1"))
    report(february, "U-2", 400, "2027-02-02")
    (beyond,) = run(on, "2027-03-01")
    assert [str(line.net) for line in beyond.lines] == ["30.00", "-10.00"]
    assert (str(beyond.net), str(beyond.vat)) == ("20.00", "4.20")
    assert left(on("2027-03-02")) == [("50.00", "0.00", "50.00", "0.00", "0.00")]
    assert prepaid(on("2027-03-02")).rows == ()


def test_a_late_report_draws_and_a_correction_gives_back(on: DeskOn) -> None:
    run(on, "2027-01-05")
    report(on("2027-01-20"), "U-1", 300, "2027-01-19")
    run(on, "2027-02-01")
    february = on("2027-02-03")
    assert report(february, "U-2", 100, "2027-01-31").report.late
    report(february, "U-3", -200, corrects="U-1")
    (second,) = run(on, "2027-03-01")
    assert [(str(line.net), line.prepaid) for line in second.lines if line.net.minor] == [
        ("10.00", None),
        ("-20.00", None),
        ("-10.00", "S1-2"),
        ("20.00", "S1-2"),
    ]
    assert str(second.net) == "0.00"
    assert left(on("2027-03-02")) == [("50.00", "0.00", "10.00", "0.00", "40.00")]


def test_what_is_left_is_refunded_and_no_more(on: DeskOn) -> None:
    (sale,) = run(on, "2027-01-05")
    report(on("2027-01-20"), "U-1", 300, "2027-01-19")
    (used,) = run(on, "2027-02-01")
    february = on("2027-02-10")
    with pytest.raises(Conflict, match="prepaid-used-up"):
        credit(february, sale.number, CreditSelection(whole=True))
    note = credit(february, sale.number, CreditSelection(lines=(CreditLine(line=1, amount=Money(25_00, february.rulebook.currency)),)))
    assert sorted(legs(february, note.number)) == sorted(
        [("4000", "-30.25"), ("7050", "25.00"), ("4510", "5.25"), ("7050", "-25.00"), ("4931", "25.00")]
    )
    assert left(february) == [("50.00", "25.00", "20.00", "0.00", "5.00")]
    report(february, "U-2", 400, "2027-02-02")
    (second,) = run(on, "2027-03-01")
    assert [str(line.net) for line in second.lines] == ["30.00", "-5.00"]
    back = credit(on("2027-03-02"), second.number, CreditSelection(whole=True))
    assert str(back.net) == "25.00"
    assert left(on("2027-03-02")) == [("50.00", "25.00", "20.00", "0.00", "5.00")]
    rebill(on("2027-03-02"), second.number)
    (again,) = run(on, "2027-03-03")
    assert [str(line.net) for line in again.lines] == ["30.00", "-5.00"]
    assert left(on("2027-03-04")) == [("50.00", "25.00", "25.00", "0.00", "0.00")]
    assert used.number


def test_usage_waits_for_the_sale(on: DeskOn) -> None:
    report(on("2027-01-20"), "U-1", 300, "2027-01-19")
    (sale,) = run(on, "2027-02-01")
    assert [line.prepaid for line in sale.lines] == ["S1-2"]
    assert "held" in {one[2] for one in transactions(on("2027-02-01"), "S1").values()}
    (used,) = run(on, "2027-02-01")
    assert [str(line.net) for line in used.lines] == ["20.00", "-20.00"]


def test_what_is_left_at_the_end_lapses_with_its_month(on: DeskOn) -> None:
    run(on, "2027-01-05")
    report(on("2027-01-20"), "U-1", 300, "2027-01-19")
    for month in range(1, 13):
        later = "2028-01-01" if month == 12 else f"2027-{month + 1:02}-01"
        run(on, later)
        assert close_month(on(later), f"2027-{month:02}").entries == 0
    january = on("2028-02-01")
    assert close_month(january, "2028-01").entries == 0, "the usage of January is on no invoice yet"
    run(on, "2028-02-01")
    assert close_month(on("2028-03-01"), "2028-02").entries == 1
    assert left(on("2028-03-01")) == [("50.00", "0.00", "20.00", "30.00", "0.00")]
    pack = month_pack(on("2028-03-01"), "2028-02")
    assert pack.differing == ()
    assert pack.files["prepaid.csv"].decode().splitlines()[1:] == ["S1-2,S1,K1,CREDIT,2027-01-05,50.00,0.00,20.00,30.00,0.00"]
    assert ("left of prepaid amounts", "0.00") in {(each.left, str(each.left_amount)) for each in pack.equalities}
    assert close_month(on("2028-04-01"), "2028-03").entries == 0


def test_the_forecast_counts_what_is_drawn(on: DeskOn) -> None:
    run(on, "2027-01-05")
    report(on("2027-01-20"), "U-1", 500, "2027-01-19")
    run(on, "2027-02-01")
    months = (Period(date(2027, 3, 1), date(2027, 4, 1)), Period(date(2027, 4, 1), date(2027, 5, 1)))
    nets = [str(forecast_figures(on("2027-02-02"), ("month",), month).net) for month in months]
    assert nets == ["30.00", "40.00"], "10.00 is left, and 40.00 is used a month"
    notes = forecast(on("2027-02-02"), months[0]).notes
    assert [str(note) for note in notes] == ["of which 30.00 in 2 transactions is expected usage"]


def test_verify_finds_what_was_changed(on: DeskOn) -> None:
    run(on, "2027-01-05")
    report(on("2027-01-20"), "U-1", 300, "2027-01-19")
    run(on, "2027-02-01")
    desk, moved = on("2027-02-02"), prepaid_movements.c
    with desk.store.writing() as connection, pytest.raises(DatabaseError):
        connection.execute(update(prepaid_movements).values(amount=1))
    found: list[tuple[str, ...]] = []
    for changed in ({"amount": -60_00}, {"item": "S1-1"}, {"kind": "returned"}, {"document": "2027-09999"}):
        with desk.store.writing() as connection:
            tamper(connection)
            connection.execute(update(prepaid_movements).where(moved.kind == "drawn").values(changed))
            found.append(tuple(sorted(problem.code for problem in audit(connection))))
            connection.rollback()
    assert found == [
        ("prepaid-differs", "prepaid-overdrawn", "prepaid-posted-otherwise"),
        ("prepaid-differs", "prepaid-overdrawn"),
        ("prepaid-differs",),
        ("no-document", "prepaid-differs", "prepaid-posted-otherwise", "prepaid-posted-otherwise"),
    ]


def test_what_was_not_invoiced_is_undone_and_what_was_drawn_is_not(on: DeskOn) -> None:
    january = on("2027-01-05")
    ordering.act(january, "S1", End(currency=january.rulebook.currency, on=date(2027, 1, 20), items=("S1-2",)))
    report(on("2027-01-21"), "U-1", 300, "2027-01-19")
    drawn = "S1-1|drawdown|2027-01-01|S1-2"
    assert transactions(january, "S1")[drawn][1] == "-20.00", "the period began before the end"
    ordering.act(january, "S1", Undo(currency=january.rulebook.currency))
    run(on, "2027-01-05")
    run(on, "2027-02-01")
    later = on("2027-02-03")
    with pytest.raises(Refusal, match="swap-prepaid"):
        ordering.act(later, "S1", Swap(currency=later.rulebook.currency, on=date(2027, 3, 1), item="S1-2", product="WORKSPACE"))
    assert "drawn from the prepaid amount of 2027-01-05, 30.00 left" in str(explain(later, drawn).parts[0])
    assert left(later) == [("50.00", "0.00", "20.00", "0.00", "30.00")]
    ordering.act(later, "S1", End(currency=later.rulebook.currency, on=date(2027, 2, 10), items=("S1-2",)))
    report(on("2027-02-20"), "U-2", 200, "2027-02-15")
    (last,) = run(on, "2027-03-01")
    assert [str(line.net) for line in last.lines] == ["10.00", "-10.00"]
    close_month(on("2027-03-02"), "2027-01")
    assert close_month(on("2027-03-02"), "2027-02").entries == 1
    assert left(on("2027-03-02")) == [("50.00", "0.00", "30.00", "20.00", "0.00")]
    assert month_pack(on("2027-03-02"), "2027-02").differing == ()


def test_what_was_drawn_wholly_is_given_back_by_a_correction(on: DeskOn) -> None:
    run(on, "2027-01-05")
    report(on("2027-01-20"), "U-1", 300, "2027-01-19")
    (used,) = run(on, "2027-02-01")
    february = on("2027-02-03")
    with pytest.raises(Conflict, match="nothing-left"):
        credit(february, used.number, CreditSelection(whole=True))
    report(february, "U-2", -300, corrects="U-1")
    (second,) = run(on, "2027-03-01")
    assert [str(line.net) for line in second.lines if line.net.minor] == ["-20.00", "20.00"]
    assert left(on("2027-03-02")) == [("50.00", "0.00", "0.00", "0.00", "50.00")]
    assert str(find_customer(on("2027-03-02"), "K1").prepaid) == "50.00"
