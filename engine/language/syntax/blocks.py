"""The AST of the blocks of a rule file, other than tables and sales blocks; expressions are in `nodes.py`."""

from __future__ import annotations

from dataclasses import dataclass

from engine.language.syntax.block_head import Head, Validity
from engine.language.syntax.nodes import Expression, TextLiteral, Word
from engine.language.syntax.sales_blocks import (
    BundleBlock,
    DiscountBlock,
    PriceBlock,
    StackingBlock,
)
from engine.language.syntax.table_blocks import Policy, TableBlock
from engine.problems import Span

# --- Decisions and definitions. ---


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """`rule NAME when … then …`, with its own validity, reason and overrides."""

    head: Head
    then: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class DecisionBlock:
    """A decision by rules."""

    head: Head
    policy: Policy | None
    otherwise: Expression | None
    rules: tuple[DecisionRule, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TypeName:
    """`Money`, `Money[EUR]`, `Price[EUR per seat]`, `Enum[retail, smb]`, `Enum[segment]`, `Range of Date`: a word and its brackets."""

    name: str
    of: tuple[Word, ...]
    per: Word | None
    span: Span


@dataclass(frozen=True, slots=True)
class DefineBlock:
    """`define line.net : Money = …`."""

    head: Head
    type: TypeName
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of an increment block: `placement merge` answers `increment.placement`."""

    name: Word
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class IncrementBlock:
    """How new items join an active subscription."""

    head: Head
    settings: tuple[Setting, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class GroupingKey:
    """`customer`, `order.type`, `month of billing-date`."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class GroupingBlock:
    """The keys by which transactions are grouped into one invoice."""

    head: Head
    keys: tuple[GroupingKey, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class FactBlock:
    """`fact "A private customer has no VAT number": if … then …`."""

    title: TextLiteral
    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class HorizonBlock:
    """`answers from 2024-01-01 until 2030-12-31`."""

    validity: Validity
    span: Span


@dataclass(frozen=True, slots=True)
class BrokenBlock:
    """A block with a syntax error: its kind and names are known, so that uses of the names are not reported as unknown.

    `rest` is the block without its unreadable lines; it is only checked for further problems.
    """

    kind: str
    names: tuple[str, ...]
    span: Span
    rest: Block | None = None


Block = (
    TableBlock
    | PriceBlock
    | DiscountBlock
    | StackingBlock
    | BundleBlock
    | DecisionBlock
    | DefineBlock
    | IncrementBlock
    | GroupingBlock
    | FactBlock
    | HorizonBlock
    | BrokenBlock
)


@dataclass(frozen=True, slots=True)
class Comment:
    """A `#` comment, for the formatter."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Module:
    """One rule file: its name, the modules whose names it uses, its blocks in source order and its comments."""

    path: str
    text: str
    name: Word
    uses: tuple[Word, ...]
    blocks: tuple[Block, ...]
    comments: tuple[Comment, ...]


def module_name(path: str) -> str:
    """The module name of a path: `rules/crm.rules` is `rules.crm`."""
    return path.removesuffix(".rules").strip("/").replace("/", ".")
