"""What generated rules call: roundings, days and months, loops over entries. Whole numbers only, so that a cent is a cent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from engine.dates import month_after
from engine.language.types.value_types import Plain
from engine.problems import Problem, Refusal

Whole = int | Fraction
"""A count of some unit: whole, or (rarely, behind a division) an exact fraction."""


def half_up(numerator: Whole, denominator: Whole) -> int:
    """A quotient to a whole number, half away from zero."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    size: Whole = -numerator if numerator < 0 else numerator
    quotient, remainder = divmod(size, denominator)
    if remainder >= denominator - remainder:
        quotient += 1
    return int(quotient if numerator >= 0 else -quotient)


def half_even(numerator: Whole, denominator: Whole) -> int:
    """A quotient to a whole number, half to the even one."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, remainder = divmod(numerator, denominator)
    left = denominator - remainder
    return int(quotient + 1 if remainder > left or (remainder == left and quotient % 2) else quotient)


def away(numerator: Whole, denominator: Whole) -> int:
    """A quotient to a whole number, away from zero."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return int(-(-numerator // denominator) if numerator >= 0 else numerator // denominator)


def towards(numerator: Whole, denominator: Whole) -> int:
    """A quotient to a whole number, towards zero."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return int(numerator // denominator if numerator >= 0 else -(-numerator // denominator))


ROUNDINGS: Final = {"half up": half_up, "half even": half_even, "up": away, "down": towards}


def nonzero(divisor: Whole, problem: Problem) -> Whole:
    """The divisor, or a refusal where it is zero."""
    if divisor == 0:
        raise Refusal((problem,))
    return divisor


def between(subject: Plain | Fraction, low: Plain | Fraction, high: Plain | Fraction) -> bool:
    """Whether a value lies between two others, both included; all three are looked at."""
    return bool(low <= subject <= high)  # type: ignore[operator]  # the checker saw that the three are of one type


def day_after(day: date, days: int, problem: Problem) -> date:
    """The day so many days later (or earlier), or a refusal where the calendar ends."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise Refusal((problem,)) from None


def same_day_after(day: date, months: int, problem: Problem) -> date:
    """The same day so many months later (or earlier), clamped to the month's end, or a refusal where the calendar ends."""
    try:
        return month_after(day, months)
    except (ValueError, OverflowError):
        raise Refusal((problem,)) from None


def end_of_month(day: date) -> date:
    """The last day of a day's month."""
    return month_after(day.replace(day=1), 0, 31)


def start_of_month(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def overlaid(facts: Mapping[str, Plain], entries: Iterable[Mapping[str, Plain]]) -> Iterator[dict[str, Plain]]:
    """The facts with those of each entry laid over them, one entry after the other."""
    for entry in entries:
        yield {**facts, **entry}


def least(found: Iterable[Whole], problem: Problem) -> Whole:
    """The least of what a loop found, or a refusal where it found nothing."""
    lowest = min(found, default=None)
    if lowest is None:
        raise Refusal((problem,))
    return lowest


def greatest(found: Iterable[Whole], problem: Problem) -> Whole:
    """The greatest of what a loop found, or a refusal where it found nothing."""
    highest = max(found, default=None)
    if highest is None:
        raise Refusal((problem,))
    return highest
