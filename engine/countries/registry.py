"""The registry of countries with a file of their own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from engine.countries.belgium import BELGIUM
from engine.countries.country import Country
from engine.countries.default_country import default_country
from engine.countries.finland import FINLAND
from engine.countries.sweden import SWEDEN

COUNTRIES: Final[Mapping[str, Country]] = {each.code: each for each in (BELGIUM, FINLAND, SWEDEN)}


@cache
def country_of(code: str) -> Country:
    """What is known of a country, of its code in ISO 3166; the default where it has no file."""
    return COUNTRIES.get(code) or default_country(code)
