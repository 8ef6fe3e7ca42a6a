"""The values of the reference interpreter and the functions of the language, as simple as possible."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Final

from engine.language.interpreter.python_trees import ExactValue
from engine.language.ir.checked_tables import Cell, Interval, IntervalsCell, ValuesCell
from engine.language.ir.evaluation_errors import DIVISION_BY_ZERO, OUTSIDE_THE_CALENDAR
from engine.language.ir.typed import Rounded
from engine.language.types.value_types import AmountType, MoneyType, NumberType, PercentType, Plain, PriceType, QuantityType, Type
from engine.money import MICRO
from engine.problems import Span, refuse


def unit_of(kind: Type, exponent: int) -> int:
    """How many plain units make one of a type."""
    if isinstance(kind, MoneyType) or (isinstance(kind, AmountType) and kind.per is None):
        return int(10**exponent)
    return MICRO if isinstance(kind, PriceType | AmountType | NumberType | PercentType | QuantityType) else 1


def exact_of(plain: Plain, kind: Type, exponent: int) -> ExactValue:
    """A plain value in its own unit: 2900 cents are 29."""
    if isinstance(plain, bool | str | date):
        return plain
    unit = unit_of(kind, exponent)
    return Fraction(plain) / unit if unit > 1 else plain


def plain_of(value: ExactValue, kind: Type, exponent: int) -> Plain | Fraction:
    """The inverse of `exact_of`, exact where it is not whole."""
    if isinstance(value, bool | str | date):
        return value
    counted = Fraction(value) * unit_of(kind, exponent)
    return int(counted) if counted.denominator == 1 else counted


def answer_of(value: ExactValue, kind: Type, exponent: int) -> Plain | Fraction:
    """A value as an answer: numbers, percentages and quantities as fractions, amounts as fractions of minor units or micros."""
    if isinstance(value, bool | str | date):
        return value
    if isinstance(kind, NumberType | PercentType | QuantityType):
        return Fraction(value)
    if isinstance(kind, AmountType):
        return Fraction(value) * unit_of(kind, exponent)
    counted = Fraction(value) * unit_of(kind, exponent)
    if counted.denominator != 1:
        raise ValueError(f"{value} is no whole number of the unit of {kind}")
    return int(counted)


# --- Functions of the language. ---


def rounded(amount: Fraction, rounding: Rounded, exponent: int) -> Fraction:
    """An amount or number to a whole number of cents, euros or ones."""
    step = Fraction(1, 10**exponent) if rounding.to == "cent" else Fraction(1)
    size = abs(Fraction(amount)) / step
    match rounding.mode:
        case "half up":
            whole = floor(size + Fraction(1, 2))
        case "half even":
            whole = round(size)
        case "up":
            whole = ceil(size)
        case "down":
            whole = floor(size)
    return whole * step if amount >= 0 else -whole * step


def divided(left: Fraction, right: Fraction, where: Span, rule: str) -> Fraction:
    """A quotient, or a refusal where the divisor is zero."""
    if right == 0:
        raise refuse(DIVISION_BY_ZERO, where, rule=rule)
    return Fraction(left) / Fraction(right)


def days_later(day: date, days: int, where: Span, rule: str) -> date:
    """A day moved by days."""
    try:
        return day + timedelta(days=int(days))
    except OverflowError:
        raise refuse(OUTSIDE_THE_CALENDAR, where, rule=rule) from None


def months_later(day: date, months: int, where: Span, rule: str) -> date:
    """A day moved by months, clamped to the end of the month."""
    year, month = day.year, day.month + int(months)
    if abs(months) > 12 * 9999:
        raise refuse(OUTSIDE_THE_CALENDAR, where, rule=rule)
    while month > 12:
        year, month = year + 1, month - 12
    while month < 1:
        year, month = year - 1, month + 12
    if not 1 <= year <= 9999:
        raise refuse(OUTSIDE_THE_CALENDAR, where, rule=rule)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


FUNCTIONS: Final[dict[str, Callable[..., ExactValue]]] = {
    "exact": lambda above, below: Fraction(int(above), int(below)),
    "calendar_day": date,
    "between": lambda subject, low, high: low <= subject <= high,
    "days_between": lambda later, earlier: (later - earlier).days,
    "year": lambda day: Fraction(day.year),
    "month": lambda day: Fraction(day.month),
    "day": lambda day: Fraction(day.day),
    "end_of_month": lambda day: date(day.year, day.month, monthrange(day.year, day.month)[1]),
    "start_of_month": lambda day: date(day.year, day.month, 1),
    "lowest": lambda *given: min(given),
    "highest": lambda *given: max(given),
    "absolute": abs,
}


# --- Cells. ---


def cell_matches(cell: Cell, value: Plain | Fraction) -> bool:
    """Whether a cell (other than a written-out condition) matches a plain value."""
    match cell:
        case ValuesCell():
            return any(value == word for word in cell.values) != cell.is_negated
        case IntervalsCell():
            return any(_lies_in(one, value) for one in cell.intervals) != cell.is_negated
        case _:
            return True


def _lies_in(one: Interval, value: Plain | Fraction) -> bool:
    if isinstance(value, str):
        return False
    above = one.low is None or value > one.low or (one.low_included and value == one.low)  # type: ignore[operator]  # the type checker ensures like types
    below = one.high is None or value < one.high or (one.high_included and value == one.high)  # type: ignore[operator]  # the same
    return above and below
