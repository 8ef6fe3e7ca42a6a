"""The type checker of expressions: resolves names, infers types, and reports type errors with a remedy."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from engine.language.checking.check_arithmetic import check_product, check_sum, fits, per_of, unit_of, unlike
from engine.language.checking.check_calls import DATE_PARTS, check_call
from engine.language.checking.check_conditions import check_between, check_compare, check_one_of
from engine.language.checking.literals import literal
from engine.language.checking.message_text import called, percent_expected, short_text
from engine.language.checking.scope import Scope
from engine.language.ir import typed
from engine.language.syntax import nodes
from engine.language.syntax.rule_problems import (
    NOT_A_CONDITION,
    NOT_AN_INPUT,
    NOT_ORDERED,
    NOT_ROUNDED,
    RANGE_ALONE,
    ROUNDS_OTHERWISE,
    SET_ALONE,
    UNKNOWN_LIST,
    UNKNOWN_VALUE,
    WRONG_TYPE,
)
from engine.language.types.value_types import (
    BOOL,
    NUMBER,
    PERCENT,
    AmountType,
    BoolType,
    DateType,
    EnumType,
    MoneyType,
    NumberType,
    PercentType,
    PriceType,
    QuantityType,
    TextType,
    Type,
    is_ordered,
)
from engine.money import factor_text
from engine.phrases import phrase, write_instead
from engine.problems import Fix, Problem, after
from engine.text.nearest import did_you_mean, nearest, suggestion, value_suggestion

Checked = typed.Expression | None
"""A checked expression, or None after a problem."""


def expect(node: nodes.Expression, wanted: Type, scope: Scope) -> Checked:
    """Checks an expression against an expected type; reports a mismatch with a remedy."""
    expression = infer(node, scope, wanted)
    if expression is None:
        return None
    fitting = fits(expression, wanted)
    if fitting is None:
        scope.problems.append(_misfit(node, expression.type, wanted))
    return fitting


def condition(node: nodes.Expression, scope: Scope) -> Checked:
    """Checks an expression that must be a condition."""
    expression = infer(node, scope.inside(in_rounding=False), BOOL)
    if expression is None or isinstance(expression.type, BoolType):
        return expression
    comparison = f"is {expression.type.values[0]}" if isinstance(expression.type, EnumType) and expression.type.values else ">= …"
    scope.problems.append(NOT_A_CONDITION.at(node.span, text=short_text(node), found=called(expression.type), comparison=comparison))
    return None


def infer(node: nodes.Expression, scope: Scope, hint: Type | None = None) -> Checked:  # noqa: C901 - one line for each kind of expression
    """Infers the type of an expression; the hint is the expected type, by which words and literals are read."""
    match node:
        case nodes.Word():
            return _word(node, scope, hint)
        case nodes.Sum():
            return check_sum(node, [infer(term.expression, scope, hint) for term in node.terms], scope)
        case nodes.Product():
            return check_product(node, [infer(factor.expression, scope) for factor in node.factors], scope)
        case nodes.Negative():
            return _negative(node, scope, hint)
        case nodes.Of():
            return _of(node, scope)
        case nodes.Rounded():
            return _rounded(node, scope, hint)
        case nodes.If():
            return _choice(node, scope, hint)
        case nodes.And():
            return _joined(typed.All, node, scope)
        case nodes.Or():
            return _joined(typed.Either, node, scope)
        case nodes.Not():
            part = condition(node.part, scope)
            return typed.Not(part, BOOL, node.span) if part else None
        case nodes.Compare():
            return check_compare(node, scope.inside(in_rounding=False), infer)
        case nodes.OneOf():
            return check_one_of(node, scope.inside(in_rounding=False), infer)
        case nodes.Between():
            return check_between(node, scope.inside(in_rounding=False), infer)
        case nodes.Known():
            return _known(node, scope)
        case nodes.Call():
            return check_call(node, scope, infer, expect)
        case nodes.Aggregate():
            return _aggregate(node, scope)
        case nodes.Range() | nodes.Except():
            scope.problems.append(RANGE_ALONE.at(node.span))
            return None
        case _:
            return literal(node, scope, hint)


def _misfit(node: nodes.Expression, actual: Type, wanted: Type) -> Problem:
    """The problem of a type mismatch, with its remedy."""
    text = short_text(node)
    problem = unlike(node, node, wanted, actual)
    if problem is not None:
        return problem
    match actual, wanted:
        case (NumberType(), PercentType()):
            return percent_expected(node)
        case (AmountType(), MoneyType() | PriceType()):
            return NOT_ROUNDED.at(node.span, text=text).fixed_by(Fix(after(node.span), " rounded to cent half up"))
        case (PercentType(), NumberType()) if isinstance(node, nodes.Percentage):
            remedy = write_instead(factor_text(Fraction(node.digits) / 100))
        case (NumberType(), PriceType(currency=currency)) if isinstance(node, nodes.Number):
            remedy = write_instead(f"{text} {currency}")
        case (MoneyType(), PriceType(unit=unit)):
            remedy = phrase("write it per unit: `{text} per {unit}`", text=text, unit=unit or "UNIT")
        case (PercentType(), MoneyType() | AmountType()):
            remedy = phrase("say of what: `{text} of …`", text=text)
        case (TextType(), EnumType(values=values)):
            remedy = suggestion(text.strip('"'), values)
        case (_, BoolType()):
            remedy = phrase("write a condition, `yes` or `no`")
        case _:
            remedy = phrase("write {expected}", expected=called(wanted))
    return WRONG_TYPE.at(node.span, text=text, found=called(actual), wanted=called(wanted), remedy=remedy)


def _word(word: nodes.Word, scope: Scope, hint: Type | None) -> Checked:
    if isinstance(hint, EnumType) and word.name in hint.values:
        return typed.Constant(word.name, hint, word.span)
    if scope.means_something(word.name):
        return scope.named(word)
    if word.name in ("yes", "no") and not isinstance(hint, EnumType):
        return typed.Constant(word.name == "yes", BOOL, word.span)
    if word.name in scope.vocabulary.sets:
        scope.problems.append(SET_ALONE.at(word.span, name=word.name))
        return None
    if isinstance(hint, EnumType):
        _unknown_value(word, scope, hint)
        return None
    return scope.named(word)


def _unknown_value(word: nodes.Word, scope: Scope, hint: EnumType) -> None:
    """The problem of a word that is no value of an enum: a misspelt value or a misspelt name."""
    is_name = "." in word.name and nearest(word.name, hint.values) is None
    near = nearest(word.name, scope.known_names()) if is_name else None
    remedy = did_you_mean(near) if near else value_suggestion(word.name, hint.values)
    scope.problems.append(UNKNOWN_VALUE.at(word.span, word=word.name, key=hint.name, remedy=remedy))


def _negative(node: nodes.Negative, scope: Scope, hint: Type | None) -> Checked:
    part = infer(node.expression, scope, hint)
    if part is None:
        return None
    if not is_ordered(part.type) or isinstance(part.type, DateType):
        scope.problems.append(NOT_ORDERED.at(node.span, left=called(part.type)))
        return None
    if isinstance(part, typed.Constant):
        return typed.Constant(-cast("int", part.value), part.type, node.span)
    return typed.Negative(part, part.type, node.span)


def _of(node: nodes.Of, scope: Scope) -> Checked:
    """`21% of line.net`, or `month of invoice.issued-on`."""
    if isinstance(node.part, nodes.Word) and node.part.name in DATE_PARTS:
        return check_call(nodes.Call(node.part.name, (node.whole,), None, node.span), scope, infer, expect)
    percent = expect(node.part, PERCENT, scope)
    base = infer(node.whole, scope)
    if percent is None or base is None:
        return None
    match base.type:
        case MoneyType(currency=currency):
            kind: Type = AmountType(currency)
        case PriceType(currency=currency, unit=unit):
            kind = AmountType(currency, per_of(unit))
        case AmountType() | NumberType() | QuantityType() | PercentType():
            kind = base.type
        case _:
            scope.problems.append(
                WRONG_TYPE.at(
                    node.whole.span,
                    text=short_text(node.whole),
                    found=called(base.type),
                    wanted=phrase("an amount or a number"),
                    remedy=phrase("name an amount"),
                )
            )
            return None
    return typed.PercentOf(percent, base, kind, node.span)


def _rounded(node: nodes.Rounded, scope: Scope, hint: Type | None) -> Checked:
    inner_hint = None if isinstance(hint, MoneyType) else hint
    part = infer(node.expression, scope.inside(in_rounding=True), inner_hint)
    if part is None:
        return None
    to_unit = node.to == "unit"
    match part.type:
        case MoneyType(currency=currency) | AmountType(currency=currency, per=None) if not to_unit:
            kind: Type = MoneyType(currency)
        case AmountType(currency=currency, per=str(per)) if not to_unit:
            kind = PriceType(currency, unit_of(per))
        case PriceType() if not to_unit:
            kind = part.type
        case NumberType() | QuantityType() if to_unit:
            kind = part.type
        case _:
            is_amount = isinstance(part.type, MoneyType | AmountType | PriceType)
            by_amount = phrase("write `rounded to cent` or `rounded to euro`")
            remedy = by_amount if is_amount else phrase("`rounded to unit` is for numbers and quantities")
            scope.problems.append(ROUNDS_OTHERWISE.at(node.span, found=called(part.type), to=node.to, remedy=remedy))
            return None
    return typed.Rounded(part, node.to, node.mode, kind, node.span)


def _choice(node: nodes.If, scope: Scope, hint: Type | None) -> Checked:
    given = condition(node.condition, scope)
    if node.otherwise is None:
        then = condition(node.then, scope)
        if given is None or then is None:
            return None
        return typed.Either((typed.Not(given, BOOL, given.span), then), BOOL, node.span)
    then = infer(node.then, scope, hint)
    otherwise = infer(node.otherwise, scope, hint or (then.type if then else None))
    if given is None or then is None or otherwise is None:
        return None
    if (same := fits(otherwise, then.type)) is not None:
        return typed.Choice(given, then, same, then.type, node.span)
    if (same := fits(then, otherwise.type)) is not None:
        return typed.Choice(given, same, otherwise, otherwise.type, node.span)
    scope.problems.append(_misfit(node.otherwise, otherwise.type, then.type))
    return None


def _joined(made: type[typed.All] | type[typed.Either], node: nodes.And | nodes.Or, scope: Scope) -> Checked:
    parts = [condition(part, scope) for part in node.parts]
    if any(part is None for part in parts):
        return None
    return made(tuple(part for part in parts if part is not None), BOOL, node.span)


def _known(node: nodes.Known, scope: Scope) -> Checked:
    entry = scope.vocabulary.entries.get(node.subject.name) if isinstance(node.subject, nodes.Word) else None
    if entry is None or entry.role != "input" or entry.name in scope.rulings.declared:
        example = nearest(short_text(node.subject), scope.vocabulary.entries) or "customer.vat-number"
        scope.problems.append(NOT_AN_INPUT.at(node.subject.span, name=short_text(node.subject), example=f"`{example}`"))
        return None
    known = typed.Known(entry.name, BOOL, node.span)
    return typed.Not(known, BOOL, node.span) if node.is_negated else known


def _aggregate(node: nodes.Aggregate, scope: Scope) -> Checked:
    if node.each.name not in scope.vocabulary.lists:
        remedy = suggestion(node.each.name, scope.vocabulary.lists)
        scope.problems.append(UNKNOWN_LIST.at(node.each.span, name=node.each.name, remedy=remedy))
        return None
    inner = scope.inside(in_rounding=False)
    where = condition(node.where, inner) if node.where else None
    of = infer(node.of, inner) if node.of else None
    if (node.where and where is None) or (node.of and of is None):
        return None
    if of is None:
        return typed.Aggregate("count", None, node.each.name, where, NUMBER, node.span)
    if not is_ordered(of.type) or (node.kind == "sum" and isinstance(of.type, DateType)):
        scope.problems.append(NOT_ORDERED.at(node.span, left=called(of.type)))
        return None
    return typed.Aggregate(node.kind, of, node.each.name, where, of.type, node.span)
