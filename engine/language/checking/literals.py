"""Converts literals to the plain form of their type: `29.00 EUR`, `12.5%` and `10 seats` as whole numbers."""

from __future__ import annotations

from typing import assert_never

from engine.language.checking.message_text import short_text
from engine.language.checking.scope import Scope
from engine.language.ir.typed import Constant
from engine.language.syntax import nodes
from engine.language.syntax.rule_problems import OTHER_CURRENCY, TOO_MANY_DECIMALS, TOO_PRECISE, UNKNOWN_UNIT
from engine.language.types.value_types import DATE, DAYS, NUMBER, PERCENT, PERIOD, TEXT, EnumType, MoneyType, PriceType, QuantityType, Type
from engine.money import scaled
from engine.phrases import phrase, write_instead
from engine.problems import Span, last_word
from engine.text.nearest import suggestion
from engine.text.written_numbers import thousands_or_decimals

Literal = nodes.Number | nodes.Counted | nodes.Percentage | nodes.MoneyLiteral | nodes.DateLiteral | nodes.Duration | nodes.TextLiteral

_PERCENT_DECIMALS = 4
_PERCENT_WORDS = ("percent", "pct", "procent", "pourcent")


def literal(node: Literal, scope: Scope, hint: Type | None) -> Constant | None:
    """The constant of a literal; None after a problem."""
    match node:
        case nodes.Number(digits=digits):
            is_bare_quantity = isinstance(hint, QuantityType) and hint.unit is None
            if isinstance(hint, QuantityType) and (either := thousands_or_decimals(digits, node.span)) is not None:
                scope.problems.append(either)
                return None
            return Constant(scaled(digits, 6), hint if is_bare_quantity and hint else NUMBER, node.span)
        case nodes.Counted(digits=digits, unit=unit):
            if unit.casefold() in _PERCENT_WORDS and unit not in scope.vocabulary.units:
                scope.problems.append(UNKNOWN_UNIT.at(node.span, unit=unit, remedy=write_instead(f"{digits}%")))
                return None
            unit_name = unit_named(unit, last_word(node.span, unit), scope)
            return Constant(scaled(digits, 6), QuantityType(unit_name), node.span) if unit_name else None
        case nodes.Percentage(digits=digits):
            if len(digits.partition(".")[2].rstrip("0")) > _PERCENT_DECIMALS:
                scope.problems.append(TOO_PRECISE.at(node.span, word=f"{digits}%"))
                return None
            return Constant(scaled(digits, _PERCENT_DECIMALS), PERCENT, node.span)
        case nodes.MoneyLiteral():
            return _money(node, scope, hint)
        case nodes.DateLiteral(day=day):
            return Constant(day, DATE, node.span)
        case nodes.Duration(count=count, unit=unit):
            return Constant(count, DAYS if unit == "days" else PERIOD, node.span)
        case nodes.TextLiteral(text=text):
            is_word = isinstance(hint, EnumType) and text in hint.values
            return Constant(text, hint if is_word and hint else TEXT, node.span)
        case _:
            assert_never(node)


def unit_named(word: str, where: Span, scope: Scope) -> str | None:
    """The unit of a word, singular or plural; None after a problem."""
    unit = scope.vocabulary.units.get(word)
    if unit is None:
        known = scope.vocabulary.domains.get("units", ())
        remedy = suggestion(word, known) if known else phrase("declare the units in the catalogue")
        scope.problems.append(UNKNOWN_UNIT.at(where, unit=word, remedy=remedy))
    return unit


def _money(node: nodes.MoneyLiteral, scope: Scope, hint: Type | None) -> Constant | None:
    ours = scope.vocabulary.currency
    if node.currency != ours.code:
        scope.problems.append(OTHER_CURRENCY.at(node.span, currency=node.currency, ours=ours.code))
        return None
    if node.per is not None:
        unit = unit_named(node.per, last_word(node.span, node.per), scope)
        return Constant(scaled(node.digits, 6), PriceType(ours.code, unit), node.span) if unit else None
    if isinstance(hint, PriceType):
        return Constant(scaled(node.digits, 6), hint, node.span)
    if len(node.digits.partition(".")[2].rstrip("0")) > ours.exponent:
        scope.problems.append(TOO_MANY_DECIMALS.at(node.span, text=short_text(node), currency=ours.code, most=ours.exponent))
        return None
    return Constant(scaled(node.digits, ours.exponent), MoneyType(ours.code), node.span)
