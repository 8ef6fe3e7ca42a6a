"""Builds the AST of expressions from parse trees, with positions; reads literals and reports impossible ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol, cast

from engine.language.syntax import nodes
from engine.language.syntax.rule_problems import NO_SUCH_DAY, TOO_DEEP, TOO_PRECISE
from engine.language.syntax.source_lines import Text
from engine.phrases import Replacement
from engine.problems import Problem, Span
from engine.text.written_numbers import AMOUNT_FORM, DECIMAL_COMMA, thousands_or_decimals, with_point, written_number
from engine.written_days import day_remedy, last_of_month

DEEPEST: Final = 100
"""The deepest nesting of an expression."""
LONGEST: Final = 200
"""The most terms, factors or conditions in a row."""

_DIGITS: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_MONEY: Final = re.compile(r"([0-9_.]+)[ \t\u00a0]*([A-Z]{3})")
_COMPARISONS: Final = {"at_most_": "<=", "at_least_": ">="}


class Meta(Protocol):
    """The start and end of a parse tree."""

    start_pos: int
    end_pos: int


class Tree(Protocol):
    """A parse tree: the name of its rule and its children (tokens are texts)."""

    rule: str
    children: list[Any]
    meta: Meta


class Token(Protocol):
    """A token with its position."""

    type: str
    start_pos: int
    end_pos: int


class TooDeep(Exception):
    """An expression that is nested too deeply, or has too many parts in a row."""

    def __init__(self, where: Span) -> None:
        super().__init__(str(where))
        self.where = where


@dataclass(slots=True)
class Building:
    """The text, the start of the parsed piece in it, and the problems so far."""

    text: Text
    start: int
    masked: str
    problems: list[Problem] = field(default_factory=list)
    depth: int = 0

    def span(self, parsed: Any) -> Span:
        """The position of a tree or a token, without trailing blank lines."""
        place = cast("Token", parsed) if isinstance(parsed, str) else cast("Tree", parsed).meta
        length = len(self.masked[place.start_pos : place.end_pos].rstrip())
        return self.text.span(self.start + place.start_pos, self.start + place.start_pos + length)

    def word(self, token: Any) -> nodes.Word:
        """A name or code."""
        return nodes.Word(str(token), self.span(token))

    def quoted(self, token: Any) -> nodes.TextLiteral:
        """The text between quotes."""
        return nodes.TextLiteral(str(token)[1:-1], self.span(token))

    def digits(self, written: str, where: Span) -> str:
        """A number without underscores; one with too many digits is reported, and read as 0."""
        bare = written.replace("_", "")
        if _DIGITS.fullmatch(bare):
            return bare
        self.problems.append(TOO_PRECISE.at(where, word=written[:40]))
        return "0"

    def day(self, token: Any) -> nodes.DateLiteral:
        """A date; an impossible one is reported, and read as the last of its month, or the first day of 2000."""
        where = self.span(token)
        try:
            return nodes.DateLiteral(date.fromisoformat(str(token)), where)
        except ValueError:
            self.problems.append(NO_SUCH_DAY.at(where, day=str(token), remedy=day_remedy(str(token))))
            return nodes.DateLiteral(last_of_month(str(token)) or date(2000, 1, 1), where, is_impossible=True)

    def expression(self, parsed: Any) -> nodes.Expression:
        """The AST of a parsed expression."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise TooDeep(self.span(parsed))
        made = _BUILDERS[parsed.rule](self, parsed.children, self.span(parsed))
        self.depth -= 1
        return made

    def all_of(self, parsed: Sequence[Any]) -> tuple[nodes.Expression, ...]:
        """The AST of several parsed expressions."""
        self.not_too_many(parsed)
        return tuple(self.expression(one) for one in parsed)

    def not_too_many(self, parts: Sequence[Any]) -> None:
        """Reports too many parts in a row."""
        if len(parts) > LONGEST:
            raise TooDeep(self.span(parts[LONGEST]))


def is_tree(parsed: Any) -> bool:
    """Whether it is a tree and no token."""
    return not isinstance(parsed, str) and parsed is not None


def too_deep(mistake: TooDeep) -> Problem:
    """The problem of an expression that is nested too deeply, or has too many parts in a row."""
    return TOO_DEEP.at(mistake.where, most=DEEPEST)


Builder = Callable[[Building, list[Any], Span], nodes.Expression]


def _money(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    match = _MONEY.fullmatch(str(parts[0]))
    digits, currency = match.groups() if match else ("0", "")
    digits = _point_of_decimals(make, digits, where, currency)
    return nodes.MoneyLiteral(make.digits(digits, where), currency, str(parts[1]) if parts[1] else None, where)


def _counted(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    digits, unit = str(parts[0]), str(parts[1])
    digits = _point_of_decimals(make, digits, where, unit)
    return nodes.Counted(make.digits(digits, where), unit, where)


def _point_of_decimals(make: Building, digits: str, where: Span, unit: str) -> str:
    """A number before a unit; one whose point may part thousands is reported, and read as thousands."""
    problem = thousands_or_decimals(digits, where, unit=f" {unit}")
    if problem is None:
        return digits
    make.problems.append(problem)
    return digits.replace(".", "")


def _percent(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    return nodes.Percentage(make.digits(str(parts[0])[:-1].rstrip(), where), where)


def _odd_number(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    """`29,00 EUR`, `50 000.00 EUR`, `€20`, `1,5%`: reported with the corrected text, and read as if corrected."""
    written, place = str(parts[0]), make.span(parts[0])
    number = written_number(written)
    unit = number.unit if number else re.sub(r"[^A-Z%]", "", written)
    bare = written.rstrip(" \t%€$£ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    either = None if unit == "%" else thousands_or_decimals(bare, place, unit=written[len(bare) :])
    digits = number.digits if number else with_point(bare)
    corrected = f"{digits}%" if unit == "%" else f"{digits} {unit}"
    kind = DECIMAL_COMMA if number is None or number.has_decimal_comma else AMOUNT_FORM
    make.problems.append(either or kind.at(place, word=written, corrected=Replacement(corrected)))
    digits = make.digits(digits, where)
    return nodes.Percentage(digits, where) if unit == "%" else nodes.MoneyLiteral(digits, unit, str(parts[1]) if parts[1] else None, where)


def _duration(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    count, unit = str(parts[0]).split()
    number = int(make.digits(count, where)[:6])
    singular = unit.rstrip("s")
    days = {"day": 1, "week": 7}.get(singular)
    return (
        nodes.Duration(number * days, "days", where)
        if days
        else nodes.Duration(number * (12 if singular == "year" else 1), "months", where)
    )


def _sum(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    make.not_too_many(parts[::2])
    terms = [nodes.Term(make.expression(parts[0]), is_subtracted=False)]
    terms += [nodes.Term(make.expression(part), str(sign) == "-") for sign, part in zip(parts[1::2], parts[2::2], strict=True)]
    return nodes.Sum(tuple(terms), where)


def _product(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    make.not_too_many(parts[::2])
    factors = [nodes.Factor(make.expression(parts[0]), divides=False)]
    factors += [nodes.Factor(make.expression(part), str(sign) == "/") for sign, part in zip(parts[1::2], parts[2::2], strict=True)]
    return nodes.Product(tuple(factors), where)


def comparison_of(parsed: Any) -> str:
    """The operator of a comparison that may be written in words."""
    return _COMPARISONS.get(parsed.rule) or str(parsed.children[0])


def _compare(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    sign = cast("Any", comparison_of(parts[1]))
    return nodes.Compare(make.expression(parts[0]), sign, make.expression(parts[2]), where)


def _rounded(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    return nodes.Rounded(make.expression(parts[0]), cast("Any", str(parts[1])), cast("Any", " ".join(str(parts[2]).split())), where)


def _call(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    column = str(parts[-1])[1:] if isinstance(parts[-1], str) else None
    return nodes.Call(str(parts[0]), make.all_of([part for part in parts[1:-1] if part is not None]), column, where)


def _aggregate(make: Building, parts: list[Any], where: Span, condition: nodes.Expression | None = None) -> nodes.Aggregate:
    return nodes.Aggregate(cast("Any", str(parts[0])), make.expression(parts[1]), make.word(parts[2]), condition, where)


def _count(make: Building, parts: list[Any], where: Span, condition: nodes.Expression | None = None) -> nodes.Aggregate:
    return nodes.Aggregate("count", None, make.word(parts[0]), condition, where)


def _filtered(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    inner, condition = parts[0], make.expression(parts[1])
    return (_count if inner.rule == "count" else _aggregate)(make, inner.children, where, condition)


def _if_else(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    condition, then, otherwise = make.all_of(parts)
    return nodes.If(condition, then, otherwise, where)


def _except(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
    return nodes.Except(make.word(parts[0]), tuple(make.word(part) for part in parts[1:]), where)


def _one_of(*, is_negated: bool) -> Builder:
    def build(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
        choices = tuple(make.expression(choice) for choice in parts[1].children)
        return nodes.OneOf(make.expression(parts[0]), choices, is_negated, where)

    return build


def _between(*, is_negated: bool) -> Builder:
    def build(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
        subject, low, high = make.all_of(parts)
        return nodes.Between(subject, low, high, is_negated, where)

    return build


def _within(*, is_negated: bool) -> Builder:
    def build(make: Building, parts: list[Any], where: Span) -> nodes.Expression:
        return nodes.OneOf(make.expression(parts[0]), (make.expression(parts[1]),), is_negated, where)

    return build


_BUILDERS: Final[dict[str, Builder]] = {
    "money": _money,
    "percent": _percent,
    "odd_number": _odd_number,
    "duration": _duration,
    "date": lambda make, parts, _: make.day(parts[0]),
    "counted": _counted,
    "number": lambda make, parts, where: nodes.Number(make.digits(str(parts[0]), where), where),
    "text": lambda make, parts, _: make.quoted(parts[0]),
    "name": lambda make, parts, _: make.word(parts[0]),
    "grouped": lambda make, parts, _: make.expression(parts[0]),
    "call": _call,
    "aggregate": _aggregate,
    "count": _count,
    "filtered": _filtered,
    "negative": lambda make, parts, where: nodes.Negative(make.expression(parts[-1]), where),
    "of": lambda make, parts, where: nodes.Of(make.expression(parts[0]), make.expression(parts[1]), where),
    "product_": _product,
    "sum_": _sum,
    "compare": _compare,
    "is_": lambda make, parts, where: nodes.Compare(make.expression(parts[0]), "=", make.expression(parts[1]), where),
    "is_not": lambda make, parts, where: nodes.Compare(make.expression(parts[0]), "<>", make.expression(parts[1]), where),
    "one_of": _one_of(is_negated=False),
    "not_one_of": _one_of(is_negated=True),
    "between": _between(is_negated=False),
    "not_between": _between(is_negated=True),
    "within": _within(is_negated=False),
    "not_within": _within(is_negated=True),
    "known": lambda make, parts, where: nodes.Known(make.expression(parts[0]), False, where),
    "not_known": lambda make, parts, where: nodes.Known(make.expression(parts[0]), True, where),
    "not_": lambda make, parts, where: nodes.Not(make.expression(parts[0]), where),
    "and_": lambda make, parts, where: nodes.And(make.all_of(parts), where),
    "or_": lambda make, parts, where: nodes.Or(make.all_of(parts), where),
    "if_else": _if_else,
    "range": lambda make, parts, where: nodes.Range(make.expression(parts[0]), make.expression(parts[1]), where),
    "except": _except,
    "rounded": _rounded,
}
