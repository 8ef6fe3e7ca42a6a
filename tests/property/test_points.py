"""The look-up of points in a column of intervals: it says what the intervals say, one by one."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.language.codegen.table_index import points_index
from engine.language.ir.checked_tables import Interval, IntervalsCell

ENDS = st.one_of(st.none(), st.integers(0, 8))


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = draw(ENDS), draw(ENDS)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Interval(low, draw(st.booleans()), high, draw(st.booleans()))


def holds(one: Interval, point: Fraction) -> bool:
    above = one.low is None or point > one.low or (one.low_included and point == one.low)
    below = one.high is None or point < one.high or (one.high_included and point == one.high)
    return above and below


CELLS = st.builds(IntervalsCell, st.lists(intervals(), max_size=3).map(tuple), st.booleans())


@given(st.lists(CELLS, min_size=1, max_size=6))
def test_each_point_finds_the_rows_whose_intervals_hold_it(cells: list[IntervalsCell]) -> None:
    rows = points_index(cells)
    for point in (Fraction(half, 2) for half in range(-2, 20)):
        matching = [any(holds(one, point) for one in cell.intervals) is not cell.is_negated for cell in cells]
        assert rows(point) == sum(1 << row for row, matches in enumerate(matching) if matches)  # type: ignore[arg-type]  # halves lie between the whole points of the column
