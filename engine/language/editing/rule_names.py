"""The names that blocks of rule files declare, each with its place, its kind and its title: what outlines show and names lead to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.language.compilation import CheckedRules
from engine.language.syntax import blocks
from engine.language.syntax.sales_blocks import StackingBlock
from engine.language.syntax.table_blocks import TableBlock
from engine.problems import Span


@dataclass(frozen=True, slots=True)
class RuleName:
    """A name of a rule file; `within` is the block that it belongs to, where it is no block itself."""

    name: str
    kind: str
    """The keyword of its block, `rule`, `column`, `group` or `module`."""
    title: str
    type: str
    """The type of its answer, as it is written; empty where it answers nothing."""
    module: str
    where: Span
    span: Span
    """The whole block or row."""
    within: str = ""


def rule_names(checked: CheckedRules) -> Iterator[RuleName]:
    """Every name that rule files declare, in the order of their texts."""
    for one in checked.parsed:
        module = one.module
        first = Span(module.path, 1, 1, 1, 1)
        yield RuleName(module.name.name, "module", "", "", module.name.name, module.name.span, first)
        for block in module.blocks:
            yield from _of_block(block, module.name.name, checked)


def _of_block(block: blocks.Block, module: str, checked: CheckedRules) -> Iterator[RuleName]:
    match block:
        case blocks.BrokenBlock():
            if block.rest is not None:
                yield from _of_block(block.rest, module, checked)
            elif block.names:
                yield RuleName(block.names[0], block.kind, "", "", module, block.span, block.span)
        case blocks.FactBlock():
            yield RuleName(block.title.text, "fact", "", "", module, block.title.span, block.span)
        case blocks.HorizonBlock():
            yield RuleName("answers", "answers", "", "", module, block.span, block.span)
        case _:
            name, title = block.head.name, block.head.title.text if block.head.title else ""
            yield RuleName(name.name, block.head.kind, title, _type_of(name.name, checked), module, name.span, block.span)
            yield from _inside(block, module, checked)


def _inside(block: blocks.Block, module: str, checked: CheckedRules) -> Iterator[RuleName]:
    """The names inside a block."""
    match block:
        case TableBlock():
            within = block.head.name.name
            for column in block.results:
                if column.kind == "name":
                    full = column.name.name if column.name.name in checked.vocabulary.entries else f"{within}.{column.name.name}"
                    yield RuleName(full, "column", "", _type_of(full, checked), module, column.span, column.span, within)
        case blocks.DecisionBlock():
            for rule in block.rules:
                yield RuleName(rule.head.name.name, "rule", "", "", module, rule.head.name.span, rule.span, block.head.name.name)
        case StackingBlock():
            for group in block.groups:
                yield RuleName(group.name.name, "group", "", "", module, group.name.span, group.span, block.head.name.name)
        case _:
            pass


def _type_of(name: str, checked: CheckedRules) -> str:
    answers = checked.tree.answers.get(name)
    return "" if answers is None else str(answers.type)
