"""Numbers as people type them in forms: with the marks of their language, and a quantity as a product such as `3*12`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from babel.numbers import get_decimal_symbol

from engine.documents.line_text import number
from engine.locales import locale_of
from engine.phrases import Language
from engine.problems import Kind, refuse

UNCLEAR: Final = Kind("unclear-number", "`{typed}` may be read as {first} or as {second}", "write {first} or {second}")
NO_NUMBER: Final = Kind("typed-no-number", "`{typed}` is no number", "write digits, such as {example}")
_MOST_SHOWN: Final = 40
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?%?")
_TYPED: Final = re.compile(r"(-?)\s*([0-9][0-9.,' \u00a0\u202f\u2019]*?)\s*(%?)")
_SPACED: Final = re.compile(r"([0-9]{1,3})((?:([' \u00a0\u202f\u2019])[0-9]{3})(?:\3[0-9]{3})*)((?:[.,][0-9]+)?)")
_ONE_MARK: Final = re.compile(r"([0-9]+)([.,])([0-9]+)")
_LIKE_A_GROUP: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_GROUPS: Final = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}(?:\1[0-9]{3})+")
_GROUPS_AND_DECIMALS: Final = re.compile(r"([0-9]{1,3}(?:([.,])[0-9]{3})(?:\2[0-9]{3})*)(?!\2)[.,]([0-9]+)")
_FACTORS: Final = re.compile(r"([0-9.,]{1,13})\s*[*x×]\s*([0-9.,]{1,13})")
_FACTOR: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")


def number_in(typed: str, language: Language, pointer: str | None = None) -> str:
    """A number as the service reads it: `1234.56` of `1.234,56`; a text that is no number stays as it is.

    One mark that may stand before decimals or between thousands, such as that of `1,234` in English, is refused.
    """
    match = _TYPED.fullmatch(typed.strip())
    plain = None if match is None else _plain(match[2], language, pointer)
    return typed if match is None or plain is None else f"{match[1]}{plain}{match[3]}"


def check_number(read: str, typed: str, language: Language, pointer: str) -> str:
    """A number as it was read; refuses a text that is none as it was typed, with an example as the language writes numbers."""
    if not _NUMBER.fullmatch(read):
        raise refuse(NO_NUMBER, None, pointer, typed=typed[:_MOST_SHOWN], example=f"`{number('1234.50', language)}`")
    return read


def multiplied(typed: str, language: Language, pointer: str | None = None) -> str:
    """The product of a quantity such as `3*12`; any other text as it is."""
    match = _FACTORS.fullmatch(typed.strip())
    factors = [] if match is None else [number_in(each, language, pointer) for each in match.groups()]
    if not factors or not all(_FACTOR.fullmatch(each) for each in factors):
        return typed
    made = format(Decimal(factors[0]) * Decimal(factors[1]), "f")
    return made.rstrip("0").rstrip(".") if "." in made else made


def _plain(body: str, language: Language, pointer: str | None) -> str | None:
    """The digits of a number with a point before its decimals; None where the marks make no number."""
    if body.isdigit():
        return body
    if spaced := _SPACED.fullmatch(body):
        return spaced[1] + "".join(each for each in spaced[2] if each.isdigit()) + spaced[4].replace(",", ".")
    if one := _ONE_MARK.fullmatch(body):
        mark = get_decimal_symbol(locale_of(language))
        if one[2] != mark and _LIKE_A_GROUP.fullmatch(body):
            raise refuse(UNCLEAR, None, pointer, typed=body, first=f"`{one[1]}{mark}{one[3]}`", second=f"`{one[1]}{one[3]}`")
        return f"{one[1]}.{one[3]}"
    if _GROUPS.fullmatch(body):
        return "".join(each for each in body if each.isdigit())
    if mixed := _GROUPS_AND_DECIMALS.fullmatch(body):
        return "".join(each for each in mixed[1] if each.isdigit()) + f".{mixed[3]}"
    return None
