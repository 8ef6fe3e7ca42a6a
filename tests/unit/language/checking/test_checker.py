"""Checked rules: names resolved, units worked out, versions and overrides in order; the three rule files of the design check too."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.language.checking.checker import check_expression, check_rules
from engine.language.ir import typed
from engine.language.ir.checked_rules import Definition
from engine.language.ir.checked_tables import ConditionCell, IntervalsCell, Table, ValuesCell
from engine.language.syntax.parser import parse_expression
from engine.language.types.value_types import BOOL, DATE, MoneyType, PriceType, QuantityType, Type
from engine.language.types.vocabulary import Vocabulary
from engine.problems import Problem, Span
from tests.unit.language.shop import NOWHERE, check, parsed, rates, reported, vocabulary, with_inputs

DESIGN = Path(__file__).parent / "design"
HERE = Span("plans/processes.yaml", 12, 9, 12, 30)


def define(kind: str, text: str) -> typed.Expression:
    """The checked value of a definition without mistakes."""
    checked, problems = check(f"define x : {kind} = {text}\n")
    assert [f"{problem}: {problem.help}" for problem in problems] == []
    rule = checked.answers["x"].layers[0].versions[0]
    assert isinstance(rule, Definition)
    return rule.value


def table(text: str, answers: str) -> Table:
    """The checked table of a text without mistakes."""
    checked, problems = check(text)
    assert [f"{problem}: {problem.help}" for problem in problems] == []
    result = checked.answers[answers].layers[0].versions[0]
    assert isinstance(result, Table)
    return result


@pytest.mark.parametrize(
    ("kind", "text", "plain"),
    [
        ("Money", "29.00 EUR", 2_900), ("Money", "-5 EUR", -500), ("Price[EUR per seat]", "0.0040 EUR per seat", 4_000),
        ("Percent", "12.5%", 125_000), ("Number", "1_000.5", 1_000_500_000), ("Quantity[seat]", "2 seats", 2_000_000),
        ("Quantity", "2", 2_000_000), ("Date", "2027-01-31", date(2027, 1, 31)), ("Days", "2 weeks", 14), ("Period", "1 year", 12),
        ("Text", '"a"', "a"), ("Bool", "yes", True), ("Enum[segments]", "gold", "gold"), ("Enum[segments]", '"gold"', "gold"),
    ],
)  # fmt: skip
def test_a_literal_has_the_plain_form_of_its_type(kind: str, text: str, plain: typed.Plain) -> None:
    result = define(kind, text)
    assert isinstance(result, typed.Constant)
    assert result.value == plain


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("line.list * 2 rounded to cent half up", MoneyType("EUR")),
        ("29.00 EUR per seat * 3 seats rounded to cent half up", MoneyType("EUR")),
        ("29.00 EUR per seat * line.quantity rounded to cent half up", MoneyType("EUR")),
        ("29.00 EUR per seat * 1.5 rounded to cent half up", PriceType("EUR", "seat")),
        ("line.list / (3 seats) rounded to cent half up", PriceType("EUR", "seat")),
        ("line.list * (price.date - order.signed-on) / 30 days rounded to cent half up", MoneyType("EUR")),
        ("12 seats / 5 rounded to unit down", QuantityType("seat")),
        ("price.date + 3 months - 60 days", DATE),
        ("order.signed-on is known", BOOL),
    ],
)
def test_the_units_of_an_expression_work_out(text: str, kind: Type) -> None:
    node, problems = parse_expression(text, HERE)
    assert node is not None, problems
    made, result = check_expression(node, vocabulary())
    assert reported(list(result)) == []
    assert made is not None
    assert made.type == kind


def test_a_unit_of_its_own_asks_for_the_unit_of_the_product() -> None:
    result = define("Bool", "line.quantity >= 100 seats")
    assert isinstance(result, typed.All)
    unit, quantity = result.parts
    assert isinstance(unit, typed.Compare)
    assert isinstance(unit.left, typed.Fact)
    assert unit.left.name == "product.unit"
    assert isinstance(unit.right, typed.Constant)
    assert unit.right.value == "seat"
    assert isinstance(quantity, typed.Compare)


def test_a_set_is_spelt_out_without_what_is_left_out() -> None:
    result = define("Bool", "customer.country is one of CH, EU except BE, LU")
    assert isinstance(result, typed.OneOf)
    assert result.values == ("CH", "FR", "NL", "DE")


def test_a_range_of_dates_becomes_its_ends() -> None:
    checked, problems = check(
        "define spring : Range of Date = 2026-03-01 .. 2026-05-31\ndefine x : Bool = price.date is not within spring\n"
    )
    assert reported(problems) == []
    rule = checked.answers["x"].layers[0].versions[0]
    assert isinstance(rule, Definition)
    assert isinstance(rule.value, typed.Not)
    assert isinstance(rule.value.part, typed.Between)
    assert list(checked.answers) == ["x"]


def test_cells_are_values_intervals_or_conditions() -> None:
    result = table(
        "table t\n  | customer.country | line.quantity | invoice.net || r |\n"
        "  | EU except BE | 10 .. 50, > 100 | at most quote.total || 1 |\n  | not BE, FR | 5 | -5.00 EUR .. 5.00 EUR || 2 |\n",
        "t.r",
    )
    first, second = result.rows
    assert isinstance(first.cells[0], ValuesCell)
    assert first.cells[0].values == ("FR", "NL", "LU", "DE")
    assert isinstance(first.cells[1], IntervalsCell)
    assert [(one.low, one.high) for one in first.cells[1].intervals] == [(10_000_000, 50_000_000), (100_000_000, None)]
    assert isinstance(first.cells[2], ConditionCell)
    assert isinstance(second.cells[0], ValuesCell)
    assert second.cells[0].is_negated
    assert isinstance(second.cells[2], IntervalsCell)
    assert [(one.low, one.high) for one in second.cells[2].intervals] == [(-500, 500)]


def test_the_rows_of_a_file_end_where_the_next_begins() -> None:
    checked, problems = check(
        'table vat-rates\n  from file "vat/rates.yaml"\n  | customer.country | supply.vat-class || rate |\n'
        "define vat.rate : Percent = vat-rates(seller.country, supply.vat-class)\n  dated by invoice.tax-point\n"
    )
    assert reported(problems) == []
    rows = checked.tables["vat-rates"].versions[0].rows
    assert [(row.in_force.start, row.in_force.until) for row in rows[1:3]] == [
        (date(2000, 1, 1), date(2013, 12, 31)), (date(2014, 1, 1), None),
    ]  # fmt: skip
    assert list(checked.answers) == ["vat.rate"]
    rule = checked.answers["vat.rate"].layers[0].versions[0]
    assert isinstance(rule, Definition)
    assert isinstance(rule.value, typed.Lookup)
    assert rule.value.dated_by == "invoice.tax-point"


def test_versions_are_sorted_by_date_and_overrides_come_first() -> None:
    checked, problems = check(
        "define a : Number = 2 from 2026-07-01\n  dated by price.date\ndefine a : Number = 1 until 2026-06-30\n  dated by price.date\n"
        "define a : Number = 3\n  when seller.oss\n  overrides a\n"
    )
    assert reported(problems) == []
    exception, base = checked.answers["a"].layers
    assert len(exception.versions) == 1
    assert [version.in_force.until for version in base.versions] == [date(2026, 6, 30), None]


def test_answers_are_sorted_by_dependency() -> None:
    checked, problems = check("define a : Number = b + c\ndefine b : Number = c\ndefine c : Number = 1\n")
    assert reported(problems) == []
    assert list(checked.answers) == ["c", "b", "a"]
    assert checked.cost.loops == 0


def test_a_result_answers_under_its_target_or_under_its_table() -> None:
    checked, problems = check("table t\n  | customer.segment || vat.rate | note |\n  | - || 21% | fine |\n")
    assert reported(problems) == []
    assert set(checked.answers) == {"vat.rate", "t.note"}


def test_each_row_of_a_table_of_discounts_is_a_discount() -> None:
    checked, problems = check(
        "table t\n  all matches\n  | customer.segment || discount | group |\n  | gold || 10% | g |\n  | - || 5.00 EUR | g |\n"
        "stacking s\n  group g added together\n  groups apply one after the other\n"
    )
    assert reported(problems) == []
    assert [layer.name for layer in checked.discounts] == ["t row 1", "t row 2"]
    assert checked.discounts[1].versions[0].when is None


def test_an_overridden_discount_and_rule_know_what_they_yield_to() -> None:
    checked, problems = check(
        "discount a\n  give 10% off line.list\n  group g\ndiscount b\n  give 5% off line.list\n  group g\n  overrides a\n"
        "stacking s\n  group g added together\n  groups apply one after the other\n"
        "decision d\n  otherwise 1\n  rule p when seller.oss then 2\n  rule q when seller.oss then 3\n    overrides p\n"
    )
    assert reported(problems) == []
    assert checked.discounts[0].versions[0].yields_to == ("b",)
    decision = checked.answers["d"].layers[0].versions[0]
    assert [rule.yields_to for rule in getattr(decision, "rules", ())] == [("q",), ()]


def test_the_cap_of_a_stacking_block_is_a_percentage_of_the_list_price() -> None:
    checked, problems = check("stacking s\n  group g added together\n  groups apply on the list price\n  total at most 25% of line.list\n")
    assert reported(problems) == []
    cap = checked.stacking[0].versions[0].total_at_most
    assert isinstance(cap, typed.Constant)
    assert cap.value == 250_000


def test_an_expression_of_a_field_may_name_what_rules_answer() -> None:
    checked, problems = check("define a : Number = 1\n")
    assert reported(problems) == []
    node, _ = parse_expression("a > 0 and customer.segment is golden", HERE)
    assert node is not None
    made, result = check_expression(node, vocabulary(), BOOL, rules=checked)
    assert made is None
    assert reported(list(result)) == ["12:39 unknown-value"]


def test_the_rule_files_of_the_design_check() -> None:
    sources = {
        "rules/approval.rules": (DESIGN / "approval.rules").read_text(encoding="utf-8"),
        "rules/crm.rules": (DESIGN / "crm.rules").read_text(encoding="utf-8"),
        "vat/treatment.rules": (DESIGN / "treatment.rules").read_text(encoding="utf-8"),
        "vat-rates.rules": ('table vat-rates\n  from file "vat/rates.yaml"\n  | customer.country | product.vat-class || rate |\n'),
    }
    modules, problems = parsed(sources)
    checked, result = check_rules(modules, _vocabulary_of_the_design(), rates())
    assert [f"{problem}: {problem.help}" for problem in (*problems, *result)] == [
        # The sketch leaves out that it names a result of another file.
        "vat/treatment.rules:28:39: not-used: `line.net` stands in the module `rules.crm`, which this file does not use: "
        "add `use rules.crm` at the top"
    ]
    assert {"approver", "discount-limit.limit", "quote.allowed", "mailbox-price.unit-price", "line.net", "vat.rate"} <= set(checked.answers)
    assert set(checked.prices) == {"crm-seat", "api-call"}
    assert set(checked.bundles) == {"office-pack"}


def _vocabulary_of_the_design() -> Vocabulary:
    known = with_inputs(
        vocabulary(),
        {
            "order.date": "Date", "usage.date": "Date", "contract.end": "Date", "customer.rating": "Enum[a, b, c, d]",
            "line.discount": "Money", "quote.margin": "Percent", "quote.payment-plan": "Enum[payment-plans]",
            "customer.kind": "Enum[business, consumer]", "product.vat-class": "Enum[standard, parking, reduced, zero]",
        },
    )  # fmt: skip
    kind = known.type_named("Enum[domestic, reverse-charge, oss, export]", NOWHERE)
    assert not isinstance(kind, Problem)
    entries = dict(known.entries)
    entries["supply.kind"] = replace(entries["supply.kind"], role="target", type=kind)
    modules = known.modules | {"people", "pricebooks.be-2026"}
    return replace(known, entries=entries, modules=modules, dated_by={**known.dated_by, "decision": "quote.on"})


def test_tables_that_ask_one_another_for_their_results_are_a_circle() -> None:
    alone = "table t\n  | customer.kind || r |\n  | - || t(customer.kind) |\n"
    ring = "table t\n  | customer.kind || r |\n  | - || u.r |\n\ntable u\n  | customer.kind || r |\n  | - || t.r |\n"
    assert reported(check(alone)[1]) == ["1:7 circle"]
    assert reported(check(ring)[1]) == ["1:7 circle", "5:7 circle"]
