"""The evaluation of a schedule with changes: more, less, another price, a suspension, and several changes on one day."""

from typing import Any

import pytest

from tests.scheduled import nets, rows, schedule_of

CALENDAR = {"every": 1, "unit": "month", "timing": "advance", "align_to": "calendar"}
JANUARY = {"price": "31.00", "starts_on": "2027-01-01", "due_through": "2027-01-31"}
UP, DOWN = {"on": "2027-01-11", "quantity": "2"}, {"on": "2027-01-11", "quantity": "0.5"}


@pytest.mark.parametrize(
    ("on_change", "more", "less"),
    [
        (None, ["31.00", "21.00", "62.00"], ["31.00", "15.50"]),
        ("prorate", ["31.00", "21.00", "62.00"], ["31.00", "-10.50", "15.50"]),
        ("next-period", ["31.00", "62.00"], ["31.00", "15.50"]),
        ("none", ["31.00", "62.00"], ["31.00", "15.50"]),
    ],
)
def test_more_and_less_in_the_middle_count_as_the_process_says(on_change: str | None, more: list[str], less: list[str]) -> None:
    process = {**CALENDAR, **({"on_change": on_change} if on_change else {})}
    asked = {**JANUARY, "due_through": "2027-02-01", "process": process}
    assert nets(schedule_of(**asked, changes=[UP])) == more
    assert nets(schedule_of(**asked, changes=[DOWN])) == less


def test_a_change_is_one_line_with_the_difference_in_quantity() -> None:
    change = schedule_of(**JANUARY, process=CALENDAR, changes=[{"on": "2027-01-11", "quantity": "3.5"}]).transactions[1]
    assert (change.kind, str(change.quantity), change.days, change.period_days, change.net) == ("change", "2.5", 21, 31, "52.50")


def test_a_change_on_a_boundary_applies_to_the_period_that_begins_there() -> None:
    answer = schedule_of(**{**JANUARY, "due_through": "2027-02-01"}, process=CALENDAR, changes=[{"on": "2027-02-01", "quantity": "2"}])
    assert nets(answer) == ["31.00", "62.00"]


def test_less_and_then_more_again_is_measured_by_what_was_billed() -> None:
    changes = [{"on": "2027-01-05", "quantity": "1"}, {"on": "2027-01-11", "quantity": "3"}]
    answer = schedule_of(**JANUARY, quantity="2", process=CALENDAR, changes=changes)
    assert nets(answer) == ["62.00", "21.00"]


@pytest.mark.parametrize(
    ("timing", "changes", "net"),
    [
        ("advance", [{"quantity": "100"}, {"quantity": "11"}], "6.77"),
        ("arrears", [{"quantity": "100"}, {"quantity": "11"}], "6.77"),
        ("advance", [{"price": "100.00"}, {"price": "11.00"}], "6.77"),
        ("advance", [{"quantity": "100"}, {"price": "2.00"}, {"quantity": "11", "price": "11.00"}], "14.23"),
        ("advance", [{"suspend": True}, {"quantity": "100"}, {"resume": True}, {"quantity": "11"}], "6.77"),
        ("advance", [{"quantity": "100"}, {"quantity": "10"}], None),
        ("advance", [{"price": "100.00"}, {"price": "10.00"}], None),
        ("advance", [{"quantity": "100"}, {"quantity": "9"}], None),
    ],
)
def test_several_changes_on_one_day_are_one(timing: str, changes: list[dict[str, Any]], net: str | None) -> None:
    on_one_day = [{"on": "2026-01-11", **change} for change in changes]
    answer = schedule_of(
        price="10.00", quantity="10", starts_on="2026-01-01", due_through="2026-02-01", ends_before="2026-02-01",
        process={**CALENDAR, "timing": timing}, changes=on_one_day,
    )  # fmt: skip
    assert nets(answer) == ["100.00", *([net] if net else [])]


def test_a_price_changes_as_a_quantity_does() -> None:
    changes = [{"on": "2027-01-11", "price": "62.00"}]
    assert nets(schedule_of(**JANUARY, process=CALENDAR, changes=changes)) == ["31.00", "21.00"]
    in_arrears = schedule_of(**{**JANUARY, "due_through": "2027-02-01"}, process={**CALENDAR, "timing": "arrears"}, changes=changes)
    assert rows(in_arrears) == [
        ("recurring", "2027-01-01 to 2027-01-31", "2027-02-01", "31.00"),
        ("change", "2027-01-11 to 2027-01-31", "2027-02-01", "21.00"),
    ]


def test_a_suspension_is_credited_or_left_and_a_resumption_bills_the_rest_that_day() -> None:
    changes = [{"on": "2027-01-11", "suspend": True}, {"on": "2027-02-15", "resume": True}]
    asked = {**JANUARY, "due_through": "2027-03-01", "changes": changes}
    assert rows(schedule_of(**asked, process={**CALENDAR, "on_change": "prorate"})) == [
        ("recurring", "2027-01-01 to 2027-01-31", "2027-01-01", "31.00"),
        ("change", "2027-01-11 to 2027-01-31", "2027-01-11", "-21.00"),
        ("change", "2027-02-15 to 2027-02-28", "2027-02-15", "15.50"),
        ("recurring", "2027-03-01 to 2027-03-31", "2027-03-01", "31.00"),
    ]
    assert nets(schedule_of(**asked, process=CALENDAR)) == ["31.00", "15.50", "31.00"]
    assert rows(schedule_of(**asked, process={**CALENDAR, "timing": "arrears"})) == [
        ("recurring", "2027-01-01 to 2027-01-10", "2027-02-01", "10.00"),
        ("change", "2027-02-15 to 2027-02-28", "2027-03-01", "15.50"),
    ]


def test_a_resumption_in_a_period_that_was_left_as_billed_costs_nothing_more() -> None:
    changes = [{"on": "2027-01-11", "suspend": True}, {"on": "2027-01-21", "resume": True}]
    assert nets(schedule_of(**JANUARY, process=CALENDAR, changes=changes)) == ["31.00"]


def test_what_changes_during_a_suspension_counts_when_it_is_resumed() -> None:
    changes = [{"on": "2027-01-05", "suspend": True}, {"on": "2027-01-07", "quantity": "2"}, {"on": "2027-01-11", "resume": True}]
    answer = schedule_of(**JANUARY, process={**CALENDAR, "on_change": "prorate"}, changes=changes)
    assert nets(answer) == ["31.00", "-27.00", "42.00"]


def test_a_suspension_without_an_end_has_no_next_billing_date() -> None:
    answer = schedule_of(**JANUARY, process=CALENDAR, changes=[{"on": "2027-02-01", "suspend": True}])
    assert (nets(answer), answer.next_billing_date) == (["31.00"], None)
    resumed = schedule_of(
        **JANUARY, process=CALENDAR, changes=[{"on": "2027-02-01", "suspend": True}, {"on": "2027-04-10", "resume": True}]
    )
    assert str(resumed.next_billing_date) == "2027-04-10"


def test_the_reason_of_a_change_in_the_last_part_of_a_year_multiplies_out() -> None:
    answer = schedule_of(
        price="1200.00", quantity="1", starts_on="2027-01-01", due_through="2027-12-31", process={**CALENDAR, "price_per": "year"},
        changes=[{"on": "2027-12-10", "price": "2000.00"}],
    )  # fmt: skip
    (change,) = [one for one in answer.transactions if one.kind == "change"]
    assert (change.net, str(change.reason)) == ("47.29", "(166.63 − 100.00) × 22/31 days = 47.29: another price from 2027-12-10")


@pytest.mark.parametrize("timing", ["advance", "arrears"])
def test_where_a_begun_period_is_due_whole_the_end_cuts_an_added_unit_as_little_as_the_others(timing: str) -> None:
    # 31.00 for January; one more from the 11th: 31.00 × 21/31 = 21.00, though the item ends before the 21st
    process = {**CALENDAR, "timing": timing, "proration": "none"}
    asked = {**JANUARY, "due_through": "2027-02-28", "ends_before": "2027-01-21", "process": process}
    answer = schedule_of(**asked, changes=[UP])
    assert nets(answer) == ["31.00", "21.00"]
    assert "a period begun stays due whole" in answer.transactions[-1].reason
    # half less from the 11th: what is left of the period costs half of it
    less = schedule_of(**{**asked, "process": {**process, "on_change": "prorate"}}, changes=[DOWN])
    assert nets(less) == ["31.00", "-10.50"]
    cut = schedule_of(**{**asked, "process": {**process, "proration": "actual"}}, changes=[UP])
    assert nets(cut) == ["20.00", "10.00"]
