"""Checked decision tables: columns, rows and typed cells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.language.ir.in_force import InForce
from engine.language.ir.typed import Expression
from engine.language.types.value_types import Plain, Type
from engine.problems import Span

Policy = Literal["exactly one", "same result", "first match", "highest of"]


@dataclass(frozen=True, slots=True)
class AnyCell:
    """The cell `-`: it matches everything."""

    span: Span


@dataclass(frozen=True, slots=True)
class ValuesCell:
    """Matches where the subject (Text, Enum or Bool) is one of the values; with `is_negated`, where it is none of them."""

    values: tuple[Plain, ...]
    is_negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of an ordered type, in its plain form (a single value has equal ends, both included); None is unbounded."""

    low: int | date | None
    low_included: bool
    high: int | date | None
    high_included: bool


@dataclass(frozen=True, slots=True)
class IntervalsCell:
    """Matches where the subject (a number, an amount, a date …) is in one of the intervals; with `is_negated`, in none of them."""

    intervals: tuple[Interval, ...]
    is_negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class ConditionCell:
    """A cell that mentions other names, or compares units: a condition that contains the subject."""

    condition: Expression
    span: Span


Cell = AnyCell | ValuesCell | IntervalsCell | ConditionCell


@dataclass(frozen=True, slots=True)
class Input:
    """A condition column: its subject (a Fact or a Result; unused in lookups) and its type."""

    name: str
    subject: Expression
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Output:
    """A result column: the name that it answers (a vocabulary target, else `table-name.column`) and its type."""

    answers: str
    column: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number from 1, its validity, a cell for each input and an expression for each output."""

    number: int
    in_force: InForce
    cells: tuple[Cell, ...]
    results: tuple[Expression, ...]
    because: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table. `exactly one`, `same result`: two rows that apply (for `same result`: with different results) are a refusal;
    `first match`: the first row; `highest of`: of the rows that apply, the one whose only result is last in `ladder`.
    """

    name: str
    title: str | None
    module: str
    in_force: InForce
    policy: Policy
    ladder: tuple[str, ...]
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    because: str | None
    span: Span
