"""Checks comparisons: both operands have like types, words become enum values, sets are expanded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from engine.language.checking.check_arithmetic import fits, unlike
from engine.language.checking.message_text import called, percent_expected, short_text
from engine.language.checking.scope import RESERVED, Scope
from engine.language.ir import typed
from engine.language.syntax import nodes
from engine.language.syntax.rule_problems import NOT_COMPARED, NOT_ORDERED, RANGE_REVERSED, UNKNOWN_NAME, UNKNOWN_SET, UNKNOWN_VALUE
from engine.language.types.value_types import (
    BOOL,
    AmountType,
    EnumType,
    MoneyType,
    NumberType,
    PercentType,
    Plain,
    PriceType,
    QuantityType,
    TextType,
    Type,
    is_ordered,
)
from engine.phrases import phrase
from engine.problems import Problem, Span
from engine.text.nearest import did_you_mean, suggestion, value_suggestion

Infer = Callable[[nodes.Expression, Scope, Type | None], typed.Expression | None]
_UNIT = "product.unit"


def check_compare(node: nodes.Compare, scope: Scope, infer: Infer) -> typed.Expression | None:
    """`left >= right`, `left is right`."""
    if node.comparison in ("=", "<>") and isinstance(node.right, nodes.Word) and _is_set_or_range(node.right, scope):
        return check_one_of(nodes.OneOf(node.left, (node.right,), node.comparison == "<>", node.span), scope, infer)
    if node.comparison in ("=", "<>") and _is_named_by_its_value(node.left, (node.right,), scope):
        return None
    left, right = _pair(node.left, node.right, scope, infer)
    if left is None or right is None:
        return None
    if node.comparison not in ("=", "<>") and not is_ordered(left.type):
        scope.problems.append(NOT_ORDERED.at(node.span, left=called(left.type)))
        return None
    comparison: typed.Comparison = "=" if node.comparison == "<>" else node.comparison
    made = compared(node, left, comparison, (node.right, right), scope)
    if made is None or node.comparison != "<>":
        return made
    return typed.Not(made, BOOL, node.span)


def compared(
    whole: nodes.Expression,
    left: typed.Expression,
    comparison: typed.Comparison,
    right: tuple[nodes.Expression, typed.Expression],
    scope: Scope,
) -> typed.Expression | None:
    """A comparison; where only one operand has the unit of the product, the product's unit is compared too."""
    right_node, right_value = right
    if like(left.type, right_value.type):
        return typed.Compare(left, comparison, right_value, BOOL, whole.span)
    if (fitting := fits(right_value, left.type)) is not None:
        return typed.Compare(left, comparison, fitting, BOOL, whole.span)
    if (fitting := fits(left, right_value.type)) is not None:
        return typed.Compare(fitting, comparison, right_value, BOOL, whole.span)
    match left.type, right_value.type:
        case (QuantityType(unit=None), QuantityType(unit=str(unit))) | (QuantityType(unit=str(unit)), QuantityType(unit=None)):
            made = typed.Compare(left, comparison, right_value, BOOL, whole.span)
            return typed.All((_unit_is(unit, scope, whole.span), made), BOOL, whole.span)
        case _:
            scope.problems.append(_not_compared(whole, right_node, left.type, right_value.type))
            return None


def like(one: Type, other: Type) -> bool:
    """Whether two types can be compared."""
    if one == other:
        return True
    match one, other:
        case (MoneyType(), AmountType(per=None)) | (AmountType(per=None), MoneyType()):
            return True
        case (EnumType(values=some), EnumType(values=others)):
            return not set(some).isdisjoint(others)
        case (PriceType(unit=some), PriceType(unit=others)):
            return some is None or others is None
        case _:
            return False


def check_between(node: nodes.Between, scope: Scope, infer: Infer) -> typed.Expression | None:
    """`subject is between low and high`."""
    subject = infer(node.subject, scope, None)
    if subject is None:
        return None
    made = _between(node, subject, (node.low, node.high), scope, infer)
    return typed.Not(made, BOOL, node.span) if made is not None and node.is_negated else made


def check_one_of(node: nodes.OneOf, scope: Scope, infer: Infer) -> typed.Expression | None:
    """`subject is one of …`: values are collected; ranges and other expressions become comparisons."""
    if _is_named_by_its_value(node.subject, node.choices, scope):
        return None
    subject = infer(node.subject, scope, None)
    if subject is None:
        return None
    values: list[Plain] = []
    others: list[typed.Expression] = []
    is_whole = True
    for choice in node.choices:
        made = _choice(node, subject, choice, scope, infer)
        if made is None:
            is_whole = False
        elif isinstance(made, list):
            values += [value for value in made if value not in values]
        else:
            others.append(made)
    if not is_whole:
        return None
    parts: list[typed.Expression] = [typed.OneOf(subject, tuple(values), BOOL, node.span)] if values else []
    parts += others
    joined = parts[0] if len(parts) == 1 else typed.Either(tuple(parts), BOOL, node.span)
    return typed.Not(joined, BOOL, node.span) if node.is_negated else joined


def _is_named_by_its_value(subject: nodes.Expression, choices: Sequence[nodes.Expression], scope: Scope) -> bool:
    """Whether an unknown subject is reported with the names that have these values: `customer is new` for `order.kind is new`."""
    words = [choice.name for choice in choices if isinstance(choice, nodes.Word)]
    if not isinstance(subject, nodes.Word) or not subject.name or len(words) < len(choices) or scope.means_something(subject.name):
        return False
    kinds = {name: scope.vocabulary.entries[name].type for name in scope.known_names() if name in scope.vocabulary.entries}
    meant = [name for name, kind in kinds.items() if isinstance(kind, EnumType) and set(words) <= set(kind.values)]
    if not meant or subject.name in RESERVED:
        return False
    remedy = did_you_mean(meant[0]) if len(meant) == 1 else suggestion(subject.name, meant)
    scope.problems.append(UNKNOWN_NAME.at(subject.span, sort=phrase("name"), name=subject.name, remedy=remedy))
    return True


def words_of_set(choice: nodes.Word | nodes.Except, kind: Type, scope: Scope) -> list[Plain] | None:
    """The values of a set of codes without the excepted ones; None after a problem."""
    name = choice if isinstance(choice, nodes.Word) else choice.of
    words = scope.vocabulary.sets.get(name.name)
    if words is None:
        scope.problems.append(UNKNOWN_SET.at(name.span, name=name.name, remedy=suggestion(name.name, scope.vocabulary.sets)))
        return None
    without = () if isinstance(choice, nodes.Word) else choice.without
    for word in without:
        if word.name not in words:
            scope.problems.append(UNKNOWN_VALUE.at(word.span, word=word.name, key=name.name, remedy=value_suggestion(word.name, words)))
            return None
    if not isinstance(kind, EnumType | TextType):
        scope.problems.append(
            NOT_COMPARED.at(
                choice.span, left=called(kind), right=phrase("the set {name}", name=name.name), remedy=phrase("compare a code with it")
            )
        )
        return None
    left_out = {word.name for word in without}
    known = set(kind.values) if isinstance(kind, EnumType) else set(words)
    return [word for word in words if word not in left_out and word in known]


def _choice(
    node: nodes.OneOf, subject: typed.Expression, choice: nodes.Expression, scope: Scope, infer: Infer
) -> list[Plain] | typed.Expression | None:
    if isinstance(choice, nodes.Range):
        return _between(node, subject, (choice.low, choice.high), scope, infer)
    if isinstance(choice, nodes.Except):
        return words_of_set(choice, subject.type, scope)
    if isinstance(choice, nodes.Word) and _is_set_or_range(choice, scope):
        ends = scope.rulings.range_of(choice.name)
        return _between(node, subject, ends, scope, infer) if ends else words_of_set(choice, subject.type, scope)
    value = infer(choice, scope, subject.type)
    if value is None:
        return None
    made = compared(node, subject, "=", (choice, value), scope)
    if isinstance(made, typed.Compare) and made.left == subject and isinstance(made.right, typed.Constant):
        return [made.right.value] if not isinstance(subject.type, AmountType) else made
    return made


def _between(
    node: nodes.Expression, subject: typed.Expression, ends: tuple[nodes.Expression, nodes.Expression], scope: Scope, infer: Infer
) -> typed.Expression | None:
    if not is_ordered(subject.type):
        scope.problems.append(NOT_ORDERED.at(node.span, left=called(subject.type)))
        return None
    low, high = (infer(end, scope, subject.type) for end in ends)
    if low is None or high is None:
        return None
    if compared(node, low, "<=", (ends[1], high), scope) is None:
        return None
    if _is_reversed(low, high):
        scope.problems.append(RANGE_REVERSED.at(ends[0].span.through(ends[1].span)))
    first = compared(node, subject, ">=", (ends[0], low), scope)
    second = compared(node, subject, "<=", (ends[1], high), scope) if first is not None else None
    if first is None or second is None:
        return None
    if isinstance(first, typed.Compare) and isinstance(second, typed.Compare) and first.left == subject == second.left:
        return typed.Between(subject, first.right, second.right, BOOL, node.span)
    return typed.All((first, second), BOOL, node.span)


def _is_reversed(low: typed.Expression, high: typed.Expression) -> bool:
    """Whether both ends are literals of one type in the wrong order."""
    if not isinstance(low, typed.Constant) or not isinstance(high, typed.Constant) or low.type != high.type:
        return False
    match low.value, high.value:
        case (date() as first, date() as last):
            return last < first
        case (int(first_count), int(last_count)):
            return last_count < first_count
        case _:
            return False


def _pair(
    left: nodes.Expression, right: nodes.Expression, scope: Scope, infer: Infer
) -> tuple[typed.Expression | None, typed.Expression | None]:
    """Checks both operands; a bare word becomes a value of the other operand's type."""
    if _is_bare(left, scope) and not _is_bare(right, scope):
        second = infer(right, scope, None)
        return (infer(left, scope, second.type), second) if second is not None else (None, None)
    first = infer(left, scope, _as_hint(right, scope))
    return first, infer(right, scope, first.type) if first is not None else None


def _as_hint(right: nodes.Expression, scope: Scope) -> Type | None:
    """The type hint for the left operand: a quantity of the product where the right one is such a quantity."""
    entry = scope.vocabulary.entries.get(right.name) if isinstance(right, nodes.Word) else None
    return entry.type if entry is not None and isinstance(entry.type, QuantityType) and scope.unit is None else None


def _is_bare(node: nodes.Expression, scope: Scope) -> bool:
    return isinstance(node, nodes.Word) and not scope.means_something(node.name)


def _is_set_or_range(word: nodes.Word, scope: Scope) -> bool:
    return word.name in scope.vocabulary.sets or scope.rulings.range_of(word.name) is not None


def _unit_is(unit: str, scope: Scope, where: Span) -> typed.Expression:
    entry = scope.vocabulary.entries[_UNIT]
    return typed.Compare(typed.Fact(_UNIT, entry.type, where), "=", typed.Constant(unit, entry.type, where), BOOL, where)


def _not_compared(whole: nodes.Expression, right_node: nodes.Expression, left: Type, right: Type) -> Problem:
    problem = unlike(whole, right_node, left, right)
    if problem is not None:
        return problem
    match left, right:
        case (PercentType(), NumberType()):
            return percent_expected(right_node)
        case (NumberType(), PercentType()):
            remedy = phrase("write both as numbers, or both as percentages")
        case (EnumType(values=values), TextType()):
            remedy = suggestion(short_text(right_node).strip('"'), values)
        case _:
            remedy = phrase("compare it with {other}", other=called(left))
    return NOT_COMPARED.at(whole.span, left=called(left), right=called(right), remedy=remedy)
