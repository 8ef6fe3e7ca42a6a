"""Schedules against an oracle that walks day by day in fractions, and the laws of changes, suspensions, arrears and late runs."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.dates import Period
from engine.documents.order import ItemChange
from engine.documents.transaction import TRANSACTION
from engine.evaluations.schedule import ScheduleAnswer
from engine.money import MICRO, Money, Quantity
from engine.rulebook.terms import Terms
from engine.stages.scheduling.item_schedule import schedule
from tests.scheduled import EUR, Listed, item, nets, order, rows, schedule_of

DAY = timedelta(days=1)
START = date(2026, 11, 1)
days = st.dates(START, date(2028, 6, 30))
cents = st.integers(-99_999, 99_999)
quantities = st.integers(1, 9)


def total(answer: ScheduleAnswer) -> int:
    return sum(Money.parse(net, EUR).minor for net in nets(answer))


def euros(minor: int) -> str:
    return str(Money(minor, EUR))


def half_up(amount: Fraction) -> int:
    """A rounding of its own, so that the oracle shares none with the engine."""
    whole, left = divmod(abs(amount).numerator, abs(amount).denominator)
    rounded = whole + (2 * left >= abs(amount).denominator)
    return rounded if amount >= 0 else -rounded


def naive_boundaries(starts_on: date, months: int, anchor_day: int, anchor_month: int) -> list[date]:
    """Every boundary around a term, found by looking at each month and walking back from its 31st."""
    result = []
    for year in range(starts_on.year - 4, starts_on.year + 6):
        for month in range(1, 13):
            if ((year - starts_on.year) * 12 + month - anchor_month) % months == 0:
                day = anchor_day
                while True:
                    try:
                        result.append(date(year, month, day))
                        break
                    except ValueError:
                        day -= 1
    return result


@st.composite
def anchored(draw: st.DrawFn) -> dict[str, Any]:
    """A process by months from an anchor, with proration by actual days."""
    return {
        "every": draw(st.sampled_from([1, 2, 3, 6, 12])), "unit": "month", "align_to": "anchor",
        "timing": draw(st.sampled_from(["advance", "arrears"])),
        "anchor_day": draw(st.integers(1, 31)), "anchor_month": draw(st.integers(1, 12)),
    }  # fmt: skip


@given(anchored(), days, st.integers(0, 900), cents)
def test_each_amount_is_what_its_days_cost_one_by_one(process: dict[str, Any], starts_on: date, length: int, price: int) -> None:
    ends_before = starts_on + timedelta(days=length)
    answer = schedule_of(
        price=euros(price), starts_on=str(starts_on), ends_before=str(ends_before), due_through="2040-01-01", process=process
    )
    boundaries = naive_boundaries(starts_on, process["every"], process["anchor_day"], process["anchor_month"])
    costs: dict[date, Fraction] = {}
    served: dict[date, int] = {}
    for offset in range(length):
        day = starts_on + timedelta(days=offset)
        begins = max(boundary for boundary in boundaries if boundary <= day)
        until = min(boundary for boundary in boundaries if boundary > day)
        costs[begins] = costs.get(begins, Fraction(0)) + Fraction(price, (until - begins).days)
        served[begins] = served.get(begins, 0) + 1
    assert [Money.parse(net, EUR).minor for net in nets(answer)] == [half_up(cost) for cost in costs.values()]
    assert [each.days for each in answer.transactions] == list(served.values())


@st.composite
def changes(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to five changes of quantity and price."""
    result = []
    for _ in range(draw(st.integers(0, 5))):
        change: dict[str, Any] = {"on": str(draw(days)), "quantity": str(draw(quantities))}
        if draw(st.booleans()):
            change["price"] = euros(draw(st.integers(0, 20_000)))
        result.append(change)
    return result


@given(anchored(), days, changes(), st.integers(0, 20_000))
def test_with_prorated_changes_every_day_costs_what_its_quantity_and_price_cost(
    process: dict[str, Any], starts_on: date, made: list[dict[str, Any]], price: int
) -> None:
    """Each line rounds once, so the sum may differ from the exact cost of the days by half a cent a line."""
    ends_before = date(2029, 1, 1)
    answer = schedule_of(
        price=euros(price), quantity="2", starts_on=str(starts_on), ends_before=str(ends_before), due_through="2040-01-01",
        process={**process, "on_change": "prorate"}, changes=made,
    )  # fmt: skip
    boundaries = naive_boundaries(starts_on, process["every"], process["anchor_day"], process["anchor_month"])
    exact = Fraction(0)
    for offset in range((ends_before - starts_on).days):
        day = starts_on + timedelta(days=offset)
        begins = max(boundary for boundary in boundaries if boundary <= day)
        until = min(boundary for boundary in boundaries if boundary > day)
        units, unit = 2, price
        for change in sorted(made, key=lambda change: change["on"]):
            if date.fromisoformat(change["on"]) <= day:
                units = int(change["quantity"])
                unit = Money.parse(change["price"], EUR).minor if "price" in change else unit
        exact += Fraction(units * unit, (until - begins).days)
    assert abs(total(answer) - exact) <= Fraction(len(answer.transactions), 2)


@given(anchored(), days, changes(), st.sampled_from([None, "prorate", "next-period", "none"]))
def test_arrears_and_advance_cost_the_same_in_total(
    process: dict[str, Any], starts_on: date, made: list[dict[str, Any]], on_change: str | None
) -> None:
    own = {"on_change": on_change} if on_change else {}
    request = {"price": "19.99", "starts_on": str(starts_on), "ends_before": "2029-01-01", "due_through": "2040-01-01", "changes": made}
    advance = schedule_of(**request, process={**process, **own, "timing": "advance"})
    arrears = schedule_of(**request, process={**process, **own, "timing": "arrears"})
    assert sorted(nets(advance)) == sorted(nets(arrears))
    assert total(advance) == total(arrears)


@given(anchored(), days, st.integers(2, 9), days)
def test_up_and_down_again_on_one_day_changes_nothing(process: dict[str, Any], starts_on: date, more: int, on: date) -> None:
    request = {"price": "19.99", "starts_on": str(starts_on), "due_through": "2029-01-01"}
    there_and_back = [{"on": str(on), "quantity": str(more)}, {"on": str(on), "quantity": "1"}]
    process = {**process, "on_change": "prorate"}
    assert total(schedule_of(**request, process=process, changes=there_and_back)) == total(schedule_of(**request, process=process))


@given(
    anchored(), days, st.dictionaries(days, st.lists(quantities, min_size=1, max_size=3), max_size=4),
    st.sampled_from([None, "prorate", "next-period", "none"]),
)  # fmt: skip
def test_of_several_changes_on_one_day_only_the_last_counts(
    process: dict[str, Any], starts_on: date, made: dict[date, list[int]], on_change: str | None
) -> None:
    request: dict[str, Any] = {"price": "19.99", "starts_on": str(starts_on), "due_through": "2029-01-01"}
    request["process"] = {**process, **({"on_change": on_change} if on_change else {})}
    each = [{"on": str(on), "quantity": str(units)} for on, several in made.items() for units in several]
    last = [{"on": str(on), "quantity": str(several[-1])} for on, several in made.items()]
    assert rows(schedule_of(**request, changes=each)) == rows(schedule_of(**request, changes=last))


@given(anchored(), days, days)
def test_a_suspension_that_is_lifted_the_same_day_costs_and_gives_nothing(process: dict[str, Any], starts_on: date, on: date) -> None:
    request = {"price": "19.99", "starts_on": str(starts_on), "due_through": "2029-01-01"}
    paused = [{"on": str(on), "suspend": True}, {"on": str(on), "resume": True}]
    process = {**process, "on_change": "prorate"}
    assert total(schedule_of(**request, process=process, changes=paused)) == total(schedule_of(**request, process=process))


@given(anchored(), days, days, st.integers(0, 400))
def test_suspended_days_cost_nothing(process: dict[str, Any], starts_on: date, suspended: date, length: int) -> None:
    resumed = suspended + timedelta(days=length)
    paused = [{"on": str(suspended), "suspend": True}, {"on": str(resumed), "resume": True}]
    answer = schedule_of(
        price="310.00", starts_on=str(starts_on), ends_before="2030-01-01", due_through="2040-01-01",
        process={**process, "on_change": "prorate"}, changes=paused,
    )  # fmt: skip
    boundaries = naive_boundaries(starts_on, process["every"], process["anchor_day"], process["anchor_month"])
    exact = Fraction(0)
    for offset in range((date(2030, 1, 1) - starts_on).days):
        day = starts_on + timedelta(days=offset)
        if not suspended <= day < resumed:
            begins = max(boundary for boundary in boundaries if boundary <= day)
            until = min(boundary for boundary in boundaries if boundary > day)
            exact += Fraction(31_000, (until - begins).days)
    assert abs(total(answer) - exact) <= Fraction(len(answer.transactions), 2)


@given(anchored(), days, st.lists(days, max_size=4), changes())
def test_late_runs_bill_what_punctual_runs_bill(
    process: dict[str, Any], starts_on: date, runs: list[date], made: list[dict[str, Any]]
) -> None:
    request = {"price": "19.99", "starts_on": str(starts_on), "process": process, "changes": made}
    late = schedule_of(**request, due_through="2028-12-31").transactions
    seen = [each for on in [*sorted(runs), date(2028, 12, 31)] for each in schedule_of(**request, due_through=str(on)).transactions]
    assert set(seen) == set(late)


@given(anchored(), days, changes(), days)
def test_the_next_billing_date_is_the_first_that_is_not_in_the_answer(
    process: dict[str, Any], starts_on: date, made: list[dict[str, Any]], through: date
) -> None:
    request = {"price": "19.99", "starts_on": str(starts_on), "process": process, "changes": made}
    answer = schedule_of(**request, due_through=str(through))
    later = [each for each in schedule_of(**request, due_through="2032-12-31").transactions if each.billing_date > through]
    assert answer.next_billing_date == min(each.billing_date for each in later)


@given(st.integers(1, 99_999), st.sampled_from([1, 2, 3, 4, 6]), st.integers(1, 31), st.integers(1, 12))
def test_an_annual_price_in_parts_adds_up_every_year(price: int, months: int, anchor_day: int, anchor_month: int) -> None:
    process = {
        "every": months, "unit": "month", "timing": "advance", "align_to": "anchor", "anchor_day": anchor_day,
        "anchor_month": anchor_month, "price_per": "year",
    }  # fmt: skip
    answer = schedule_of(price=euros(price), starts_on="2026-12-31", due_through="2033-12-31", process=process)
    whole = [each for each in answer.transactions if each.days == each.period_days]
    first = next(at for at, each in enumerate(whole) if each.service_period.start.month == anchor_month)
    parts = 12 // months
    for year in range(4):
        of_year = whole[first + year * parts : first + (year + 1) * parts]
        assert sum(Money.parse(each.net, EUR).minor for each in of_year) == price


@given(
    days, st.lists(st.tuples(days, quantities, st.booleans()), max_size=5), st.sampled_from(["next-period", "split", "never"]),
    st.sampled_from(["advance", "arrears"]), st.sampled_from([None, "prorate", "next-period", "none"]),
    st.sampled_from(["actual", "30/360", "actual/30", "none", "free"]),
)  # fmt: skip
def test_an_item_of_an_order_is_scheduled_the_same_twice_and_never_overlaps(
    starts_on: date, made: list[tuple[date, int, bool]], price_change: Any, timing: Any, on_change: Any, proration: Any
) -> None:
    versions = {date(2020, 1, 1): "10.00", date(2027, 1, 15): "11.00", date(2027, 9, 1): "12.35"}
    own = [
        ItemChange(id=f"c{at}", on=on, suspend=pauses and at % 2 == 0, resume=pauses and at % 2 == 1,
                   quantity=None if pauses else Quantity.whole(units))
        for at, (on, units, pauses) in enumerate(made)
    ]  # fmt: skip
    one = item(activated_on=starts_on, changes=tuple(own))
    terms = Terms(align_to="anchor", anchor_day=15, price_change=price_change, timing=timing, on_change=on_change, proration=proration)
    result = schedule(order(one), one, terms, Listed(versions, discount="1.00"), through=date(2028, 12, 31))
    again = schedule(order(one), one, terms, Listed(versions, discount="1.00"), through=date(2028, 12, 31))
    assert result == again
    assert len({each.identity for each in result.transactions}) == len(result.transactions)
    recurring = [each.service_period for each in result.transactions if each.portion.kind == "recurring" and each.service_period]
    assert all(one.until <= other.start for one, other in pairwise(recurring))
    for each in result.transactions:
        part = each.portion
        assert part.net.minor == part.list_net.minor - sum(discount.amount.minor for discount in part.discounts)
        assert each.reasons
        assert TRANSACTION.validate_json(TRANSACTION.dump_json(each)) == each


@given(days, st.lists(st.tuples(days, quantities, st.integers(0, 200)), max_size=4), st.sampled_from(["advance", "arrears"]))
def test_what_becomes_known_late_costs_the_same_in_the_end(starts_on: date, made: list[tuple[date, int, int]], timing: Any) -> None:
    terms = Terms(align_to="anchor", anchor_day=15, on_change="prorate", timing=timing)

    def cost(late: bool) -> int:
        own = [
            ItemChange(id=f"c{at}", on=on, quantity=Quantity.whole(units), known_on=on + timedelta(days=delay) if late else None)
            for at, (on, units, delay) in enumerate(made)
        ]
        one = item(activated_on=starts_on, changes=tuple(own))
        prices = Listed({date(2020, 1, 1): "10.00"})
        return sum(each.portion.net.minor for each in schedule(order(one), one, terms, prices, through=date(2029, 6, 30)).transactions)

    assert abs(cost(late=True) - cost(late=False)) <= len(made)


@given(days, st.integers(1, 600), st.sampled_from(["advance", "arrears"]))
def test_what_a_former_system_invoiced_is_left_out_and_nothing_else(starts_on: date, length: int, timing: Any) -> None:
    one, terms = item(activated_on=starts_on), Terms(align_to="anchor", anchor_day=31, timing=timing)
    cut_over = starts_on + timedelta(days=length)
    prices = Listed({cut_over - timedelta(days=40): "10.00"})
    ours = schedule(order(one, invoiced_elsewhere_until=cut_over), one, terms, prices, through=date(2031, 1, 1)).transactions
    every = schedule(order(one), one, terms, Listed({date(2000, 1, 1): "10.00"}), through=date(2031, 1, 1)).transactions
    assert [each.identity for each in ours] == [each.identity for each in every if each.billing_date and each.billing_date >= cut_over]


def test_the_oracle_of_these_tests_knows_what_a_month_is() -> None:
    assert naive_boundaries(date(2027, 1, 1), 1, 31, 1)[49] == date(2027, 2, 28)
    assert half_up(Fraction(-1, 2)) == -1
    assert MICRO == 10**6
    assert Period(START, START + DAY).days == 1
