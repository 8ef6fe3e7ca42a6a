"""Numbers and counts by language."""

import pytest

from engine.locales import is_singular, locale_of, separators
from engine.money import Quantity


def test_a_language_names_its_locale() -> None:
    assert [locale_of(language) for language in ("en", "fr", "nl")] == ["en_GB", "fr_BE", "nl_BE"]


def test_thousands_and_decimals_are_set_apart() -> None:
    assert [separators(language) for language in ("en", "fr", "nl")] == [(",", "."), ("\u00a0", ","), (".", ",")]


@pytest.mark.parametrize(
    ("quantity", "singular_in"), [("1", "en fr nl"), ("-1", "en fr nl"), ("0", "fr"), ("1.5", "fr"), ("-1.5", "fr"), ("2", ""), ("21", "")]
)
def test_a_thing_is_counted_in_the_singular_or_plural(quantity: str, singular_in: str) -> None:
    found = [language for language in ("en", "fr", "nl") if is_singular(Quantity.parse(quantity), language)]
    assert found == singular_in.split()
