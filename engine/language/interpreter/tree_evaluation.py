"""Python syntax trees evaluated by simpleeval, with few operators, and with no function or name but those given."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Final

from simpleeval import DEFAULT_OPERATORS, SimpleEval

_SYMBOLS: Final = (
    ast.Add, ast.Sub, ast.Mult, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Not, ast.USub,
)  # fmt: skip
# Its default operators are guarded; the language needs no other, and division is a function that knows its place.
OPERATORS: Final = {symbol: DEFAULT_OPERATORS[symbol] for symbol in _SYMBOLS}

_NODES: Final = (ast.Call, ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Constant)
"""All that our trees are made of: no attribute, no subscript, no name but that of a function."""


def evaluate(tree: ast.expr, functions: Mapping[str, Callable[..., object]]) -> object:
    """The value of a tree that our own compiler made, never of a person's text."""
    evaluator = SimpleEval(operators=dict(OPERATORS), functions=dict(functions), names={})
    evaluator.nodes = {node: evaluator.nodes[node] for node in _NODES}
    value: object = evaluator.eval("", previously_parsed=tree)
    return value
