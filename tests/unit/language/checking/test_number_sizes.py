"""Numbers with too many digits are refused by name; what usual rules compute is far below the bound."""

import pytest

from engine.language import check
from tests.unit.language.shop import vocabulary


def told(text: str) -> list[str]:
    """What is told of the digits of some rules, which have no other mistake."""
    problems = check({"rules/test.rules": text}, vocabulary(customer_shops="Number")).problems
    assert {problem.code for problem in problems if problem.stops} <= {"too-many-digits"}
    return [f"{problem.where.line if problem.where else 0} {problem.message}" for problem in problems if problem.stops]


def squared(times: int, first: str = "0.8123") -> str:
    """A number that is squared so many times."""
    lines = [f"define x0 : Number = {first}", *(f"define x{at} : Number = x{at - 1} * x{at - 1}" for at in range(1, times + 1))]
    return "\n".join(lines) + "\n"


def test_a_factor_squared_ten_times_is_refused_once() -> None:
    assert told(squared(5)) == []
    assert told(squared(10)) == ["7 `x6` may have 512 digits; at most 400 are computed"]


def test_three_names_that_multiply_each_other_forty_times() -> None:
    text = f"define a : Number = 0.9\ndefine b : Number = {' * '.join(['a'] * 40)}\ndefine c : Number = {' * '.join(['b'] * 40)}\n"
    assert told(text) == ["3 `c` may have 3_200 digits; at most 400 are computed"]


@pytest.mark.parametrize(
    "text",
    [
        f"define a : Number = {' * '.join(['customer.shops'] * 20)}\n",
        f"discount d\n  give 5% off line.list\n  when {' * '.join(['customer.shops'] * 20)} > 3\n",
        squared(5, "customer.shops"),
        squared(7, "if customer.kind is private then 1.5 else 0.001"),
        "table t\n  | customer.kind || n |\n  | - || 0.123456 |\ndefine x0 : Number = t(customer.kind)\n" + squared(6).split("\n", 1)[1],
        "define x0 : Number = 7 / customer.shops rounded to unit half up\n"
        f"define y : Number = {' / '.join(['customer.shops'] * 25)} rounded to unit half up\n",
    ],
)
def test_facts_tables_and_quotients_are_counted(text: str) -> None:
    assert len(told(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"define a : Number = {' + '.join(['customer.shops'] * 150)}\n",
        f"define a : Number = {' * '.join(['1.5'] * 60)}\n",
        "define a : Money = line.list * customer.shops * customer.shops * 1.2345 rounded to cent half up\n",
        squared(3, "customer.shops"),
        "define x0 : Number = customer.shops * customer.shops rounded to unit half up\n" + squared(3).split("\n", 1)[1],
    ],
)
def test_sums_and_rounded_numbers_stay_small(text: str) -> None:
    assert told(text) == []
