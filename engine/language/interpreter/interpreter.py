"""The slow twin of the compiled rules, walked by simpleeval: the oracle of the differential tests; also `--where` filters."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Final

from simpleeval import DEFAULT_OPERATORS, SimpleEval

from engine.language.checking.checker import check_expression
from engine.language.interpreter.reference_rules import TwinRules
from engine.language.ir.answers import Facts, Rules
from engine.language.ir.checked_rules import Answers, Checked, Cost, Definition, InForce, Layer
from engine.language.syntax.parser import parse_expression
from engine.language.types.value_types import BOOL
from engine.language.types.vocabulary import Vocabulary
from engine.problems import Refusal, Span

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


def where(text: str, vocabulary: Vocabulary, option: str = "--where") -> Callable[[Facts], bool]:
    """A condition that a person typed behind an option, in the rule language over a vocabulary; Refusal with all that is wrong in it.

    A fact that an entry lacks is a refusal too; `… is known` asks for it.
    """
    place = Span(option, 1, 1, 1, 1)
    node, problems = parse_expression(text, place)
    condition, more = check_expression(node, vocabulary, BOOL) if node is not None else (None, ())
    if condition is None or problems or more:
        raise Refusal((*problems, *more))
    filtering = Definition(option, None, option, InForce(None, None, None), None, condition, None, place)
    answers = {option: Answers(option, BOOL, (Layer(option, (filtering,)),))}
    currency = vocabulary.currency
    rules = reference_rules(
        Checked(
            currency=currency.code, exponent=currency.exponent, answers=answers, tables={}, prices={}, discounts=(), stacking=(),
            bundles={}, grouping=None, horizon=None, domain_facts=(), cost=Cost(1, 0), texts={option: text},
        )
    )  # fmt: skip
    return lambda facts: rules.ask(option, facts).value is True


def evaluate(tree: ast.expr, functions: Mapping[str, Callable[..., object]]) -> object:
    """What a tree (which our own compiler made, never a person's text) comes to, with no function but those given and no name."""
    walker = SimpleEval(operators=dict(OPERATORS), functions=dict(functions), names={})
    walker.nodes = {node: walker.nodes[node] for node in _NODES}
    found: object = walker.eval("", previously_parsed=tree)
    return found
