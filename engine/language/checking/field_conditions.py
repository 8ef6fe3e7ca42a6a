"""Checks the conditions in fields of YAML files together with the rules: each becomes an answer of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.language.checking.checker import check_expression
from engine.language.ir.checked_rules import Answers, Checked, Definition, Layer
from engine.language.ir.in_force import InForce
from engine.language.syntax.parser import parse_expression
from engine.language.types.value_types import BOOL
from engine.language.types.vocabulary import Vocabulary
from engine.problems import Problem
from engine.text.yaml_fields import Expression


def with_conditions(checked: Checked, conditions: Mapping[str, Expression], vocabulary: Vocabulary) -> tuple[Checked, tuple[Problem, ...]]:
    """The rules with the conditions of YAML fields, by the names of their answers, and the problems in the conditions."""
    answers = dict(checked.answers)
    problems: list[Problem] = []
    for name, expression in conditions.items():
        definition, more = _condition(name, expression, vocabulary, checked)
        problems += more
        if definition is not None:
            answers[name] = Answers(name, BOOL, (Layer(name, (definition,)),))
    return replace(checked, answers=answers), tuple(problems)


def _condition(
    name: str, expression: Expression, vocabulary: Vocabulary, checked: Checked
) -> tuple[Definition | None, tuple[Problem, ...]]:
    node, problems = parse_expression(expression.text, expression.span)
    if node is None:
        return None, problems
    made, more = check_expression(node, vocabulary, BOOL, rules=checked)
    if made is None:
        return None, (*problems, *more)
    module = expression.span.path.rpartition(".")[0].replace("/", ".")
    always = InForce(None, None, None)
    return Definition(name, None, module, always, None, made, None, expression.span), (*problems, *more)
