"""Numbers whose point or comma may part thousands or decimals."""

import pytest

from engine.text.written_numbers import thousands_or_decimals, with_point, without_separators


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("50.000", "write `50_000` or `50.0000`"),
        ("1.250", "write `1_250` or `1.2500`"),
        ("-1,250", "write `-1_250` or `-1.2500`"),
        ("0.125", None),
        ("1.25", None),
        ("1.2500", None),
        ("1_250.000", None),
        ("1250.000", None),
        ("1.250.000", None),
    ],
)
def test_from_one_up_exactly_three_decimals_may_be_thousands(text: str, remedy: str | None) -> None:
    problem = thousands_or_decimals(text, None)
    assert (problem.help if problem else None) == remedy


def test_a_currency_with_three_decimals_has_amounts_with_three() -> None:
    assert thousands_or_decimals("1.250", None, currency="KWD") is None
    assert thousands_or_decimals("1.250", None, unit=" KWD") is None
    assert thousands_or_decimals("1.250", None, currency="EUR") is not None


def test_the_last_sign_is_the_decimal_point() -> None:
    assert [with_point(text) for text in ("1.000,50", "1,000.50", "9,5", "1,250,000.00")] == ["1000.50", "1000.50", "9.5", "1250000.00"]


def test_only_underscores_between_digits_are_separators() -> None:
    assert [without_separators(text) for text in ("1_250_000.50", "_1", "1_", "1__0", "a_b")] == ["1250000.50", "_1", "1_", "1__0", "a_b"]
