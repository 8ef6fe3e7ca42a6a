"""The gaps of a table as the missing rows: for each column the cell that covers them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from engine.language.ir.checked_tables import Interval, Table
from engine.language.ir.typed import Expression, Fact
from engine.language.proving.classes import SHOWN_AT_MOST, Among, Test, Within
from engine.language.proving.column_cover import Columns
from engine.language.proving.diagrams import NOTHING
from engine.language.proving.semantics import Meaning
from engine.language.proving.space import Space
from engine.language.types.value_text import plain_in_words
from engine.language.types.value_types import BoolType, EnumType, TextType, Type

MOST_HOLES: Final = 1_000
Box = Mapping[int, Test]
"""By number of the column, the test that it passes."""


def boxes(tree: Columns, wanted: Callable[[int], bool], most: int) -> Iterator[Box]:
    """The boxes of columns whose matching rows (as bits) are as wanted, up to a limit."""
    dead: set[int] = set()
    left = most

    def walk(number: int, so_far: dict[int, Test]) -> Iterator[Box]:
        nonlocal left
        node = tree.nodes[number]
        if node.column is None:
            if wanted(node.rows) and left > 0:
                left -= 1
                yield dict(so_far)
            return
        if number in dead or left <= 0:
            return
        before = left
        for test, following in node.ways:
            yield from walk(following, {**so_far, node.column: test})
        if left == before:
            dead.add(number)

    yield from walk(tree.top, {})


def holes(table: Table, meaning: Meaning) -> list[Box]:
    """The combinations of the columns for which a table has no row."""
    tree = meaning.columns(table)
    return list(boxes(tree, lambda rows: not rows, MOST_HOLES)) if 0 in tree.leaves() else []


def box_cases(meaning: Meaning, tree: Columns, box: Box, subjects: Sequence[Expression] | None = None, dated_by: str | None = None) -> int:
    """The cases in which the subjects of the columns are inside a box."""
    return meaning.algebra.all_of([meaning.passes(meaning.subject(tree, at, subjects, dated_by), test) for at, test in box.items()])


def row_of(table: Table, tree: Columns, box: Box, space: Space) -> str:
    """A box as the condition cells of a row of its table, with the results left open: `| no | goods | union | - || … |`."""
    cells = ["-"] * len(table.inputs)
    days = ""
    for at, test in box.items():
        column = tree.columns[at]
        test = _inside(test, column.subject, space)
        if column.at is not None:
            cells[column.at] = cell_of(test, column.subject.type)
        elif isinstance(test, Among):
            continue
        else:
            days = f" {_days_of(test.intervals[0])} |"
    return "| " + " | ".join(cells) + " |" + days + "| " + " | ".join("…" for _ in table.outputs) + " |"


def _inside(test: Test, subject: Expression, space: Space) -> Test:
    """A test restricted to the domain of its subject."""
    if isinstance(test, Among) or test.is_negated or not isinstance(subject, Fact) or subject.name not in space.names:
        return test
    left = tuple(one for one in test.intervals if space.meaning.passes(subject, Within((one,))) != NOTHING)
    return Within(left) if left else test


def cell_of(test: Test, kind: Type) -> str:
    """A test as the cell of a table."""
    if isinstance(test, Among):
        if isinstance(kind, BoolType):
            return "no" if test.is_negated is (True in test.words) else "yes"
        test = _shorter(test, kind)
        words = sorted(test.words, key=str)
        shown = _first([f'"{word}"' if isinstance(kind, TextType) else str(word) for word in words[: SHOWN_AT_MOST + 1]], len(words))
        return ("not " if test.is_negated and words else "") + (shown or "-")
    return _first([_stretch(one, kind) for one in test.intervals[: SHOWN_AT_MOST + 1]], len(test.intervals))


def _shorter(test: Among, kind: Type) -> Among:
    """A test by the words that it names or by those that it excludes, whichever are fewer."""
    if isinstance(kind, EnumType):
        others = frozenset(kind.values) - test.words
        if others and len(others) <= len(test.words):
            return Among(others, not test.is_negated)
    return test


def _first(words: list[str], count: int) -> str:
    return ", ".join(words if count <= SHOWN_AT_MOST + 1 else [*words[:SHOWN_AT_MOST], f"… ({count})"])


def _stretch(one: Interval, kind: Type) -> str:
    low = None if one.low is None else plain_in_words(one.low, kind)
    high = None if one.high is None else plain_in_words(one.high, kind)
    above = low and (f">= {low}" if one.low_included else f"> {low}")
    below = high and (f"<= {high}" if one.high_included else f"< {high}")
    if low is not None and low == high:
        return low
    if low is not None and high is not None and one.low_included and one.high_included:
        return f"{low}..{high}"
    return " & ".join(part for part in (above, below) if part) or "-"


def _days_of(one: Interval) -> str:
    parts = []
    if isinstance(one.low, date):
        parts.append(f"from {one.low if one.low_included else one.low + timedelta(days=1)}")
    if isinstance(one.high, date):
        parts.append(f"until {one.high if one.high_included else one.high - timedelta(days=1)}")
    return " ".join(parts)
