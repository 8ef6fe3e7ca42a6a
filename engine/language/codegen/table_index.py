"""How a table finds its rows at once: for each column an index from what may be asked to the rows that match, as bits of a number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from engine.language.ir.checked_rules import Cell, InForce, Interval, IntervalsCell, Table, ValuesCell
from engine.language.ir.evaluation_errors import DIFFERENT_RESULTS, NO_ROW, TWO_ROWS
from engine.language.types.value_text import plain_in_words
from engine.language.types.value_types import Plain
from engine.problems import Refusal

NOTHING: Final = object()
"""What a rule gives that does not apply; the next one is asked then."""

Point = int | date
Index = Callable[[Plain], int]


def words_index(cells: Sequence[Cell]) -> tuple[dict[Plain, int], int]:
    """For a column of words: the rows that match each word that a cell names, and those that match any other."""
    named = {word for cell in cells if isinstance(cell, ValuesCell) for word in cell.values}
    others = sum(1 << at for at, cell in enumerate(cells) if not isinstance(cell, ValuesCell) or cell.is_negated)
    rows = {word: sum(1 << at for at, cell in enumerate(cells) if _word_matches(cell, word)) for word in named}
    return rows, others


def _word_matches(cell: Cell, word: Plain) -> bool:
    return not isinstance(cell, ValuesCell) or ((word in cell.values) is not cell.is_negated)


def points_index(cells: Sequence[Cell]) -> Callable[[Point], int]:
    """For a column of numbers, amounts or days: the rows that match a point."""
    stretches = [_stretches(cell) for cell in cells]
    negated = [isinstance(cell, IntervalsCell) and cell.is_negated for cell in cells]
    return _stretches_index(stretches, negated)


def days_index(rows: Sequence[InForce]) -> Callable[[Point], int]:
    """The rows that are in force on a day."""
    return _stretches_index([(Interval(row.start, True, row.until, True),) for row in rows], [False] * len(rows))


def _stretches(cell: Cell) -> tuple[Interval, ...]:
    return cell.intervals if isinstance(cell, IntervalsCell) else (Interval(None, False, None, False),)


def _stretches_index(stretches: Sequence[tuple[Interval, ...]], negated: Sequence[bool]) -> Callable[[Point], int]:
    points = sorted({end for intervals in stretches for one in intervals for end in (one.low, one.high) if end is not None})
    count = len(points)
    place_of = {point: 2 * at + 1 for at, point in enumerate(points)}
    # Place 2n + 1 is the point number n, place 2n the open stretch below it; the last is the stretch above all points.
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
    for begun, ended in zip(begins[:-1], ends[:-1], strict=True):
        matching = (matching & ~ended) | begun
        rows_at.append(matching ^ otherwise)

    def rows(point: Point) -> int:
        at = bisect_left(points, point)
        return rows_at[2 * at + 1] if at < count and points[at] == point else rows_at[2 * at]

    return rows


def _places(one: Interval, place_of: Mapping[Point, int], last: int) -> range:
    """The places of a stretch: from its lower to its upper end."""
    low = 0 if one.low is None else place_of[one.low] + (0 if one.low_included else 1)
    high = last if one.high is None else place_of[one.high] - (0 if one.high_included else 1)
    return range(low, high + 1)


def surviving(rows: int, conditions: Mapping[int, Callable[..., bool]], *asked: object) -> int:
    """Of some rows those whose written-out conditions hold too, asked in the order of the rows."""
    left = rows
    while left:
        row = left & -left
        left ^= row
        if row in conditions and not conditions[row](*asked):
            rows ^= row
    return rows


def first_surviving(rows: int, conditions: Mapping[int, Callable[..., bool]], *asked: object) -> int:
    """Of some rows the first whose written-out conditions hold; the rows after it are not looked at."""
    while rows:
        row = rows & -rows
        if row not in conditions or conditions[row](*asked):
            return row
        rows ^= row
    return 0


def numbers_of(rows: int) -> list[int]:
    """The numbers (from 0) of some rows, in order."""
    return [at for at in range(rows.bit_length()) if rows >> at & 1]


def no_row(table: Table, asked: Sequence[Plain], day: date | None) -> Refusal:
    """The refusal of a table none of whose rows applies."""
    return Refusal((NO_ROW.at(table.span, rule=table.name, question=question(table, asked, day)),))


def two_rows(table: Table, rows: Sequence[int], asked: Sequence[Plain], day: date | None) -> Refusal:
    """The refusal of a table two of whose rows (numbered from 0) apply; its place is the second one."""
    where = table.rows[rows[1]].span
    return Refusal((TWO_ROWS.at(where, rule=table.name, rows=_listed(table, rows), question=question(table, asked, day)),))


def different_results(table: Table, rows: Sequence[int], asked: Sequence[Plain], day: date | None) -> Refusal:
    """The refusal of a table whose rows apply with different results; its place is the first row that differs, the last of those given."""
    where = table.rows[rows[-1]].span
    return Refusal((DIFFERENT_RESULTS.at(where, rule=table.name, rows=_listed(table, rows), question=question(table, asked, day)),))


def check_same_result(table: Table, rows: Sequence[int], results: Sequence[Plain], asked: Sequence[Plain], day: date | None) -> None:
    """Refuses where rows that apply give different results."""
    for at, found in enumerate(results):
        if found != results[0]:
            raise different_results(table, rows[: at + 1], asked, day)


def highest_of(ladder: Sequence[str], results: Sequence[Plain]) -> int:
    """Which of several results stands last in a ladder; of equal ones the first."""
    ranks = [ladder.index(str(found)) for found in results]
    return ranks.index(max(ranks))


def question(table: Table, asked: Sequence[Plain], day: date | None) -> str:
    """What a table was asked, in the words of its columns: `customer.segment = retail on 2026-01-01`."""
    words = [f"{column.name} = {plain_in_words(plain, column.type)}" for column, plain in zip(table.inputs, asked, strict=True)]
    said = ", ".join(words) or "anything"
    return f"{said} on {day}" if day else said


def _listed(table: Table, rows: Sequence[int]) -> str:
    return ", ".join(str(table.rows[row].number) for row in rows[:-1]) + f" and {table.rows[rows[-1]].number}"
