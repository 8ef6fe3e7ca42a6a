"""The laws of an item that is changed and invoiced in any order: the day on which a step is recorded changes no amount by itself."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import chain, pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.documents.transaction import Transaction
from engine.problems import Refusal
from engine.rulebook.terms import anchors_of
from tests.item_life import Life, life, units
from tests.scheduled import Listed, item, shown

FIRST, LAST = date(2027, 1, 1), date(2027, 6, 30)
days = st.dates(FIRST, LAST)
policies = st.sampled_from([None, "prorate", "next-period", "none"])
timings = st.sampled_from(["advance", "arrears"])
terms = st.fixed_dictionaries(
    {
        "timing": timings, "on_change": policies, "anchor_day": st.integers(1, 31), "align_to": st.just("anchor"),
        "every": st.sampled_from([1, 3]), "proration": st.sampled_from(["actual", "actual", "30/360", "none"]),
        "price_change": st.sampled_from(["next-period", "next-period", "split"]),
    }
)  # fmt: skip
VERSIONS = {date(2000, 1, 1): "31.00", date(2027, 3, 15): "33.00"}
Recorded = tuple[str, date, dict[str, Any]]


@st.composite
def steps(draw: st.DrawFn) -> tuple[list[Recorded], list[Recorded]]:
    """Steps on days of their own, and the same in another order of recording; a suspension and its resumption are recorded together."""
    some = sorted(draw(st.sets(days, min_size=1, max_size=6)))
    made: list[list[Recorded]] = [[("change", on, {"quantity": units(draw(st.integers(1, 9)))})] for on in some]
    if len(some) > 2:
        at = draw(st.integers(0, len(some) - 2))
        until = draw(st.integers(at + 1, len(some) - 1))  # what changes between them counts from the resumption
        made[at : until + 1] = [[("suspend", some[at], {}), ("resume", some[until], {})], *made[at + 1 : until]]
    if draw(st.booleans()):
        made.append([("end", draw(st.dates(some[-1] + timedelta(days=1), date(2027, 8, 1))), {})])
    again = draw(st.permutations(made))
    return list(chain(*made)), list(chain(*again))


def lived(made: list[Recorded], own: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    one = life(Listed(VERSIONS), **own)
    for verb, on, fields in made:
        one.record(verb, on, **fields)
    return lines(one)


def lines(one: Life) -> list[tuple[str, str, str, str]]:
    settled = one.plan(date(2027, 12, 31)).values()
    return shown(tuple(sorted(settled, key=lambda each: (each.service_period, each.portion.kind))))


@given(steps(), terms)
def test_steps_recorded_in_any_order_before_the_invoice_give_the_same_amounts(
    made: tuple[list[Recorded], list[Recorded]], own: dict[str, Any]
) -> None:
    assert lived(made[0], own) == lived(made[1], own)


@st.composite
def acts(draw: st.DrawFn) -> list[Any]:
    """Steps and runs in any order, recorded on any day; what the state of the item does not allow is left out."""
    verbs = st.one_of(
        st.tuples(st.just("change"), days, st.integers(1, 9)),
        st.tuples(st.sampled_from(["suspend", "resume", "end"]), days, st.none()),
        st.tuples(st.just("run"), days, st.one_of(st.none(), st.integers(1, 3))),
    )
    return draw(st.lists(verbs, min_size=2, max_size=9))


def live(one: Life, made: list[Any]) -> None:
    for verb, on, number in made:
        if verb == "run":
            one.run(on, number)
        else:
            try:
                one.record(verb, on, **({"quantity": units(number)} if number else {}))
            except Refusal:
                continue


def overlapping(transactions: list[Transaction]) -> list[Any]:
    periods = sorted(
        (each.service_period.start, each.service_period.until)
        for each in transactions
        if each.service_period and each.portion.kind == "recurring"
    )
    return [(one, other) for one, other in pairwise(periods) if one[1] > other[0]]


@given(acts(), terms)
def test_what_was_invoiced_stays_and_is_planned_again_as_it_is(made: list[Any], own: dict[str, Any]) -> None:
    """`Life` compares each planned transaction that was invoiced with its invoice, at every step."""
    one = life(Listed(VERSIONS), **own)
    live(one, made)
    one.run(date(2027, 12, 31))
    assert {name for name in one.plan(date(2027, 12, 31)) if name not in one.invoiced} == set()
    assert overlapping(list(one.settled().values())) == []


@given(acts(), terms)
def test_where_changes_are_prorated_every_day_costs_its_state_whatever_was_invoiced_when(made: list[Any], own: dict[str, Any]) -> None:
    one = life(of=item(ends_before=date(2027, 9, 1)), **{**own, "on_change": "prorate", "proration": "actual"})
    live(one, made)
    (after,) = one.order.items
    anchors = anchors_of(one.terms, FIRST)
    whole_periods = [anchors.period(at) for at in range(-4, 12)]
    exact = Fraction(0)
    for offset in range((date(2027, 9, 1) - FIRST).days):
        day = FIRST + timedelta(days=offset)
        if after.state_on(day) == "active":
            whole = next(each for each in whole_periods if day in each)
            exact += Fraction(after.quantity_on(day).micros * 3100, 1_000_000 * whole.days)
    assert abs(one.total() - exact) <= Fraction(len(one.settled()), 2)
