"""Terms that end or renew: listed, ended by notice, and agreed otherwise, on both databases."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.desk import ordering
from api.desk.desk import Desk
from api.desk.folder_import import import_files
from api.desk.order_verbs import VERBS
from api.desk.renewals_report import renewals
from api.desk.report_parameters import Page
from engine.dates import Period
from engine.documents.order import Order
from engine.problems import Refusal
from tests.scenario.conftest import CUSTOMERS, write_folder

DeskOn = Callable[[date], Desk]
JANUARY = date(2027, 1, 31)
YEAR = Period(date(2027, 1, 1), date(2028, 4, 1))
FILES = {
    "customers.csv": CUSTOMERS,
    "subscriptions.csv": "customer,order,billing_type,activated_on,anchor_day,product,quantity,ends_on\n"
    "K1,S1,monthly,2026-03-01,1,SUB-CORE,1,\nK1,S1,monthly,2026-06-15,1,SUB-WS,1,\nK2,S2,monthly,2026-03-01,1,SUB-WS,1,2027-04-30\n",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def on(request: pytest.FixtureRequest, tmp_path: Path) -> DeskOn:
    """Opens the desk on a day, over a database of each kind in turn; the auditor must agree at the end."""
    url = f"sqlite:///{tmp_path / 'terms.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    desk_on: Callable[..., Desk] = request.getfixturevalue("desk_on")
    import_files(desk_on(date(2027, 1, 2), url), write_folder(tmp_path / "files", FILES))
    return lambda day: desk_on(day, url)


def act(desk: Desk, verb: str, **fields: Any) -> Order:
    """Does a verb as a request asks it."""
    return ordering.act(desk, "S1", VERBS.validate_python({"currency": "EUR", "verb": verb, **fields}))


def listed(desk: Desk, until: date) -> list[tuple[str, ...]]:
    """Item, end of the term, outcome, last day of notice and commitment of what ends before a day."""
    sheet = renewals(desk, Period(JANUARY, until))
    return sorted((tuple(str(row[at]) for at in (1, 5, 6, 7, 8)) for row in sheet.rows), key=lambda row: row[1])


def test_what_ends_and_what_renews_by_a_day_is_listed(on: DeskOn) -> None:
    desk = on(JANUARY)
    assert listed(desk, date(2027, 7, 1)) == [
        ("S1-1", "2027-03-01", "renews", "2026-12-01", "2028-03-01"),
        ("S2-1", "2027-05-01", "ends", "None", "2027-05-01"),
        ("S1-2", "2027-06-15", "renews", "2027-03-15", "2028-06-15"),
    ]
    assert listed(desk, date(2027, 3, 1)) == []
    later = on(date(2027, 3, 1))
    assert [row[:2] for row in listed(later, date(2028, 3, 2))] == [("S2-1", "2027-05-01"), ("S1-2", "2027-06-15"), ("S1-1", "2028-03-01")]
    assert ordering.find_contract(desk, ordering.find_order(desk, "S1")[0])[0].committed_until == date(2027, 3, 1)
    assert ordering.find_contract(later, ordering.find_order(later, "S1")[0])[0].committed_until == date(2028, 3, 1), "renewed"
    first = renewals(desk, YEAR, page=Page(1))
    assert ([row[1] for row in first.rows], first.next) == (["S1-1"], "S1:1")
    assert [row[1] for row in renewals(desk, YEAR, page=Page(9, "S1:1")).rows] == ["S1-2", "S2-1"]


def test_notice_ends_each_item_with_the_first_term_for_which_it_is_in_time(on: DeskOn) -> None:
    desk = on(JANUARY)
    order = act(desk, "notice", on="2027-01-20", because="moves abroad")
    assert [item.ends_before for item in order.items] == [date(2028, 3, 1), date(2027, 6, 15)]
    assert act(desk, "notice", on="2027-01-20") == order
    step = order.history[-1]
    assert (step.what, step.on, step.items, step.author, step.because) == (
        "notice received", date(2027, 1, 20), ("S1-1", "S1-2"), "test", "moves abroad",
    )  # fmt: skip
    assert [item.ends_before for item in act(desk, "undo").items] == [None, None]
    with pytest.raises(Refusal):
        act(desk, "notice", on="2027-02-20")


def test_terms_are_agreed_otherwise_and_what_renews_no_more_ends(on: DeskOn) -> None:
    desk = on(JANUARY)
    order = act(desk, "contract", items=["S1-2"], term_months=24, notice_months=1, because="two years more")
    terms = {each.item: each for each in ordering.find_contract(desk, order)}
    assert (terms["S1-2"].committed_until, terms["S1-2"].notice_by) == (date(2028, 6, 15), date(2028, 5, 15))
    assert act(desk, "contract", items=["S1-2"], term_months=24, notice_months=1) == order
    ended = act(desk, "contract", items=["S1-2"], renewal="ends")
    assert ended.items[1].ends_before == date(2028, 6, 15)
    assert [step.what for step in ended.history[-3:]] == ["terms agreed", "terms agreed", "ended"]
    with pytest.raises(Refusal):
        act(desk, "contract", items=["S1-2"])
