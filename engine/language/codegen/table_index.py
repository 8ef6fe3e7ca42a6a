"""Indexes of the columns of a table: from a value to the matching rows, as the bits of a number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from engine.language.ir.checked_tables import Cell, Interval, IntervalsCell, ValuesCell
from engine.language.ir.in_force import InForce
from engine.language.types.value_types import Plain

Point = int | date


def words_index(cells: Sequence[Cell]) -> tuple[dict[Plain, int], int]:
    """The index of a column of words: the matching rows for each word of a cell, and for all other words."""
    named, others = dict[Plain, int](), 0
    for at, cell in enumerate(cells):
        if not isinstance(cell, ValuesCell) or cell.is_negated:
            others |= 1 << at
        for word in cell.values if isinstance(cell, ValuesCell) else ():
            named[word] = named.get(word, 0) | 1 << at
    return {word: rows ^ others for word, rows in named.items()}, others


def points_index(cells: Sequence[Cell]) -> Callable[[Point], int]:
    """The index of a column of numbers, amounts or days: the matching rows for a point."""
    stretches = [_stretches(cell) for cell in cells]
    negated = [isinstance(cell, IntervalsCell) and cell.is_negated for cell in cells]
    return _stretches_index(stretches, negated)


def days_index(rows: Sequence[InForce]) -> Callable[[Point], int]:
    """The rows in force on a day."""
    return _stretches_index([(Interval(row.start, True, row.until, True),) for row in rows], [False] * len(rows))


def _stretches(cell: Cell) -> tuple[Interval, ...]:
    return cell.intervals if isinstance(cell, IntervalsCell) else (Interval(None, False, None, False),)


def _stretches_index(stretches: Sequence[tuple[Interval, ...]], negated: Sequence[bool]) -> Callable[[Point], int]:
    points = sorted({end for intervals in stretches for one in intervals for end in (one.low, one.high) if end is not None})
    count = len(points)
    place_of = {point: 2 * at + 1 for at, point in enumerate(points)}
    # Place 2n + 1 is point number n, place 2n the open interval below it; the last is the interval above all points.
    begins, ends = [0] * (2 * count + 2), [0] * (2 * count + 2)
    for number, intervals in enumerate(stretches):
        reached = -1
        for places in sorted((_places(one, place_of, 2 * count) for one in intervals), key=lambda places: places.start):
            if len(places) and places.stop > reached:
                begins[max(places.start, reached)] |= 1 << number
                ends[places.stop] |= 1 << number
                reached = places.stop
    otherwise = sum(1 << number for number, is_negated in enumerate(negated) if is_negated)
    rows_at, matching = [], 0
    for begin, end in zip(begins[:-1], ends[:-1], strict=True):
        matching = (matching & ~end) | begin
        rows_at.append(matching ^ otherwise)

    def rows(point: Point) -> int:
        at = bisect_left(points, point)
        return rows_at[2 * at + 1] if at < count and points[at] == point else rows_at[2 * at]

    return rows


def _places(one: Interval, place_of: Mapping[Point, int], last: int) -> range:
    """The places of an interval."""
    low = 0 if one.low is None else place_of[one.low] + (0 if one.low_included else 1)
    high = last if one.high is None else place_of[one.high] - (0 if one.high_included else 1)
    return range(low, high + 1)
