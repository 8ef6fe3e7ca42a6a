"""Recurring revenue as it is stored equals that of the engine on any day, and its movements lead from one day to another."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from api.desk import ordering
from api.desk.desk import Desk, open_desk, plan_everything
from api.desk.folder_import import import_files
from api.desk.recurring_report import mrr, recurring_sums
from api.output.sheets import Sheet, as_tree
from api.rulebook_folder import read_folder
from api.store import customers, orders, recurring_store
from engine import billing
from engine.money import Money, Price, Quantity
from engine.problems import Refusal
from engine.rulebook.reader import read_rulebook
from tests.scenario.conftest import now, put_in_force

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


def stored_on(desk: Desk, day: date) -> Fraction:
    """The recurring revenue of a day by the stored steps."""
    with desk.store.reading() as connection:
        sums = recurring_store.sums(connection, (), first=day + timedelta(days=1), last=day)
    return sum((one.amount for one in sums), Fraction(0))


def reckoned_on(desk: Desk, day: date) -> Fraction:
    """The recurring revenue of a day by the engine, from the orders."""
    with desk.store.reading() as connection:
        agreed, buyers = orders.find(connection), customers.find(connection)
    return billing.mrr(agreed.values(), buyers, desk.rulebook, day).exact


def change_everything(desk: Desk) -> None:
    """Some of everything that moves recurring revenue."""
    waived = ordering.Waived(by="a test", because="what counts does not depend on the notice")
    order = ordering.order_of_item(desk, WS)
    ordering.change(desk, order, on=date(2027, 2, 10), item=WS, quantity=Quantity.whole(5))
    ordering.change(desk, order, on=date(2027, 4, 1), item=WS, quantity=Quantity.whole(3))
    ordering.change(desk, order, on=date(2027, 5, 1), item=CORE, price=Price.parse("70", desk.rulebook.currency))
    ordering.suspend(desk, order, on=date(2027, 6, 1), items=(CORE,))
    ordering.resume(desk, order, on=date(2027, 7, 15), items=(CORE,))
    ordering.end(desk, order, on=date(2027, 10, 1), items=(WS,), waived=waived)


def amounts(sheet: Sheet) -> dict[str, object]:
    """The amounts of the one row that are not 0."""
    return {name: str(cell) for name, cell in zip(sheet.columns, sheet.rows[0], strict=True) if str(cell) != "0.00"}


def test_the_stored_revenue_of_any_day_is_that_of_the_engine(on: DeskOn, small: Path) -> None:
    desk = on(FIRST)
    import_files(desk, small)
    change_everything(desk)
    days = [date(2026, 3, 1) + timedelta(days=at) for at in range(0, 900, 7)]
    days += [day + timedelta(days=by) for day in (date(2027, 1, 1), date(2027, 6, 1), date(2027, 10, 1)) for by in (-1, 0, 1)]
    for day in days:
        assert stored_on(desk, day) == reckoned_on(desk, day), day


def test_what_moved_between_two_days_adds_up_and_has_names(on: DeskOn, small: Path) -> None:
    desk = on(FIRST)
    import_files(desk, small)
    change_everything(desk)
    whole = mrr(desk, since=date(2026, 1, 1), until=date(2027, 12, 31))
    moved = amounts(whole)
    assert moved.keys() == {"new", "increment", "decrease", "suspended", "reactivated", "price", "lost", "closing", "arr", "net_new"}
    for first, last in (
        (date(2027, 1, 2), date(2027, 12, 31)),
        (date(2027, 2, 1), date(2027, 2, 28)),
        (date(2027, 6, 1), date(2027, 7, 31)),
    ):
        sheet = mrr(desk, since=first, until=last, by=("family", "customer"))
        for row in (*sheet.rows, tuple(sheet.totals.values())):
            figures = [cell for cell in row if isinstance(cell, Money)]
            assert sum(one.minor for one in figures[:-3]) == figures[-3].minor
            assert sum(one.minor for one in figures[1:-3]) == figures[-1].minor, "net new"
        opening, closing = (mrr(desk, on=day).rows[0][0] for day in (first - timedelta(days=1), last))
        assert (sheet.totals["opening"], sheet.totals["closing"]) == (opening, closing)
    assert set(amounts(mrr(desk, since=date(2027, 6, 1), until=date(2027, 6, 30)))) == {
        "opening",
        "suspended",
        "net_new",
        "closing",
        "arr",
    }


def test_a_swap_is_one_increment(on: DeskOn, small: Path) -> None:
    desk = on(FIRST)
    import_files(desk, small)
    ordering.swap(desk, ordering.order_of_item(desk, WS), on=date(2027, 3, 1), item=WS, product="SUB-CORE")
    moved = amounts(mrr(desk, since=date(2027, 3, 1), until=date(2027, 3, 31)))
    assert len(moved.keys() & {"increment", "decrease"}) == 1
    assert not moved.keys() & {"new", "lost"}
    assert stored_on(desk, date(2027, 3, 1)) == reckoned_on(desk, date(2027, 3, 1))


def test_under_another_rulebook_it_is_made_in_memory_as_it_would_be_stored(
    on: DeskOn, url: str, small: Path, root: Path, tmp_path: Path
) -> None:
    import_files(on(FIRST), small)
    folder = tmp_path / "dearer"
    for part in ("catalog", "rules", "plans", "vat", "templates"):
        shutil.copytree(root / part, folder / part)
    shutil.copy(root / "company.yaml", folder)
    book = folder / "catalog/price-books/book-2027.yaml"
    book.write_text(book.read_text(encoding="utf-8").replace("1.029", "1.031"), encoding="utf-8")
    sources = read_folder(folder)
    dearer = open_desk(url, read_rulebook(sources), sources, today=date(2027, 2, 1), now=now, author="Bea")
    asked = {"since": date(2026, 6, 1), "until": date(2027, 3, 31), "by": ("customer", "segment", "order-type", "family")}
    in_memory = as_tree(mrr(dearer, **asked))
    assert in_memory != as_tree(mrr(on(FIRST), **asked))
    put_in_force(url, folder, date(2027, 2, 1))
    plan_everything(dearer)
    assert as_tree(mrr(dearer, **asked)) == in_memory
    assert sum((one.amount for one in recurring_sums(dearer, (), FIRST, date(2027, 2, 1))), Fraction(0)) == reckoned_on(
        dearer, date(2027, 2, 1)
    )
    dearer.close()


def test_a_day_and_days_are_not_asked_for_together(on: DeskOn) -> None:
    with pytest.raises(Refusal, match="`on` stands beside"):
        mrr(on(FIRST), on=FIRST, since=FIRST)
    with pytest.raises(Refusal, match="before it begins"):
        mrr(on(FIRST), since=FIRST, until=date(2026, 1, 1))
