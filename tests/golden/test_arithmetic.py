"""The sums beside the golden cases are worked out exactly, and nothing but sums is."""

from fractions import Fraction

import pytest

from tests.golden.arithmetic import work_out


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("round(91.58 * 3 * 2 * 0.95)", "522.01"),
        ("round(0.005)", "0.01"),
        ("round(-0.005)", "-0.01"),
        ("round(0.0049999999999999999999)", "0"),
        ("1 / 3", "1/3"),
        ("0.1 + 0.2", "0.3"),
        ("-(2 - 5)", "3"),
    ],
)
def test_a_sum_is_exact(text: str, result: str) -> None:
    assert work_out(text) == Fraction(result)


@pytest.mark.parametrize("text", ["__import__('os')", "round(1, 2)", "2 ** 9", "True", "'1'", "abs(1)"])
def test_nothing_else_is_worked_out(text: str) -> None:
    with pytest.raises(ValueError, match="make a sum"):
        work_out(text)
