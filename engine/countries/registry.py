"""The registry of countries with a file of their own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from engine.countries.belgium import BELGIUM
from engine.countries.country import Country
from engine.countries.default_country import default_country
from engine.countries.denmark import DENMARK
from engine.countries.finland import FINLAND
from engine.countries.germany import GERMANY
from engine.countries.greece import GREECE
from engine.countries.iceland import ICELAND
from engine.countries.netherlands import NETHERLANDS
from engine.countries.norway import NORWAY
from engine.countries.sweden import SWEDEN

COUNTRIES: Final[Mapping[str, Country]] = {
    each.code: each for each in (BELGIUM, DENMARK, FINLAND, GERMANY, GREECE, ICELAND, NETHERLANDS, NORWAY, SWEDEN)
}


@cache
def country_of(code: str) -> Country:
    """What is known of a country, of its code in ISO 3166; the default where it has no file."""
    return COUNTRIES.get(code) or default_country(code)


def country_of_vat_number(number: str, address: str) -> Country:
    """The country that gave a VAT number: that of the address if its numbers begin so (Monaco's with FR), else that of the letters."""
    prefix, own = number.strip()[:2].upper(), country_of(address)
    if own.vat_prefix == prefix:
        return own
    return country_of({"EL": "GR"}.get(prefix, prefix))
