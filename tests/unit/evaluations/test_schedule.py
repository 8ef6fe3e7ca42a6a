"""The evaluation of a schedule: what it answers, and what it refuses at which pointer."""

from typing import Any

import pytest
from pydantic import ValidationError

from engine.evaluations.schedule import ScheduleRequest
from engine.money import Currency
from engine.problems import Refusal
from engine.rulebook.plans import BillingProcess, BillingType
from engine.rulebook.yaml_model import Label
from tests.scheduled import MONTHLY, FewPlans, nets, rows, schedule_of

LABEL = Label(fr="x", nl="x", en="x")
CALENDAR = {"every": 1, "unit": "month", "timing": "advance", "align_to": "calendar"}
JANUARY = {"price": "31.00", "starts_on": "2027-01-01", "due_through": "2027-01-31"}


def pointers(**request: Any) -> list[tuple[str | None, str]]:
    with pytest.raises(Refusal) as refused:
        schedule_of(**request)
    return [(problem.pointer, problem.code) for problem in refused.value.problems]


def test_the_answer_has_the_shape_of_the_surfaces() -> None:
    answer = schedule_of(price="30.00", starts_on="2027-02-14", due_through="2027-02-28", process={**MONTHLY, "anchor_day": 31})
    assert answer.model_dump(mode="json") == {
        "transactions": [
            {
                "kind": "recurring",
                "service_period": {"from": "2027-02-14", "until": "2027-02-28"},
                "billing_date": "2027-02-14",
                "days": 14,
                "period_days": 28,
                "quantity": "1",
                "net": "15.00",
                "reason": "30.00 × 14/28 days = 15.00",
            },
            {
                "kind": "recurring",
                "service_period": {"from": "2027-02-28", "until": "2027-03-31"},
                "billing_date": "2027-02-28",
                "days": 31,
                "period_days": 31,
                "quantity": "1",
                "net": "30.00",
                "reason": "30.00 for 2027-02-28 to 2027-03-30",
            },
        ],
        "next_billing_date": "2027-03-31",
    }


@pytest.mark.parametrize(
    ("proration", "wanted"),
    [
        # 17 January to 1 February: 15 of 31 days, under 30E 30 + 1 − 17 = 14 of 30, 15 of 30
        ("actual", ["15.00", 15, 31]),
        ("30/360", ["14.47", 14, 30]),
        ("actual/30", ["15.50", 15, 30]),
        ("none", ["31.00", 31, 31]),
        ("free", ["0.00", 15, 31]),
    ],
)
def test_the_first_partial_period_by_every_proration(proration: str, wanted: list[object]) -> None:
    answer = schedule_of(**{**JANUARY, "starts_on": "2027-01-17"}, process={**CALENDAR, "proration": proration})
    (stub,) = answer.transactions
    assert [stub.net, stub.days, stub.period_days] == wanted


def test_a_whole_period_counts_30_days_a_month_under_both_conventions() -> None:
    for proration in ("30/360", "actual/30"):
        process = {"every": 3, "unit": "month", "timing": "advance", "align_to": "activation", "proration": proration}
        (whole,) = schedule_of(price="90.00", starts_on="2027-11-30", due_through="2027-11-30", process=process).transactions
        assert (whole.days, whole.period_days, whole.net) == (90, 90, "90.00")


def test_a_part_never_costs_more_than_the_whole() -> None:
    process = {"every": 3, "unit": "month", "timing": "advance", "align_to": "calendar", "proration": "actual/30"}
    (part,) = schedule_of(price="90.00", starts_on="2027-07-02", due_through="2027-07-02", process=process).transactions
    assert (part.days, part.period_days, part.net) == (90, 90, "90.00")


def test_weeks_and_days_are_always_counted_as_they_are() -> None:
    process = {"every": 1, "unit": "week", "timing": "advance", "align_to": "calendar", "proration": "30/360"}
    answer = schedule_of(price="70.00", starts_on="2027-01-01", due_through="2027-01-04", process=process)
    assert [(each.days, each.period_days, each.net) for each in answer.transactions] == [(3, 7, "30.00"), (7, 7, "70.00")]


def test_only_the_first_partial_period_is_free() -> None:
    answer = schedule_of(price="31.00", starts_on="2027-01-17", ends_before="2027-03-11", process={**CALENDAR, "proration": "free"})
    assert nets(answer) == ["0.00", "31.00", "10.00"]


def test_an_end_in_the_middle() -> None:
    asked = {**JANUARY, "ends_before": "2027-01-11", "due_through": "2027-12-31"}
    assert rows(schedule_of(**asked, process=CALENDAR)) == [("recurring", "2027-01-01 to 2027-01-10", "2027-01-01", "10.00")]
    in_arrears = schedule_of(**asked, process={**CALENDAR, "timing": "arrears"})
    assert rows(in_arrears) == [("recurring", "2027-01-01 to 2027-01-10", "2027-01-11", "10.00")]
    due_whole = schedule_of(**asked, process={**CALENDAR, "on_change": "none"})
    assert rows(due_whole) == [("recurring", "2027-01-01 to 2027-01-10", "2027-01-01", "31.00")]
    assert in_arrears.next_billing_date is None


def test_no_day_costs_nothing() -> None:
    answer = schedule_of(starts_on="2027-01-01", ends_before="2027-01-01")
    assert (answer.transactions, answer.next_billing_date) == ((), None)


def test_arrears_are_never_due_before_the_end_of_the_period_whatever_the_lead() -> None:
    process = {**CALENDAR, "invoice_lead": 10}
    for through, advance, arrears in (("2027-01-21", 1, 0), ("2027-01-22", 2, 0), ("2027-01-31", 2, 0), ("2027-02-01", 2, 1)):
        assert len(schedule_of(**{**JANUARY, "due_through": through}, process=process).transactions) == advance
        in_arrears = schedule_of(**{**JANUARY, "due_through": through}, process={**process, "timing": "arrears"})
        assert len(in_arrears.transactions) == arrears


def test_before_the_start_there_is_nothing_but_the_first_date() -> None:
    answer = schedule_of(starts_on="2027-01-15", due_through="2026-12-31")
    assert (answer.transactions, str(answer.next_billing_date)) == ((), "2027-01-15")
    arrears = schedule_of(starts_on="2027-01-15", due_through="2026-12-31", process={**MONTHLY, "timing": "arrears"})
    assert str(arrears.next_billing_date) == "2027-02-01"


def test_a_flat_rate_is_due_once() -> None:
    asked = {"price": "500.00", "quantity": "2", "starts_on": "2027-01-15", "process": {"billing": "flat-rate"}}
    answer = schedule_of(**asked, due_through="2027-12-31")
    assert rows(answer) == [("one-time", "2027-01-15 to 2027-01-15", "2027-01-15", "1000.00")]
    assert answer.next_billing_date is None
    assert str(schedule_of(**asked, due_through="2027-01-14").next_billing_date) == "2027-01-15"
    assert rows(schedule_of(**asked, due_through="2027-01-14", ends_before="2027-01-15")) == []


@pytest.mark.parametrize(
    ("every", "unit", "price_per", "first", "last"),
    [
        (1, "month", "year", "8.33", "8.37"),
        (3, "month", "year", "25.00", "25.00"),
        (1, "month", "quarter", "33.33", "33.34"),
        (1, "year", "month", "1200.00", "1200.00"),
        (4, "week", "month", "92.31", "92.31"),
        (10, "day", "month", "32.88", "32.88"),
    ],
)
def test_the_period_of_the_price_and_that_of_billing_are_two(every: int, unit: str, price_per: str, first: str, last: str) -> None:
    process = {"every": every, "unit": unit, "timing": "advance", "align_to": "activation", "price_per": price_per}
    found = nets(schedule_of(price="100.00", starts_on="2027-01-01", due_through="2027-12-31", process=process))
    assert (found[0], found[11 if len(found) > 11 and price_per == "year" else min(2, len(found) - 1)]) == (first, last)


def test_a_price_every_4_weeks() -> None:
    process = {"every": 4, "unit": "week", "timing": "advance", "align_to": "activation", "price_per": "month"}
    assert nets(schedule_of(price="91.58", starts_on="2027-01-01", due_through="2027-01-01", process=process)) == ["84.54"]


def test_a_price_by_tiers_looks_its_tier_up_on_both_sides_of_a_change() -> None:
    tiers = {"tiers": {"mode": "volume", "rows": [{"up_to": "10", "unit_price": "3.10"}, {"unit_price": "2.00", "flat": "0.50"}]}}
    answer = schedule_of(**{**JANUARY, "price": tiers}, quantity="10", process=CALENDAR, changes=[{"on": "2027-01-11", "quantity": "16"}])
    # 31.00, then (32.50 − 31.00) × 21/31
    assert nets(answer) == ["31.00", "1.02"]


def test_a_change_may_bring_tiers() -> None:
    tiers = {"tiers": {"mode": "volume", "rows": [{"unit_price": "62.00"}]}}
    assert nets(schedule_of(**JANUARY, process=CALENDAR, changes=[{"on": "2027-01-11", "price": tiers}])) == ["31.00", "21.00"]


def test_a_negative_price_is_the_exact_negative() -> None:
    asked = {"starts_on": "2027-01-17", "due_through": "2027-02-01", "process": CALENDAR}
    assert nets(schedule_of(price="-0.31", **asked)) == [f"-{net}" for net in nets(schedule_of(price="0.31", **asked))]


@pytest.mark.parametrize(("currency", "net"), [("EUR", "14.52"), ("JPY", "15"), ("KWD", "14.516")])
def test_amounts_round_to_the_minor_unit_of_the_currency(currency: str, net: str) -> None:
    assert nets(schedule_of(price="30", currency=currency, starts_on="2027-01-17", due_through="2027-01-17", process=CALENDAR)) == [net]


def test_an_amount_may_carry_its_currency() -> None:
    asked = {"starts_on": "2027-01-17", "due_through": "2027-01-17", "process": CALENDAR}
    assert nets(schedule_of(price={"amount": "30", "currency": "JPY"}, **asked)) == ["15"]
    assert pointers(price={"amount": "30", "currency": "JPY"}, currency="EUR", **asked) == [("/price/currency", "other-currency")]
    assert nets(schedule_of(FewPlans(currency=Currency.of("JPY")), price="30", **asked)) == ["15"]


def test_a_process_may_be_a_name_of_plans() -> None:
    process = BillingProcess(id="by-month", label=LABEL, billing_type="monthly", timing="arrears", align_to="calendar")
    monthly = BillingType(id="monthly", label=LABEL, every=1, unit="month")
    plans = FewPlans(billing_processes={"by-month": process}, billing_types={"monthly": monthly})
    answer = schedule_of(plans, starts_on="2027-01-17", due_through="2027-02-01", process="by-month", price="31.00")
    assert rows(answer) == [("recurring", "2027-01-17 to 2027-01-31", "2027-02-01", "15.00")]
    with pytest.raises(Refusal, match="there is no billing process `by-weak`"):
        schedule_of(plans, process="by-weak")


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        ({"ends_before": "2026-12-31"}, [("/ends_before", "ends-before-start")]),
        ({"process": {**MONTHLY, "unit": "week"}}, [("/process/align_to", "anchor-without-months")]),
        ({"process": {**CALENDAR, "unit": "day"}}, [("/process/align_to", "anchor-without-months")]),
        ({"process": {**CALENDAR, "every": 5}}, [("/process/every", "calendar-out-of-year")]),
        ({"process": {**CALENDAR, "every": 2, "unit": "year"}}, [("/process/every", "calendar-out-of-year")]),
        ({"process": {**MONTHLY, "anchor_day": 29, "month_end": "refuse"}}, [("/process/anchor_day", "anchor-refused")]),
        (
            {"process": {**MONTHLY, "align_to": "activation", "month_end": "refuse"}, "starts_on": "2027-01-29"},
            [("/starts_on", "anchor-refused")],
        ),
        (
            {"process": {**MONTHLY, "unit": "day"}, "ends_before": "2026-12-31"},
            [("/ends_before", "ends-before-start"), ("/process/align_to", "anchor-without-months")],
        ),
        (
            {"price": {"tiers": {"mode": "volume", "rows": [{"up_to": "5", "unit_price": "1"}]}}, "quantity": "6"},
            [("/quantity", "beyond-tiers")],
        ),
        (
            {"price": {"tiers": {"mode": "volume", "rows": [{"up_to": "5", "unit_price": "1"}, {"up_to": "4", "unit_price": "1"}]}}},
            [("/price/tiers/rows/1/up_to", "tiers-out-of-order")],
        ),
        (
            {"price": {"tiers": {"mode": "volume", "rows": [{"unit_price": "1", "flat": "0.005"}]}}},
            [("/price/tiers/rows/0/flat", "too-fine")],
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_billed_is_refused_at_its_pointer(request_: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    assert pointers(**request_) == wanted


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"process": {**MONTHLY, "anchor_day": 0}}, ("process", "anchor_day")),
        ({"process": {**MONTHLY, "anchor_day": 32}}, ("process", "anchor_day")),
        ({"process": {**MONTHLY, "anchor_month": 13}}, ("process", "anchor_month")),
        ({"process": {**MONTHLY, "timming": "advance"}}, ("process", "timming")),
        ({"process": {"every": 1, "unit": "month"}}, ("process",)),
        ({"process": {**MONTHLY, "every": 0}}, ("process", "every")),
        ({"price": 19.99}, ("price",)),
        ({"price": "19,99"}, ("price",)),
        ({"price": {}}, ("price",)),
        ({"quantity": "1e3"}, ("quantity",)),
        ({"starts_on": "2027-02-30"}, ("starts_on",)),
        ({"due_through": "9999-12-31"}, ("due_through",)),
        ({"changes": [{"on": "2027-01-05"}]}, ("changes", 0)),
        ({"changes": [{"on": "2027-01-05", "suspend": True, "resume": True}]}, ("changes", 0)),
        ({"currency": "EURO"}, ("currency",)),
    ],
)
def test_a_malformed_request_is_told_where(changed: dict[str, Any], where: tuple[str | int, ...]) -> None:
    asked = {"price": "30.00", "starts_on": "2027-01-01", "due_through": "2027-12-31", "process": MONTHLY, **changed}
    with pytest.raises(ValidationError) as refused:
        ScheduleRequest.model_validate(asked)
    assert [mistake["loc"] for mistake in refused.value.errors()] == [where]
