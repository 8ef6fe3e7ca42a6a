"""Checks that no block is lost during checking: whatever is missing in the result must have a problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.language.ir.checked_rules import Checked, Decision
from engine.language.ir.checked_tables import Table
from engine.language.syntax import blocks, table_blocks
from engine.language.syntax.sales_blocks import BundleBlock, DiscountBlock, PriceBlock, StackingBlock
from engine.language.syntax.table_blocks import TableBlock
from engine.problems import Span


def lost(modules: Iterable[blocks.Module], checked: Checked) -> tuple[Span, ...]:
    """The blocks and table rows of the modules that are missing in the checked rules; empty where a problem was reported.

    A block with a syntax error was reported by the parser; blocks that depend on it may be missing too.
    """
    written = [block for module in modules for block in module.blocks]
    if any(isinstance(block, blocks.BrokenBlock) for block in written):
        return ()
    checked_at = frozenset(_checked_spans(checked))
    return tuple(span for block in written for span in _written(block) if span not in checked_at)


def _written(block: blocks.Block) -> Iterator[Span]:
    match block:
        case TableBlock(policy=table_blocks.Policy(name="all matches")) | blocks.DefineBlock(type=blocks.TypeName(name="Range of Date")):
            return
        case TableBlock():
            yield block.span
            yield from (row.span for row in block.rows)
        case blocks.DecisionBlock():
            yield block.span
            yield from (rule.span for rule in block.rules)
        case blocks.DefineBlock() | PriceBlock() | DiscountBlock() | StackingBlock() | BundleBlock():
            yield block.span
        case _:
            return


def _checked_spans(checked: Checked) -> Iterator[Span]:
    answering = [rule for answers in checked.answers.values() for layer in answers.layers for rule in layer.versions]
    tables = [table for layer in checked.tables.values() for table in layer.versions]
    prices = [price for layers in checked.prices.values() for layer in layers for price in layer.versions]
    bundles = [bundle for layers in checked.bundles.values() for layer in layers for bundle in layer.versions]
    discounts = [discount for layer in checked.discounts for discount in layer.versions]
    stacking = [rule for layer in checked.stacking for rule in layer.versions]
    for rule in (*answering, *tables, *prices, *bundles, *discounts, *stacking):
        yield rule.span
        if isinstance(rule, Table):
            yield from (row.span for row in rule.rows)
        elif isinstance(rule, Decision):
            yield from (one.span for one in rule.rules)
