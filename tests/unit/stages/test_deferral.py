"""Deferred income: the worked example, and nothing of it is lost on the way."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.dates import Period
from engine.money import Currency, Money
from engine.stages.posting.deferral import earned, last_of_month, recognitions

EUR = Currency.of("EUR")
YEAR = Period(date(2027, 3, 15), date(2028, 3, 15))


def amounts(net: str, period: Period, issued_on: date) -> list[tuple[str, str]]:
    return [(str(each.on), str(each.amount)) for each in recognitions(Money.parse(net, EUR), period, issued_on)]


def test_a_year_that_begins_in_the_middle_of_march() -> None:
    months = amounts("1200.00", YEAR, date(2027, 3, 15))
    assert months[:3] == [("2027-03-15", "-1144.26"), ("2027-04-30", "98.36"), ("2027-05-31", "101.64")]
    assert months[-2:] == [("2028-02-29", "95.08"), ("2028-03-31", "45.90")]
    assert str(earned(Money.parse("1200.00", EUR), YEAR, date(2027, 3, 31))) == "55.74"
    assert amounts("-1200.00", YEAR, date(2027, 3, 15)) == [(on, str(-Money.parse(amount, EUR))) for on, amount in months]


def test_issued_before_the_period_all_is_deferred_and_after_it_what_is_past_is_earned() -> None:
    assert amounts("1200.00", YEAR, date(2027, 1, 31))[:3] == [("2027-01-31", "-1200.00"), ("2027-02-28", "0.00"), ("2027-03-31", "55.74")]
    assert amounts("1200.00", YEAR, date(2028, 2, 10)) == [("2028-02-10", "-45.90"), ("2028-03-31", "45.90")]
    assert amounts("1200.00", YEAR, date(2028, 3, 1)) == []
    assert amounts("100.00", Period(date(2027, 1, 1), date(2027, 2, 1)), date(2027, 1, 31)) == []


DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))


@given(st.integers(-(10**9), 10**9), DAYS, st.integers(1, 800), DAYS, st.integers(0, 40))
def test_recognised_and_deferred_are_the_net_after_each_month(minor: int, start: date, days: int, issued_on: date, months: int) -> None:
    net, period = Money(minor, EUR), Period(start, start + timedelta(days=days))
    every = list(recognitions(net, period, issued_on))
    assert sum(each.amount.minor for each in every) == 0
    end = last_of_month(issued_on)
    for _ in range(months):
        end = last_of_month(end + timedelta(days=1))
    posted = [each.amount.minor for each in every if each.on <= end]
    assert net.minor + sum(posted) == (earned(net, period, end).minor if every else net.minor)
    assert [each.on for each in every] == sorted({each.on for each in every})
    assert all(each.amount.minor * (1 if at else -1) * (1 if minor >= 0 else -1) >= 0 for at, each in enumerate(every))
