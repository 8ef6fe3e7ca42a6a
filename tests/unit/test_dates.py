"""Days, periods, boundaries counted from an anchor, and the thirty-day month."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from engine.dates import LAST_DAY, Anchors, Day, Period, days_30e, days_of_month, month_after


@pytest.mark.parametrize(("year", "february"), [(2023, 28), (2024, 29), (2100, 28), (2000, 29)])
def test_february_has_29_days_in_leap_years(year: int, february: int) -> None:
    assert days_of_month(year, 2) == february


def test_a_month_after_clamps_to_the_end_of_a_shorter_month() -> None:
    assert month_after(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert month_after(date(2027, 2, 28), 1) == date(2027, 3, 28)
    assert month_after(date(2027, 2, 28), 1, anchor_day=31) == date(2027, 3, 31)
    assert month_after(date(2027, 1, 31), -2) == date(2026, 11, 30)


def test_boundaries_are_counted_from_the_anchor_and_never_drift() -> None:
    monthly = Anchors(origin=date(2027, 1, 1), months=1, anchor_day=31)
    assert [monthly.boundary(k) for k in range(4)] == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    assert monthly.boundary(-1) == date(2026, 12, 31)


def test_an_annual_29_february_is_the_28th_in_common_years_and_the_29th_again_in_leap_years() -> None:
    annual = Anchors(origin=date(2024, 2, 1), months=12, anchor_day=29)
    assert [annual.boundary(k).isoformat()[5:] for k in range(5)] == ["02-29", "02-28", "02-28", "02-28", "02-29"]


def test_an_anchor_day_of_31_is_always_the_last_day() -> None:
    assert Anchors(origin=date(2027, 4, 1), months=1, anchor_day=LAST_DAY).boundary(0) == date(2027, 4, 30)


def test_the_number_of_a_period_is_that_in_which_a_day_lies() -> None:
    monthly = Anchors(origin=date(2027, 1, 1), months=1, anchor_day=31)
    assert monthly.number_of(date(2027, 1, 30)) == -1
    assert monthly.number_of(date(2027, 1, 31)) == 0
    assert monthly.number_of(date(2027, 2, 27)) == 0
    assert monthly.number_of(date(2027, 2, 28)) == 1
    weekly = Anchors(origin=date(2027, 1, 4), days=7)
    assert [weekly.number_of(date(2027, 1, day)) for day in (3, 4, 10, 11)] == [-1, 0, 0, 1]


@pytest.mark.parametrize(
    ("start", "until", "days"),
    [
        ("2027-01-01", "2027-02-01", 30),
        ("2027-01-31", "2027-02-28", 28),
        ("2027-02-28", "2027-03-31", 32),
        ("2027-01-30", "2027-01-31", 0),
        ("2026-12-31", "2027-03-31", 90),
        ("2024-02-29", "2024-03-31", 31),
    ],
)
def test_30e_counts_every_month_as_30_days_and_leaves_february_as_it_is(start: str, until: str, days: int) -> None:
    assert days_30e(date.fromisoformat(start), date.fromisoformat(until)) == days


def test_a_period_is_half_open_and_shows_its_last_day() -> None:
    period = Period(date(2027, 1, 1), date(2027, 2, 1))
    assert period.days == 31
    assert period.last == date(2027, 1, 31)
    assert date(2027, 1, 31) in period
    assert date(2027, 2, 1) not in period
    assert str(period) == "2027-01-01 to 2027-01-31"


def test_a_period_is_read_and_written_with_from_and_until() -> None:
    adapter = TypeAdapter(Period)
    read = adapter.validate_python({"from": "2027-01-01", "until": "2027-02-01"})
    assert adapter.dump_python(read, mode="json") == {"from": "2027-01-01", "until": "2027-02-01"}
    with pytest.raises(ValidationError, match="a period ends after it begins"):
        adapter.validate_python({"from": "2027-02-01", "until": "2027-01-01"})


@pytest.mark.parametrize("text", ["2027-02-30", "27-01-01", "2027-1-1", "2027-01-01T00:00", "", 20270101, True, None])
def test_a_day_is_read_strictly(text: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(text)
