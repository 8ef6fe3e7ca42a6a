"""What simpleeval refuses to evaluate for the reference."""

from __future__ import annotations

import ast

import pytest
from simpleeval import FeatureNotAvailable, FunctionNotDefined, OperatorNotDefined

from engine.language.interpreter.tree_evaluation import evaluate


@pytest.mark.parametrize(
    "text",
    ["2 ** 9", "7 // 2", "7 % 2", "1 << 3", "1 | 2", "~1", "1 / 2", "'a' in 'b'", "1 is 2", "print(1)", "[1 for _ in (1,)]", "(1).real"],
)
def test_the_reference_knows_no_other_operator_and_no_other_function(text: str) -> None:
    with pytest.raises((OperatorNotDefined, FunctionNotDefined, FeatureNotAvailable, KeyError)):
        evaluate(ast.parse(text, mode="eval").body, {})
