"""Reads cells of tables in files by the type of their column, without the grammar: fast for hundreds of rows."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Final

from engine.language.checking.message_text import called
from engine.language.checking.scope import Scope
from engine.language.ir import typed
from engine.language.ir.checked_tables import AnyCell, Cell, Interval, IntervalsCell, ValuesCell
from engine.language.syntax.rule_problems import DATE_FORM, NO_SUCH_DAY, UNKNOWN_VALUE, WRONG_TYPE
from engine.language.types.value_types import (
    BoolType,
    DateType,
    DaysType,
    EnumType,
    MoneyType,
    NumberType,
    PercentType,
    PeriodType,
    Plain,
    PriceType,
    QuantityType,
    TextType,
    Type,
    is_ordered,
)
from engine.money import factor_text, scaled
from engine.phrases import Replacement, phrase
from engine.problems import Problem
from engine.text.nearest import value_suggestion
from engine.text.sources import TextCell
from engine.text.written_numbers import AMOUNT_FORM, DECIMAL_COMMA, NUMBER_FORM, thousands_or_decimals, written_number
from engine.written_days import day_remedy

_NUMBER: Final = re.compile(r"(-?[0-9][0-9_]*(?:\.[0-9]+)?)\s*(.*)", re.S)
_BEFORE_WORDS: Final = re.compile(r"([^%a-z]*)(\s*%|\s+[a-z].*)?")
"""A number with the code of its currency, and the words behind it."""
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def plain_result(cell: TextCell, kind: Type, scope: Scope) -> typed.Constant | None:
    """The constant of a result cell; None after a problem."""
    value = _plain(cell, kind, scope)
    return None if value is None else typed.Constant(value, kind, cell.span)


def plain_cell(cell: TextCell, kind: Type, scope: Scope) -> Cell | None:
    """The cell of a condition column: `-`, a value, or the name of a set."""
    text = cell.text.strip()
    if text in ("-", ""):
        return AnyCell(cell.span)
    words = scope.vocabulary.sets.get(text)
    if words is not None and isinstance(kind, EnumType) and text not in kind.values:
        return ValuesCell(tuple(word for word in words if word in kind.values), is_negated=False, span=cell.span)
    value = _plain(cell, kind, scope)
    if value is None:
        return None
    if is_ordered(kind) and not isinstance(value, str):
        return IntervalsCell((Interval(value, True, value, True),), is_negated=False, span=cell.span)
    return ValuesCell((value,), is_negated=False, span=cell.span)


def _plain(cell: TextCell, kind: Type, scope: Scope) -> Plain | None:
    text = cell.text.strip()
    match kind:
        case EnumType(name=name, values=values):
            if text in values:
                return text
            scope.problems.append(UNKNOWN_VALUE.at(cell.span, word=text, key=name, remedy=value_suggestion(text, values)))
            return None
        case TextType():
            return cell.text
        case BoolType() if text in ("yes", "no"):
            return text == "yes"
        case DateType():
            return _day(cell, text, scope)
        case _:
            return _number(cell, text, kind, scope)


def _day(cell: TextCell, text: str, scope: Scope) -> date | None:
    if not _DAY.fullmatch(text):
        scope.problems.append(DATE_FORM.at(cell.span, word=text, remedy=day_remedy(text)))
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        scope.problems.append(NO_SUCH_DAY.at(cell.span, day=text, remedy=day_remedy(text)))
        return None


def _number(cell: TextCell, text: str, kind: Type, scope: Scope) -> int | None:
    match = _NUMBER.fullmatch(text)
    if match and isinstance(kind, MoneyType | PriceType | QuantityType) and _places(kind, match[2], scope) is not None:
        either = thousands_or_decimals(match[1], cell.span, unit=match[2] and f" {match[2]}")
        if either is not None:
            scope.problems.append(either)
            return None
    value = _scaled(text, kind, scope)
    if value is None:
        scope.problems.append(_misread(cell, text, kind, scope))
    return value


def _scaled(text: str, kind: Type, scope: Scope) -> int | None:
    """The plain form of a number with its unit; None where it is not one of this type."""
    match = _NUMBER.fullmatch(text)
    places = _places(kind, match[2], scope) if match else None
    try:
        return None if match is None or places is None else scaled(match[1].replace("_", ""), places)
    except ValueError:
        return None


def _misread(cell: TextCell, text: str, kind: Type, scope: Scope) -> Problem:
    """The problem of a text that is no number of a type: how to write it, where it is one that is written otherwise."""
    match = _BEFORE_WORDS.fullmatch(text)
    amount, rest = match.groups() if match else (text, "")
    either = thousands_or_decimals(amount, cell.span, unit=rest)
    number = written_number(amount) or written_number(text)
    if number is not None and either is None:
        behind = rest if written_number(amount) else ""
        forms = [f"{number.digits}{behind}", f"{number.digits} {scope.vocabulary.currency}{behind}"]
        if number.unit == "%" or behind.strip() == "%":
            forms = [f"{number.digits}%", factor_text(Fraction(number.digits) / 100)]
        right = next((form for form in forms if form != text and _scaled(form, kind, scope) is not None), None)
        if right is not None and number.unit in ("", "%", scope.vocabulary.currency.code):
            is_money = isinstance(kind, MoneyType | PriceType)
            form = DECIMAL_COMMA if number.has_decimal_comma else AMOUNT_FORM if is_money else NUMBER_FORM
            return form.at(cell.span, word=text, corrected=Replacement(right))
    wanted = called(kind)
    remedy = phrase("write {expected}", expected=wanted)
    return either or WRONG_TYPE.at(cell.span, text=text, found=phrase("something else"), wanted=wanted, remedy=remedy)


def _places(kind: Type, unit: str, scope: Scope) -> int | None:
    """The number of decimals in the plain form of a type, where its unit follows the number; else None."""
    currency = scope.vocabulary.currency
    amount, _, per = unit.partition(" per ")
    match kind:
        case PercentType() if unit == "%":
            return 4
        case NumberType() if not unit:
            return 6
        case QuantityType(unit=own) if (not unit and own is None) or (unit and scope.vocabulary.units.get(unit) == own):
            return 6
        case MoneyType() if unit == currency.code:
            return currency.exponent
        case PriceType(unit=own) if amount == currency.code and (not per or scope.vocabulary.units.get(per) == own):
            return 6
        case DaysType() if unit in ("day", "days"):
            return 0
        case PeriodType() if unit in ("month", "months"):
            return 0
        case _:
            return None
