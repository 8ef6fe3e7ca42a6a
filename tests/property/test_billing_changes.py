"""The laws of an item whose billing type, process or anchor changes, whatever was invoiced when: no day is billed twice or never."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.problems import Refusal
from engine.rulebook.cycles import anchors_of_cycle, cycles_of
from engine.rulebook.terms import anchors_of
from tests.billed_life import TYPES, BilledLife, life
from tests.item_life import units

FIRST, LAST, END = date(2027, 1, 1), date(2027, 6, 30), date(2027, 9, 1)
days = st.dates(FIRST, LAST)
timings = st.fixed_dictionaries(
    {
        "timing": st.sampled_from(["advance", "arrears"]),
        "align_to": st.sampled_from(["anchor", "anchor", "activation", "calendar"]),
        "month_end": st.sampled_from(["clamp", "last-day"]),
    }
)


def lived(one: BilledLife, acts: list[Any]) -> None:
    for verb, on, *given_ in acts:
        try:
            if verb == "run":
                one.run(on, given_[0])
            elif verb == "bill":
                one.bill_otherwise(on, *given_)
            else:
                one.record(verb, on, **({"quantity": units(given_[0])} if given_[0] else {}))
        except Refusal:
            continue
    assert {name for name in one.invoiced if name not in one.plan()} == set()


def bills(*begins: str) -> st.SearchStrategy[Any]:
    anchors = st.one_of(st.none(), st.integers(1, 31))
    return st.tuples(st.just("bill"), days, st.sampled_from(begins), st.sampled_from(["p", "q"]), st.sampled_from(list(TYPES)), anchors)


runs = st.tuples(st.just("run"), days, st.one_of(st.none(), st.integers(1, 3)))
others = st.one_of(
    st.tuples(st.just("change"), days, st.integers(1, 9)), st.tuples(st.sampled_from(["suspend", "resume", "end"]), days, st.none())
)


@given(st.lists(st.one_of(bills("boundary"), runs), min_size=2, max_size=8), timings, timings, st.data())
def test_at_boundaries_every_day_is_billed_once_under_any_policy(
    acts: list[Any], one_way: dict[str, Any], other_way: dict[str, Any], data: st.DataObject
) -> None:
    policies = st.sampled_from([None, "prorate", "next-period", "none"])
    processes = {name: {**own, "on_change": data.draw(policies)} for name, own in (("p", one_way), ("q", other_way))}
    one = life(processes, data.draw(st.sampled_from(list(TYPES))), data.draw(st.integers(1, 31)), ends_before=END)
    lived(one, acts)
    settled = list(one.settled().values())
    for offset in range((END - FIRST).days):
        day = FIRST + timedelta(days=offset)
        times = sum(each.portion.quantity.micros for each in settled if each.service_period and day in each.service_period)
        assert times == 1_000_000, day


@given(st.lists(st.one_of(bills("boundary", "day"), runs, others), min_size=2, max_size=9), timings, timings, st.data())
def test_where_changes_are_prorated_every_day_costs_its_state_in_its_cycle(
    acts: list[Any], one_way: dict[str, Any], other_way: dict[str, Any], data: st.DataObject
) -> None:
    processes = {name: {**own, "on_change": "prorate"} for name, own in (("p", one_way), ("q", other_way))}
    one = life(processes, data.draw(st.sampled_from(list(TYPES))), data.draw(st.integers(1, 31)), ends_before=END)
    lived(one, acts)
    (after,) = one.order.items
    exact = Fraction(0)
    cycles = list(cycles_of(after))
    for cycle, following in pairwise([*cycles, None]):
        assert cycle is not None
        terms, begins_on = one.terms_for(cycle.item), cycle.begins_on or FIRST
        until = following.begins_on if following and following.begins_on else END
        anchors = anchors_of(terms, FIRST) if cycle.mark is None else anchors_of_cycle(terms, begins_on, cycle.item.anchor)
        for offset in range((until - begins_on).days):
            day = begins_on + timedelta(days=offset)
            if day < END and after.state_on(day) == "active":
                whole = anchors.period(anchors.number_of(day))
                exact += Fraction(after.quantity_on(day).micros * 3100, 1_000_000 * whole.days)
    assert abs(one.total() - exact) <= Fraction(len(one.settled()), 2)
