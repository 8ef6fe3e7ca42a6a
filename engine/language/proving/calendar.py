"""The days whose year, month or day of the month passes a test, as intervals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Literal

from engine.dates import days_of_month
from engine.language.ir.checked_tables import Interval
from engine.language.proving.classes import Test, Within
from engine.money import MICRO


@lru_cache(maxsize=500)
def days_on_which(part: Literal["year", "month", "day"], days: tuple[date, date], test: Test) -> Within:
    """The days between two days whose year, month or day (a Number, in its plain form) passes a test."""
    intervals: list[Interval] = []
    start: date | None = None
    last = days[0]
    for first, final in _pieces(part, *days):
        if test.accepts(MICRO * int(getattr(first, part))):
            start, last = start or first, final
        elif start is not None:
            intervals.append(Interval(start, True, last, True))
            start = None
    return Within((*intervals, *([Interval(start, True, last, True)] if start else [])))


def _pieces(part: Literal["year", "month", "day"], first: date, last: date) -> Iterator[tuple[date, date]]:
    """Consecutive intervals of one month, or of one day."""
    for year in range(first.year, last.year + 1):
        for month in range(1, 13):
            days = days_of_month(year, month)
            whole = [(1, days)] if part != "day" else [(day, day) for day in range(1, days + 1)]
            for start, end in whole:
                low, high = max(date(year, month, start), first), min(date(year, month, end), last)
                if low <= high:
                    yield low, high
