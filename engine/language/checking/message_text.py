"""Text of expressions and types for messages."""

from __future__ import annotations

from fractions import Fraction

from engine.language.syntax import nodes
from engine.language.syntax.rule_problems import PERCENT_EXPECTED
from engine.language.types.value_types import (
    AmountType,
    BoolType,
    DateRangeType,
    DateType,
    DaysType,
    EnumType,
    MoneyType,
    NumberType,
    PercentType,
    PeriodType,
    PriceType,
    QuantityType,
    TextType,
    Type,
)
from engine.money import factor_text
from engine.phrases import Phrase, Replacement, phrase, write_instead
from engine.problems import Problem

_LONGEST = 60


def short_text(node: nodes.Expression) -> str:
    """The source of an expression, or `…` where it is long."""
    text = _text(node)
    return text if len(text) <= _LONGEST else "…"


def percent_expected(node: nodes.Expression) -> Problem:
    """The problem of a number in place of a percentage; one below 1 may be hundredths or so little indeed."""
    text = short_text(node)
    remedy = phrase("write a percentage such as `12.5%`")
    if isinstance(node, nodes.Number):
        number = Fraction(node.digits)
        both = phrase(
            "write `{percent}`, or `{text}` if so little is meant",
            percent=Replacement(f"{factor_text(number * 100)}%"),
            text=Replacement(f"{text}%"),
        )
        remedy = both if 0 < number < 1 else write_instead(f"{text}%")
    return PERCENT_EXPECTED.at(node.span, text=text, remedy=remedy)


def called(kind: Type) -> Phrase:  # noqa: C901 - one line for each type
    """A type in words: `an amount of EUR`, `a number of days`."""
    match kind:
        case MoneyType(currency=currency):
            return phrase("an amount of {currency}", currency=currency)
        case PriceType(unit=unit):
            return phrase("a price per {unit}", unit=unit) if unit else phrase("a price per unit")
        case AmountType(per=None):
            return phrase("an unrounded amount")
        case AmountType(per=per):
            return phrase("an unrounded price per {unit}", unit=per)
        case PercentType():
            return phrase("a percentage")
        case NumberType():
            return phrase("a number")
        case QuantityType(unit=unit):
            return phrase("a number of {unit}s", unit=unit) if unit else phrase("a quantity")
        case DateType():
            return phrase("a date")
        case PeriodType():
            return phrase("a number of months")
        case DaysType():
            return phrase("a number of days")
        case TextType():
            return phrase("a text")
        case BoolType():
            return phrase("yes or no")
        case EnumType(values=values):
            return phrase("one of {names}", names=", ".join(values[:6]) + (" …" if len(values) > 6 else ""))
        case DateRangeType():
            return phrase("a range of dates")


def _text(node: nodes.Expression) -> str:  # noqa: C901 - one line for each kind of expression
    match node:
        case nodes.Number(digits=digits):
            return digits
        case nodes.Counted(digits=digits, unit=unit):
            return f"{digits} {unit}"
        case nodes.Percentage(digits=digits):
            return f"{digits}%"
        case nodes.MoneyLiteral(digits=digits, currency=currency, per=per):
            return f"{digits} {currency}" + (f" per {per}" if per else "")
        case nodes.DateLiteral(day=day):
            return day.isoformat()
        case nodes.Duration(count=count, unit=unit):
            return f"{count} {unit}"
        case nodes.TextLiteral(text=text):
            return f'"{text}"'
        case nodes.Word(name=name):
            return name
        case nodes.Of(part=part, whole=whole):
            return f"{_text(part)} of {_text(whole)}"
        case nodes.Sum(terms=terms):
            first, *rest = terms
            return _text(first.expression) + "".join(f" {'-' if term.is_subtracted else '+'} {_text(term.expression)}" for term in rest)
        case nodes.Product(factors=factors):
            first_factor, *others = factors
            return _text(first_factor.expression) + "".join(f" {'/' if one.divides else '*'} {_text(one.expression)}" for one in others)
        case nodes.Negative(expression=inner):
            return f"-{_text(inner)}"
        case nodes.Call(name=name, arguments=arguments):
            return f"{name}({', '.join(_text(argument) for argument in arguments)})"
        case _:
            return "…"
