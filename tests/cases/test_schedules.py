"""Worked cases of other billing systems' own tests: proration, periods, anchors, arrears, price changes, instalments, invoice dates."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.dates import Period
from engine.evaluations.schedule import ScheduleAnswer
from engine.money import Money
from engine.rulebook.terms import Terms, anchors_of
from engine.stages.scheduling.item_schedule import schedule
from engine.stages.scheduling.timeline import DayCount, count_days
from tests.item_life import life
from tests.scheduled import EUR, Listed, cut, item, nets, order, schedule_of

GROUPS = {
    "proration-cycles", "period-schedule", "first-anchor", "in-arrears", "proration-amounts", "price-change", "first-period",
    "instalments", "amendment", "invoice-date", "credits",
}  # fmt: skip
CASES = [
    case for case in json.loads((Path(__file__).parent / "billing.json").read_text(encoding="utf-8"))["cases"] if case["group"] in GROUPS
]
MONTHS = {"monthly": 1, "quarterly": 3, "annual": 12, "yearly": 12, "monthlylastday": 1, "monthly anniversary": 1}
TIMING = {"in_advance": "advance", "in_arrears": "arrears"}
DAY = timedelta(days=1)
Given = dict[str, Any]


def day(text: str) -> date:
    return date.fromisoformat(text)


def last_included(given: list[str]) -> Period:
    return Period(day(given[0]), day(given[1]) + DAY)


def scheduled(given: Given, due_through: str, **process: Any) -> ScheduleAnswer:
    own = {"every": MONTHS[given["period"]], "unit": "month", "timing": TIMING[given.get("billing", "in_advance")], **process}
    if "align_to" not in own:
        own["align_to"] = "anchor" if "billing_day" in given else "activation"
    if "billing_day" in given:
        own["anchor_day"] = given["billing_day"]
    end = {"ends_before": given["end"]} if given.get("end") else {}
    return schedule_of(price="100.00", starts_on=given["start"], due_through=due_through, process=own, **end)


def proration_cycles(given: Given, expected: Given) -> None:
    """The days of each transaction over the days of its whole period, summed as fractions."""
    answer = scheduled(given, given["target_date"])
    cycles = sum((Fraction(each.days, each.period_days) for each in answer.transactions), Fraction(0))
    assert cycles == sum(Fraction(piece) for piece in expected["cycles_as_fractions"].split("+"))


def period_schedule(given: Given, expected: Given) -> None:
    """Which periods there are, and in which one a day lies."""
    if "from" in given:
        answer = scheduled({**given, "start": given["from"], "end": given["to"]}, given["to"])
        assert sum(each.days == each.period_days for each in answer.transactions) == expected["whole_periods"]
    elif "periods_inclusive" in expected:
        wanted = [last_included(each) for each in expected["periods_inclusive"]]
        answer = scheduled(given, str(wanted[-1].start))
        assert [each.service_period for each in answer.transactions] == wanted
    elif "billing_at" in given:
        (found,) = [each for each in scheduled(given, given["billing_at"]).transactions if str(each.billing_date) == given["billing_at"]]
        assert (found.service_period, found.days) == (last_included(expected["period_inclusive"]), expected["days"])
    elif "elapsed_periods" in expected:
        answer = scheduled({**given, "billing": "in_arrears"}, given["date"])
        assert len(answer.transactions) == expected["elapsed_periods"]
    else:
        answer = scheduled({"start": given.get("anchor"), **given}, given["date"])
        (found,) = [each for each in answer.transactions if day(given["date"]) in each.service_period]
        if "period_start" in expected:
            assert str(found.service_period.start) == expected["period_start"]
        else:
            assert found.service_period == Period(*(day(text) for text in expected["period_half_open"]))


def first_anchor(given: Given, expected: Given) -> None:
    """The first boundary on or after the start."""
    terms = Terms(align_to="anchor", every=MONTHS[given["period"]], anchor_day=given["billing_day"])
    anchors = anchors_of(terms, day(given["start"]))
    assert anchors.boundary(anchors.number_of(day(given["start"]) - DAY) + 1) == day(expected["first_anchor"])


def in_arrears(given: Given, expected: Given) -> None:
    """Up to when a run bills, and where the next anchor lies."""
    answer = scheduled(given, given["target_date"])
    billed_to = answer.transactions[-1].service_period.until
    anchors = anchors_of(Terms(align_to="anchor", anchor_day=given["billing_day"]), day(given["start"]))
    assert str(billed_to) == expected["billed_to"]
    assert str(anchors.boundary(anchors.number_of(billed_to) + 1)) == expected["next_anchor"]


def proration_amounts(given: Given, expected: Given) -> None:
    """The part of a price for the days of a service period; a credit is its exact negative."""
    whole = Period(day(given["period_from"]), day(given["period_to_excl"]))
    count = count_days("actual", day(given["service_from"]), day(given["service_to_excl"]), whole, 1)
    price = Money.parse(given["price_per_period"], EUR)
    assert (count.days, count.of) == (expected["days"], expected["days_in_period"])
    assert str(count.part_of(-price if expected["amount"].startswith("-") else price)) == expected["amount"]


def credits(given: Given, expected: Given) -> None:
    """An item ends in a month that was billed whole: the days left are taken back."""
    until, cancelled = day(given["item"]["to_excl"]), day(given["cancel_on"])
    prices = Listed({date(2000, 1, 1): given["item"]["amount"]})
    one = life(prices, of=item(activated_on=day(given["item"]["from"])), align_to="activation", on_change="prorate")
    one.run(until - DAY)
    one.record("end", cancelled)
    assert one.nets() == [given["item"]["amount"], expected["credit"]]


def price_change(given: Given, expected: Given) -> None:
    """With `price-change: next-period` the latest version in force at the start of a period counts."""
    if "versions" in given:
        versions = {day(each.get("from") or each["existing_from"]): each["price"] for each in given["versions"]}
        start, wanted = given["start"], expected["amounts_by_period_start"]
    else:
        amounts = {"V1": "1.00", "V2": "2.00"}
        versions = {date(2000, 1, 1): "1.00", day(given["existing_from"]): "2.00"}
        start, wanted = "2022-05-05", {on: amounts[name] for on, name in expected["price_by_period_start"].items()}
    terms = Terms(align_to="anchor", anchor_day=given["billing_day"])
    one = item(activated_on=day(start))
    found = schedule(order(one), one, terms, Listed(versions), through=day(max(wanted)))
    assert {str(each.service_period.start): str(each.portion.net) for each in found.transactions if each.service_period} == wanted


def first_period(given: Given, expected: Given) -> None:
    """The first, partial period."""
    if "billable_days" in given:
        price = Money(given["price_minor"], EUR)
        assert DayCount(given["billable_days"], given["days_in_period"]).part_of(price).minor == expected["amount_minor"]
    elif "terminated_on" in given:
        process = {"every": 3, "unit": "month", "timing": "arrears", "align_to": "anchor", "anchor_day": 15, "anchor_month": 1}
        ends_before = str(day(given["terminated_on"]) + DAY)
        answer = schedule_of(
            price=str(Money(given["price_minor"], EUR)), starts_on=given["service_from"], ends_before=ends_before,
            due_through=ends_before, process=process,
        )  # fmt: skip
        (only,) = answer.transactions
        assert (only.days, only.period_days) == (expected["days_inclusive"], expected["days_in_period"])
        assert only.net == str(Money(expected["amount_minor"], EUR))
    elif "partial_half_open" in given:
        partial, full = given["partial_half_open"], given["full_half_open"]
        process = {"every": 1, "unit": "year", "timing": "advance", "align_to": "anchor", "anchor_day": int(full[0][-2:])}
        (only,) = schedule_of(starts_on=partial[0], due_through=partial[0], process=process).transactions
        assert (only.days, only.period_days) == (expected["numerator"], expected["denominator"])
    else:
        served = last_included(given["period_inclusive"])
        factor = Fraction(served.days, given["nominal_days"])
        assert round(factor, 4) == Fraction(expected["quantity_factor"])
        process = {"every": 1, "unit": "month", "timing": "advance", "align_to": "calendar"}
        answer = schedule_of(starts_on=str(served.start), ends_before=str(served.until), process=process)
        assert [Fraction(each.days, each.period_days) for each in answer.transactions] == [factor]


def instalments(given: Given, expected: Given) -> None:
    """A total in instalments; what remains carries the rounding."""
    if "lines" in given:
        shares = [text.removeprefix("fixed ").replace("remainder", "rest") for text in given["lines"]]
    elif "instalment" in given:
        shares = [given["instalment"]] * (len(expected["amounts"]) - 1) + ["rest"]
    else:
        shares = [f"{share}%" for share in given["shares"]]
    found = cut(given["total"], *shares)
    if "amounts" in expected:
        assert found == expected["amounts"]
    else:
        assert str(sum((Money.parse(net, EUR) for net in found), Money(0, EUR))) == expected["sum_of_instalments"]


def amendment(given: Given, expected: Given) -> None:
    """A change in the middle: what is new, less what is taken away, for the days left."""
    if "billed_line" in given:
        # Ours never comes to a cap: an item that ends on its first day takes back what was billed, no more.
        found = schedule_of(price=given["billed_line"], process={**CALENDAR, "on_change": "prorate"}, changes=SUSPENDED_AT_ONCE)
        assert all(Money.parse(net, EUR).minor >= -2900 for net in nets(found))
        return
    start, until = given["period_half_open"]
    length = (day(until) - day(start)).days
    process = {"every": length, "unit": "day", "timing": "advance", "align_to": "activation", "on_change": "prorate"}

    def change(old: str, now: str) -> int:
        changes = [{"on": given["change_on"], "price": now}]
        answer = schedule_of(price=old, starts_on=start, ends_before=until, process=process, changes=changes)
        return sum(Money.parse(net, EUR).minor for net in nets(answer)) - Money.parse(old, EUR).minor

    total = 0
    for at in range(max(len(given["old"]), len(given["new"]))):
        old = given["old"][at] if at < len(given["old"]) else "0.00"
        now = given["new"][at] if at < len(given["new"]) else "0.00"
        if now.startswith("annual "):
            yearly = {"every": 1, "unit": "year", "timing": "advance", "align_to": "activation"}
            answer = schedule_of(price=now.removeprefix("annual "), starts_on=start, ends_before=until, process=yearly)
            total += sum(Money.parse(net, EUR).minor for net in nets(answer))
        elif "removed" in old:
            total += change(old.split()[0], "0.00") + change("0.00", now.split()[0])
        else:
            total += change(old, now)
    assert str(Money(total, EUR)) == expected["net"]


CALENDAR = {"every": 1, "unit": "month", "timing": "advance", "align_to": "calendar"}
SUSPENDED_AT_ONCE = [{"on": "2027-01-02", "suspend": True}]


def invoice_date(given: Given, expected: Given) -> None:
    """The day on which a period is invoiced, counted there from its last day: an offset of 1 is our end of the period."""
    align_to = "activation" if given["period"] in ("yearly", "monthly anniversary") else "calendar"
    if "period_start" in given:
        end = {"end": str(day(given["last_day_of_contract"]) + DAY)} if given["last_day_of_contract"] else {}
        first = scheduled({**given, "start": given["period_start"], **end}, "2030-01-01", align_to=align_to).transactions[0]
        offset = given["offset_days"] - (1 if given["billing"] == "in_arrears" else 0)
        assert str(first.billing_date + timedelta(days=offset)) == expected["invoice_date"]
        return
    start, last = given["contract"]
    if given.get("last_date_invoiced"):
        start = str(day(given["last_date_invoiced"]) + DAY)
    end = {"end": str(day(last) + DAY)} if last else {}
    found = [each.service_period for each in scheduled({**given, "start": start, **end}, "2030-01-01", align_to=align_to).transactions]
    if "period_inclusive" in expected:
        assert found[0] == last_included(expected["period_inclusive"])
    else:
        assert found == [last_included(each) for each in expected["periods_inclusive"]]


CHECKS: dict[str, Callable[[Given, Given], None]] = {
    "proration-cycles": proration_cycles,
    "period-schedule": period_schedule,
    "first-anchor": first_anchor,
    "in-arrears": in_arrears,
    "proration-amounts": proration_amounts,
    "price-change": price_change,
    "first-period": first_period,
    "instalments": instalments,
    "amendment": amendment,
    "invoice-date": invoice_date,
    "credits": credits,
}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_worked_case_from_elsewhere(case: Given) -> None:
    CHECKS[case["group"]](case["input"], case["expected"])


def test_every_group_of_ours_has_cases() -> None:
    assert {case["group"] for case in CASES} == GROUPS
