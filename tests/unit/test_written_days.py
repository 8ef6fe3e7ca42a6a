"""Days as people and spreadsheets write them, and what to write instead."""

import pytest

from engine.written_days import day_remedy, days_meant


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-01-01 00:00:00", "2027-01-01"),
        ("2027-01-01T00:00:00.000Z", "2027-01-01"),
        ("1-Feb-27", "2027-02-01"),
        ("1 février 2027", "2027-02-01"),
        ("3 mrt. 2027", "2027-03-03"),
        ("12 août 2027", "2027-08-12"),
        ("1er mai 2027", "2027-05-01"),
        ("February 28, 2027", "2027-02-28"),
        ("31/01/2027", "2027-01-31"),
        ("31.1.27", "2027-01-31"),
        ("31/01/27", "2027-01-31"),
        ("2027/1/5", "2027-01-05"),
        ("20270131", "2027-01-31"),
        ("2/2/2027", "2027-02-02"),
    ],
)
def test_one_day_is_meant(text: str, day: str) -> None:
    assert [meant.isoformat() for meant in days_meant(text)] == [day]
    assert day_remedy(text) == f"write `{day}`"


def test_day_and_month_may_stand_in_either_order() -> None:
    assert day_remedy("01-07-2027") == "write `2027-07-01` or `2027-01-07`"


def test_a_year_of_two_digits_may_stand_first() -> None:
    assert day_remedy("24-01-05") == "write `2024-01-05` or `2005-01-24`"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2027-02-30", "2027-02-28"),
        ("30 February 2024", "2024-02-29"),
        ("31 avril 2027", "2027-04-30"),
        ("February 30, 2027", "2027-02-28"),
        ("30/02/2027", "2027-02-28"),
        ("31.4.27", "2027-04-30"),
    ],
)
def test_a_day_that_does_not_exist_has_the_last_of_its_month(text: str, last: str) -> None:
    assert day_remedy(text) == f"write an existing day; the last of that month is `{last}`"


@pytest.mark.parametrize("text", ["2027-13-01", "0000-00-00", "soon", "1 brumaire 2027", "12:30", "1/2/3/4", "99/99/2027", ""])
def test_of_another_text_nothing_is_guessed(text: str) -> None:
    assert days_meant(text) == ()
    assert day_remedy(text) == "write year, month and day of an existing day: `2027-01-31`"
