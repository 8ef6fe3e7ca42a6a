"""The slow twin of the compiled rules, walked by simpleeval: the oracle of the differential tests."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Final

from simpleeval import DEFAULT_OPERATORS, SimpleEval

from engine.language.interpreter.reference_rules import TwinRules
from engine.language.ir.answers import Rules
from engine.language.ir.checked_rules import Checked

_WANTED: Final = (
    ast.Add, ast.Sub, ast.Mult, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Not, ast.USub,
)  # fmt: skip
# Its default operators are guarded; the language needs no other, and division is a function that tells its place.
OPERATORS: Final = {operator: DEFAULT_OPERATORS[operator] for operator in _WANTED}

_NODES: Final = (ast.Call, ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Constant)
"""All that our trees are made of: no attribute, no subscript, no name but that of a function."""


def reference_rules(checked: Checked) -> Rules:
    """The rules of a rulebook, evaluated slowly and obviously; reasons are told by the compiled rules only."""
    return TwinRules(checked, evaluate)


def evaluate(tree: ast.expr, functions: Mapping[str, Callable[..., object]]) -> object:
    """What a tree (which our own compiler made, never a person's text) comes to, with no function but those given and no name."""
    walker = SimpleEval(operators=dict(OPERATORS), functions=dict(functions), names={})
    walker.nodes = {node: walker.nodes[node] for node in _NODES}
    found: object = walker.eval("", previously_parsed=tree)
    return found
