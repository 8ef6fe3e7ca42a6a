"""Walks the subexpressions of checked expressions, in source order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from engine.language.ir.checked_rules import Checked, Decision, Definition, Layer
from engine.language.ir.checked_sales import Bundle, Discount, Price, Stacking
from engine.language.ir.checked_tables import ConditionCell, Table
from engine.language.ir.in_force import InForce
from engine.language.ir.typed import Aggregate, Expression, Fact, Lookup, Result, parts_of
from engine.problems import Span


def walk(expression: Expression) -> Iterator[Expression]:
    """An expression and all its subexpressions, from the left."""
    yield expression
    for part in parts_of(expression):
        yield from walk(part)


Block = Table | Definition | Decision | Price | Discount | Stacking | Bundle


def places(block: Block) -> dict[str, Span]:
    """For each fact that a block reads, the position to report when it is missing: its first mention; of a date, the start of the block."""
    first_places: dict[str, Span] = {}
    for in_force in (block.in_force, *inner_dates(block)):
        if in_force.by and not in_force.is_always:
            first_places.setdefault(in_force.by, block.span)
    return {**first_mentions(expressions(block)), **first_places}


def version_places(layers: Iterable[Layer[Table | Definition | Decision]]) -> dict[str, Span]:
    """For each date that selects a version, the position to report when it is missing: the first version with that date."""
    first_places: dict[str, Span] = {}
    for layer in layers:
        for version in layer.versions:
            if version.in_force.by and not version.in_force.is_always:
                first_places.setdefault(version.in_force.by, version.span)
    return first_places


def inner_dates(block: Block) -> Iterator[InForce]:
    """The validity of each row or rule of a block."""
    match block:
        case Table():
            yield from (row.in_force for row in block.rows)
        case Decision():
            yield from (rule.in_force for rule in block.rules)
        case _:
            return


def expressions(block: Block) -> Iterator[Expression]:
    """All expressions of a block: first its conditions, then its results."""
    match block:
        case Table():
            yield from (column.subject for column in block.inputs)
            yield from (cell.condition for row in block.rows for cell in row.cells if isinstance(cell, ConditionCell))
            yield from (result for row in block.rows for result in row.results)
        case Decision():
            yield from (rule.when for rule in block.rules)
            yield from (rule.then for rule in block.rules)
            yield from _given(block.otherwise)
        case Definition():
            yield from _given(block.when, block.value)
        case Price():
            yield from _given(block.when, block.quantity)
            yield from (price for tier in block.tiers for price in _given(tier.unit_price, tier.flat))
        case Discount():
            yield from _given(block.when, block.give, block.at_most)
        case Stacking():
            yield from _given(block.when, block.total_at_most)
        case Bundle():
            yield from _given(block.when, block.sells_at)
        case _:
            assert_never(block)


def all_blocks(checked: Checked) -> Iterator[Block]:
    """All blocks of a rulebook with expressions."""
    for answers in checked.answers.values():
        for answering in answers.layers:
            yield from answering.versions
    named = {version.name for answers in checked.answers.values() for layer in answers.layers for version in layer.versions}
    for name, table in checked.tables.items():
        if name not in named:
            yield from table.versions
    for prices in checked.prices.values():
        for price in prices:
            yield from price.versions
    for bundles in checked.bundles.values():
        for bundle in bundles:
            yield from bundle.versions
    for discount in checked.discounts:
        yield from discount.versions
    for offers in checked.stacking:
        yield from offers.versions


def results_mentioned(block: Block) -> Iterator[str]:
    """The names of other rules' answers that a block mentions, with repetitions."""
    for expression in expressions(block):
        yield from (inner.name for inner in walk(expression) if isinstance(inner, Result))


def _given(*optional: Expression | None) -> Iterator[Expression]:
    yield from (expression for expression in optional if expression is not None)


def first_mentions(expressions: Iterable[Expression]) -> dict[str, Span]:
    """For each fact that the expressions read, the position of its first mention."""
    places: dict[str, Span] = {}
    for expression in expressions:
        for inner in walk(expression):
            match inner:
                case Fact():
                    places.setdefault(inner.name, inner.span)
                case Lookup(dated_by=str()):
                    places.setdefault(inner.dated_by or "", inner.span)
                case Aggregate():
                    places.setdefault(inner.each, inner.span)
                case _:
                    continue
    return places
