"""The words on a line that say how its amount came about, in three languages."""

from fractions import Fraction

import pytest

from engine.documents.document import Language
from engine.documents.invoice import Derivation
from engine.documents.line_text import detail, number
from engine.money import Currency, Money

EUR = Currency.of("EUR")


@pytest.mark.parametrize(
    ("derivation", "expected"),
    [
        (Derivation(kind="recurring", price_per="month"), "1 month"),
        (Derivation(kind="recurring", price_per="month", periods=Fraction(12, 13)), "12/13 months"),
        (Derivation(kind="recurring", price_per="year", periods=Fraction(1, 12)), "1/12 years"),
        (Derivation(kind="recurring", price_per="4 weeks"), "1 × 4 weeks"),
        (Derivation(kind="recurring", price_per="month", periods=Fraction(12), billing_factor=Fraction(9, 10)), "12 months × 0.9"),
        (Derivation(kind="recurring", price_per="period", days=21, period_days=92), "21 of 92 days"),
        (Derivation(kind="change", price_per="month", days=14, period_days=31), "change, 1 month, 14 of 31 days"),
        (Derivation(kind="instalment", price_per="once", number=2, share="30%"), "instalment 2: 30%"),
        (Derivation(kind="instalment", price_per="once", number=1, share="4000.00"), "instalment 1: 4,000.00"),
        (Derivation(kind="insertion", price_per="month", number=3), "1 month, insertion 3"),
        (Derivation(kind="one-time", price_per="once", bundle="Welcome kit"), "in Welcome kit"),
        (Derivation(kind="one-time", price_per="once"), ""),
    ],
)
def test_the_words_of_a_line(derivation: Derivation, expected: str) -> None:
    assert detail(derivation, "en") == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "tranche 3 : solde de 4\u00a0336,00"),
        ("nl", "termijn 3: saldo van 4.336,00"),
        ("en", "instalment 3: balance of 4,336.00"),
    ],
)
def test_the_balance_in_each_language(language: Language, expected: str) -> None:
    last = Derivation(kind="instalment", price_per="once", number=3, share="rest", whole_list_net=Money(433600, EUR))
    assert detail(last, language) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("1234567.5", "fr", "1\u00a0234\u00a0567,5"),
        ("-0.50", "nl", "-0,50"),
        ("30%", "en", "30%"),
        ("12/52", "fr", "12/52"),
        ("12.5%", "nl", "12,5%"),
    ],
)
def test_numbers_as_each_language_writes_them(text: str, language: Language, expected: str) -> None:
    assert number(text, language) == expected
