"""Parses the condition of an option such as `--where`, in the rule language over some vocabulary."""

from __future__ import annotations

from collections.abc import Callable

from engine.language.checking.checker import check_expression
from engine.language.interpreter.reference_rules import ReferenceRules
from engine.language.ir.answers import Facts
from engine.language.ir.checked_rules import Answers, Checked, Cost, Definition, Layer
from engine.language.ir.in_force import InForce
from engine.language.syntax.parser import parse_expression
from engine.language.types.value_types import BOOL
from engine.language.types.vocabulary import Vocabulary
from engine.problems import Refusal, Span


def condition_of(text: str, vocabulary: Vocabulary, option: str) -> Callable[[Facts], bool]:
    """The condition of a text; Refusal with all problems in it.

    A fact that an entry lacks is a refusal too; `… is known` tests for it.
    """
    place = Span(option, 1, 1, 1, 1)
    node, problems = parse_expression(text, place)
    condition, more = check_expression(node, vocabulary, BOOL) if node is not None else (None, ())
    if condition is None or problems or more:
        raise Refusal((*problems, *more))
    filtering = Definition(option, None, option, InForce(None, None, None), None, condition, None, place)
    answers = {option: Answers(option, BOOL, (Layer(option, (filtering,)),))}
    currency = vocabulary.currency
    rules = ReferenceRules(
        Checked(
            currency=currency.code, exponent=currency.exponent, answers=answers, tables={}, prices={}, discounts=(), stacking=(),
            bundles={}, grouping=None, horizon=None, domain_facts=(), cost=Cost(1, 0), texts={option: text},
        )
    )  # fmt: skip
    return lambda facts: rules.ask(option, facts).value is True
