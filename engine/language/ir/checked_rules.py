"""Checked rules: blocks with their expressions typed, versions ordered by date, and rules on one name in the order in which they answer.

This, with tables and sales beside it and expressions in `typed.py`, is all that evaluators and proofs read.
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
    """One rule of a decision. It does not count where a rule named in `yields_to` is in force and holds."""

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

    `highest of`: of the rules that hold, the one whose result (a constant) stands last in `ladder`; of equals, the first written.
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
    """By which keys transactions are gathered into one invoice, as written: `customer`, `order.type`, `month of billing-date` …"""

    name: str
    title: str | None
    module: str
    keys: tuple[str, ...]
    because: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class DomainFact:
    """What is always so, by which proofs need not look further: `if customer.kind is private then customer.vat-number is none`."""

    title: str
    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days for which the rules answer, both included."""

    start: date
    until: date
    span: Span


# --- All together. ---

Rule = TypeVar("Rule", covariant=True)


@dataclass(frozen=True, slots=True)
class Layer(Generic[Rule]):
    """The versions of one block, ordered by date, of which at most one is in force on a day."""

    name: str
    versions: tuple[Rule, ...]


Answering = Table | Definition | Decision


@dataclass(frozen=True, slots=True)
class Answers:
    """Which rules answer a name, in the order in which they are asked: what overrides stands before what it overrides.

    A layer applies where one of its versions is in force and, of a definition, its `when` holds; of a table, a row matches; of a decision,
    a rule holds or there is an `otherwise`. The first layer that applies answers; where none does it is a refusal (no row, nothing in
    force) with the position of the last. `name` is the `Output.answers` of a table.
    """

    name: str
    type: Type
    layers: tuple[Layer[Answering], ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """The most that one question can take: steps of evaluation without loops, and how deeply loops over lists stand in each other."""

    steps: int
    loops: int


@dataclass(frozen=True, slots=True)
class Checked:
    """All rules of a rulebook, checked."""

    currency: str
    exponent: int
    """Decimals of the currency's minor unit: 2 for EUR."""
    answers: Mapping[str, Answers]
    """By name, each after those it depends on."""
    tables: Mapping[str, Layer[Table]]
    """All tables by name, for `Lookup`; those read from a file included."""
    prices: Mapping[str, tuple[Layer[Price], ...]]
    """By product; the first layer that is in force and whose `when` holds gives the price."""
    discounts: tuple[Layer[Discount], ...]
    """In written order."""
    stacking: tuple[Layer[Stacking], ...]
    bundles: Mapping[str, tuple[Layer[Bundle], ...]]
    """By the product under which the bundle is sold."""
    grouping: Grouping | None
    horizon: Horizon | None
    domain_facts: tuple[DomainFact, ...]
    cost: Cost
    texts: Mapping[str, str]
    """The source texts by path, for excerpts and for explanations in the words of the source."""
