"""The evaluation of a payment plan: what it answers, and what it refuses at which pointer."""

from typing import Any

import pytest
from pydantic import ValidationError

from engine.evaluations.payment_plan import PaymentPlanRequest, evaluate_payment_plan
from engine.problems import Refusal
from engine.rulebook.plans import InstalmentEntry, PaymentPlan
from engine.rulebook.yaml_model import Label
from tests.scheduled import FewPlans

THIRDS = {
    "instalments": [
        {"share": "30%", "event": "order.signed"},
        {"share": "30%", "event": "order.signed", "after": "1 months"},
        {"share": "rest", "event": "delivery.accepted", "after": "10 days"},
    ]
}


def planned(plans: FewPlans | None = None, **request: Any) -> Any:
    asked = PaymentPlanRequest.model_validate({"plan": THIRDS, **request})
    return evaluate_payment_plan(asked, plans or FewPlans()).model_dump(mode="json")["instalments"]


def test_the_answer_has_the_shape_of_the_surfaces() -> None:
    assert planned(net="10000.01", events={"order.signed": "2027-01-31"}) == [
        {"net": "3000.00", "event": "order.signed", "billing_date": "2027-01-31"},
        {"net": "3000.00", "event": "order.signed", "billing_date": "2027-02-28"},
        {"net": "4000.01", "event": "delivery.accepted", "billing_date": None},
    ]


def test_lines_are_cut_one_by_one() -> None:
    found = planned(lines=[{"net": "0.05"}, {"net": "99.99"}], events={"delivery.accepted": "2027-02-25"})
    assert [(each["net"], [line["net"] for line in each["lines"]]) for each in found] == [
        ("30.02", ["0.02", "30.00"]),
        ("30.02", ["0.02", "30.00"]),
        ("40.00", ["0.01", "39.99"]),
    ]
    assert found[2]["billing_date"] == "2027-03-07"


def test_a_share_may_be_an_amount() -> None:
    for share in ("4000", "4000.00", "4000.00 EUR", 4000, {"amount": "4000.00", "currency": "EUR"}):
        plan = {"instalments": [{"share": share, "event": "order.signed"}, {"share": "rest", "event": "order.signed"}]}
        assert [each["net"] for each in planned(net="10000.00", plan=plan)] == ["4000.00", "6000.00"]


def test_amounts_round_to_the_minor_unit_of_the_currency() -> None:
    assert [each["net"] for each in planned(net="1001", currency="JPY")] == ["300", "300", "401"]
    assert [each["net"] for each in planned(net={"amount": "1001", "currency": "JPY"})] == ["300", "300", "401"]


def test_the_event_date_may_stand_in_the_plan() -> None:
    plan = {"instalments": [{"share": "50%", "event": "date", "on": "2027-05-01"}, {"share": "50%", "event": "date"}]}
    found = planned(net="1.00", plan=plan, events={"date": "2027-06-01"})
    assert [each["billing_date"] for each in found] == ["2027-05-01", "2027-06-01"]


def test_a_plan_may_be_a_name_of_plans() -> None:
    entry = InstalmentEntry(share="rest", event="order.signed", after=None, on=None, supplied=True)
    plan = PaymentPlan(id="at-once", label=Label(fr="x", nl="x", en="x"), instalments=(entry,))
    plans = FewPlans(payment_plans={"at-once": plan})
    assert planned(plans, net="5.00", plan="at-once") == [{"net": "5.00", "event": "order.signed", "billing_date": None}]
    with pytest.raises(Refusal, match="there is no payment plan `at-twice`"):
        planned(plans, net="5.00", plan="at-twice")


@pytest.mark.parametrize(
    ("shares", "wanted"),
    [
        (["30%", "30%"], [("/plan/instalments", "shares-not-whole")]),
        (["60%", "50%"], [("/plan/instalments", "shares-not-whole")]),
        (["rest", "rest"], [("/plan/instalments/1/share", "two-rests")]),
        (["30.00", "40.00"], [("/plan/instalments", "amounts-without-rest")]),
        (["30", "rest"], [("/plan/instalments/0/share", "share-without-sign")]),
        (["1.005", "rest"], [("/plan/instalments/0/share", "bad-share")]),
        (["30 percent", "rast"], [("/plan/instalments/0/share", "bad-share"), ("/plan/instalments/1/share", "bad-share")]),
        (["0%", "100%"], [("/plan/instalments/0/share", "share-not-positive")]),
    ],
)
def test_a_plan_that_makes_no_whole_is_refused_at_its_pointer(shares: list[str], wanted: list[tuple[str, str]]) -> None:
    with pytest.raises(Refusal) as refused:
        planned(net="10.00", plan={"instalments": [{"share": share, "event": "order.signed"} for share in shares]})
    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == wanted


def test_an_amount_that_is_too_fine_is_refused_at_its_pointer() -> None:
    with pytest.raises(Refusal) as refused:
        planned(lines=[{"net": "1.00"}, {"net": "1.005"}])
    assert [problem.pointer for problem in refused.value.problems] == ["/lines/1/net"]


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({}, ()),
        ({"net": "1.00", "lines": [{"net": "1.00"}]}, ()),
        ({"net": 1.5}, ("net",)),
        ({"net": "1.00", "plan": {"instalments": []}}, ("plan",)),
        ({"net": "1.00", "plan": {"instalments": [{"share": "rest"}]}}, ("plan", "instalments", 0, "event")),
        ({"net": "1.00", "plan": {"instalments": [{"share": 1.5, "event": "order.signed"}]}}, ("plan", "instalments", 0, "share")),
        ({"net": "1.00", "events": {"order.signed": "soon"}}, ("events", "order.signed")),
        ({"lines": []}, ("lines",)),
    ],
)
def test_a_malformed_request_is_told_where(changed: dict[str, Any], where: tuple[str | int, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        PaymentPlanRequest.model_validate({"plan": THIRDS, **changed})
    assert refused.value.errors()[0]["loc"] == where


@pytest.mark.parametrize(
    ("net", "shares", "wanted"),
    [
        ("100.00", ["200", "rest"], "/plan/instalments/0/share"),
        ("100.00", ["50%", "60.00", "rest"], "/plan/instalments/1/share"),
        ("-100.00", ["200", "rest"], "/plan/instalments/0/share"),
        ("200.00", ["200.00", "rest"], None),
        ("0.00", ["200", "rest"], None),
    ],
)
def test_shares_above_the_net_are_refused(net: str, shares: list[str], wanted: str | None) -> None:
    plan = {"instalments": [{"share": share, "event": "order.signed"} for share in shares]}
    if wanted is None:
        assert [each["net"] for each in planned(net=net, plan=plan)] == [net, "0.00"]
        return
    with pytest.raises(Refusal) as refused:
        planned(net=net, plan=plan)
    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [(wanted, "shares-above-net")]


def test_an_unknown_event_is_refused_with_the_nearest_known_one() -> None:
    plan = {"instalments": [{"share": "50%", "event": "order.sined"}, {"share": "50%", "event": "ceiling.closed"}]}
    with pytest.raises(Refusal) as refused:
        planned(net="10.00", plan=plan, events={"delivery.acepted": "2027-01-01", "item.activated": "2027-01-01"})
    assert [(problem.pointer, problem.code, problem.help) for problem in refused.value.problems] == [
        ("/plan/instalments/0/event", "unknown-event", "did you mean `order.signed`?"),
        ("/events/delivery.acepted", "unknown-event", "did you mean `delivery.accepted`?"),
    ]
