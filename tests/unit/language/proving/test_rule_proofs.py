"""Decisions, definitions, discounts, prices and questions to tables are proved too, and conditions that compute are put to the solver."""

from time import process_time

import pytest
import z3

from engine.language.proving.domain import domain_of
from engine.language.proving.solver import solve
from engine.language.proving.space import space_of
from tests.unit.language.proving.proof_lines import checked_of, proofs_of, reported


def test_a_decision_without_otherwise_must_cover_everything_once() -> None:
    text = """
decision item.payment-plan
  rule businesses when customer.kind is business then at-once
  rule good-ones when customer.segment is gold then plan-30-30-40
"""
    assert reported(text) == [
        "3 no-rule-holds: decision item.payment-plan: no rule holds for customer.kind = private, customer.segment = retail"
        " (and in others like it) = write `otherwise`, or a rule for customer.kind = private, customer.segment = retail, smb or public;"
        " or say with a `fact` that this cannot be",
        "5 rules-overlap: decision item.payment-plan: the rules `businesses` and `good-ones` both hold for customer.kind = business,"
        " customer.segment = gold = make them exclude each other where customer.kind = business, customer.segment = gold,"
        " or let one override the other",
    ]


def test_a_rule_that_yields_is_no_overlap_and_one_that_always_does_is_in_vain() -> None:
    text = """
decision item.payment-plan
  otherwise at-once
  rule businesses when customer.kind is business then at-once
  rule good-ones when customer.segment is gold then plan-30-30-40
    overrides businesses
"""
    assert reported(text) == []
    assert [line.split(" = ")[0] for line in reported(text.replace("customer.segment is gold", "customer.kind is not private"))] == [
        "5 dead-rule: item.payment-plan: `businesses` never counts: it is always overridden"
    ]


def test_a_name_that_nobody_answers_on_some_days_is_advice() -> None:
    assert reported("define line.price-factor : Number = 1 from 2026-07-01\n  dated by price.date") == [
        "3 no-answer: nothing answers `line.price-factor` for price.date = 2026-01-01 (and in others like it)"
        " = write a rule for price.date 2026-01-01 to 2026-06-30, if it can be asked then"
    ]


DISCOUNTS = """
discount never-there
  when customer.kind is private and customer.vat-number is valid
  give 10% off line.list
  group season
discount beaten
  when customer.kind is business
  give 5% off line.list
  group season
discount better
  give 7% off line.list
  group season
discount past
  from 2020-01-01 until 2021-12-31
  dated by price.date
  give 7% off line.list
  group other
discount capped
  when line.list <= 100 EUR
  give 10% off line.list
  at most 50 EUR
  group other
stacking all
  group season best for the customer
  group other added together
  groups apply one after the other
  total at most 100% of line.list
fact "A private customer has no VAT number": if customer.kind is private then customer.vat-number is none
"""


def test_discounts_that_never_apply_or_never_win_and_caps_never_reached() -> None:
    assert [line.split(" = ")[0] for line in reported(DISCOUNTS)] == [
        "3 never-applies: discount `never-there` can never apply: its condition cannot be met by any customer and product",
        "7 never-wins: discount `beaten` never wins: wherever it applies, `better` of the group `season` counts instead",
        "14 never-applies: discount `past` can never apply: none of its days lies between 2026-01-01 and 2027-12-31",
        "22 cap-never-reached: the cap of `capped` is never reached: it gives at most 10.00 EUR",
        "28 cap-never-reached: the cap of `all` is never reached: it gives at most 100%",
    ]


def test_a_discount_that_wins_for_somebody_is_no_finding() -> None:
    text = DISCOUNTS.replace(
        "give 7% off line.list\n  group season", "when customer.segment is gold\n  give 7% off line.list\n  group season"
    )
    assert not [line for line in reported(text) if "never-wins" in line]


def test_a_table_is_proved_for_the_lookups_in_it() -> None:
    text = """
table factors
  exactly one
  | customer.segment || factor |
  | gold             || 0.9    |
  | retail, smb      || 1      |
define line.price-factor : Number = if customer.segment is gold then factors(customer.segment) else 1
"""
    lines = [line for line in reported(text) if "asked" in line]
    assert lines == []
    result = [line for line in reported(text.replace("is gold then", "is not gold then")) if "asked" in line]
    assert result == [
        "8 gap-asked: factors is asked here and has no row for customer.segment = public"
        " = give it the row `| public || … |`; or ask it only where it has one"
    ]


# --- Arithmetic. ---

ROUNDED = """
define gross : Money = line.list + 21% of line.list rounded to cent half up
table kept
  exactly one
  | gross        || r |
  | <= 100 EUR   || 1 |
  | > 100.01 EUR || 2 |
"""


def test_the_solver_finds_the_amount_that_rounds_into_the_gap() -> None:
    assert reported(ROUNDED) == [
        "4 gap: table kept: no row for line.list = 82.65 EUR (and in others like it)"
        " = add the row `| > 100.00 EUR & <= 100.01 EUR || … |`; or say with a `fact` that this cannot be"
    ]


def test_the_solver_proves_what_cannot_be() -> None:
    text = """
define lost : Bool = line.list + 21% of line.list < line.list and line.list > 0 EUR
table kept
  exactly one
  | lost || r |
  | no   || 1 |
"""
    result = proofs_of(text)
    assert (result.problems, result.proved) == ((), ("kept",))


def test_days_are_counted_by_the_solver_and_years_by_the_calendar() -> None:
    text = """
define recent : Bool = customer.signed > price.date - 30 days
table kept
  exactly one
  | recent || r |
  | no     || 1 |
define late : Bool = year(price.date) is 2027
table years
  exactly one
  | late | price.date   || r |
  | yes  | -            || 1 |
  | no   | < 2026-12-31 || 2 |
"""
    assert [line.split(" = add")[0].split(": no row")[0] for line in reported(text)] == ["4 gap: table kept", "9 gap: table years"]
    assert "price.date = 2026-12-31" in reported(text)[1]


def test_without_the_solver_it_is_not_known_and_not_guessed() -> None:
    checked = checked_of(ROUNDED)
    table = checked.tables["kept"].versions[0]
    space = space_of(checked, domain_of(checked), lambda meaning: meaning.gives_any(table))
    region = space.regions(space.negation(space.meaning.gives_any(table)))[0]
    without = solve(space, region, None)
    assert without.is_unknown
    assert "not installed" in without.why
    assert solve(space, region, z3).sample == {"line.list": 8265}


def test_sums_over_lines_are_not_proved() -> None:
    text = """
define many : Bool = count of lines > 3
table kept
  exactly one
  | many || r |
  | no   || 1 |
"""
    assert [line.split(" = ")[0] for line in reported(text)] == [
        "4 not-proved: table kept: not proved, because `count of lines`: it counts over lines, which proofs do not look at"
    ]


@pytest.mark.parametrize("count", [100, 200])
def test_a_decision_of_many_overlapping_rules_shows_ten_and_counts_the_others(count: int) -> None:
    condition = "quote.discount > {percent}% and quote.total > {at}.00 EUR and customer.country is BE"
    rules = "\n".join(f"  rule r{at} when {condition.format(percent=at % 90 + 1, at=at)} then cfo" for at in range(count))
    text = f"decision quote.approver\n  otherwise nobody\n{rules}\n"
    began = process_time()
    problems = reported(text)
    assert process_time() - began < 10, "it took minutes while each pair was evaluated"
    codes = [line.split(":")[0].split(" ")[1] for line in problems]
    assert codes == ["rules-overlap"] * 10 + ["more-cases"]
    assert f"{count - 1 - 4} more places" in problems[-1]  # ten pairs are of the first five rules
