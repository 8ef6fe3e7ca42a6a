"""Numbers whose point or comma may part thousands or decimals."""

import pytest

from engine.text.written_numbers import misread_number, thousands_or_decimals, with_point, without_separators, written_number


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("50.000", "write `50_000` or `50.00`"),
        ("1.250", "write `1_250` or `1.25`"),
        ("-1,250", "write `-1_250` or `-1.25`"),
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


@pytest.mark.parametrize(
    ("text", "digits", "unit"),
    [
        ("1.000,50", "1000.50", ""),
        ("1,000.50", "1000.50", ""),
        ("1,000,000", "1000000", ""),
        ("1.000.000,5", "1000000.5", ""),
        ("50 000.00", "50000.00", ""),
        ("50\u00a0000,00", "50000.00", ""),
        ("1'250.5", "1250.5", ""),
        ("€20.00", "20.00", "EUR"),
        ("20,00 €", "20.00", "EUR"),
        ("24.50 eur", "24.50", "EUR"),
        ("20 euro", "20", "EUR"),
        ("EUR 20", "20", "EUR"),
        ("12,5%", "12.5", "%"),
        ("-4,20", "-4.20", ""),
    ],
)
def test_a_number_is_read_as_it_is_written_elsewhere(text: str, digits: str, unit: str) -> None:
    number = written_number(text)
    assert number is not None
    assert (number.digits, number.unit) == (digits, unit)


@pytest.mark.parametrize("text", ["1.00,0.0", "1,00,000.0.0", "20 bikes", "EUR 20 EUR", "% 20", "twenty", "", "1 00", "--5", "5-"])
def test_where_the_signs_say_two_things_no_number_is_read(text: str) -> None:
    assert written_number(text) is None


@pytest.mark.parametrize(
    ("text", "code", "remedy"),
    [
        ("1.000,50", "comma-in-number", "write `1000.50`"),
        ("1,000.50", "number-form", "write `1000.50`"),
        ("89.00 EUR", "number-form", "write `89.00`"),
        ("1,250", "thousands-or-decimals", "write `1_250` or `1.25`"),
    ],
)
def test_a_price_that_is_written_otherwise_is_told_with_its_digits(text: str, code: str, remedy: str) -> None:
    problem = misread_number(text, None, currency="EUR")
    assert problem is not None
    assert (problem.code, problem.help) == (code, remedy)


def test_an_amount_in_another_currency_is_not_reread() -> None:
    assert misread_number("89.00 USD", None, currency="EUR") is None
