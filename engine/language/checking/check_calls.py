"""Checks calls of functions and lookups in tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, cast

from engine.language.checking.check_conditions import Infer
from engine.language.checking.message_text import called
from engine.language.checking.scope import Scope, TableShape
from engine.language.ir import typed
from engine.language.syntax import nodes
from engine.language.syntax.rule_problems import ARGUMENT_COUNT, NEEDS_COLUMN, NOT_ORDERED, UNDATED, UNKNOWN_COLUMN, UNKNOWN_FUNCTION
from engine.language.types.value_types import DATE, NUMBER, DateType, Type, is_ordered
from engine.phrases import phrase
from engine.problems import first_word, last_word
from engine.text.nearest import suggestion

Checked = typed.Expression | None
Expect = Callable[[nodes.Expression, Type, Scope], Checked]
"""Checks an argument against a known type."""

DATE_PARTS: Final[dict[str, Type]] = {"year": NUMBER, "month": NUMBER, "day": NUMBER, "end-of-month": DATE, "start-of-month": DATE}
FUNCTIONS: Final = (*DATE_PARTS, "lowest", "highest", "absolute")
"""The functions of the language."""


def check_call(node: nodes.Call, scope: Scope, infer: Infer, expect: Expect) -> Checked:
    """Checks a call of a function or a lookup in a table."""
    inner = scope.inside(in_rounding=False)
    if node.name in DATE_PARTS:
        if not _has_arguments(node, scope, 1, phrase("a date"), f"`{node.name}(invoice.issued-on)`"):
            return None
        day = expect(node.arguments[0], DATE, inner)
        return typed.Call(cast("typed.Function", node.name), (day,), DATE_PARTS[node.name], node.span) if day else None
    if node.name in ("lowest", "highest", "absolute"):
        return _extreme(node, inner, infer, expect)
    shape = scope.table(node.name, node.span)
    if shape is None:
        if not scope.is_broken(node.name):
            known = (*FUNCTIONS, *scope.rulings.table_names())
            scope.problems.append(
                UNKNOWN_FUNCTION.at(first_word(node.span, node.name), name=node.name, remedy=suggestion(node.name, known))
            )
        return None
    return _lookup(node, shape, inner, expect)


def _extreme(node: nodes.Call, scope: Scope, infer: Infer, expect: Expect) -> Checked:
    is_one = node.name == "absolute"
    if not _has_arguments(
        node, scope, 1 if is_one else None, phrase("one amount") if is_one else phrase("two or more"), f"`{node.name}(line.net, 0.00 EUR)`"
    ):
        return None
    first = infer(node.arguments[0], scope, None)
    rest = [expect(argument, first.type, scope) for argument in node.arguments[1:]] if first else []
    if first is None or any(one is None for one in rest):
        return None
    if not is_ordered(first.type) or (is_one and isinstance(first.type, DateType)):
        scope.problems.append(NOT_ORDERED.at(node.span, left=called(first.type)))
        return None
    arguments = (first, *(one for one in rest if one is not None))
    return typed.Call(cast("typed.Function", node.name), arguments, first.type, node.span)


def _has_arguments(node: nodes.Call, scope: Scope, wanted: int | None, expected: str, example: str) -> bool:
    count = len(node.arguments)
    if count == wanted or (wanted is None and count > 1):
        return True
    scope.problems.append(ARGUMENT_COUNT.at(node.span, name=node.name, wanted=expected, found=count, example=example))
    return False


def _lookup(node: nodes.Call, shape: TableShape, scope: Scope, expect: Expect) -> Checked:
    """Checks a lookup: one argument for each condition column."""
    wanted = len(shape.inputs)
    example = f"`{node.name}({', '.join(name for name, _ in shape.inputs)})`"
    expected = phrase("1 argument") if wanted == 1 else phrase("{number} arguments", number=wanted)
    if not _has_arguments(node, scope, wanted, expected, example):
        return None
    columns = [name for name, _ in shape.outputs]
    if node.column is not None and node.column not in columns:
        scope.problems.append(
            UNKNOWN_COLUMN.at(
                last_word(node.span, node.column), table=node.name, column=node.column, remedy=suggestion(node.column, columns)
            )
        )
        return None
    if node.column is None and len(columns) != 1:
        choices = _alternatives(f"`{node.name}(…).{name}`" for name in columns)
        scope.problems.append(NEEDS_COLUMN.at(node.span, table=node.name, remedy=choices))
        return None
    at = columns.index(node.column) if node.column else 0
    dated_by = shape.dated_by or scope.dated_by
    if shape.is_dated and dated_by is None:
        scope.problems.append(UNDATED.at(node.span, name=node.name, example="invoice.tax-point"))
        return None
    scope.depends.add(f"table:{node.name}")
    kinds = [kind for _, kind in shape.inputs]
    arguments = [expect(argument, kind, scope) if kind else None for argument, kind in zip(node.arguments, kinds, strict=True)]
    kind = shape.outputs[at][1]
    if kind is None or any(argument is None for argument in arguments):
        return None
    given = tuple(argument for argument in arguments if argument is not None)
    return typed.Lookup(node.name, at, given, dated_by if shape.is_dated else None, kind, node.span)


def _alternatives(choices: Iterable[str]) -> str:
    """`a or b or c`."""
    text, *rest = choices
    for choice in rest:
        text = phrase("{first} or {last}", first=text, last=choice)
    return text
