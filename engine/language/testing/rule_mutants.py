"""Mutation of rule files: cells, boundaries, comparisons, branches, results, `otherwise`, policies and modes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Final

from engine.language.checking.answer_scope import CheckedNames
from engine.language.ir.checked_rules import Checked
from engine.language.syntax import blocks, nodes, table_blocks
from engine.language.syntax.block_head import Validity
from engine.language.syntax.sales_blocks import PriceBlock, StackingBlock
from engine.language.syntax.table_blocks import TableBlock
from engine.language.types.value_types import EnumType
from engine.language.types.vocabulary import Vocabulary
from engine.problems import Span
from engine.text.mutants import Mutant, Text, next_of, other_days, other_numbers

_OPPOSITE: Final = {"=": "<>", "<>": "=", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_MODES: Final = ("best for the customer", "highest priority", "added together")
_APPLY: Final = ("one after the other", "on the list price")
_TIERS: Final = ("volume", "graduated")
_FIGURES: Final = re.compile(r"[0-9][0-9_]*(\.[0-9]+)?")
_SAY_NOTHING: Final = (blocks.FactBlock, blocks.HorizonBlock, blocks.BrokenBlock)
"""Blocks that only proofs read, and that answer nothing."""
_UNCHANGED: Final = frozenset({"name", "title", "because", "dated_by", "overrides", "kind", "columns", "conditions", "type"})
"""Parts of a block that are not mutated: its names and reasons, and the columns of a table."""


def mutants_of_module(module: blocks.Module, checked: Checked, vocabulary: Vocabulary) -> Iterator[Mutant]:
    """Every mutant of one rule file."""
    maker = _Maker(Text(module.path, module.text), checked, vocabulary)
    for block in module.blocks:
        if not isinstance(block, _SAY_NOTHING):
            yield from maker.of_block(block)


class _Maker:
    """Makes the mutants of one file; knows the words that may replace a word."""

    def __init__(self, text: Text, checked: Checked, vocabulary: Vocabulary) -> None:
        self.text = text
        self.answers = CheckedNames(checked)
        self.entries = vocabulary.entries
        types = [entry.type for entry in self.entries.values()] + [answer.type for answer in checked.answers.values()]
        self.lists = tuple(dict.fromkeys(kind.values for kind in types if isinstance(kind, EnumType)))

    # --- Blocks. ---

    def of_block(self, block: blocks.Block) -> Iterator[Mutant]:
        """The mutants of one block."""
        match block:
            case TableBlock():
                yield from self._of_table(block)
            case blocks.DecisionBlock():
                yield from self._of_policy(block.policy)
                yield from self._inside(block)
            case StackingBlock():
                for group in block.groups:
                    yield from self._word_in(group.span, group.mode, _MODES)
                if block.apply is not None:
                    yield from self._word_in(block.span, block.apply, _APPLY)
                yield from self._inside(block)
            case blocks.GroupingBlock():
                for before, key in pairwise(block.keys):
                    _, end_before = self.text.bounds(before.span)
                    yield self.text.between(end_before, self.text.bounds(key.span)[1], "")
            case PriceBlock():
                if block.tiers is not None:
                    yield from self._word_in(block.tiers.span, block.tiers.mode, _TIERS)
                yield from self._inside(block)
            case _:
                yield from self._inside(block)

    def _of_policy(self, policy: table_blocks.Policy | None) -> Iterator[Mutant]:
        """A ladder with two neighbours exchanged; `check` refuses a wrong policy of another kind."""
        if policy is not None:
            for low, high in pairwise(policy.ladder):
                start, end = self.text.bounds(low.span)[0], self.text.bounds(high.span)[1]
                yield self.text.between(start, end, f"{high.name} < {low.name}")

    def _of_table(self, block: TableBlock) -> Iterator[Mutant]:
        yield from self._of_policy(block.policy)
        for row in block.rows:
            for at, test in enumerate(row.tests):
                yield from self._of_test(block, at, test)
            for at, result in enumerate(row.results):
                if at < len(block.results) and block.results[at].kind != "because" and result is not None:
                    yield from self._of_result(block, at, result)

    def _of_test(self, block: TableBlock, at: int, test: table_blocks.Test) -> Iterator[Mutant]:
        match test:
            case table_blocks.Anything(span=span):
                words = self._words_of_column(block.conditions[at])
                if words:
                    yield self.text.mutant(span, words[0])
            case Validity():
                yield from self._inside(test)
            case table_blocks.Choices(choices=choices, is_negated=is_negated, span=span):
                yield self.text.mutant(span, self.text.of(span).removeprefix("not ") if is_negated else f"not {self.text.of(span)}")
                yield from self._without_one(tuple(choice.span for choice in choices))
                for choice in choices:
                    yield from self._of_choice(block, at, choice)

    def _of_choice(self, block: TableBlock, at: int, choice: nodes.Expression | table_blocks.Comparing) -> Iterator[Mutant]:
        if isinstance(choice, nodes.Word):
            after = next_of(choice.name, self._words_of_column(block.conditions[at]))
            if after is not None:
                yield self.text.mutant(choice.span, after)
        elif isinstance(choice, table_blocks.Comparing):
            start = self.text.bounds(choice.span)[0]
            yield self.text.between(start, start + len(choice.comparison), _OPPOSITE[choice.comparison])
            yield from self._inside(choice.than)
        else:
            yield from self._inside(choice)

    def _of_result(self, block: TableBlock, at: int, result: nodes.Expression) -> Iterator[Mutant]:
        """A result replaced by that of another row, besides its own mutations."""
        if not isinstance(result, nodes.Word):
            yield from self._inside(result)
            return
        words = tuple(dict.fromkeys(row.results[at].name for row in block.rows if isinstance(row.results[at], nodes.Word)))  # type: ignore[union-attr]  # ensured by the condition
        after = next_of(result.name, words) or self._other_word(result.name)
        if after is not None:
            yield self.text.mutant(result.span, after)

    def _words_of_column(self, column: table_blocks.Column) -> tuple[str, ...]:
        name = column.name.name
        kind = self.entries[name].type if name in self.entries else self.answers.type_of(name)
        if isinstance(kind, EnumType):
            return kind.values
        return ("yes", "no") if kind is not None and str(kind) == "Bool" else ()

    # --- Expressions. ---

    def _inside(self, node: object) -> Iterator[Mutant]:
        """The mutants of a part of a block."""
        yield from self._of_node(node)
        if is_dataclass(node):
            for part in fields(node):
                if part.name not in _UNCHANGED:
                    yield from self._inside(getattr(node, part.name))
        elif isinstance(node, tuple):
            for each in node:
                yield from self._inside(each)

    def _of_node(self, node: object) -> Iterator[Mutant]:
        match node:
            case nodes.Number(span=span) | nodes.Counted(span=span) | nodes.Percentage(span=span) | nodes.MoneyLiteral(span=span):
                yield from self._figures(span)
            case nodes.Duration(span=span):
                yield from self._figures(span)
            case nodes.DateLiteral(day=day, span=span):
                yield from (self.text.mutant(span, other) for other in other_days(day))
            case nodes.TextLiteral(span=span):
                yield self.text.mutant(span, '"changed"')
            case nodes.Word(name=name, span=span):
                other = self._other_word(name)
                if other is not None:
                    yield self.text.mutant(span, other)
            case nodes.Compare(left=left, comparison=comparison, right=right):
                yield self._between(left.span, right.span, _OPPOSITE[comparison])
            case nodes.And() | nodes.Or() | nodes.Not() | nodes.If():
                yield from self._of_condition(node)
            case nodes.OneOf(choices=choices):
                yield from self._without_one(tuple(choice.span for choice in choices))
            case _:
                return

    def _of_condition(self, node: nodes.And | nodes.Or | nodes.Not | nodes.If) -> Iterator[Mutant]:
        """Conditions joined otherwise, or negated."""
        match node:
            case nodes.And(parts=parts):
                yield from (self._between(one.span, two.span, "or") for one, two in pairwise(parts))
            case nodes.Or(parts=parts):
                yield from (self._between(one.span, two.span, "and") for one, two in pairwise(parts))
            case nodes.Not(part=part, span=span):
                yield self.text.mutant(span, self.text.of(part.span))
            case nodes.If(condition=condition):
                yield self.text.mutant(condition.span, f"not ({' '.join(self.text.of(condition.span).split())})")

    def _figures(self, span: Span) -> Iterator[Mutant]:
        start, _ = self.text.bounds(span)
        match = _FIGURES.search(self.text.of(span))
        if match is not None:
            for other in other_numbers(match.group()):
                yield self.text.between(start + match.start(), start + match.end(), other)

    def _between(self, left: Span, right: Span, word: str) -> Mutant:
        """The text between two parts, replaced; parentheses stay."""
        start, end = self.text.bounds(left)[1], self.text.bounds(right)[0]
        between = self.text.text[start:end]
        opened = len(between) - len(between.lstrip(" )\n"))
        closed = len(between.rstrip(" (\n"))
        if between[closed:].lstrip().startswith("(") is False and between[opened:closed].endswith(" not"):
            closed -= len(" not") if word in ("and", "or") else 0
        return self.text.between(start + opened, start + closed, word)

    def _without_one(self, spans: tuple[Span, ...]) -> Iterator[Mutant]:
        """A list of choices without each of them in turn."""
        if len(spans) < 2:
            return
        for at, span in enumerate(spans):
            start, end = self.text.bounds(span)
            if at:
                yield self.text.between(self.text.bounds(spans[at - 1])[1], end, "")
            else:
                yield self.text.between(start, self.text.bounds(spans[1])[0], "")

    def _word_in(self, span: Span, words: str, known: tuple[str, ...]) -> Iterator[Mutant]:
        """Words of a clause, such as the mode of a group, each replaced by another of their list."""
        start, _ = self.text.bounds(span)
        at = self.text.of(span).find(words)
        for other in known:
            if at >= 0 and other != words:
                yield self.text.between(start + at, start + at + len(words), other)

    def _other_word(self, name: str) -> str | None:
        """The word that replaces a value of a closed list; None for names of facts and rules."""
        if name in ("yes", "no"):
            return "no" if name == "yes" else "yes"
        if name in self.entries or self.answers.type_of(name) is not None:
            return None
        return next((other for words in self.lists if (other := next_of(name, words))), None)
