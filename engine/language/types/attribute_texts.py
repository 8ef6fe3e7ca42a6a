"""Parses the texts of customer, product and line attributes as plain values of their declared types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final, TypeVar

from engine.language.types.value_types import (
    BoolType,
    DateType,
    DaysType,
    EnumType,
    MoneyType,
    PercentType,
    PeriodType,
    Plain,
    TextType,
    Type,
)
from engine.money import Currency, scaled
from engine.phrases import listed, phrase
from engine.text.written_numbers import thousands_or_decimals, without_separators

Value = TypeVar("Value", str, bool)
_WHOLE: Final = re.compile(r"-?[0-9]{1,12}")
_NUMBER: Final = phrase("a decimal number such as `12.5`")
_FORMS: Final[Mapping[type, str]] = {
    BoolType: listed(("`yes`", "`no`"), "or"),
    DateType: phrase("a date such as `2027-01-31`"),
    PeriodType: phrase("a whole number of months"),
    DaysType: phrase("a whole number of days"),
    MoneyType: phrase("an amount such as `91.58`"),
    PercentType: phrase("a percentage such as `12.5%`"),
}


def attribute_value(text: str, kind: Type, currency: Currency) -> Plain:
    """A text as the plain value of a type; ValueError where it is none."""
    match kind:
        case TextType():
            return text
        case EnumType(values=words):
            return _only(text, text in words)
        case BoolType():
            return _only(text in ("yes", "true"), text in ("yes", "no", "true", "false"))
        case DateType():
            return date.fromisoformat(text)
        case PeriodType() | DaysType():
            return int(_only(text, _WHOLE.fullmatch(text) is not None))
        case MoneyType():
            return scaled(_only(without_separators(text), not thousands_or_decimals(text, None, currency=currency.code)), currency.exponent)
        case PercentType():
            return scaled(_only(text.removesuffix("%").rstrip(), not text.startswith("0.") or text.endswith("%")), 4)
        case _:
            return scaled(text, 6)


def attribute_form(kind: Type) -> str:
    """The syntax of the texts of a type."""
    if isinstance(kind, EnumType):
        return phrase("one of {names}", names=", ".join(f"`{word}`" for word in kind.values))
    return _FORMS.get(type(kind), _NUMBER)


def _only(value: Value, is_right: bool) -> Value:
    if not is_right:
        raise ValueError
    return value
