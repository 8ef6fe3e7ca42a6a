"""The AST of tables: columns, rows, cells, and the hit policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.language.syntax.block_head import Head, Validity
from engine.language.syntax.nodes import Expression, TextLiteral, Word
from engine.problems import Span


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: a name, or one of the words `valid` and `because`."""

    kind: Literal["name", "valid", "because"]
    name: Word
    span: Span


@dataclass(frozen=True, slots=True)
class Anything:
    """The cell `-`."""

    span: Span


@dataclass(frozen=True, slots=True)
class Comparing:
    """The cell `>= 10 seats`."""

    comparison: Literal["<", "<=", ">", ">="]
    than: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Choices:
    """The cell `retail, smb`, `10 .. 50`, `EU except BE`, or with `not` before it."""

    choices: tuple[Expression | Comparing, ...]
    is_negated: bool
    span: Span


Test = Anything | Choices | Validity


@dataclass(frozen=True, slots=True)
class Row:
    """One row: conditions before the `||`, results after it; an empty result cell is None."""

    tests: tuple[Test, ...]
    results: tuple[Expression | None, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Policy:
    """How many rows must apply; for `highest of` also the ladder, lowest first."""

    name: Literal["exactly one", "same result", "first match", "all matches", "highest of"]
    ladder: tuple[Word, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A decision table; with `from file` its rows are in another file."""

    head: Head
    policy: Policy | None
    file: TextLiteral | None
    conditions: tuple[Column, ...]
    results: tuple[Column, ...]
    rows: tuple[Row, ...]
    span: Span
