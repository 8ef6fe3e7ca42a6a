"""The decision tree of a table over its columns alone: the rows that match each combination of classes.

Each column is partitioned by its own cells (a date column by the days of the rows; a cell that mentions other names is a boolean column
of its own). The leaves of the tree are sets of rows, as bits; equal branches are shared, so that a price table of 5,000 rows is a few
thousand nodes. The meaning of its columns (facts, other rules) is added by `semantics.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from engine.language.ir import typed
from engine.language.ir.checked_tables import AnyCell, Cell, ConditionCell, Interval, IntervalsCell, Table, ValuesCell
from engine.language.proving.classes import IS_TRUE, Among, Test, Within
from engine.language.proving.diagrams import TooManyCases
from engine.language.types.value_types import BOOL, DATE, EnumType, Plain, is_ordered

MOST_VISITS: Final = 200_000
"""The budget of row visits for one tree."""
MOST_VISITS_OF_ALL: Final = 400_000
"""The budget of row visits for all trees of a rulebook."""
_A_WAY: Final = 6
"""The cost of an edge, in row visits."""
IS_FALSE: Final = Among(IS_TRUE.words, is_negated=True)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its subject, its cell in each row (None: no cell, everything matches), and the rows that it restricts, as bits.

    `at` is the index of the input column (a lookup replaces its subject by an argument); None for days and conditions.
    """

    at: int | None
    subject: typed.Expression
    cells: tuple[Cell | None, ...]
    restricts: int


@dataclass(frozen=True, slots=True)
class Branches:
    """A node of the tree: a column and, by tests that exclude each other, the next nodes; or (None) the rows that match."""

    column: int | None
    ways: tuple[tuple[Test, int], ...]
    rows: int = 0


@dataclass
class Columns:
    """The tree of one version of a table; nodes are numbered, `top` is the root."""

    columns: tuple[Column, ...]
    nodes: list[Branches] = field(default_factory=list)
    top: int = 0
    visits: int = 0
    most_visits: int = MOST_VISITS
    _known: dict[tuple[int, int], int] = field(default_factory=dict)
    _leaves: dict[int, int] = field(default_factory=dict)

    def leaves(self) -> tuple[int, ...]:
        """All sets of rows that match in some case, as bits; 0 where a combination has no row."""
        return tuple(self._leaves)

    def build(self, rows: int, most_visits: int = MOST_VISITS) -> None:
        """Builds the tree of so many rows; TooManyCases over budget."""
        self.most_visits = most_visits
        self.top = self._build(0, (1 << rows) - 1)

    def _build(self, at: int, alive: int) -> int:
        while at < len(self.columns) and not alive & self.columns[at].restricts:
            at += 1
        if at == len(self.columns) or not alive:
            return self._leaf(alive)
        known = self._known.get((at, alive))
        if known is not None:
            return known
        ways = _cut(self.columns[at], alive)
        self.visits += alive.bit_count() + _A_WAY * len(ways)
        if self.visits > self.most_visits:
            raise TooManyCases
        by_next: dict[int, list[Test]] = {}
        for test, left in ways:
            by_next.setdefault(self._build(at + 1, left), []).append(test)
        if len(by_next) == 1:
            node = next(iter(by_next))
        else:
            node = len(self.nodes)
            self.nodes.append(Branches(at, tuple((_union(tests), following) for following, tests in by_next.items())))
        self._known[at, alive] = node
        return node

    def _leaf(self, rows: int) -> int:
        if rows not in self._leaves:
            self._leaves[rows] = len(self.nodes)
            self.nodes.append(Branches(None, (), rows))
        return self._leaves[rows]


@dataclass
class Trees:
    """The trees of the tables of a rulebook, cached; None where one is too large."""

    _known: dict[int, Columns | None] = field(default_factory=dict)
    _visits: int = 0

    def of(self, table: Table) -> Columns:
        """The tree of a table; TooManyCases where it is too large."""
        if id(table) not in self._known:
            self._known[id(table)] = None
            columns = columns_of(table)
            try:
                columns.build(len(table.rows), min(MOST_VISITS, MOST_VISITS_OF_ALL - self._visits))
                self._known[id(table)] = columns
            finally:
                self._visits += columns.visits
        tree = self._known[id(table)]
        if tree is None:
            raise TooManyCases
        return tree


def columns_of(table: Table) -> Columns:
    """The columns of a table, dates last; a date column that no row names is empty: a lookup provides its date."""
    made: list[Column] = []
    for at, column in enumerate(table.inputs):
        cells = [row.cells[at] for row in table.rows]
        made.append(_column(at, column.subject, [None if isinstance(cell, AnyCell | ConditionCell) else cell for cell in cells]))
        made += [_condition(cell, number, len(cells)) for number, cell in enumerate(cells) if isinstance(cell, ConditionCell)]
    days = [row.in_force for row in table.rows]
    if any(not one.is_always for one in days):
        by = next((one.by for one in days if one.by and not one.is_always), "")
        stretches = [
            None if one.is_always else IntervalsCell((Interval(one.start, True, one.until, True),), False, table.span) for one in days
        ]
        made.append(_column(None, typed.Fact(by or "", DATE, table.span), stretches))
    return Columns(tuple(made))


def rows_in(rows: int) -> Iterator[int]:
    """The numbers (from 0) of a set of rows, in order."""
    while rows:
        lowest = rows & -rows
        yield lowest.bit_length() - 1
        rows ^= lowest


def _column(at: int | None, subject: typed.Expression, cells: Sequence[Cell | None]) -> Column:
    return Column(at, subject, tuple(cells), sum(1 << number for number, cell in enumerate(cells) if cell is not None))


def _condition(cell: ConditionCell, number: int, rows: int) -> Column:
    """A cell that is a condition, as a boolean column."""
    return Column(None, cell.condition, tuple(cell if at == number else None for at in range(rows)), 1 << number)


def _cut(column: Column, alive: int) -> list[tuple[Test, int]]:
    """The tests that distinguish which of some rows match, each with its rows. Together the tests accept every value exactly once."""
    if alive & column.restricts == column.restricts and isinstance(column.cells[column.restricts.bit_length() - 1], ConditionCell):
        return [(IS_TRUE, alive), (IS_FALSE, alive & ~column.restricts)]
    if is_ordered(column.subject.type):
        return _cut_stretches(column, alive)
    return _cut_words(column, alive)


def _cut_stretches(column: Column, alive: int) -> list[tuple[Test, int]]:
    """Each point that a cell names, and the open intervals between them (none between consecutive days)."""
    cells = [(number, cell) for number in rows_in(alive & column.restricts) if isinstance(cell := column.cells[number], IntervalsCell)]
    points = sorted({end for _, cell in cells for one in cell.intervals for end in (one.low, one.high) if end is not None})
    places: dict[int | date, int] = {point: 2 * at + 1 for at, point in enumerate(points)}
    last = 2 * len(points)
    starting, ending = [0] * (last + 2), [0] * (last + 2)
    turned = alive & ~column.restricts
    for number, cell in cells:
        turned |= cell.is_negated << number
        for first, final in _apart(cell.intervals, places, last):
            starting[first] |= 1 << number
            ending[final + 1] |= 1 << number
    ways: list[tuple[Test, int]] = []
    current = 0
    for place in range(last + 1):
        current = (current & ~ending[place]) | starting[place]
        low = points[(place - 1) // 2] if place else None
        high = points[place // 2] if place < last else None
        is_point = place % 2 == 1
        if isinstance(low, date) and isinstance(high, date) and not is_point and (high - low).days == 1:
            continue
        ways.append((Within((Interval(low, is_point, low if is_point else high, is_point),)), current ^ turned))
    return ways


def _apart(several: tuple[Interval, ...], places: dict[int | date, int], last: int) -> list[tuple[int, int]]:
    """The positions of some intervals, from first to last; adjacent and overlapping ones are merged."""
    apart = []
    for one in several:
        first = 0 if one.low is None else places[one.low] + (0 if one.low_included else 1)
        final = last if one.high is None else places[one.high] - (0 if one.high_included else 1)
        if first <= final:
            apart.append((first, final))
    made: list[tuple[int, int]] = []
    for first, final in sorted(apart):
        if made and first <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(made[-1][1], final))
        else:
            made.append((first, final))
    return made


def _cut_words(column: Column, alive: int) -> list[tuple[Test, int]]:
    """Words grouped by the rows that name them, and all other words."""
    kind = column.subject.type
    named: dict[Plain, int] = {}
    others = alive & ~column.restricts
    for number in rows_in(alive & column.restricts):
        cell = column.cells[number]
        if isinstance(cell, ValuesCell):
            others |= cell.is_negated << number
            for word in cell.values:
                named[word] = named.get(word, 0) | 1 << number
    if kind == BOOL:
        named = {truth: named.get(truth, 0) for truth in (True, False)}
    listed = frozenset(kind.values) if isinstance(kind, EnumType) else None
    by_rows: dict[int, list[Plain]] = {}
    for word, turned in named.items():
        if listed is None or word in listed:
            by_rows.setdefault(turned ^ others, []).append(word)
    ways: list[tuple[Test, int]] = [(Among(frozenset(words)), rows) for rows, words in by_rows.items()]
    names = frozenset(named)
    if kind != BOOL and (listed is None or listed - names):
        ways.append((Among(names, is_negated=True), others))
    return ways


def _union(tests: Sequence[Test]) -> Test:
    """The union of several disjoint tests."""
    if len(tests) == 1:
        return tests[0]
    if isinstance(tests[0], Within):
        return Within(_touching([one for test in tests if isinstance(test, Within) for one in test.intervals]))
    words = frozenset(word for test in tests if isinstance(test, Among) and not test.is_negated for word in test.words)
    turned = next((test for test in tests if isinstance(test, Among) and test.is_negated), None)
    return Among(words) if turned is None else Among(turned.words - words, is_negated=True)


def _touching(intervals: list[Interval]) -> tuple[Interval, ...]:
    """Sorted intervals, adjacent ones merged."""
    made: list[Interval] = []
    for one in sorted(intervals, key=_order):
        before = made[-1] if made else None
        if before is not None and _follow(before, one):
            made[-1] = Interval(before.low, before.low_included, one.high, one.high_included)
        else:
            made.append(one)
    return tuple(made)


def _follow(before: Interval, after: Interval) -> bool:
    """Whether nothing is between two intervals."""
    if isinstance(before.high, date) and isinstance(after.low, date) and before.high_included and after.low_included:
        return (after.low - before.high).days == 1
    return before.high is not None and before.high == after.low and before.high_included is not after.low_included


def _order(one: Interval) -> tuple[int, bool]:
    low = -(10**30) if one.low is None else one.low.toordinal() if isinstance(one.low, date) else one.low
    return low, not one.low_included
