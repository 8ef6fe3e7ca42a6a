"""Another billing type, process or anchor of a running item, on both databases: at a boundary or on a day, before and after invoices."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.desk import ordering
from api.desk.billing_run import invoices_of, issue
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.desk.folder_import import import_files
from api.desk.order_preview import preview
from api.desk.order_verbs import VERBS
from engine.documents.order import Order
from engine.documents.order_effect import OrderEffect
from engine.problems import Refusal
from tests.scenario.conftest import CUSTOMERS, write_folder

DeskOn = Callable[[date], Desk]
JANUARY, FEBRUARY, MARCH = date(2027, 1, 31), date(2027, 2, 10), date(2027, 3, 31)
FILES = {
    "customers.csv": CUSTOMERS,
    "subscriptions.csv": "customer,order,billing_type,activated_on,anchor_day,product,quantity,billing_process\n"
    "K1,S1,monthly,2027-01-01,1,SUB-CORE,2,subscription\nK1,S1,quarterly,2027-01-01,1,SUB-CORE,2,subscription-in-arrears\n",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def on(request: pytest.FixtureRequest, tmp_path: Path) -> DeskOn:
    """Opens the desk on a day, over a database of each kind in turn; the auditor must agree at the end."""
    url = f"sqlite:///{tmp_path / 'billing.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    desk_on: Callable[..., Desk] = request.getfixturevalue("desk_on")
    import_files(desk_on(date(2027, 1, 2), url), write_folder(tmp_path / "files", FILES))
    return lambda day: desk_on(day, url)


def act(desk: Desk, verb: str, **fields: Any) -> Order:
    """Does a verb as a request asks it."""
    return ordering.act(desk, "S1", VERBS.validate_python({"currency": "EUR", "verb": verb, **fields}))


def seen(desk: Desk, **fields: Any) -> OrderEffect:
    """The preview of a change."""
    return preview(desk, "S1", VERBS.validate_python({"currency": "EUR", "verb": "change", **fields}))


def lines(desk: Desk, item: str, until: date) -> list[tuple[str, str, str, str]]:
    """Kind, period, quantity and state of what an item owes until a day."""
    some = [one for one in ordering.find_order(desk, "S1")[1] if one.item == item and one.service_period]
    shown = [(one.kind, str(one.service_period), str(one.quantity), one.state) for one in some if one.service_period.start < until]
    return sorted(shown, key=lambda row: (row[1], row[0]))


def test_from_a_boundary_the_anchor_day_stays(on: DeskOn) -> None:
    desk = on(FEBRUARY)
    issue(on(JANUARY), Selection(due_through=JANUARY), issued_on=JANUARY)
    effect = seen(desk, on="2027-02-10", item="S1-1", billing_type="quarterly")
    assert effect.items[0].after.billed == "monthly", "it changes with the next period"
    order = act(desk, "change", on="2027-02-10", item="S1-1", billing_type="quarterly")
    [change] = order.items[0].changes
    assert (change.on, change.billing and change.billing.anchor_day, change.billing and change.billing.anchor_month) == (
        date(2027, 3, 1),
        1,
        3,
    )
    assert act(desk, "change", on="2027-02-10", item="S1-1", billing_type="quarterly") == order
    assert lines(desk, "S1-1", date(2027, 7, 1)) == [
        ("recurring", "2027-01-01 to 2027-01-31", "2", "invoiced"),
        ("recurring", "2027-02-01 to 2027-02-28", "2", "planned"),
        ("recurring", "2027-03-01 to 2027-05-31", "2", "planned"),
        ("recurring", "2027-06-01 to 2027-08-31", "2", "planned"),
    ]
    with pytest.raises(Refusal) as refused:
        act(desk, "change", on="2027-02-20", item="S1-1", billing_type="annual")
    assert (refused.value.problems[0].code, refused.value.possible) == ("billing-changes-then", ("undo", "move"))
    assert act(desk, "undo").items[0].changes == ()


def test_on_a_day_the_rest_of_an_invoiced_period_is_taken_back_and_nothing_is_billed_twice(on: DeskOn) -> None:
    desk = on(FEBRUARY)
    with pytest.raises(Refusal) as refused:
        act(desk, "change", on="2027-02-10", item="S1-1", billing_type="quarterly", at="day")
    assert (refused.value.problems[0].code, refused.value.possible) == ("needs-prorate", ("at: boundary",))
    first = on(date(2027, 4, 5))
    issue(first, Selection(due_through=date(2027, 4, 1)), issued_on=first.today)
    late = on(date(2027, 4, 10))
    effect = seen(late, on="2027-03-17", item="S1-2", billing_type="monthly", at="day")
    assert {change.change for change in effect.transactions} == {"added", "removed"}
    act(late, "change", on="2027-03-17", item="S1-2", billing_type="monthly", at="day")
    assert lines(late, "S1-2", date(2027, 5, 1)) == [
        ("recurring", "2027-01-01 to 2027-03-31", "2", "invoiced"),
        ("change", "2027-03-17 to 2027-03-31", "-2", "planned"),
        ("recurring", "2027-03-17 to 2027-04-16", "2", "planned"),
        ("recurring", "2027-04-17 to 2027-05-16", "2", "planned"),
    ]
    done = on(date(2027, 5, 31))
    bills = invoices_of(done, issue(done, Selection(due_through=done.today), issued_on=done.today).issued)
    assert [str(line.quantity) for bill in bills for line in bill.lines if line.transaction.startswith("S1-2|change")] == ["-2"]
    act(done, "suspend", on="2027-05-20", items=["S1-2"])
    act(done, "change", on="2027-06-05", item="S1-2", quantity="3")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"billing_type": "weekly"}, "unknown-billing-type"),
        ({"billing_process": "advertising"}, "process-not-allowed"),
        ({"billing_type": "flat-rate"}, "not-periodic"),
        ({"billing_type": "annual", "quantity": "3"}, "one-change-at-a-time"),
        ({"billing_type": "annual", "item": "S1-9"}, "unknown-item"),
    ],
)
@pytest.mark.parametrize("on", ["sqlite"], indirect=True)
def test_what_is_not_possible_is_refused(on: DeskOn, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        act(on(FEBRUARY), "change", **{"on": "2027-02-10", "item": "S1-1", **fields})
    assert refused.value.problems[0].code == code
