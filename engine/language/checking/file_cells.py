"""Reads cells of tables in files by the type of their column, without the grammar: fast for hundreds of rows."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from engine.language.checking.message_text import called
from engine.language.checking.scope import Scope
from engine.language.ir import typed
from engine.language.ir.checked_tables import AnyCell, Cell, Interval, IntervalsCell, ValuesCell
from engine.language.syntax.rule_problems import NO_SUCH_DAY, UNKNOWN_VALUE, WRONG_TYPE
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
from engine.money import scaled
from engine.phrases import phrase
from engine.text.nearest import suggestion
from engine.text.sources import DECIMAL_COMMA, TextCell
from engine.text.written_numbers import thousands_or_decimals, with_point

_NUMBER: Final = re.compile(r"(-?[0-9][0-9_]*(?:\.[0-9]+)?)\s*(.*)", re.S)
_COMMA: Final = re.compile(r"-?[0-9][0-9_.]*,[0-9]+")


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
            scope.problems.append(UNKNOWN_VALUE.at(cell.span, word=text, key=name, remedy=suggestion(text, values)))
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
    try:
        return date.fromisoformat(text)
    except ValueError:
        scope.problems.append(NO_SUCH_DAY.at(cell.span, day=text))
        return None


def _number(cell: TextCell, text: str, kind: Type, scope: Scope) -> int | None:
    if _COMMA.match(text):
        scope.problems.append(DECIMAL_COMMA.at(cell.span, word=text, corrected=with_point(text)))
        return None
    match = _NUMBER.fullmatch(text)
    places = _places(kind, match.group(2), scope) if match else None
    if match and places is not None:
        if isinstance(kind, MoneyType | PriceType | QuantityType):
            either = thousands_or_decimals(match.group(1), cell.span, unit=match.group(2) and f" {match.group(2)}")
            if either is not None:
                scope.problems.append(either)
                return None
        try:
            return scaled(match.group(1).replace("_", ""), places)
        except ValueError:
            pass
    scope.problems.append(
        WRONG_TYPE.at(
            cell.span,
            text=text,
            found=phrase("something else"),
            wanted=called(kind),
            remedy=phrase("write {expected}", expected=called(kind)),
        )
    )
    return None


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
