"""Builds Python syntax trees over exact values for the reference interpreter: every literal wrapped, few operators."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import Final, TypeVar, assert_never

from engine.language.ir.typed import (
    Aggregate,
    All,
    Between,
    Call,
    Choice,
    Compare,
    Constant,
    Either,
    Expression,
    Fact,
    Known,
    Lookup,
    Negative,
    Not,
    OneOf,
    PercentOf,
    Product,
    Result,
    Rounded,
    Sum,
)
from engine.language.types.value_types import DateType, PeriodType, Plain, Type
from engine.problems import Span

ExactValue = Fraction | int | str | bool | date
"""A value in its own unit: 29.00 EUR is the fraction 29, 12.5% is an eighth; days and months are whole numbers."""

Item = TypeVar("Item")
_COMPARISONS: Final[dict[str, type[ast.cmpop]]] = {"=": ast.Eq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}


class TreeBuilder:
    """Builds trees, and stores objects that a tree cannot contain: positions, types, and the expressions of loops."""

    def __init__(self, exact: Callable[[Plain, Type], ExactValue]) -> None:
        self._exact = exact
        self._trees: dict[int, tuple[Expression, ast.expr]] = {}
        self.types: list[Type] = []
        self.places: list[Span] = []
        self.roundings: list[Rounded] = []
        self.loops: list[Aggregate] = []

    def tree(self, expression: Expression) -> ast.expr:
        """The tree of an expression, cached."""
        known = self._trees.get(id(expression))
        if known is None:
            known = self._trees[id(expression)] = (expression, self._build(expression))
        return known[1]

    def _build(self, expression: Expression) -> ast.expr:
        match expression:
            case Constant():
                return _literal(self._exact(expression.value, expression.type))
            case Fact():
                return _call("fact", ast.Constant(expression.name), _stored(self.types, expression.type))
            case Result():
                return _call("result", ast.Constant(expression.name))
            case Known():
                return _call("known", ast.Constant(expression.name))
            case Lookup():
                return self._lookup(expression)
            case Call():
                return _call(expression.function.replace("-", "_"), *(self.tree(argument) for argument in expression.arguments))
            case Rounded():
                return _call("rounded", self.tree(expression.expression), _stored(self.roundings, expression))
            case Aggregate():
                return _call(f"{expression.kind}_of", _stored(self.loops, expression))
            case Sum() | Product() | Negative() | PercentOf():
                return self._arithmetic(expression)
            case _:
                return self._condition(expression)

    def _lookup(self, lookup: Lookup) -> ast.expr:
        day = _call("day_fact", ast.Constant(lookup.dated_by)) if lookup.dated_by else ast.Constant(None)
        arguments = [self.tree(argument) for argument in lookup.arguments]
        return _call("lookup", ast.Constant(lookup.table), ast.Constant(lookup.column), day, *arguments)

    def _arithmetic(self, expression: Sum | Product | Negative | PercentOf) -> ast.expr:
        match expression:
            case Sum():
                return self._sum(expression)
            case Product():
                return self._product(expression)
            case Negative():
                return ast.UnaryOp(ast.USub(), self.tree(expression.expression))
            case PercentOf():
                return ast.BinOp(self.tree(expression.percent), ast.Mult(), self.tree(expression.base))
            case _:
                assert_never(expression)

    def _sum(self, whole: Sum) -> ast.expr:
        first, *rest = whole.terms
        tree, kind = self.tree(first.expression), first.expression.type
        for term in rest:
            other, other_kind = self.tree(term.expression), term.expression.type
            if isinstance(kind, DateType) and isinstance(other_kind, DateType):
                tree, kind = _call("days_between", tree, other), whole.type
            elif isinstance(kind, DateType) or isinstance(other_kind, DateType):
                moved_by = kind if isinstance(other_kind, DateType) else other_kind
                function = "months_later" if isinstance(moved_by, PeriodType) else "days_later"
                by = ast.UnaryOp(ast.USub(), other) if term.is_subtracted else other
                day, by = (by, tree) if isinstance(other_kind, DateType) else (tree, by)
                tree, kind = _call(function, day, by, _stored(self.places, whole.span)), DateType()
            else:
                tree = ast.BinOp(tree, ast.Sub() if term.is_subtracted else ast.Add(), other)
        return tree

    def _product(self, product: Product) -> ast.expr:
        first, *rest = product.factors
        tree = self.tree(first.expression)
        for factor in rest:
            other = self.tree(factor.expression)
            if factor.divides:
                tree = _call("divided", tree, other, _stored(self.places, factor.expression.span))
            else:
                tree = ast.BinOp(tree, ast.Mult(), other)
        return tree

    def _condition(self, expression: Choice | All | Either | Not | Compare | OneOf | Between) -> ast.expr:
        match expression:
            case Choice():
                return ast.IfExp(self.tree(expression.condition), self.tree(expression.then), self.tree(expression.otherwise))
            case All():
                return ast.BoolOp(ast.And(), [self.tree(part) for part in expression.parts])
            case Either():
                return ast.BoolOp(ast.Or(), [self.tree(part) for part in expression.parts])
            case Not():
                return ast.UnaryOp(ast.Not(), self.tree(expression.part))
            case Compare():
                operator = _COMPARISONS[expression.comparison]()
                return ast.Compare(self.tree(expression.left), [operator], [self.tree(expression.right)])
            case OneOf():
                subject, kind = self.tree(expression.subject), expression.subject.type
                known = [_literal(self._exact(one, kind)) for one in expression.values]
                nothing: ast.expr = ast.Compare(subject, [ast.NotEq()], [subject])
                return reduce(_either, [ast.Compare(subject, [ast.Eq()], [one]) for one in known], nothing)
            case Between():
                return _call("between", self.tree(expression.subject), self.tree(expression.low), self.tree(expression.high))
            case _:
                assert_never(expression)


def _stored(items: list[Item], item: Item) -> ast.expr:
    """The number under which an object is stored."""
    items.append(item)
    return ast.Constant(len(items) - 1)


def _either(left: ast.expr, right: ast.expr) -> ast.expr:
    return ast.BoolOp(ast.Or(), [left, right])


def _call(function: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(function, ast.Load()), list(arguments), [])


def _literal(value: ExactValue) -> ast.expr:
    """A literal, wrapped so that it evaluates to the exact value."""
    if isinstance(value, bool | str):
        return ast.Constant(value)
    if isinstance(value, date):
        return _call("calendar_day", *(ast.Constant(part) for part in (value.year, value.month, value.day)))
    exact = Fraction(value)
    return _call("exact", ast.Constant(str(exact.numerator)), ast.Constant(str(exact.denominator)))
