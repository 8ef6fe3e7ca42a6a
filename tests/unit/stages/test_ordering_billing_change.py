"""Another billing of a running item: where its new cycle begins, by which anchor, and what is taken back."""

from datetime import date
from typing import Any

import pytest

from tests.billed_life import BilledLife, life
from tests.scheduled import Listed, shown

MONTHLY: dict[str, Any] = {"timing": "advance", "align_to": "anchor", "month_end": "clamp", "on_change": "prorate"}
UNTIL = date(2027, 5, 1)


def billed(one: BilledLife) -> list[tuple[str, str, str, str]]:
    """What is billed until May, in order."""
    due = [each for each in one.plan(UNTIL).values() if each.service_period and each.service_period.start < UNTIL]
    return sorted(shown(tuple(due)), key=lambda row: (row[1][:10], row[0]))


def test_on_a_day_that_day_is_the_anchor_and_the_days_left_are_taken_back() -> None:
    one = life({"p": MONTHLY}, "1", 1)
    one.run(date(2027, 1, 1))
    one.bill_otherwise(date(2027, 1, 15), "day", "p", "3", None)
    assert billed(one) == [
        ("recurring", "2027-01-01 to 2027-01-31", "2027-01-01", "31.00"),
        ("change", "2027-01-15 to 2027-01-31", "2027-01-15", "-17.00"),
        ("recurring", "2027-01-15 to 2027-04-14", "2027-01-15", "31.00"),
        ("recurring", "2027-04-15 to 2027-07-14", "2027-04-15", "31.00"),
    ]
    [taken] = [each for each in one.plan(UNTIL).values() if each.portion.kind == "change"]
    assert str(taken.portion.quantity) == "-1"
    assert str(taken.reasons[-1].says).endswith("billed otherwise from 2027-01-15, the days left are taken back")


def test_at_a_boundary_the_anchor_day_stays_also_where_the_month_is_shorter() -> None:
    one = life({"p": MONTHLY}, "1", 31)
    one.bill_otherwise(date(2027, 2, 1), "boundary", "p", "3", None)
    assert [row[1] for row in billed(one)] == ["2027-01-01 to 2027-01-30", "2027-01-31 to 2027-02-27", "2027-02-28 to 2027-05-30"]


def test_the_new_anchor_owns_the_stub() -> None:
    one = life({"p": MONTHLY}, "1", 1)
    one.bill_otherwise(date(2027, 1, 20), "boundary", "p", "1", 15)
    assert billed(one)[1:3] == [
        ("recurring", "2027-02-01 to 2027-02-14", "2027-02-01", "14.00"),  # 14 of the 31 days from 15 January
        ("recurring", "2027-02-15 to 2027-03-14", "2027-02-15", "31.00"),
    ]


@pytest.mark.parametrize("proration", ["none", "free"])
def test_a_stub_between_two_anchors_costs_its_days_under_any_proration(proration: str) -> None:
    one = life({"p": {**MONTHLY, "proration": proration}}, "1", 1)
    one.bill_otherwise(date(2027, 1, 20), "boundary", "p", "1", 15)
    assert billed(one)[1] == ("recurring", "2027-02-01 to 2027-02-14", "2027-02-01", "14.00")


@pytest.mark.parametrize("policy", [None, "next-period", "none"])
def test_what_was_invoiced_ahead_is_left_where_the_process_does_not_prorate(policy: str | None) -> None:
    one = life({"p": {**MONTHLY, "on_change": policy, "invoice_lead": 60}}, "1", 1)
    one.run(date(2027, 1, 10))
    one.bill_otherwise(date(2027, 1, 20), "boundary", "p", "3", None)
    assert [row[:2] for row in billed(one)] == [
        ("recurring", "2027-01-01 to 2027-01-31"),
        ("recurring", "2027-02-01 to 2027-02-28"),
        ("recurring", "2027-03-01 to 2027-03-31"),
        ("recurring", "2027-04-01 to 2027-06-30"),
    ]


def test_what_was_invoiced_ahead_is_taken_back_whole_and_billed_under_another_name() -> None:
    one = life({"p": MONTHLY}, "1", 1)
    one.run(date(2027, 2, 1))
    one.bill_otherwise(date(2027, 1, 20), "boundary", "p", "3", None)
    assert sorted(one.plan(UNTIL)) == [
        "o1-1|change|2027-02-01|change-1",
        "o1-1|recurring|2027-01-01|",
        "o1-1|recurring|2027-02-01|",
        "o1-1|recurring|2027-02-01|change-1",
        "o1-1|recurring|2027-05-01|",
    ]


def test_the_price_stays_by_the_first_day_where_it_never_changes() -> None:
    one = life({"p": {**MONTHLY, "price_change": "never"}}, "1", 1)
    one.bill_otherwise(date(2027, 3, 10), "boundary", "p", "3", None)
    assert isinstance(one.prices, Listed)
    one.prices.asked.clear()
    one.plan(UNTIL)
    assert set(one.prices.asked) == {date(2027, 1, 1)}
