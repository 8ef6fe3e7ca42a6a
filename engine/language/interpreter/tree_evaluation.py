"""Evaluates Python syntax trees with simpleeval: few operators, and only the given functions and names."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Final

from simpleeval import DEFAULT_OPERATORS, SimpleEval

_SYMBOLS: Final = (
    ast.Add, ast.Sub, ast.Mult, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Not, ast.USub,
)  # fmt: skip
# Its default operators are guarded; the language needs no other, and division is a function that knows its position.
OPERATORS: Final = {symbol: DEFAULT_OPERATORS[symbol] for symbol in _SYMBOLS}

_NODES: Final = (ast.Call, ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Constant)
"""All nodes of our trees: no attribute, no subscript, no name but that of a function."""


def evaluate(tree: ast.expr, functions: Mapping[str, Callable[..., object]]) -> object:
    """The value of a tree built by `python_trees`, never of a person's text."""
    evaluator = SimpleEval(operators=dict(OPERATORS), functions=dict(functions), names={})
    evaluator.nodes = {node: evaluator.nodes[node] for node in _NODES}
    value: object = evaluator.eval("", previously_parsed=tree)
    return value
