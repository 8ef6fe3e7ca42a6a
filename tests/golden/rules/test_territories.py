"""The VAT territory of an address: by country, postal code and day, from the shipped file."""

from dataclasses import replace
from datetime import date

import pytest

from engine.rulebook.book import Rulebook
from engine.rulebook.facts import vat_territory
from tests.golden.rulebooks import rulebook_of

DAY = date(2027, 1, 15)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return rulebook_of("shipped")


@pytest.mark.parametrize(
    ("country", "postcode", "territory"),
    [
        ("MC", "98000", "FR"),
        ("FR", "98000", "FR"),
        ("FR", "75001", "FR"),
        ("FR", "97400", "third"),
        ("FR", "F-97133", "third"),
        ("FR", "98800", "third"),
        ("RE", "", "third"),
        ("GP", "97100", "third"),
        ("YT", "", "third"),
        ("MF", "", "third"),
        ("GR", "630 86", "third"),
        ("GR", "63085", "GR"),
        ("ES", "35001", "third"),
        ("ES", "38 999", "third"),
        ("ES", "39001", "ES"),
        ("ES", "51001", "third"),
        ("ES", "52006", "third"),
        ("ES", "", "ES"),
        ("FI", "22100", "third"),
        ("FI", "21100", "FI"),
        ("FI", "FI-22100", "third"),
        ("AX", "22100", "third"),
        ("DE", "27498", "third"),
        ("DE", "78266", "third"),
        ("DE", "D-27499", "DE"),
        ("IT", "23041", "third"),
        ("IT", "22061", "third"),
        ("IT", "22060", "IT"),
        ("JE", "JE2 3AB", "third"),
        ("GG", "", "third"),
        ("GB", "je2 3ab", "third"),
        ("IM", "IM1 1AA", "GB"),
        ("GB", "BT1 1AA", "XI"),
        ("GB", "SW1A 1AA", "GB"),
        ("GB", "BFPO 57", "CY"),
        ("GB", "BF1 2AU", "CY"),
        ("CY", "4640", "CY"),
        ("BE", "1000", "BE"),
        ("US", "35001", "US"),
    ],
)
def test_a_territory_by_country_and_postal_code(rulebook: Rulebook, country: str, postcode: str, territory: str) -> None:
    assert vat_territory(country, postcode, rulebook, DAY) == territory
    assert vat_territory(country, postcode, replace(rulebook, territories={}), DAY) == country


def test_an_entry_holds_from_its_day(rulebook: Rulebook) -> None:
    assert vat_territory("GB", "BT1 1AA", rulebook, date(2020, 12, 31)) == "GB"
    assert vat_territory("GB", "BT1 1AA", rulebook, date(2021, 1, 1)) == "XI"
