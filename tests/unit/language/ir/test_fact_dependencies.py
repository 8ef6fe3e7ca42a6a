"""The facts that an answer can depend on, through definitions, tables, lookups and dates."""

from __future__ import annotations

from datetime import date

import pytest

from engine.language.codegen.compiler import compile_rules
from engine.language.interpreter.reference_rules import ReferenceRules
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


QUOTED = """
discount large
  when quote.list-total > 100.00 EUR
  give 5% off line.list
  group g
discount small
  give 2% off line.list
  group g
discount seldom
  overrides small
  when line.quantity > 3
  give 1% off line.list
  group g
discount rest
  give 1.00 EUR off line.list
  group g
discount more
  overrides rest
  when big
  give 2.00 EUR off line.list
  group g
define big : Bool = quote.list-total > 200.00 EUR
stacking s
  group g added together
  groups apply one after the other
"""


@pytest.mark.parametrize(
    ("total", "offers"),
    [
        (None, [("small", False)]),
        (9_000, [("small", False), ("rest", True)]),
        (15_000, [("large", True), ("small", False), ("rest", True)]),
        (25_000, [("large", True), ("small", False), ("more", True)]),
    ],
)
def test_a_discount_by_the_total_of_a_quote_counts_only_where_the_total_is_known(total: int | None, offers: list[tuple[str, bool]]) -> None:
    checked, problems = check(QUOTED)
    assert problems == []
    facts = {"line.quantity": 1_000_000, "line.list": 10_000, "price.date": date(2027, 1, 1)}
    known = facts if total is None else {**facts, "quote.list-total": total}
    for rules in (compile_rules(checked), ReferenceRules(checked)):
        assert [(offer.name, offer.of_quote) for offer in rules.offers(known)] == offers
