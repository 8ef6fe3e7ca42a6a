"""Periods cover the term without gap or overlap, from the anchor and never from the period before, for every anchor, interval and year."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.dates import Anchors, Period, days_30e
from engine.evaluations.schedule import ScheduledTransaction
from engine.rulebook.terms import Terms, anchors_of
from engine.stages.scheduling.timeline import count_days, term_problems
from tests.scheduled import schedule_of

days = st.dates(date(1996, 1, 1), date(2044, 12, 31))
month_counts = st.sampled_from([1, 2, 3, 4, 5, 6, 7, 12, 18, 24, 36])

conventions = st.sampled_from(["actual", "30/360", "actual/30", "none", "free"])


@st.composite
def billable_terms(draw: st.DrawFn) -> tuple[Terms, date]:
    """Terms by which something can be billed, with its first day."""
    terms = Terms(
        every=draw(st.integers(1, 14)),
        unit=draw(st.sampled_from(["month", "year", "week", "day"])),
        timing=draw(st.sampled_from(["advance", "arrears"])),
        align_to=draw(st.sampled_from(["activation", "anchor", "calendar"])),
        anchor_day=draw(st.none() | st.integers(1, 31)),
        anchor_month=draw(st.none() | st.integers(1, 12)),
        month_end=draw(st.sampled_from(["clamp", "last-day", "refuse"])),
    )
    starts_on = draw(days)
    while term_problems(terms, starts_on, None):
        terms = terms.model_copy(update={"align_to": "activation", "month_end": "clamp"})
    return terms, starts_on


def request_of(terms: Terms) -> dict[str, object]:
    fields = ("every", "unit", "timing", "align_to", "anchor_day", "anchor_month", "month_end", "proration", "on_change")
    return {name: getattr(terms, name) for name in fields if getattr(terms, name) is not None}


@given(billable_terms())
def test_periods_tile_the_term_from_its_first_day(given: tuple[Terms, date]) -> None:
    terms, starts_on = given
    through = starts_on + timedelta(days=1500)
    answer = schedule_of(starts_on=str(starts_on), due_through=str(through), process=request_of(terms))
    periods = [each.service_period for each in answer.transactions]
    edges = [starts_on, *(period.until for period in periods)]
    assert [period.start for period in periods] == edges[:-1]
    assert all(period.days > 0 for period in periods)
    assert answer.next_billing_date is not None
    assert answer.next_billing_date > through


@given(billable_terms(), st.integers(0, 1400))
def test_a_term_that_ends_is_covered_to_its_last_day(given: tuple[Terms, date], length: int) -> None:
    terms, starts_on = given
    ends_before = starts_on + timedelta(days=length)
    request = {"starts_on": str(starts_on), "ends_before": str(ends_before), "due_through": "2060-01-01"}
    answer = schedule_of(**request, process=request_of(terms))
    periods: list[ScheduledTransaction] = list(answer.transactions)
    assert sum(each.service_period.days for each in periods) == length
    assert answer.next_billing_date is None
    if periods:
        assert (periods[0].service_period.start, periods[-1].service_period.until) == (starts_on, ends_before)


@given(days, month_counts, st.integers(1, 31), st.integers(-40, 40))
def test_a_boundary_is_the_anchor_day_of_its_month_or_the_last_day_of_a_shorter_one(
    origin: date, months: int, anchor_day: int, k: int
) -> None:
    boundary = Anchors(origin=origin, months=months, anchor_day=anchor_day).boundary(k)
    assert (boundary.year - origin.year) * 12 + boundary.month - origin.month == k * months
    is_last = (boundary + timedelta(days=1)).month != boundary.month
    assert boundary.day == anchor_day or (is_last and boundary.day < anchor_day)


@given(days, month_counts, st.integers(1, 31), days)
def test_the_number_of_a_day_is_that_of_the_period_around_it(origin: date, months: int, anchor_day: int, day: date) -> None:
    anchors = Anchors(origin=origin, months=months, anchor_day=anchor_day)
    assert day in anchors.period(anchors.number_of(day))


@given(days, st.integers(1, 800), days)
def test_the_number_of_a_day_holds_for_weeks_and_days_too(origin: date, length: int, day: date) -> None:
    anchors = Anchors(origin=origin, days=length)
    assert day in anchors.period(anchors.number_of(day))


@given(days)
def test_weeks_of_the_calendar_begin_on_a_monday(starts_on: date) -> None:
    anchors = anchors_of(Terms(unit="week", every=2, align_to="calendar"), starts_on)
    assert anchors.boundary(0).weekday() == 0
    assert anchors.number_of(starts_on) == 0


@given(days, st.sampled_from([1, 2, 3, 4, 6, 12]))
def test_periods_of_the_calendar_begin_in_months_1_plus_k_n(starts_on: date, months: int) -> None:
    anchors = anchors_of(Terms(every=months, align_to="calendar"), starts_on)
    start = anchors.boundary(anchors.number_of(starts_on))
    assert start.day == 1
    assert (start.month - 1) % months == 0


@given(days, days, days)
def test_30e_adds_up_over_any_cut(one: date, two: date, three: date) -> None:
    assert days_30e(one, two) + days_30e(two, three) == days_30e(one, three)


@given(days, st.integers(1, 31), st.integers(0, 400), st.integers(0, 400), conventions)
def test_a_part_never_counts_more_than_the_whole(day: date, anchor_day: int, first: int, second: int, convention: str) -> None:
    anchors = Anchors(origin=day, months=3, anchor_day=anchor_day)
    whole = anchors.period(anchors.number_of(day))
    start = min(whole.start + timedelta(days=first), whole.until)
    until = min(start + timedelta(days=second), whole.until)
    count = count_days(convention, start, until, whole, 3)  # type: ignore[arg-type]  # one of the closed set above
    assert 0 <= count.days <= count.of
    full = count_days(convention, whole.start, whole.until, Period(whole.start, whole.until), 3)  # type: ignore[arg-type]  # as above
    assert full.days == full.of
