"""The facts that an answer can depend on, through definitions, tables, lookups and dates."""

from __future__ import annotations

from engine.language.ir.checked_rules import Checked
from engine.language.ir.fact_dependencies import footprint
from tests.unit.language.shop import check, vocabulary

RULES = """\
define abroad : Bool = customer.country is not BE
define fee : Money = if abroad then 5.00 EUR else 0.00 EUR
table factor "Factor"
  exactly one
  dated by price.date
  | customer.segment | valid            || number |
  | retail           | until 2026-12-31 || 1      |
  | -                | from 2027-01-01  || 2      |
  | not retail       | until 2026-12-31 || 3      |
define doubled : Number = factor.number * 2
define given : Bool = order.purchase-order is known
define all : Money = sum of line.list for lines
"""


def checked(text: str) -> Checked:
    rules, problems = check(text, known=vocabulary(order_purchase__order="Text"))
    assert not problems, problems
    return rules


def test_an_answer_looks_at_the_facts_of_all_rules_behind_it() -> None:
    rules = checked(RULES)
    assert footprint(rules, "fee") == ("customer.country",)
    assert footprint(rules, "doubled") == ("customer.segment", "price.date")
    assert footprint(rules, "given") == ("order.purchase-order",)


def test_what_sums_lists_of_lines_has_no_footprint() -> None:
    assert footprint(checked(RULES), "all") is None
