"""Decimal numbers as people write them: `_` between thousands, and a point or comma that may part thousands or decimals."""

from __future__ import annotations

import re
from typing import Final

from engine.iso_currencies import MINOR_UNITS
from engine.problems import Kind, Problem, Span

THOUSANDS: Final = Kind("thousands-or-decimals", "`{word}` may mean thousands or decimals", "write `{thousands}` or `{decimals}`")
_EITHER: Final = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
_PARTED: Final = re.compile(r"-?[0-9]+(?:_[0-9]+)+(?:\.[0-9]+)?")
_THREE_DECIMALS: Final = 3


def thousands_or_decimals(text: str, where: Span | None, *, unit: str = "", currency: str = "") -> Problem | None:
    """The problem of a number from 1 up with exactly three decimals, before a unit; none where the currency has three decimals itself."""
    if _EITHER.fullmatch(text) is None or ("." in text and MINOR_UNITS.get(currency or unit.strip()) == _THREE_DECIMALS):
        return None
    whole, decimals = re.split("[.,]", text)
    return THOUSANDS.at(where, word=text + unit, thousands=f"{whole}_{decimals}{unit}", decimals=f"{whole}.{decimals}0{unit}")


def with_point(text: str) -> str:
    """`1.000,50` and `1,000.50` as `1000.50`: the last sign is the decimal point, the others part thousands."""
    if "." in text and text.rfind(",") < text.rfind("."):
        return text.replace(",", "")
    return text.replace(".", "").replace(",", ".", 1)


def without_separators(text: str) -> str:
    """A decimal text without the `_` between its digits; any other text is unchanged."""
    return text.replace("_", "") if _PARTED.fullmatch(text) else text
