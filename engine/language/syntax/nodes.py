"""The AST of the rule language: expressions as written, each node with its position.

Names are not resolved: a `Word` may be a fact, a rule or a value of an enum. `checking/` resolves them and builds the typed AST (`ir/`).
Formatter and comparison use both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.problems import Span

# --- Literals, as written. ---


@dataclass(frozen=True, slots=True)
class Number:
    """`1_000` or `1.5`: the digits, with underscores removed."""

    digits: str
    span: Span


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of a unit: `10 seats`."""

    digits: str
    unit: str
    span: Span


@dataclass(frozen=True, slots=True)
class Percentage:
    """`12.5%`."""

    digits: str
    span: Span


@dataclass(frozen=True, slots=True)
class MoneyLiteral:
    """`29.00 EUR`, or with `per` the price of a unit: `29.00 EUR per seat`."""

    digits: str
    currency: str
    per: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class DateLiteral:
    """`2026-03-01`."""

    day: date
    span: Span
    is_impossible: bool = False
    """Whether the calendar has no such day: then it is another one near it, and its problem was reported."""


@dataclass(frozen=True, slots=True)
class Duration:
    """`60 days`, `2 weeks` (days); `3 months`, `1 year` (months)."""

    count: int
    unit: Literal["days", "months"]
    span: Span


@dataclass(frozen=True, slots=True)
class TextLiteral:
    """A text between double quotes."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Word:
    """A name (`line.net`, `gold`) or a code (`BE`, `SUB-A`)."""

    name: str
    span: Span


# --- Expressions. ---


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a sum, and whether it is subtracted."""

    expression: Expression
    is_subtracted: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added and subtracted from left to right."""

    terms: tuple[Term, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Factor:
    """One part of a product, and whether the product is divided by it."""

    expression: Expression
    divides: bool


@dataclass(frozen=True, slots=True)
class Product:
    """Factors multiplied and divided from left to right."""

    factors: tuple[Factor, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Negative:
    """`-line.net`."""

    expression: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Of:
    """`21% of line.net`, `month of invoice.issued-on`: the operand before `of` is a percentage or the name of a function."""

    part: Expression
    whole: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Rounded:
    """`… rounded to cent half up`; it applies to the whole expression before it."""

    expression: Expression
    to: Literal["cent", "euro", "unit"]
    mode: Literal["half up", "half even", "up", "down"]
    span: Span


@dataclass(frozen=True, slots=True)
class If:
    """`if … then … else …`; without `else` only in a domain fact."""

    condition: Expression
    then: Expression
    otherwise: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class And:
    """Conditions joined by `and`."""

    parts: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Or:
    """Conditions joined by `or`."""

    parts: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    """`not …`."""

    part: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Compare:
    """`left >= right`; `is` and `is not` are `=` and `<>`, `at most` and `at least` are `<=` and `>=`."""

    left: Expression
    comparison: Literal["=", "<>", "<", "<=", ">", ">="]
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Range:
    """`a .. b`, both included."""

    low: Expression
    high: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Except:
    """`EU except BE, FR`: a set of codes without some of them."""

    of: Word
    without: tuple[Word, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class OneOf:
    """`is one of …`, `is not one of …`."""

    subject: Expression
    choices: tuple[Expression | Range | Except, ...]
    is_negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Between:
    """`is between a and b`, both included; `is not between`."""

    subject: Expression
    low: Expression
    high: Expression
    is_negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Known:
    """`is known`, `is not known`: whether an input is given."""

    subject: Expression
    is_negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`vat-rates(customer.country, supply.vat-class)`: a call of a function or a lookup in a table; `column` selects one of several."""

    name: str
    arguments: tuple[Expression, ...]
    column: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`sum of line.net for lines where …`."""

    kind: Literal["sum", "count", "min", "max"]
    of: Expression | None
    each: Word
    where: Expression | None
    span: Span


Expression = (
    Number
    | Counted
    | Percentage
    | MoneyLiteral
    | DateLiteral
    | Duration
    | TextLiteral
    | Word
    | Sum
    | Product
    | Negative
    | Of
    | Rounded
    | If
    | And
    | Or
    | Not
    | Compare
    | Range
    | Except
    | OneOf
    | Between
    | Known
    | Call
    | Aggregate
)
