"""Decimal numbers as people write them: with a decimal comma, thousands apart, a sign or word of a currency; and how to write them here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine.iso_currencies import MINOR_UNITS
from engine.phrases import Replacement
from engine.problems import Kind, Problem, Span

THOUSANDS: Final = Kind("thousands-or-decimals", "`{word}` may mean thousands or decimals", "write `{thousands}` or `{decimals}`")
DECIMAL_COMMA: Final = Kind("comma-in-number", "`{word}` has a decimal comma", "write `{corrected}`")
NUMBER_FORM: Final = Kind("number-form", "`{word}` is not written as numbers are here: digits and a decimal point", "write `{corrected}`")
AMOUNT_FORM: Final = Kind(
    "amount-form", "`{word}` is not written as amounts are here: the number, then the code of the currency", "write `{corrected}`"
)
_EITHER: Final = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
_PARTED: Final = re.compile(r"-?[0-9]+(?:_[0-9]+)+(?:\.[0-9]+)?")
_THREE_DECIMALS: Final = 3

_GAPS: Final = "' \u2019\u00a0\u2009\u202f"
"""What parts thousands beside points and commas: blanks of several widths, apostrophes."""
_SIGNS: Final = {"€": "EUR", "$": "USD", "£": "GBP", "euro": "EUR", "euros": "EUR"}
_WORDED: Final = re.compile(
    rf"(?P<before>[^\W\d_]{{3,5}}|[€$£])?[{_GAPS}\t]*(?P<number>-?[0-9](?:[0-9_]|[.,](?=[0-9])|[{_GAPS}](?=[0-9]{{3}}(?![0-9])))*)"
    rf"[{_GAPS}\t]*(?P<behind>[^\W\d_]{{3,5}}|[€$£]|%)?"
)
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+|-?[0-9]{1,3}(?:\.[0-9]{3})+")


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number as a person wrote it: its digits with a decimal point, and the currency or `%` beside it, where there is one."""

    digits: str
    unit: str = ""
    has_decimal_comma: bool = False
    """Whether its decimals follow a comma, and what stands beside it is written as here."""


def thousands_or_decimals(text: str, where: Span | None, *, unit: str = "", currency: str = "") -> Problem | None:
    """The problem of a number from 1 up with exactly three decimals, before a unit; none where the currency has three decimals itself."""
    if _EITHER.fullmatch(text) is None or ("." in text and MINOR_UNITS.get(currency or unit.strip()) == _THREE_DECIMALS):
        return None
    whole, three = re.split("[.,]", text)
    decimals = f"{three}0" if not three.endswith("0") else f"{three[:1]}0" if three.endswith("00") else three[:2]
    return THOUSANDS.at(
        where, word=text + unit, thousands=Replacement(f"{whole}_{three}{unit}"), decimals=Replacement(f"{whole}.{decimals}{unit}")
    )


def written_number(text: str) -> WrittenNumber | None:
    """The number of a text such as `1.000,50`, `50 000.00`, `€ 20`, `24.50 euro`; None where it is none, or may be two."""
    match = _WORDED.fullmatch(text.strip())
    if match is None or (match["before"] and match["behind"]):
        return None
    unit = _unit(match["before"] or match["behind"] or "")
    digits = _digits(match["number"])
    if unit is None or digits is None or (match["before"] and unit == "%"):
        return None
    is_as_here = not match["before"] and (match["behind"] or "") in ("%", unit)
    has_comma = "." in digits and match["number"].rfind(",") > match["number"].rfind(".")
    return WrittenNumber(digits, unit, has_decimal_comma=is_as_here and has_comma)


def misread_number(text: str, where: Span | None, *, currency: str = "", is_amount: bool = False) -> Problem | None:
    """The problem of a number that is written otherwise than here, with what to write; None where no number is recognized.

    With `is_amount` the code of the currency belongs behind it; otherwise a currency beside it is left out, if it is the expected one.
    """
    either = thousands_or_decimals(text, where, currency=currency)
    number = None if either else written_number(text)
    if number is None or number.unit == "%" or (number.unit and currency and not is_amount and number.unit != currency):
        return either
    corrected = f"{number.digits} {number.unit}" if is_amount and number.unit else number.digits
    kind = DECIMAL_COMMA if number.has_decimal_comma else AMOUNT_FORM if is_amount else NUMBER_FORM
    return None if corrected == text else kind.at(where, word=text, corrected=Replacement(corrected))


def _unit(word: str) -> str | None:
    """The currency of a sign, word or code, `%` and nothing as they are; None for any other word."""
    code = _SIGNS.get(word.lower(), word.upper())
    return code if word in ("", "%") or code in MINOR_UNITS else None


def _digits(number: str) -> str | None:
    """Digits with a decimal point; None where points and commas do not say which is which."""
    bare = number.replace("_", "")
    for gap in _GAPS:
        bare = bare.replace(gap, "")
    last = max(bare.rfind("."), bare.rfind(","))
    whole, decimals = bare[: max(last, 0)], bare[last + 1 :]
    if last >= 0 and bare[last] in whole:  # a sign that stands twice parts thousands
        return re.sub("[.,]", "", bare) if _GROUPED.fullmatch(bare) else None
    if "." in whole or "," in whole:
        return f"{re.sub('[.,]', '', whole)}.{decimals}" if _GROUPED.fullmatch(whole) else None
    return bare.replace(",", ".")


def with_point(text: str) -> str:
    """`1.000,50` and `1,000.50` as `1000.50`: the last sign is the decimal point, the others part thousands."""
    return _digits(text) or text.replace(",", ".")


def without_separators(text: str) -> str:
    """A decimal text without the `_` between its digits; any other text is unchanged."""
    return text.replace("_", "") if _PARTED.fullmatch(text) else text
