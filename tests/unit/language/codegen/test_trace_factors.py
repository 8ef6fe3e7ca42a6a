"""Each factor of a number comes with the rule that gave it; the product of the factors is the number."""

from datetime import date
from fractions import Fraction
from math import prod

import pytest

from engine.language.codegen.compiler import compile_rules
from tests.unit.language.shop import check

RULES = """
table segment-factor
  exactly one
  | customer.segment || factor            | because     |
  | gold             || 0.8               | "Gold"      |
  | smb              || 0.5 * size.number | "Small"     |
  | not gold, smb    || 1                 | "List"      |

table size
  exactly one
  | line.quantity || number | because |
  | < 10          || 1      | "Few"   |
  | >= 10         || 1.25   | "Many"  |

decision care
  otherwise 1
  rule abroad when customer.country is not BE then 1.1 because "Far"
  rule home when customer.country is BE and line.quantity > 50 then 0.9 * size.number because "Near"

define season : Number = if month of price.date is 12 then 0.7 else size.number
define zero : Number = 0
"""
FACTS = {"customer.segment": "gold", "line.quantity": 12_000_000, "customer.country": "FR", "price.date": date(2027, 1, 1)}
HOME = {"customer.country": "BE", "line.quantity": 60_000_000}


@pytest.mark.parametrize(
    ("text", "changed", "factors"),
    [
        ("segment-factor.factor", {}, [("segment-factor row 1", "0.8")]),
        ("segment-factor.factor * size.number", {}, [("segment-factor row 1", "0.8"), ("size row 2", "1.25")]),
        ("0.9 * size.number * 1.1", {}, [("size row 2", "1.25"), ("x", "0.99")]),
        ("90% of segment-factor(customer.segment)", {}, [("segment-factor row 1", "0.8"), ("x", "0.9")]),
        ("segment-factor.factor", {"customer.segment": "smb"}, [("size row 2", "1.25"), ("segment-factor row 2", "0.5")]),
        ("care * season", {}, [("care abroad", "1.1"), ("size row 2", "1.25")]),
        ("care", HOME, [("size row 2", "1.25"), ("care home", "0.9")]),
        ("season", {"price.date": date(2027, 12, 1)}, [("season", "0.7")]),
        ("size.number * size.number", {}, [("size row 2", "1.25"), ("size row 2", "1.25")]),
        ("size.number + 1", {}, [("x", "2.25")]),
        ("if size.number > 1 then 0.5 else season", {}, [("x", "0.5")]),
        ("if size.number < 1 then 0.5 else season * 0.5", {}, [("size row 2", "1.25"), ("x", "0.5")]),
        ("zero * size.number", {}, [("zero", "0"), ("size row 2", "1.25")]),
        ("size.number * 0.8", {}, [("size row 2", "1.25"), ("x", "0.8")]),
        ("1", {}, [("x", "1")]),
    ],
)  # fmt: skip
def test_each_factor_has_its_rule_and_its_figure(text: str, changed: dict[str, object], factors: list[tuple[str, str]]) -> None:
    checked, problems = check(f"{RULES}\ndefine x : Number = {text}\n")
    assert [str(problem) for problem in problems] == []
    rules = compile_rules(checked)
    answer = rules.ask("x", {**FACTS, **changed}, tracing=True)
    assert [(one.reason.rule.rpartition(": ")[2], one.value) for one in answer.factors] == [(rule, Fraction(at)) for rule, at in factors]
    assert prod((one.value for one in answer.factors), start=Fraction(1)) == answer.value
    assert rules.ask("x", {**FACTS, **changed}).factors == ()


def test_what_is_no_number_has_no_factors() -> None:
    checked, _ = check("define x : Bool = line.quantity > 3\n")
    assert compile_rules(checked).ask("x", FACTS, tracing=True).factors == ()
