"""Checked rules: blocks with typed expressions, versions sorted by date, and rules on one name sorted by precedence.

This file, the checked tables and sales, and the expressions of `typed.py` are the input of evaluators and proofs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from engine.language.ir.checked_sales import Bundle, Discount, Price, Stacking
from engine.language.ir.checked_tables import Policy, Table
from engine.language.ir.in_force import InForce
from engine.language.ir.typed import Expression
from engine.language.types.value_types import Type
from engine.problems import Span


@dataclass(frozen=True, slots=True)
class Definition:
    """A `define`, or one line of an `increment` block: the value of a name, where `when` (if any) holds."""

    name: str
    title: str | None
    module: str
    in_force: InForce
    when: Expression | None
    value: Expression
    because: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """One rule of a decision. It does not count where a rule in `yields_to` is in force and holds."""

    name: str
    in_force: InForce
    when: Expression
    then: Expression
    because: str | None
    yields_to: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision by rules; where none holds, `otherwise` answers, and where that is None the decision does not apply.

    `highest of`: of the rules that hold, the one whose result (a constant) is last in `ladder`; of equals, the first written.
    """

    name: str
    title: str | None
    module: str
    in_force: InForce
    policy: Policy
    ladder: tuple[str, ...]
    rules: tuple[DecisionRule, ...]
    otherwise: Expression | None
    because: str | None
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Grouping:
    """The keys by which transactions are grouped into invoices, as written: `customer`, `order.type`, `month of billing-date` …"""

    name: str
    title: str | None
    module: str
    keys: tuple[str, ...]
    because: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class DomainFact:
    """An assumption that proofs may make: `if customer.kind is private then customer.vat-number is none`."""

    title: str
    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days for which the rules answer, both included."""

    start: date
    until: date
    span: Span


# --- The whole rulebook. ---

Rule = TypeVar("Rule", covariant=True)


@dataclass(frozen=True, slots=True)
class Layer(Generic[Rule]):
    """The versions of one block by date; at most one is in force on a day."""

    name: str
    versions: tuple[Rule, ...]


Answering = Table | Definition | Decision


@dataclass(frozen=True, slots=True)
class Answers:
    """The rules that answer a name, by precedence: overriding layers first.

    A layer applies where one of its versions is in force and, of a definition, its `when` holds; of a table, a row matches; of a decision,
    a rule holds or there is an `otherwise`. The first layer that applies answers; without one the result is a refusal (no row, nothing in
    force) with the position of the last. `name` is the `Output.answers` of a table.
    """

    name: str
    type: Type
    layers: tuple[Layer[Answering], ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """The largest cost of one evaluation: steps without loops, and the depth of nested loops over lists."""

    steps: int
    loops: int


@dataclass(frozen=True, slots=True)
class Checked:
    """All rules of a rulebook, checked."""

    currency: str
    exponent: int
    """Decimals of the currency's minor unit: 2 for EUR."""
    answers: Mapping[str, Answers]
    """By name, in topological order of their dependencies."""
    tables: Mapping[str, Layer[Table]]
    """All tables by name, for `Lookup`; also those with rows from a file."""
    prices: Mapping[str, tuple[Layer[Price], ...]]
    """By product; the first layer that is in force and whose `when` holds gives the price."""
    discounts: tuple[Layer[Discount], ...]
    """In source order."""
    stacking: tuple[Layer[Stacking], ...]
    bundles: Mapping[str, tuple[Layer[Bundle], ...]]
    """By the product that is the bundle."""
    grouping: Grouping | None
    horizon: Horizon | None
    domain_facts: tuple[DomainFact, ...]
    cost: Cost
    texts: Mapping[str, str]
    """The source texts by path, for excerpts and for explanations in the words of the source."""
