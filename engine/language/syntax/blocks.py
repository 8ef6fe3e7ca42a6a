"""The blocks of a rule file as a person wrote them; tables and what is sold stand beside it, expressions in `nodes.py`."""

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
    """`rule NAME when … then …`, with its own days, reason and overrides."""

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
    """How items join an active subscription."""

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
    """By which keys transactions are gathered into one invoice."""

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
    """A block with a mistake in its syntax (told already): its kind and names are known, so that nobody calls them unknown.

    `rest` is the block without the lines that could not be read; it is only looked through for further mistakes.
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
    """A `#` and what follows it on its line; kept for the formatter."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Module:
    """One rule file: its name, the modules whose names it uses, its blocks in written order and its comments."""

    path: str
    text: str
    name: Word
    uses: tuple[Word, ...]
    blocks: tuple[Block, ...]
    comments: tuple[Comment, ...]
