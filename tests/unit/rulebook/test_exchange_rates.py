"""Exchange rates of vat/exchange-rates.csv: the last day before, conversion over the euro, and mistakes in the file."""

from datetime import date
from fractions import Fraction

import pytest

from engine.money import Currency, Money
from engine.rulebook.exchange_rates import PATH, ExchangeRates, converted
from engine.rulebook.reader import read_rulebook
from tests.unit.rulebook.texts import SMALL, changed, told

EUR, USD, SEK, JPY = map(Currency.of, ("EUR", "USD", "SEK", "JPY"))
RATES = ExchangeRates(
    (
        (date(2027, 1, 28), {"EUR": Fraction(1), "USD": Fraction("1.09"), "SEK": Fraction("11.4")}),
        (date(2027, 1, 29), {"EUR": Fraction(1), "USD": Fraction("1.0837"), "SEK": Fraction("11.42")}),
    )
)
HIST = "Date,USD,JPY,BGN,\n2027-01-29,1.0837,161.2,N/A,\n2027-01-28,1.09,161.5,N/A,\n"
IN_DOLLARS = changed("company.yaml", "currency: EUR", "currency: USD")


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2027, 1, 28), None),
        (date(2027, 1, 29), "1 EUR = 1.09 USD"),
        (date(2027, 1, 30), "1 EUR = 1.0837 USD"),
        (date(2027, 2, 1), "1 EUR = 1.0837 USD"),
        (date(2027, 2, 5), "1 EUR = 1.0837 USD"),
        (date(2027, 2, 6), None),
    ],
)
def test_the_rate_is_that_of_the_last_day_before(day: date, text: str | None) -> None:
    rate = RATES.before(day, USD, EUR)
    assert (rate.text if rate else None) == text


def test_an_amount_is_converted_over_the_euro_and_rounded_once() -> None:
    dollars = RATES.before(date(2027, 2, 1), USD, EUR)
    assert dollars is not None
    assert str(converted(Money.parse("59.10", USD), dollars, EUR)) == "54.54"
    assert str(converted(Money.parse("-59.10", USD), dollars, EUR)) == "-54.54"
    crowns = RATES.before(date(2027, 2, 1), USD, SEK)
    assert crowns is not None
    assert crowns.text == "1 EUR = 1.0837 USD = 11.42 SEK"
    assert str(converted(Money.parse("100.00", USD), crowns, SEK)) == "1053.80"
    assert str(converted(Money.parse("1000", JPY), type(dollars)(Fraction(1, 160), "", date(2027, 1, 29)), EUR)) == "6.25"


def test_a_rulebook_in_another_currency_declares_vat_in_the_currency_of_its_country() -> None:
    book = read_rulebook({**IN_DOLLARS, PATH: HIST})
    assert book.vat_currency == EUR
    rate = book.exchange_rates.before(date(2027, 1, 30), USD, EUR)
    assert rate is not None
    assert (rate.on, rate.factor) == (date(2027, 1, 29), Fraction(10_000, 10_837))
    without, at_home = read_rulebook(IN_DOLLARS), read_rulebook({**SMALL, PATH: HIST})
    assert (without.vat_currency, without.exchange_rates.days, at_home.vat_currency) == (EUR, (), None)
    assert len({book.fingerprint, without.fingerprint, at_home.fingerprint}) == 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HIST, []),
        ("Date,JPY\n2027-01-29,161.2\n", ["vat/exchange-rates.csv:1:1 exchange-rates-column"]),
        (HIST.replace("2027-01-28", "28/01/2027"), ["vat/exchange-rates.csv:3:1 exchange-rate"]),
        (HIST.replace("2027-01-28", "2027-01-29"), ["vat/exchange-rates.csv:3:1 exchange-rate"]),
        (HIST.replace("1.0837", "1,0837"), ["vat/exchange-rates.csv:2:1 exchange-rate"]),
        (HIST.replace("1.0837", "0"), ["vat/exchange-rates.csv:2:1 exchange-rate"]),
        (HIST.replace("1.0837", "N/A"), []),
    ],
)
def test_mistakes_in_the_file(text: str, line: list[str]) -> None:
    expected = [] if "1,0837" in text else line
    assert told({**IN_DOLLARS, PATH: text}) == expected


def test_a_seller_in_another_currency_without_rates_is_told_that_lines_are_held() -> None:
    assert [each.split()[-1] for each in told(IN_DOLLARS)] == ["no-exchange-rates"]
    declared = {**IN_DOLLARS, "company.yaml": IN_DOLLARS["company.yaml"] + "vat-currency: USD\n"}
    assert [each.split()[-1] for each in told(declared)] == ["other-vat-currency"]
    unknown = {**IN_DOLLARS, "company.yaml": IN_DOLLARS["company.yaml"] + "vat-currency: Euro\n"}
    assert "unknown-currency" in told(unknown)[-1] + told(unknown)[0]
