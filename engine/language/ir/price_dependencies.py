"""The dependencies of price rules: the facts that they read, and the days on which a price can change while the facts stay equal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.language.ir.checked_rules import Checked, Decision
from engine.language.ir.checked_tables import IntervalsCell, Table, ValuesCell
from engine.language.ir.in_force import InForce
from engine.language.ir.typed import Aggregate, Between, Compare, Constant, Expression, Fact, Known, Lookup, OneOf, Result, parts_of
from engine.language.ir.walker import Block, expressions, walk
from engine.language.types.value_types import DateType

_FACTOR: Final = "line.price-factor"


@dataclass(frozen=True, slots=True)
class PriceDependencies:
    """The facts that price rules read, the days that they name (None: a price may change on any day), and the products priced by rules."""

    facts: frozenset[str]
    days: frozenset[date] | None
    looks_at_lists: bool
    """Whether a price may also depend on other lines and cannot be cached."""
    products: frozenset[str]
    """The products that have a `price` block."""


def price_dependencies(checked: Checked) -> PriceDependencies:
    """The dependencies of all prices."""
    blocks = list(_pricing_blocks(checked))
    parts = [part for block in blocks for whole in expressions(block) for part in walk(whole)]
    names = {part.name for part in parts if isinstance(part, Fact | Known)}
    names |= {dates.by for block in blocks for dates in _dates(block) if dates.by}
    names |= {part.dated_by for part in parts if isinstance(part, Lookup) and part.dated_by}
    days: frozenset[date] | None = None
    if not any(_moves_with_dates(part) for part in parts):
        days = frozenset(day for block in blocks for day in _days(block)) | {day for part in parts for day in _days_of(part)}
    looks_at_lists = any(isinstance(part, Aggregate) for part in parts)
    return PriceDependencies(frozenset(names), days, looks_at_lists, frozenset(checked.prices))


def _pricing_blocks(checked: Checked) -> Iterator[Block]:
    """Every block on which a price can depend, directly or transitively."""
    waiting: list[Block] = [
        *(price for layers in checked.prices.values() for layer in layers for price in layer.versions),
        *(bundle for layers in checked.bundles.values() for layer in layers for bundle in layer.versions),
        *(discount for layer in checked.discounts for discount in layer.versions),
        *(stacking for layer in checked.stacking for stacking in layer.versions),
        *_answering(checked, _FACTOR),
    ]
    seen: set[int] = set()
    while waiting:
        block = waiting.pop()
        if id(block) in seen:
            continue
        seen.add(id(block))
        yield block
        for part in (inner for whole in expressions(block) for inner in walk(whole)):
            if isinstance(part, Result):
                waiting += _answering(checked, part.name)
            elif isinstance(part, Lookup):
                waiting += checked.tables[part.table].versions


def _answering(checked: Checked, name: str) -> list[Block]:
    answers = checked.answers.get(name)
    return [] if answers is None else [version for layer in answers.layers for version in layer.versions]


def _dates(block: Block) -> Iterator[InForce]:
    yield block.in_force
    match block:
        case Table(rows=rows):
            yield from (row.in_force for row in rows)
        case Decision(rules=rules):
            yield from (rule.in_force for rule in rules)
        case _:
            return


def _days(block: Block) -> Iterator[date]:
    """The days that a block names: in its validity, and in the cells of a table."""
    yield from (day for dates in _dates(block) for day in (dates.start, dates.until) if day is not None)
    if isinstance(block, Table):
        for cell in (cell for row in block.rows for cell in row.cells):
            if isinstance(cell, IntervalsCell):
                yield from (end for one in cell.intervals for end in (one.low, one.high) if isinstance(end, date))
            elif isinstance(cell, ValuesCell):
                yield from (word for word in cell.values if isinstance(word, date))


def _days_of(part: Expression) -> Iterator[date]:
    if isinstance(part, Constant) and isinstance(part.value, date):
        yield part.value
    if isinstance(part, OneOf):
        yield from (value for value in part.values if isinstance(value, date))


def _moves_with_dates(part: Expression) -> bool:
    """Whether a date is used other than in comparisons with literal days."""
    dated = [inner for inner in parts_of(part) if isinstance(inner.type, DateType)]
    if isinstance(part, Compare | Between):
        return sum(not isinstance(inner, Constant) for inner in dated) > 1
    if isinstance(part, OneOf | Lookup):
        return False
    return bool(dated) or (isinstance(part.type, DateType) and not isinstance(part, Fact | Constant))
