"""The typed AST: checked expressions with resolved names, types, and source positions.

The AST of `syntax/nodes.py` is the source; this one is its meaning. Words have become facts, results of other rules or values of
enums; literals have the plain form of their type (`value_types.py`); sets of codes are expanded. Evaluators and proofs read only
this file and the other trees of `ir/`, never the syntax.

Exactness: an expression of type Number, Percent, Quantity or Amount is an exact fraction. Leaves have the plain form of their type
(micros, minor units), so outside a `Rounded` every denominator is static; a division (`Factor.divides`) occurs only inside a `Rounded`.
An expression of type Money, Price, Days, Period is a whole number of its plain unit. All amounts of a rulebook have one currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.language.types.value_types import Plain, Type
from engine.problems import Span

Comparison = Literal["=", "<", "<=", ">", ">="]
RoundTo = Literal["cent", "euro", "unit"]
"""The minor unit of the currency; its whole unit; a whole number."""
RoundMode = Literal["half up", "half even", "up", "down"]
"""`half up`: half away from zero. `up`: away from zero. `down`: towards zero. All are symmetric in sign."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal in the plain form of its type (never an Amount). A Bool is True or False."""

    value: Plain
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Fact:
    """An input, read from the facts by its name; a missing one is a refusal with this position."""

    name: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Result:
    """The answer of other rules for a name: a key of `Checked.answers`. It is computed over the same facts as its reader."""

    name: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Lookup:
    """A lookup in a table, with one argument for each input column, in order: `vat-rates(customer.country, supply.vat-class)`.

    `table` is a key of `Checked.tables`, `column` the index of the result column in `Table.outputs`. Rows with dates and versions of the
    table use the fact `dated_by` (the table's own date, else that of the block around the lookup); None where nothing is dated.
    """

    table: str
    column: int
    arguments: tuple[Expression, ...]
    dated_by: str | None
    type: Type
    span: Span


Function = Literal["year", "month", "day", "end-of-month", "start-of-month", "lowest", "highest", "absolute"]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language. `year`, `month`, `day` of a date give a Number; `lowest`, `highest` take arguments of like types."""

    function: Function
    arguments: tuple[Expression, ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a sum."""

    expression: Expression
    is_subtracted: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms of like types, added from the left; Money with Amount; Date ± Days; Date ± Period (clamped to the month's end); Date − Date."""

    terms: tuple[Term, ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Factor:
    """One part of a product."""

    expression: Expression
    divides: bool


@dataclass(frozen=True, slots=True)
class Product:
    """Factors multiplied and divided from left to right, exactly. The units of the factors multiply out to those of `type`:
    Money × Number = Amount, Price × Quantity = Amount, Money ÷ Money = Number, Money × Days ÷ Days = Amount.
    Division by zero is a refusal."""

    factors: tuple[Factor, ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Negative:
    """The opposite of a number or an amount."""

    expression: Expression
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class PercentOf:
    """A percentage of an amount, a number, a quantity or another percentage; exact, not rounded."""

    percent: Expression
    base: Expression
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Rounded:
    """The one rounding of an exact expression: Amount becomes Money (with `per`: Price), a Number or Quantity a whole one."""

    expression: Expression
    to: RoundTo
    mode: RoundMode
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Choice:
    """`if … then … else …`; only the chosen branch is evaluated."""

    condition: Expression
    then: Expression
    otherwise: Expression
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class All:
    """`and`: true where all parts are; evaluated from the left up to the first false part."""

    parts: tuple[Expression, ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Either:
    """`or`: true where one part is; evaluated from the left up to the first true part."""

    parts: tuple[Expression, ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    part: Expression
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of like types (Money with Amount too, exactly); Text, Enum and Bool only with `=`."""

    left: Expression
    comparison: Comparison
    right: Expression
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a Text, Enum, Bool, Number … equals one of some literals (sets of codes already expanded)."""

    subject: Expression
    values: tuple[Plain, ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Between:
    """Whether an expression is between two others, both ends included."""

    subject: Expression
    low: Expression
    high: Expression
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Known:
    """Whether the facts contain the name."""

    name: str
    type: Type
    span: Span


AggregateKind = Literal["sum", "count", "min", "max"]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`sum of line.net for lines where …`: over the list of facts that `facts[each]` holds (a tuple of mappings).

    `of` and `where` are evaluated over the outer facts overlaid with those of the one entry, results of rules included. `count` has no `of`
    and gives a Number. The sum of nothing is zero; the min or max of nothing is a refusal.
    """

    kind: AggregateKind
    of: Expression | None
    each: str
    where: Expression | None
    type: Type
    span: Span


Expression = (
    Constant
    | Fact
    | Result
    | Lookup
    | Call
    | Sum
    | Product
    | Negative
    | PercentOf
    | Rounded
    | Choice
    | All
    | Either
    | Not
    | Compare
    | OneOf
    | Between
    | Known
    | Aggregate
)


def parts_of(expression: Expression) -> tuple[Expression, ...]:
    """The direct subexpressions of an expression, in order of evaluation."""
    match expression:
        case Constant() | Fact() | Result() | Known():
            return ()
        case Lookup(arguments=parts) | Call(arguments=parts) | All(parts=parts) | Either(parts=parts):
            return parts
        case Sum(terms=terms):
            return tuple(term.expression for term in terms)
        case Product(factors=factors):
            return tuple(factor.expression for factor in factors)
        case Negative(expression=part) | Rounded(expression=part) | Not(part=part) | OneOf(subject=part):
            return (part,)
        case PercentOf(percent=percent, base=base):
            return (percent, base)
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Compare(left=left, right=right):
            return (left, right)
        case Between(subject=subject, low=low, high=high):
            return (subject, low, high)
        case Aggregate(of=of, where=where):
            return tuple(part for part in (where, of) if part is not None)
