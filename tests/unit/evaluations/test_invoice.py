"""POST /v1/evaluations/invoice: the totals, the rules' word where a line says nothing of VAT, and every problem with its pointer."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from engine.evaluations.invoice import InvoiceAnswer, InvoiceRequest, evaluate_invoice
from engine.language import Facts
from engine.problems import Refusal
from tests.unit.stages.due_transactions import billing_rulebook
from tests.unit.stages.small_rulebook import PlainRules


def _abroad(facts: Facts) -> bool:
    return facts["customer.country"] != "BE"


def _goods(facts: Facts) -> bool:
    return facts["supply.kind"] == "goods"


VAT = {
    "vat.held": lambda facts: "VAT number not verified" if _abroad(facts) and facts["customer.vat-number"] != "valid" else "no",
    "vat.treatment": lambda facts: ("intra-community" if _goods(facts) else "reverse-charge") if _abroad(facts) else "domestic",
    "vat.category": lambda facts: ("K" if _goods(facts) else "AE") if _abroad(facts) else "S",
    "vat.rate": lambda facts: Fraction(0 if _abroad(facts) else 6 if facts["supply.vat-class"] == "reduced" else 21, 100),
}
BOOK = billing_rulebook(rules=PlainRules(answers=VAT))


def line(price: str, **own: Any) -> dict[str, Any]:
    return {"quantity": "1", "unit_price": price, "category": "S", "rate": "21"} | own


def answer(*lines: dict[str, Any], **own: Any) -> InvoiceAnswer:
    return evaluate_invoice(InvoiceRequest.model_validate({"lines": list(lines), **own}), BOOK)


def refused(*lines: dict[str, Any], **own: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(Refusal) as refusal:
        answer(*lines, **own)
    return [(problem.code, problem.pointer) for problem in refusal.value.problems]


def breakdown(found: InvoiceAnswer) -> list[tuple[str, str, str, str]]:
    return [(one.category, str(one.rate), str(one.base), str(one.vat)) for one in found.vat_breakdown]


def test_the_names_of_the_answer_are_those_that_were_promised() -> None:
    found = answer(line("100.00")).model_dump(mode="json")
    assert set(found) >= {
        "line_net", "sum_lines", "sum_discounts", "sum_surcharges", "net", "vat", "gross", "due_amount", "vat_breakdown",
    }  # fmt: skip
    assert found["vat_breakdown"] == [{"category": "S", "rate": "21", "base": "100.00", "vat": "21.00"}]


def test_a_percentage_of_a_line_counts_on_the_product_and_each_is_rounded() -> None:
    found = answer(
        line(
            "0.333",
            quantity="5",
            base_quantity="1",
            discounts=[{"percent": "10%"}, {"percent": "10"}, {"amount": "0.10"}],
            surcharges=[{"percent": "5%"}],
        )
    )
    # 1.665 becomes 1.67; 10% of 1.665 is 0.17, twice; 5% of it is 0.08
    assert str(found.line_net[0]) == "1.31"


def test_rates_compare_as_numbers() -> None:
    assert breakdown(answer(line("10.00", rate="21"), line("10.00", rate="21.00"))) == [("S", "21", "20.00", "4.20")]


def test_a_discount_of_the_document_without_a_rate_is_spread_and_the_last_takes_the_residue() -> None:
    lines = [line("33.33"), line("33.33", rate="12"), line("33.34", rate="6")]
    found = answer(*lines, discounts=[{"amount": "10.00"}])
    assert breakdown(found) == [("S", "21", "30.00", "6.30"), ("S", "12", "30.00", "3.60"), ("S", "6", "30.00", "1.80")]
    assert (str(found.sum_discounts), str(found.net)) == ("10.00", "90.00")


def test_a_discount_and_a_surcharge_of_the_document_with_rates_of_their_own() -> None:
    found = answer(
        line("100.00"),
        discounts=[{"percent": "10", "category": "S", "rate": "21"}],
        surcharges=[{"amount": "5.00", "category": "S", "rate": "6"}],
    )
    assert breakdown(found) == [("S", "21", "90.00", "18.90"), ("S", "6", "5.00", "0.30")]


def test_what_was_prepaid_and_rounded_changes_the_due_amount_alone() -> None:
    found = answer(line("100.00"), prepaid="50.00", rounding="-0.02")
    assert (str(found.gross), str(found.due_amount)) == ("121.00", "70.98")


def test_category_o_needs_no_rate() -> None:
    for own in ({}, {"rate": "0"}, {"rate": None}):
        given = {"quantity": "1", "unit_price": "5.00", "category": "O", **own}
        assert breakdown(answer(given)) == [("O", "0", "5.00", "0.00")]


@pytest.mark.parametrize("category", ["L", "M", "B"])
def test_the_other_taxes_of_en_16931_have_rates_of_their_own(category: str) -> None:
    assert breakdown(answer(line("100.00", category=category, rate="7"))) == [(category, "7", "100.00", "7.00")]


@pytest.mark.parametrize("rate", ["-21", "1000", "100.01", "0"])
def test_a_rate_lies_above_0_and_up_to_100(rate: str) -> None:
    assert refused(line("1.00", rate=rate)) == [("rate-size", "/lines/0/rate")]
    discount = {"amount": "1.00", "category": "S", "rate": rate}
    assert refused(line("1.00"), discounts=[discount]) == [("rate-size", "/discounts/0/rate")]


def test_category_o_stands_alone() -> None:
    outside = line("5.00", category="O", rate=None)
    assert refused(outside, line("1.00")) == [("only-category-o", "/lines")]
    assert refused(outside, discounts=[{"amount": "1.00", "category": "S", "rate": "21"}]) == [("only-category-o", "/lines")]


def test_the_rules_decide_where_a_line_says_nothing_of_vat() -> None:
    lines = [{"quantity": "1", "unit_price": "100.00", "product": code} for code in ("DESK", "GUIDE")]
    at_home = answer(*lines, customer={"country": "BE"}, tax_point="2026-05-31")
    assert breakdown(at_home) == [("S", "21", "100.00", "21.00"), ("S", "6", "100.00", "6.00")]
    assert at_home.reasons
    abroad = {"country": "LU", "vat_number": "LU12345613", "vat_number_state": "valid"}
    assert breakdown(answer(*lines, customer=abroad, tax_point="2026-05-31")) == [
        ("AE", "0", "100.00", "0.00"),
        ("K", "0", "100.00", "0.00"),
    ]


def test_amounts_round_to_the_minor_unit_of_the_currency() -> None:
    found = answer(line("100.5", rate="10"), currency="JPY")
    assert (str(found.net), str(found.vat), str(found.gross)) == ("101", "10", "111")


def test_every_problem_is_told_at_once_with_its_pointer() -> None:
    unknown = {"country": "LU", "vat_number": "LU12345613"}
    assert refused(
        line("1.00", base_quantity="0"),
        line("1.00", rate=None),
        line("1.00", category=None),
        line("1.00", category="AE"),
        {"quantity": "1", "unit_price": "1.00"},
        {"quantity": "1", "unit_price": "1.00", "product": "NOTHING"},
        {"quantity": "1", "unit_price": "1.00", "product": "DESK"},
        line("1.00", discounts=[{}]),
        customer=unknown,
        tax_point="2026-05-31",
        surcharges=[{"amount": "1.00", "percent": "1"}],
        discounts=[{"amount": "1.00", "rate": "21"}],
    ) == [
        ("one-of", "/lines/7/discounts/0"),
        ("no-category", "/discounts/0/category"),
        ("one-of", "/surcharges/0"),
        ("base-quantity", "/lines/0/base_quantity"),
        ("no-rate", "/lines/1/rate"),
        ("no-category", "/lines/2/category"),
        ("rate-must-be-zero", "/lines/3/rate"),
        ("nothing-decides-vat", "/lines/4"),
        ("unknown-product", "/lines/5/product"),
        ("held", "/lines/6"),
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"lines": []},
        {"lines": [line("1.00", quantity=1.5)]},
        {"lines": [line("1,00")]},
        {"lines": [line("1e3")]},
        {"lines": [line("1.00", category="X")]},
        {"lines": [line("1.00", category="S", rate="0.21")]},
        {"lines": [line("1.00")], "discounts": [{"amount": "1.00", "category": "S", "rate": "0.21"}]},
        {"lines": [line("1.00", colour="red")]},
        {"lines": [line("1.00")], "prepaid": "1.001"},
        {"lines": [line("1.00")], "tax_point": "2026-02-30"},
    ],
)
def test_what_is_no_request_is_refused_at_the_door(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        InvoiceRequest.model_validate(given)


def test_whole_json_numbers_are_taken() -> None:
    assert str(answer(line("10.00", quantity=3, unit_price=2)).net) == "6.00"


@pytest.mark.parametrize("price", ["0.00", "-10.00"])
def test_a_discount_without_rate_that_no_rate_of_the_lines_can_bear_is_refused(price: str) -> None:
    line = {"quantity": "1", "unit_price": price, "category": "S", "rate": "21"}
    request = {"lines": [line], "discounts": [{"percent": "10"}, {"amount": "5.00"}]}
    with pytest.raises(Refusal) as refused:
        evaluate_invoice(InvoiceRequest.model_validate(request), billing_rulebook())
    assert [(problem.code, problem.pointer) for problem in refused.value.problems] == [("nothing-to-discount", "/discounts/1")]


def test_a_discount_for_early_payment_lowers_vat_by_belgian_law() -> None:
    request = {"lines": [line("100.00")], "cash_discount": "2"}
    result = evaluate_invoice(InvoiceRequest.model_validate(request), billing_rulebook())
    sums = (result.net, result.sum_discounts, result.sum_surcharges, result.vat, result.due_amount, result.early_amount)
    assert [str(one) for one in sums] == ["100.00", "2.00", "2.00", "20.58", "120.58", "118.58"]
    assert [(one.category, str(one.base)) for one in result.vat_breakdown] == [("S", "98.00"), ("E", "2.00")]


@pytest.mark.parametrize("percent", ["0", "100", "-2"])
def test_a_discount_for_early_payment_is_a_part(percent: str) -> None:
    request = {"lines": [line("100.00")], "cash_discount": percent}
    with pytest.raises(Refusal) as refused:
        evaluate_invoice(InvoiceRequest.model_validate(request), billing_rulebook())
    assert [(problem.code, problem.pointer) for problem in refused.value.problems] == [("cash-discount-size", "/cash_discount")]
