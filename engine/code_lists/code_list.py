"""The code lists of EN 16931 and Peppol: countries, currencies, units, reasons for exemption, and schemes of electronic addresses.

Each is a dated text file beside this module, with its source; a new edition replaces the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources import files
from typing import Final, NamedTuple

_WITHDRAWN: Final = re.compile(r"(\S+) => (\S+)(?: until (\d{4}-\d\d-\d\d))?")
_GROUP: Final = re.compile(r"\[(.+)\]")


class Withdrawn(NamedTuple):
    """What stands in for a code that a list gave up or never had, and the last day on which it was in the list."""

    instead: str
    until: date | None


def _lines(name: str) -> Iterator[str]:
    text = files(__package__).joinpath(f"{name}.txt").read_text("utf-8")
    return (line for line in text.splitlines() if not line.startswith("#"))


def _codes(name: str) -> Mapping[str, tuple[str, ...]]:
    """The codes of a list in its order, each with the group in which it stands, such as the categories of a reason."""
    codes: dict[str, tuple[str, ...]] = {}
    group: tuple[str, ...] = ()
    for line in _lines(name):
        if match := _GROUP.fullmatch(line):
            group = tuple(match[1].split())
        elif not _WITHDRAWN.fullmatch(line):
            codes |= dict.fromkeys(line.split(), group)
    return codes


def _withdrawn(name: str) -> Mapping[str, Withdrawn]:
    matches = filter(None, map(_WITHDRAWN.fullmatch, _lines(name)))
    return {match[1]: Withdrawn(match[2], date.fromisoformat(match[3]) if match[3] else None) for match in matches}


COUNTRY: Final = "^([A-Z]{2}|1A)$"
"""The form of the code of a country."""
COUNTRIES: Final = _codes("countries")
"""`XI` is Northern Ireland, a member state for goods; `1A` is Kosovo. Greece is `GR` here and `EL` in VAT numbers."""
NO_COUNTRIES: Final = _withdrawn("countries")
CURRENCIES: Final = _codes("currencies")
WITHDRAWN_CURRENCIES: Final = _withdrawn("currencies")
UNITS: Final = _codes("units")
VATEX: Final = _codes("vatex")
"""The codes of reasons, each with the VAT categories with which it may stand."""
ADDRESS_SCHEMES: Final = _codes("address-schemes")
VAT_NUMBER_SCHEMES: Final[Mapping[str, str]] = dict(line.split() for line in _lines("vat-number-schemes"))
"""The scheme of the VAT numbers of a country, by its code."""
