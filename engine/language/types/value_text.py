"""Formats plain values in the syntax of the rule language, for refusals and reasons: `91.58 EUR`, `12.5%`, `3 months`."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import assert_never

from engine.language.types.value_types import (
    AmountType,
    BoolType,
    DateRangeType,
    DateType,
    DaysType,
    EnumType,
    MoneyType,
    NumberType,
    PercentType,
    PeriodType,
    Plain,
    PriceType,
    QuantityType,
    TextType,
    Type,
)
from engine.money import MICRO, Currency, decimal_text, round_half_up


def in_words(answer: Plain | Fraction, kind: Type) -> str:
    """The text of an answer. Numbers, percentages and quantities are exact fractions; amounts are in minor units or micros."""
    return str(answer) if isinstance(answer, str | date) else number_in_words(answer.numerator, answer.denominator, kind)


def number_in_words(numerator: int, denominator: int, kind: Type) -> str:
    """The text of a quotient by its type; a Bool is 0 or 1."""
    match kind:
        case MoneyType():
            places = Currency.of(kind.currency).exponent
            return f"{_decimal(numerator, denominator, places, least=places)} {kind.currency}"
        case AmountType(per=None):
            places = Currency.of(kind.currency).exponent
            return f"{_decimal(numerator * 10 ** (6 - places), denominator, 6, least=places)} {kind.currency}"
        case PriceType() | AmountType():
            return f"{_decimal(numerator, denominator, 6, least=Currency.of(kind.currency).exponent)} {kind.currency}"
        case PercentType():
            return f"{_decimal(numerator * 100 * MICRO, denominator, 6)}%"
        case NumberType():
            return _decimal(numerator * MICRO, denominator, 6)
        case QuantityType():
            number = _decimal(numerator * MICRO, denominator, 6)
            return f"{number} {kind.unit}" if kind.unit else number
        case PeriodType():
            return f"{numerator} month" if abs(numerator) == 1 else f"{numerator} months"
        case DaysType():
            return f"{numerator} day" if abs(numerator) == 1 else f"{numerator} days"
        case BoolType():
            return "yes" if numerator else "no"
        case DateType() | DateRangeType() | TextType() | EnumType():
            return str(numerator)
        case _:
            assert_never(kind)


def plain_in_words(plain: Plain, kind: Type) -> str:
    """The text of a fact; its numbers, percentages and quantities are in micros."""
    return in_words(natural(plain, kind), kind)


def natural(plain: Plain, kind: Type) -> Plain | Fraction:
    """A plain value with its number as a fraction of one instead of micros."""
    if isinstance(kind, NumberType | PercentType | QuantityType) and isinstance(plain, int | Fraction):
        return Fraction(plain) / MICRO
    return plain


def _decimal(numerator: int, denominator: int, places: int, *, least: int = 0) -> str:
    return decimal_text(round_half_up(numerator, denominator), places, least=least)
