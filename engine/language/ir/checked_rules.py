"""Checked rules: blocks with their expressions typed, versions ordered by date, and rules on one name in the order in which they answer.

This is all that evaluators (`compiling.py`, `reference.py`) and proofs (`tables.py`) read; expressions stand in `typed.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar

from engine.language.ir.typed import Expression
from engine.language.types.value_types import Plain, Type
from engine.problems import Span

Policy = Literal["exactly one", "same result", "first match", "highest of"]
Mode = Literal["volume", "graduated", "flat"]
Every = Literal["month", "quarter", "half-year", "year", "4 weeks", "week", "day", "once"]


@dataclass(frozen=True, slots=True)
class InForce:
    """The days on which a block, row or rule holds: `start` to `until`, both included, None being open; looked at is the fact `by`.

    Where start and until are both None it always holds and the fact is not looked at; else `by` is never None, except in a table that is
    only asked through `Lookup`, whose `dated_by` then stands in.
    """

    by: str | None
    start: date | None
    until: date | None

    @property
    def is_always(self) -> bool:
        """Whether no date needs to be looked at."""
        return self.start is None and self.until is None

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)


# --- Tables. ---


@dataclass(frozen=True, slots=True)
class AnyCell:
    """A `-`: everything matches."""

    span: Span


@dataclass(frozen=True, slots=True)
class ValuesCell:
    """Matches where the subject (Text, Enum or Bool) is one of the values; with `is_negated`, where it is none of them."""

    values: tuple[Plain, ...]
    is_negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of an ordered type, in its plain form (a single value has both ends alike and included); None is open."""

    low: int | date | None
    low_included: bool
    high: int | date | None
    high_included: bool


@dataclass(frozen=True, slots=True)
class IntervalsCell:
    """Matches where the subject (a number, an amount, a date …) lies in one of the intervals; with `is_negated`, in none of them."""

    intervals: tuple[Interval, ...]
    is_negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class ConditionCell:
    """A cell that mentions other names, or a unit that must be looked at: written out as a condition in which the subject stands."""

    condition: Expression
    span: Span


Cell = AnyCell | ValuesCell | IntervalsCell | ConditionCell


@dataclass(frozen=True, slots=True)
class Input:
    """A condition column: its subject (a Fact or a Result; unused where the table is asked with arguments) and its type."""

    name: str
    subject: Expression
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Output:
    """A result column: the name under which it answers (a vocabulary target, else `table-name.column`) and its type."""

    answers: str
    column: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number from 1, its days, a cell for each input and an expression for each output."""

    number: int
    in_force: InForce
    cells: tuple[Cell, ...]
    results: tuple[Expression, ...]
    because: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table. `exactly one`, `same result`: two rows that apply (for `same result`: with different results) are a refusal;
    `first match`: the first row; `highest of`: of the rows that apply, the one whose only result stands last in `ladder`."""

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


# --- Other rules that answer a name. ---


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


# --- Prices, discounts, bundles. ---


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier: up to and including a quantity in micros (None: beyond), the Price of a unit, the Money that is due on entering it."""

    up_to: int | None
    unit_price: Expression
    flat: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Price:
    """A `price` block: for some products, where `when` (if any) holds. Mode `flat` has one tier, beyond; `quantity`: what tiers are on."""

    name: str
    title: str | None
    module: str
    products: tuple[str, ...]
    in_force: InForce
    when: Expression | None
    per: Every
    mode: Mode
    quantity: Expression | None
    unit: str | None
    tiers: tuple[Tier, ...]
    because: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount: offered where it is in force and `when` holds, unless a discount named in `yields_to` is in force and holds.

    `give` is a Percent or Money; `off` the name of what it is taken from; `at_most` Money. The rows of a table with `all matches` stand
    here as well, each named `table row N`.
    """

    name: str
    title: str | None
    module: str
    in_force: InForce
    when: Expression | None
    give: Expression
    off: str
    group: str | None
    priority: int
    at_most: Expression | None
    because: str | None
    yields_to: tuple[str, ...]
    span: Span


GroupMode = Literal["best for the customer", "highest priority", "added together"]
Apply = Literal["one after the other", "on the list price"]


@dataclass(frozen=True, slots=True)
class Stacking:
    """How discounts combine: groups in written order; `total_at_most` is a Percent (of the list price) or Money."""

    name: str
    title: str | None
    module: str
    in_force: InForce
    when: Expression | None
    groups: tuple[tuple[str, GroupMode], ...]
    apply: Apply
    total_at_most: Expression | None
    because: str | None
    span: Span


Allocate = Literal["in proportion to list price", "to the first part"]


@dataclass(frozen=True, slots=True)
class Part:
    """How many (micros) of which product one bundle contains."""

    product: str
    quantity: int
    span: Span


@dataclass(frozen=True, slots=True)
class Bundle:
    """Parts sold together; `sells_at` is Money for one bundle. `touched_by` names the factors (`segment`, `index`) that multiply it."""

    name: str
    title: str | None
    module: str
    products: tuple[str, ...]
    in_force: InForce
    when: Expression | None
    parts: tuple[Part, ...]
    sells_at: Expression
    allocate: Allocate
    touched_by: frozenset[str]
    because: str | None
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
