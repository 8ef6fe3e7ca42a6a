"""Checks the cells of condition columns: values, intervals, or conditions that mention other names."""

from __future__ import annotations

from datetime import date
from typing import cast

from engine.language.checking.check_conditions import check_one_of, compared
from engine.language.checking.check_expressions import infer
from engine.language.checking.message_text import called
from engine.language.checking.scope import Scope
from engine.language.ir import typed
from engine.language.ir.checked_tables import AnyCell, Cell, ConditionCell, Interval, IntervalsCell, ValuesCell
from engine.language.syntax import nodes, table_blocks
from engine.language.syntax.rule_problems import NOT_ORDERED
from engine.language.types.value_types import BOOL, Plain, Type, is_ordered

_Piece = tuple[Plain, ...] | Interval


def check_cell(test: table_blocks.Choices, subject: typed.Expression, scope: Scope) -> Cell | None:
    """Checks a cell against the type of its column; None after a problem."""
    pieces: list[_Piece] = []
    conditions: list[typed.Expression] = []
    is_whole = True
    for choice in test.choices:
        made = _condition(choice, subject, scope)
        if made is None:
            is_whole = False
            continue
        conditions.append(made)
        pieces += _pieces(made, subject)
    if not is_whole:
        return None
    if len(pieces) == len(conditions):
        return _as_values(test, pieces, subject.type)
    joined = conditions[0] if len(conditions) == 1 else typed.Either(tuple(conditions), BOOL, test.span)
    return ConditionCell(typed.Not(joined, BOOL, test.span) if test.is_negated else joined, test.span)


def condition_of(cell: Cell, subject: typed.Expression) -> typed.Expression | None:
    """The cell as a condition; None where it matches everything."""
    match cell:
        case AnyCell():
            return None
        case ConditionCell(condition=condition):
            return condition
        case ValuesCell(values=values, is_negated=is_negated, span=span):
            made: typed.Expression = typed.OneOf(subject, values, BOOL, span)
        case IntervalsCell(intervals=intervals, is_negated=is_negated, span=span):
            parts = tuple(_within(subject, interval, cell) for interval in intervals)
            made = parts[0] if len(parts) == 1 else typed.Either(parts, BOOL, span)
    return typed.Not(made, BOOL, span) if is_negated else made


def _condition(choice: nodes.Expression | table_blocks.Comparing, subject: typed.Expression, scope: Scope) -> typed.Expression | None:
    """One alternative of a cell as a condition on the subject."""
    if isinstance(choice, table_blocks.Comparing):
        if not is_ordered(subject.type):
            scope.problems.append(NOT_ORDERED.at(choice.span, left=called(subject.type)))
            return None
        value = infer(choice.than, scope, subject.type)
        return compared(choice.than, subject, choice.comparison, (choice.than, value), scope) if value is not None else None
    placeholder = nodes.Word("", choice.span)

    def known_subject(node: nodes.Expression, where: Scope, hint: Type | None) -> typed.Expression | None:
        return subject if node is placeholder else infer(node, where, hint)

    return check_one_of(nodes.OneOf(placeholder, (choice,), False, choice.span), scope, known_subject)


def _pieces(made: typed.Expression, subject: typed.Expression) -> list[_Piece]:
    """The values or intervals that a condition on the subject is equal to; empty where it mentions other names."""
    match made:
        case typed.OneOf(subject=one, values=values) if one == subject:
            return [values]
        case typed.Between(subject=one, low=typed.Constant(value=low), high=typed.Constant(value=high)) if one == subject:
            return [Interval(_end(low), True, _end(high), True)]
        case typed.Compare(left=one, comparison=sign, right=typed.Constant(value=value)) if one == subject:
            end = _end(value)
            if sign in (">", ">="):
                return [Interval(end, sign == ">=", None, False)]
            return [Interval(None, False, end, sign == "<=")]
        case _:
            return []


def _end(value: Plain) -> int | date:
    return cast("int | date", value)


def _as_values(test: table_blocks.Choices, pieces: list[_Piece], kind: Type) -> Cell:
    if is_ordered(kind):
        intervals = []
        for piece in pieces:
            if isinstance(piece, Interval):
                intervals.append(piece)
            else:
                intervals += [Interval(_end(value), True, _end(value), True) for value in piece]
        return IntervalsCell(tuple(intervals), test.is_negated, test.span)
    values = tuple(dict.fromkeys(value for piece in pieces if isinstance(piece, tuple) for value in piece))
    return ValuesCell(values, test.is_negated, test.span)


def _within(subject: typed.Expression, interval: Interval, cell: IntervalsCell) -> typed.Expression:
    def bound(sign: typed.Comparison, end: int | date) -> typed.Expression:
        return typed.Compare(subject, sign, typed.Constant(end, subject.type, cell.span), BOOL, cell.span)

    parts = []
    if interval.low is not None and interval.low == interval.high:
        return bound("=", interval.low)
    if interval.low is not None:
        parts.append(bound(">=" if interval.low_included else ">", interval.low))
    if interval.high is not None:
        parts.append(bound("<=" if interval.high_included else "<", interval.high))
    return parts[0] if len(parts) == 1 else typed.All(tuple(parts), BOOL, cell.span)
