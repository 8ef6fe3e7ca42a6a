"""What rules answer, in both evaluators, with figures worked out by hand beside each case."""

from __future__ import annotations

import linecache
import traceback
from datetime import date
from fractions import Fraction

import pytest

from engine.language.checking.checker import check_rules
from engine.language.codegen.compiler import compile_rules
from engine.language.interpreter.reference_rules import ReferenceRules
from engine.language.ir.answers import Rules, Stacking, TierRow
from engine.language.syntax.parser import parse_rules
from engine.problems import Refusal
from tests.unit.language.shop import vocabulary

Facts = dict[str, object]


def both(text: str) -> tuple[Rules, Rules]:
    """A rule file compiled, and in the reference."""
    known = vocabulary(
        line_weight="Number", customer_since="Date", customer_notice="Days", line_seats="Quantity[seat]", line_fee="Price[EUR per seat]"
    )
    module, problems = parse_rules("rules/x.rules", "module rules.x\n\n" + text)
    checked, more = check_rules((module,), known)
    assert not [str(problem) for problem in (*problems, *more)]
    return compile_rules(checked), ReferenceRules(checked)


def evaluate(text: str, name: str, facts: Facts) -> object:
    """What both evaluators answer: the value, or the refusal as text."""
    answers = []
    for rules in both(text):
        for tracing in (False, True):
            try:
                answers.append(rules.ask(name, facts, tracing=tracing).value)  # type: ignore[arg-type]  # facts of all kinds
            except Refusal as refusal:
                answers.append(str(refusal))
    assert answers.count(answers[0]) == 4
    return answers[0]


@pytest.mark.parametrize(
    ("written", "facts", "answer"),
    [
        # 5% of 91.58 is 4.579.
        ("5% of line.list rounded to cent half up", {"line.list": 9158}, 458),
        ("5% of line.list rounded to cent down", {"line.list": 9158}, 457),
        # 2.5% of 1.00 is 0.025: away from zero, to the even cent, to the next, to zero; and all of them mirrored.
        ("2.5% of line.list rounded to cent half up", {"line.list": 100}, 3),
        ("2.5% of line.list rounded to cent half up", {"line.list": -100}, -3),
        ("2.5% of line.list rounded to cent half even", {"line.list": 100}, 2),
        ("2.5% of line.list rounded to cent half even", {"line.list": -100}, -2),
        ("2.5% of line.list rounded to cent half even", {"line.list": 300}, 8),
        ("2.1% of line.list rounded to cent up", {"line.list": -100}, -3),
        ("2.9% of line.list rounded to cent down", {"line.list": -100}, -2),
        # 249.50 EUR to the euro is 250.00; 22.64 × 14/31 is 10.2245…
        ("line.list * 1 rounded to euro half up", {"line.list": 24_950}, 25_000),
        ("line.list * 14 / 31 rounded to cent half up", {"line.list": 2264}, 1022),
        ("line.list / 31 * 14 rounded to cent half up", {"line.list": 2264}, 1022),
        # 0.0625 per seat × 3 seats is 0.1875; 100.00 / 3 / 7 is 4.7619…
        ("line.fee * line.seats rounded to cent half up", {"line.fee": 62_500, "line.seats": 3_000_000}, 19),
        ("line.list / line.weight / 7 rounded to cent half up", {"line.list": 10_000, "line.weight": 3_000_000}, 476),
        # 31 days of 92: 108.06 × 21/92 is 24.666…
        ("line.list * (customer.since - 2027-01-11) / 92 days rounded to cent half up",
         {"line.list": 10_806, "customer.since": date(2027, 2, 1)}, 2467),
        ("highest(line.list, 10 EUR) - lowest(line.list, 5 EUR)", {"line.list": 700}, 500),
        ("absolute(line.list)", {"line.list": -700}, 700),
        ("if line.list > 10 EUR then line.list else 10 EUR", {"line.list": 999}, 1000),
        # 1.00 + 2.00 + 4.00, of which two are above one euro, the least of them 2.00.
        ("sum of line.list for lines", {"lines": ({"line.list": 100}, {"line.list": 200}, {"line.list": 400})}, 700),
        ("min of line.list for lines where line.list > 1 EUR",
         {"lines": ({"line.list": 100}, {"line.list": 200}, {"line.list": 400})}, 200),
        ("sum of line.list for lines", {"lines": ()}, 0),
        ("max of line.list for lines", {"lines": ()},
         "rules/x.rules:3:25: nothing-to-compare: answer asks for the least or greatest of no entry"),
        ("line.list / line.weight rounded to cent half up", {"line.list": 1, "line.weight": 0},
         "rules/x.rules:3:37: division-by-zero: answer divides by zero here"),
        ("line.list + group.net", {"line.list": 1}, "rules/x.rules:3:37: missing-fact: answer needs `group.net`, which was not given"),
    ],
)  # fmt: skip
def test_an_amount_worked_out_by_hand(written: str, facts: Facts, answer: object) -> None:
    assert evaluate(f"define answer : Money = {written}\n", "answer", facts) == answer


@pytest.mark.parametrize(
    ("kind", "written", "facts", "answer"),
    [
        ("Percent", "12.5% + 5% of quote.discount", {"quote.discount": 100_000}, Fraction(13, 100)),
        ("Number", "1.05 * 0.95 - line.weight", {"line.weight": 500_000}, Fraction(4975, 10_000)),
        ("Number", "line.weight / 7 rounded to unit half up", {"line.weight": 24_500_000}, Fraction(4)),
        ("Number", "count of lines where line.list is known", {"lines": ({}, {"line.list": 1})}, Fraction(1)),
        ("Number", "year(customer.since) * 100 + month(customer.since)", {"customer.since": date(2028, 2, 29)}, Fraction(202_802)),
        ("Amount", "12.5% of line.list", {"line.list": 1}, Fraction(1, 8)),
        ("Price[EUR per seat]", "1.029 * line.fee rounded to cent half up", {"line.fee": 89_000_000}, 91_580_000),
        ("Quantity[seat]", "line.seats * 1.5", {"line.seats": 3_000_000}, Fraction(9, 2)),
        ("Date", "customer.since + 1 month", {"customer.since": date(2027, 1, 31)}, date(2027, 2, 28)),
        ("Date", "customer.since - 1 year", {"customer.since": date(2028, 2, 29)}, date(2027, 2, 28)),
        ("Date", "end-of-month(customer.since) + 2 weeks", {"customer.since": date(2027, 2, 1)}, date(2027, 3, 14)),
        ("Days", "customer.since - 2027-01-01 + customer.notice", {"customer.since": date(2027, 2, 1), "customer.notice": 5}, 36),
        ("Bool", "customer.since is between 2027-01-01 and 2027-01-31", {"customer.since": date(2027, 1, 31)}, True),
        ("Bool", "customer.country is one of EU except BE", {"customer.country": "BE"}, False),
        ("Bool", "line.weight is one of 0.1, 0.3", {"line.weight": 300_000}, True),
        ("Bool", "0.1 + 0.2 is line.weight", {"line.weight": 300_000}, True),
        ("Date", "customer.since + 8_000 years", {"customer.since": date(2027, 1, 1)},
         "rules/x.rules:3:24: outside-the-calendar: answer arrives at a day outside the years 1 to 9999"),
    ],
)  # fmt: skip
def test_an_answer_of_another_type_worked_out_by_hand(kind: str, written: str, facts: Facts, answer: object) -> None:
    assert evaluate(f"define answer : {kind} = {written}\n", "answer", facts) == answer


TABLE = """table factor
  {policy}
  dated by price.date
  | customer.segment | line.seats | valid || rate | because |
  | gold | >= 10 seats | - || 0.80 | "large" |
  | gold, smb | < 10 seats | until 2027-06-30 || 0.90 | "small" |
  | gold, smb | <= 10 seats | from 2027-01-01 || 0.95 | "both" |
  | not gold, smb | - | - || 1 | "all" |
"""


@pytest.mark.parametrize(
    ("policy", "segment", "seats", "day", "answer"),
    [
        ("exactly one", "gold", 11, "2027-01-01", Fraction(8, 10)),
        ("exactly one", "retail", 1, "2027-01-01", Fraction(1)),
        ("exactly one", "smb", 9, "2026-12-31", Fraction(9, 10)),
        ("exactly one", "smb", 9, "2027-07-01", Fraction(95, 100)),
        ("exactly one", "smb", 9, "2027-06-30", "rules/x.rules:9:3: two-rows: table factor: rows 2 and 3 both apply to "
         "customer.segment = smb, line.seats = 9 seat on 2027-06-30"),
        ("exactly one", "smb", 11, "2027-06-30", "rules/x.rules:3:1: no-row: table factor: no row for "
         "customer.segment = smb, line.seats = 11 seat on 2027-06-30"),
        ("first match", "smb", 9, "2027-06-30", Fraction(9, 10)),
        ("first match", "gold", 10, "2027-06-30", Fraction(8, 10)),
        ("same result", "gold", 10, "2027-06-30", "rules/x.rules:9:3: different-results: table factor: rows 1 and 3 apply to "
         "customer.segment = gold, line.seats = 10 seat on 2027-06-30 with different results"),
    ],
)  # fmt: skip
def test_the_row_of_a_table(policy: str, segment: str, seats: int, day: str, answer: object) -> None:
    facts: Facts = {"customer.segment": segment, "line.seats": seats * 1_000_000, "price.date": date.fromisoformat(day)}
    assert evaluate(TABLE.format(policy=policy), "factor.rate", facts) == answer


def test_a_missing_fact_is_never_no_match() -> None:
    refused = evaluate(TABLE.format(policy="exactly one"), "factor.rate", {"customer.segment": "retail", "price.date": date(2027, 1, 1)})
    assert refused == "rules/x.rules:6:24: missing-fact: factor needs `line.seats`, which was not given"


def test_versions_and_exceptions() -> None:
    text = """define fee : Money = 10 EUR from 2026-01-01 until 2026-12-31
  dated by price.date

define fee : Money = 12 EUR from 2027-01-01
  dated by price.date

table usual
  first match
  | customer.segment || line.price-factor |
  | gold || 0.9 |
  | - || 1 |

table abroad
  overrides usual
  | customer.country || line.price-factor |
  | CH || 1.1 |
"""
    assert evaluate(text, "fee", {"price.date": date(2026, 12, 31)}) == 1000
    assert evaluate(text, "fee", {"price.date": date(2027, 1, 1)}) == 1200
    assert evaluate(text, "fee", {"price.date": date(2025, 1, 1)}) == (
        "rules/x.rules:6:1: not-in-force: fee has no version in force on 2025-01-01"
    )
    assert evaluate(text, "line.price-factor", {"customer.country": "CH", "customer.segment": "gold"}) == Fraction(11, 10)
    assert evaluate(text, "line.price-factor", {"customer.country": "BE", "customer.segment": "gold"}) == Fraction(9, 10)


SALES = """price crm "CRM"
  for product crm-seat
  from 2027-01-01
  charge per quarter
  graduated tiers on line.quantity
    | up to | price per seat | flat |
    | 10 seats | 12.50 EUR | 5 EUR |
    | beyond | 9.99 EUR | 0 EUR |

discount large "Large order"
  when line.list at least 100 EUR
  give 12.5% off line.list
  group volume
  at most 50 EUR
  because "Framework"

discount welcome "Welcome"
  overrides large
  when order.kind is new
  give 10 EUR off line.list
  group volume
  priority 3

stacking all
  group volume best for the customer
  groups apply one after the other
  total at most 25% of line.list

bundle pack
  for product office-pack
  contains 2 crm-seat, 1 mailbox
  sells at 20% of line.list rounded to cent half up
  allocate in proportion to list price
  touched by index
"""


def test_prices_discounts_stacking_and_bundles() -> None:
    for rules in both(SALES):
        facts: Facts = {"price.date": date(2027, 1, 1), "line.list": 10_000, "order.kind": "renewal"}
        price = rules.price("crm-seat", facts)  # type: ignore[arg-type]  # facts of all kinds
        assert price is not None
        assert (price.per, price.mode, price.version_from) == ("quarter", "graduated", date(2027, 1, 1))
        assert price.rows == (TierRow(10_000_000, 12_500_000, 500), TierRow(None, 9_990_000, 0))
        assert rules.price("crm-seat", {"price.date": date(2026, 12, 31)}) is None
        assert rules.price("mailbox", facts) is None  # type: ignore[arg-type]  # facts of all kinds
        offers = rules.offers(facts)  # type: ignore[arg-type]  # facts of all kinds
        assert [(offer.name, offer.percent, offer.amount, offer.at_most) for offer in offers] == [("large", Fraction(1, 8), None, 5000)]
        offers = rules.offers({**facts, "order.kind": "new"})  # type: ignore[arg-type]  # facts of all kinds
        assert [(offer.name, offer.percent, offer.amount, offer.priority) for offer in offers] == [("welcome", None, 1000, 3)]
        assert rules.stacking(facts) == Stacking(  # type: ignore[arg-type]  # facts of all kinds
            "all", (("volume", "best for the customer"),), "one after the other", Fraction(1, 4), "rules/x.rules:26"
        )
        bundle = rules.bundle("office-pack", facts)  # type: ignore[arg-type]  # facts of all kinds
        assert bundle is not None
        assert (bundle.sells_at, bundle.parts) == (2000, (("crm-seat", 2_000_000), ("mailbox", 1_000_000)))
        assert (bundle.by_segment, bundle.by_index) == (False, True)


def test_reasons_have_rule_row_numbers_and_position() -> None:
    text = (
        TABLE.format(policy="first match") + '\ndefine net : Money = factor.rate * line.list rounded to cent half up\n  because "art. 3"\n'
    )
    compiled, _ = both(text)
    facts: Facts = {"customer.segment": "gold", "line.seats": 12_000_000, "price.date": date(2027, 1, 1), "line.list": 9158}
    row, net = compiled.ask("net", facts, tracing=True).reasons  # type: ignore[arg-type]  # facts of all kinds
    assert (row.rule, row.because, row.where) == ("rules/x: factor row 1", "large", "rules/x.rules:7")
    assert row.says == "factor.rate: customer.segment = gold, line.seats = 12 seat: 0.8"
    assert (net.rule, net.because, net.where) == ("rules/x: net", "art. 3", "rules/x.rules:12")
    assert net.says == "net: factor.rate (0.8) * line.list (91.58 EUR) rounded to cent half up = 73.26 EUR"


def test_only_the_deciding_branch_of_a_choice_is_traced() -> None:
    text = """define fee : Money =
  if customer.segment is gold then 1 EUR
  else if line.list > 10 EUR then 2% of line.list rounded to cent half up
  else line.list

decision quote.approver
  first match
  otherwise nobody
  rule large when line.list > 20 EUR then cfo because "art. 1"
"""
    compiled, _ = both(text.replace("2% of line.list rounded to cent half up", "(2% of line.list rounded to cent half up)"))

    def says(name: str, segment: str, amount: int) -> str:
        return compiled.ask(name, {"customer.segment": segment, "line.list": amount}, tracing=True).reasons[-1].says

    assert says("fee", "gold", 1) == "fee: 1.00 EUR, as customer.segment (gold) is gold"
    assert says("fee", "smb", 5000) == (
        "fee: 2% of line.list (50.00 EUR) rounded to cent half up = 1.00 EUR, as line.list (50.00 EUR) > 10 EUR"
    )
    assert says("fee", "smb", 500) == "fee: line.list (5.00 EUR) = 5.00 EUR"
    assert says("quote.approver", "smb", 3000) == "quote.approver: cfo, as line.list (30.00 EUR) > 20 EUR"
    assert says("quote.approver", "smb", 300) == "quote.approver: nobody"


def test_a_fault_of_ours_points_into_the_rule_file() -> None:
    compiled, _ = both("define net : Money = line.list + 1 EUR\n")
    with pytest.raises(TypeError) as fault:
        compiled.ask("net", {"line.list": "no number"})
    place = traceback.extract_tb(fault.value.__traceback__)[-1]
    assert place.filename == "<rules/x.rules:3>"
    assert place.line is not None
    assert place.line.endswith("facts['line.list']) + 100)")
    assert linecache.getlines("<rules/x.rules:3>")


def test_a_name_without_rules_is_a_fault_of_ours() -> None:
    for rules in both("define net : Money = 1 EUR\n"):
        assert rules.targets == {"net"}
        with pytest.raises(KeyError):
            rules.ask("gross", {})
