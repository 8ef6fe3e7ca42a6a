"""Plain values in the words of the rule language, for refusals and reasons: `91.58 EUR`, `12.5%`, `3 months`."""

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
    """A value as an analyst writes it. Numbers, percentages and quantities come as exact fractions; amounts in minor units or micros."""
    if isinstance(answer, str | date):
        return str(answer)
    match kind:
        case MoneyType():
            places = Currency.of(kind.currency).exponent
            return f"{_decimal(answer, places, least=places)} {kind.currency}"
        case AmountType(per=None):
            places = Currency.of(kind.currency).exponent
            return f"{_decimal(Fraction(answer) / 10**places * MICRO, 6, least=places)} {kind.currency}"
        case PriceType() | AmountType():
            return f"{_decimal(answer, 6, least=Currency.of(kind.currency).exponent)} {kind.currency}"
        case PercentType():
            return f"{_decimal(Fraction(answer) * 100 * MICRO, 6)}%"
        case NumberType():
            return _decimal(Fraction(answer) * MICRO, 6)
        case QuantityType():
            return f"{_decimal(Fraction(answer) * MICRO, 6)} {kind.unit}" if kind.unit else _decimal(Fraction(answer) * MICRO, 6)
        case PeriodType():
            return f"{answer} month" if abs(answer) == 1 else f"{answer} months"
        case DaysType():
            return f"{answer} day" if abs(answer) == 1 else f"{answer} days"
        case BoolType():
            return "yes" if answer else "no"
        case DateType() | DateRangeType() | TextType() | EnumType():
            return str(answer)
        case _:
            assert_never(kind)


def plain_in_words(plain: Plain, kind: Type) -> str:
    """A fact as an analyst writes it; its numbers, percentages and quantities come in micros."""
    return in_words(natural(plain, kind), kind)


def natural(plain: Plain, kind: Type) -> Plain | Fraction:
    """A plain value with its number as a fraction of one instead of micros."""
    if isinstance(kind, NumberType | PercentType | QuantityType) and isinstance(plain, int | Fraction):
        return Fraction(plain) / MICRO
    return plain


def _decimal(amount: int | Fraction, places: int, *, least: int = 0) -> str:
    exact = Fraction(amount)
    return decimal_text(round_half_up(exact.numerator, exact.denominator), places, least=least)
