"""The declarations of all blocks, collected before checking: names, types, tables and ranges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from posixpath import dirname, join, normpath
from typing import Final

from engine.language.checking.check_expressions import infer
from engine.language.checking.file_rows import FileRow
from engine.language.checking.scope import Declared, Scope, TableShape
from engine.language.syntax import blocks, nodes, table_blocks
from engine.language.syntax.sales_blocks import BundleBlock, DiscountBlock, PriceBlock, StackingBlock
from engine.language.syntax.table_blocks import TableBlock
from engine.language.types.value_types import BOOL, DATE, NUMBER, PERCENT, TEXT, EnumType, MoneyType, PriceType, Type
from engine.language.types.vocabulary import Vocabulary
from engine.problems import Problem
from engine.text.written_numbers import written_number

_FILE_TYPES: Final = (
    (re.compile(r"-?[0-9][0-9_]*(\.[0-9]+)?\s?%"), PERCENT),
    (re.compile(r"-?[0-9][0-9_]*(\.[0-9]+)?"), NUMBER),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), DATE),
    (re.compile(r"yes|no"), BOOL),
)
_LITERALS: Final = (nodes.Number, nodes.Percentage)
_LARGEST_FACTOR: Final = 2


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and its module."""

    module: blocks.Module
    block: blocks.Block


@dataclass
class Gathered:
    """The declarations of all modules; types of columns are inferred on first use."""

    modules: tuple[blocks.Module, ...]
    vocabulary: Vocabulary
    files: Mapping[str, tuple[FileRow, ...]]
    declared: dict[str, Declared] = field(default_factory=dict)
    block_kinds: dict[str, str] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    tables: dict[str, list[tuple[blocks.Module, TableBlock]]] = field(default_factory=dict)
    placed: list[Placed] = field(default_factory=list)
    _types: dict[str, Type | None] = field(default_factory=dict)
    _in_progress: set[str] = field(default_factory=set)
    _typing: dict[str, list[tuple[blocks.Module, blocks.Block, int]]] = field(default_factory=dict)
    _ranges: dict[str, tuple[nodes.Expression, nodes.Expression]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.placed = [Placed(module, block) for module in self.modules for block in module.blocks]
        self.broken = frozenset(name for one in self.placed if isinstance(one.block, blocks.BrokenBlock) for name in one.block.names)
        for placed in self.placed:
            self._declare(placed.module, placed.block)

    def scope(self, module: blocks.Module, requested: str | None = None) -> Scope:
        """The scope of a block in a module; `requested` is its kind, or the name that it answers."""
        uses = frozenset(word.name for word in module.uses)
        return Scope(self.vocabulary, self, module.name.name, uses, requested=requested)

    def type_of(self, name: str) -> Type | None:
        """The type of an answer: from the vocabulary, declared, or inferred from its first result."""
        if name in self._types:
            return self._types[name]
        if name in self._in_progress:
            return None
        self._in_progress.add(name)
        entry = self.vocabulary.entries.get(name)
        self._types[name] = entry.type if entry is not None else self._inferred_type(name)
        self._in_progress.discard(name)
        return self._types[name]

    def shape_of(self, table: str) -> TableShape | None:
        """The columns of a table that lookups may use."""
        versions = self.tables.get(table)
        if not versions:
            return None
        module, block = versions[0]
        scope = self.scope(module).quietly()
        inputs = []
        for column in block.conditions:
            if column.kind == "name":
                subject = scope.named(column.name)
                inputs.append((column.name.name, subject.type if subject else None))
        outputs = [(column.name.name, self.type_of(answer_name(block, column, self.vocabulary))) for column in result_columns(block)]
        has_days = any(column.kind == "valid" for _, one in versions for column in one.conditions) or block.file is not None
        is_dated = has_days or any(one.head.validity is not None for _, one in versions)
        dated_by = block.head.dated_by.name if block.head.dated_by else None
        return TableShape(table, module.name.name, tuple(inputs), tuple(outputs), dated_by, is_dated)

    def table_names(self) -> tuple[str, ...]:
        """All tables that lookups may use."""
        return tuple(self.tables)

    def range_of(self, name: str) -> tuple[nodes.Expression, nodes.Expression] | None:
        """The ends of a defined range of dates."""
        return self._ranges.get(name)

    def file_of(self, module: blocks.Module, block: TableBlock) -> tuple[FileRow, ...] | None:
        """The rows of the file that a table names, by its path in the rulebook or relative to the rule file."""
        if block.file is None:
            return None
        beside = normpath(join(dirname(module.path), block.file.text))
        return self.files.get(block.file.text, self.files.get(beside))

    def _declare(self, module: blocks.Module, block: blocks.Block) -> None:
        match block:
            case TableBlock():
                if is_of_discounts(block):
                    self.block_kinds[block.head.name.name] = "table of discounts"
                    return
                self.tables.setdefault(block.head.name.name, []).append((module, block))
                for at, column in enumerate(result_columns(block)):
                    self._answer(answer_name(block, column, self.vocabulary), module, block, at, is_declared=answers_names(block))
            case blocks.DefineBlock(type=blocks.TypeName(name="Range of Date"), value=nodes.Range() as ends):
                self._ranges[block.head.name.name] = (ends.low, ends.high)
                self.block_kinds[block.head.name.name] = "range of dates"
            case blocks.DefineBlock() | blocks.DecisionBlock():
                self._answer(block.head.name.name, module, block, 0)
            case blocks.IncrementBlock():
                for setting in block.settings:
                    self._answer(f"increment.{setting.name.name}", module, block, 0)
                self.block_kinds[block.head.name.name] = "increment block"
            case PriceBlock() | DiscountBlock() | StackingBlock() | BundleBlock() | blocks.GroupingBlock():
                self.block_kinds[block.head.name.name] = block.head.kind
            case _:
                pass

    def _answer(self, name: str, module: blocks.Module, block: blocks.Block, at: int, *, is_declared: bool = True) -> None:
        self._typing.setdefault(name, []).append((module, block, at))
        if is_declared:
            self.declared.setdefault(name, Declared(name, module.name.name, block.span))

    def _inferred_type(self, name: str) -> Type | None:
        for module, block, at in self._typing.get(name, []):
            match block:
                case blocks.DefineBlock():
                    kind = self.vocabulary.type_named(spelt(block.type), block.type.span)
                    result = None if isinstance(kind, Problem) else kind
                case blocks.DecisionBlock():
                    result = self._type_of_decision(module, block)
                case TableBlock():
                    result = self._type_of_column(module, block, at)
                case _:
                    result = None
            if result is not None:
                return result
        return None

    def _type_of_decision(self, module: blocks.Module, block: blocks.DecisionBlock) -> Type | None:
        if block.policy is not None and block.policy.ladder:
            return EnumType(block.head.name.name, tuple(word.name for word in block.policy.ladder))
        cells = [block.otherwise, *(rule.then for rule in block.rules)]
        return self._type_of_cells(block.head.name.name, module, cells)

    def _type_of_column(self, module: blocks.Module, block: TableBlock, at: int) -> Type | None:
        column = result_columns(block)[at]
        name = f"{block.head.name.name}.{column.name.name}"
        file = self.file_of(module, block)
        if file is not None:
            place = sum(1 for one in block.conditions if one.kind == "name") + block.results.index(column)
            return self._type_of_texts(name, [row.cells[place].text for row in file if place < len(row.cells)])
        place = block.results.index(column)
        return self._type_of_cells(name, module, [row.results[place] if place < len(row.results) else None for row in block.rows])

    def _type_of_cells(self, name: str, module: blocks.Module, cells: list[nodes.Expression | None]) -> Type | None:
        scope = self.scope(module).quietly()
        words: list[str] = []
        for cell in cells:
            if isinstance(cell, nodes.Word) and not scope.means_something(cell.name) and cell.name not in ("yes", "no"):
                words += [cell.name] if cell.name not in words else []
                continue
            expression = infer(cell, scope) if cell is not None else None
            if expression is not None:
                return _of_most(cells) if expression.type in (NUMBER, PERCENT) and isinstance(cell, _LITERALS) else expression.type
        return EnumType(name, tuple(words)) if words else None

    def _type_of_texts(self, name: str, texts: list[str]) -> Type | None:
        currency = self.vocabulary.currency.code
        if not texts:
            return None
        for pattern, kind in _FILE_TYPES:
            if all(pattern.fullmatch(text) for text in texts):
                return kind
        for pattern, kind in _FILE_TYPES[:2]:
            if sum(1 for text in texts if pattern.fullmatch(text)) * 2 > len(texts) and all(written_number(text) for text in texts):
                return kind  # the others are told to be written so
        if all(re.fullmatch(rf"-?[0-9][0-9_]*(\.[0-9]+)? {currency}", text) for text in texts):
            return MoneyType(currency)
        if all(re.fullmatch(rf"[0-9][0-9_]*(\.[0-9]+)? {currency} per [a-z-]+", text) for text in texts):
            return PriceType(currency, self.vocabulary.units.get(texts[0].rsplit(" ", 1)[1]))
        if all(re.fullmatch(r"[a-z][a-z0-9-]*|[A-Z][A-Z0-9-]*", text) for text in texts):
            return EnumType(name, tuple(dict.fromkeys(texts)))
        return TEXT


def _of_most(cells: list[nodes.Expression | None]) -> Type:
    """Whether most of the cells are numbers or percentages, so that one cell that differs is told and not all others.

    Where there are as many of both, numbers up to 2 are factors, and beside others the first cell decides.
    """
    numbers, percentages = ([cell for cell in cells if isinstance(cell, literal)] for literal in _LITERALS)
    if len(numbers) != len(percentages):
        return NUMBER if len(numbers) > len(percentages) else PERCENT
    are_factors = all(isinstance(cell, nodes.Number) and Fraction(cell.digits) <= _LARGEST_FACTOR for cell in numbers)
    first = next(cell for cell in cells if isinstance(cell, _LITERALS))
    return NUMBER if are_factors or isinstance(first, nodes.Number) else PERCENT


def result_columns(block: TableBlock) -> tuple[table_blocks.Column, ...]:
    """The result columns of a table, without the column of reasons."""
    return tuple(column for column in block.results if column.kind == "name")


def answer_name(block: TableBlock, column: table_blocks.Column, vocabulary: Vocabulary) -> str:
    """The name that a column answers: a target of the vocabulary, else `table-name.column`."""
    name = column.name.name
    return name if name in vocabulary.entries else f"{block.head.name.name}.{name}"


def is_of_discounts(block: TableBlock) -> bool:
    """Whether a table lists discounts, one in each row."""
    return block.policy is not None and block.policy.name == "all matches"


def answers_names(block: TableBlock) -> bool:
    """Whether a table answers names; one with rows from a file and without a date of its own serves lookups only."""
    return block.file is None or block.head.dated_by is not None


def spelt(kind: blocks.TypeName) -> str:
    """A type in the syntax of the language."""
    inside = ", ".join(word.name for word in kind.of) + (f" per {kind.per.name}" if kind.per else "")
    return f"{kind.name}[{inside}]" if inside else kind.name
