"""The runtime functions of generated code: roundings, days and months, loops over entries, rows of tables, refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from engine.dates import month_after
from engine.language.ir.evaluation_errors import different_results, different_rules, missing_fact, no_row, not_in_force, two_rows, two_rules
from engine.language.types.value_types import Plain
from engine.problems import Problem, Refusal

NOTHING: Final = object()
"""The result of a rule that does not apply; the next one is evaluated."""

Whole = int | Fraction
"""A count of some unit: whole, or (rarely, after a division) an exact fraction."""


def half_up(numerator: Whole, denominator: Whole) -> int:
    """A quotient rounded to a whole number, half away from zero."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    size: Whole = -numerator if numerator < 0 else numerator
    quotient, remainder = divmod(size, denominator)
    if remainder >= denominator - remainder:
        quotient += 1
    return int(quotient if numerator >= 0 else -quotient)


def half_even(numerator: Whole, denominator: Whole) -> int:
    """A quotient rounded to a whole number, half to even."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, remainder = divmod(numerator, denominator)
    left = denominator - remainder
    return int(quotient + 1 if remainder > left or (remainder == left and quotient % 2) else quotient)


def away(numerator: Whole, denominator: Whole) -> int:
    """A quotient rounded to a whole number, away from zero."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return int(-(-numerator // denominator) if numerator >= 0 else numerator // denominator)


def towards(numerator: Whole, denominator: Whole) -> int:
    """A quotient rounded to a whole number, towards zero."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return int(numerator // denominator if numerator >= 0 else -(-numerator // denominator))


def nonzero(divisor: Whole, problem: Problem) -> Whole:
    """The divisor, or a refusal where it is zero."""
    if divisor == 0:
        raise Refusal((problem,))
    return divisor


def between(subject: Plain | Fraction, low: Plain | Fraction, high: Plain | Fraction) -> bool:
    """Whether a value is between two others, both included; all three are evaluated."""
    return bool(low <= subject <= high)  # type: ignore[operator]  # the checker saw that the three are of one type


def day_after(day: date, days: int, problem: Problem) -> date:
    """A day moved by days, or a refusal at the end of the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise Refusal((problem,)) from None


def same_day_after(day: date, months: int, problem: Problem) -> date:
    """A day moved by months and clamped to the end of the month, or a refusal at the end of the calendar."""
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


def with_entries(facts: Mapping[str, Plain], entries: Iterable[Mapping[str, Plain]]) -> Iterator[dict[str, Plain]]:
    """The facts overlaid with those of each entry of a list, one entry after the other."""
    for entry in entries:
        yield {**facts, **entry}


def least(values: Iterable[Whole], problem: Problem) -> Whole:
    """The least value of a loop, or a refusal where it is empty."""
    lowest = min(values, default=None)
    if lowest is None:
        raise Refusal((problem,))
    return lowest


def greatest(values: Iterable[Whole], problem: Problem) -> Whole:
    """The greatest value of a loop, or a refusal where it is empty."""
    highest = max(values, default=None)
    if highest is None:
        raise Refusal((problem,))
    return highest


# --- Traces, and rows of tables as bits. ---


def record(values: list[tuple[object, Plain]], probe: object, value: Plain) -> Plain:
    """Records a value for the reason and returns it."""
    values.append((probe, value))
    return value


def surviving(rows: int, conditions: Mapping[int, Callable[..., bool]], *arguments: object) -> int:
    """The rows whose written-out conditions hold too, evaluated in order."""
    left = rows
    while left:
        row = left & -left
        left ^= row
        if row in conditions and not conditions[row](*arguments):
            rows ^= row
    return rows


def first_surviving(rows: int, conditions: Mapping[int, Callable[..., bool]], *arguments: object) -> int:
    """The first row whose written-out conditions hold; later rows are not evaluated."""
    while rows:
        row = rows & -rows
        if row not in conditions or conditions[row](*arguments):
            return row
        rows ^= row
    return 0


def numbers_of(rows: int) -> list[int]:
    """The numbers (from 0) of some rows, in order."""
    return [at for at in range(rows.bit_length()) if rows >> at & 1]


def highest_of(ladder: Sequence[str], results: Sequence[Plain]) -> int:
    """The index of the result that is highest in a ladder; the first of equal ones."""
    ranks = [ladder.index(str(result)) for result in results]
    return ranks.index(max(ranks))


RUNTIME: Final[Mapping[str, object]] = {
    "__builtins__": {"len": len, "sum": sum, "min": min, "max": max, "abs": abs, "KeyError": KeyError},
    "NOTHING": NOTHING,
    "Fraction": Fraction,
    "Refusal": Refusal,
    **{
        function.__name__: function
        for function in (
            half_up, half_even, away, towards, nonzero, between, day_after, same_day_after, end_of_month, start_of_month, with_entries,
            least, greatest, record, surviving, first_surviving, numbers_of, highest_of, different_results,
            missing_fact, not_in_force, no_row, two_rows, two_rules, different_rules,
        )
    },
}  # fmt: skip
"""The names in the namespace of generated code."""
