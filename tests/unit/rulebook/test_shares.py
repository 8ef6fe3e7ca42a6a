"""Shares of payment plans: how they are written, and when they make a whole."""

import pytest

from engine.money import Currency
from engine.rulebook.shares import After, Share, read_after, read_share, shares_problems

EUR = Currency.of("EUR")


def codes(*texts: str) -> list[str]:
    read = [read_share(text, EUR) for text in texts]
    pointers = [f"/{at}" for at in range(len(read))]
    return [problem.code for problem in shares_problems(read, pointers, "")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("30%", "30%"),
        ("12.5 %", "12.5%"),
        ("4000.00 EUR", "4,000.00"),
        ("5 EUR", "5.00"),
        ("5.00", "5.00"),
        ("101", "101.00"),
        ("0.10", "0.10"),
        ("4_000", "4,000.00"),
        ("rest", "rest"),
    ],
)
def test_a_share_is_a_percentage_an_amount_or_the_rest(text: str, shown: str) -> None:
    assert str(read_share(text, EUR)) == shown


@pytest.mark.parametrize("text", ["", "thirty%", "1e3", "4000.00 USD", "0.001", "REST", "30%%", "-", "5", "30", "100", "0.3", "0.125"])
def test_anything_else_is_no_share(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (each reader words its own)
        read_share(text, EUR)


def test_shares_make_a_whole_with_100_percent_or_a_rest() -> None:
    assert codes("30%", "30%", "40%") == []
    assert codes("30%", "30%", "rest") == []
    assert codes("33.34%", "33.33%", "33.33%") == []
    assert codes("100.00", "rest", "50%") == []
    assert codes("rest") == []


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (("30%", "30%"), "shares-not-whole"),
        (("60%", "60%"), "shares-not-whole"),
        (("60%", "60%", "rest"), "shares-too-much"),
        (("100.00",), "amounts-without-rest"),
        (("50%", "50%", "1.00"), "amounts-without-rest"),
        (("rest", "rest"), "two-rests"),
        (("0%", "100%"), "share-not-positive"),
        (("-4.00", "rest"), "share-not-positive"),
    ],
)
def test_shares_that_make_no_whole_are_told(texts: tuple[str, ...], code: str) -> None:
    assert codes(*texts) == [code]


def test_a_time_after_an_event_is_in_days_or_months() -> None:
    assert read_after(None) == After()
    assert read_after("1 month") == read_after("1 months") == After(months=1)
    assert read_after("10 days") == After(days=10)
    for text in ("month", "1 week", "-1 days", "1.5 months", "99999 days"):
        with pytest.raises(ValueError, match="no time after"):
            read_after(text)


def test_an_empty_share_is_the_rest() -> None:
    assert Share().is_rest
