"""Worked figures of other systems about what documents do: VAT by rate, discounts, credit notes."""

import json
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.documents.totals import Reduction, TaxedNet, line_net, vat_sums
from engine.evaluations.credit import CreditAnswer, CreditRequest, evaluate_credit
from engine.evaluations.invoice import InvoiceAnswer, InvoiceRequest, evaluate_invoice
from engine.money import Currency, Money, Percent, Price, Quantity

EUR = Currency.of("EUR")
FOUND = json.loads((Path(__file__).parent / "billing.json").read_text(encoding="utf-8"))["cases"]
CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in FOUND}
RULEBOOK = SimpleNamespace(products={})


def test_vat_is_computed_per_rate_on_the_sum_of_the_bases() -> None:
    case = CASES["vat-002"]
    taxed = [_net(net, rate) for net, rates in case["input"]["lines"] for rate in rates]
    assert {str(one.rate): str(one.vat) for one in vat_sums(taxed, EUR)} == case["expected"]["vat_by_rate"]


@pytest.mark.parametrize("name", ["vat-011", "vat-014"])
def test_vat_by_rate(name: str) -> None:
    given, expected = CASES[name]["input"], CASES[name]["expected"]
    lines = given.get("lines") or [[given["net"], given["rate"]]]
    answer = _invoice([_line(net, rate) for net, rate in lines])
    assert str(answer.vat) == expected.get("vat", expected.get("vat_total"))
    assert str(answer.gross) == expected.get("gross_total", str(answer.gross))
    assert {str(one.rate): str(one.vat) for one in answer.vat_breakdown} == expected.get(
        "vat_by_rate", {given.get("rate"): expected.get("vat")}
    )


def test_line_nets_are_rounded_before_they_are_taxed_where_another_system_taxes_their_unrounded_sum() -> None:
    """docs/decisions/0020: EN 16931 wants base × rate = VAT, so that 100 lines of 1.001 bear 20.00 and not 20.02."""
    case = CASES["vat-005"]
    answer = _invoice([_line("1.001", case["input"]["rate"])] * case["input"]["line_count"])
    assert str(answer.net) == case["expected"]["base"]
    assert str(answer.vat) == "20.00" != case["expected"]["vat"]


def test_a_percentage_counts_on_the_product_whatever_the_order_of_discounts() -> None:
    case = CASES["discount-002"]
    ten, fifty = Reduction(percent=Percent.parse("10%")), Reduction(amount=Money.parse("50.00", EUR))
    one = Quantity.whole(1)
    for discounts in ([fifty, ten], [ten, fifty]):
        net = line_net(one, Price.parse(case["input"]["net"], EUR), one, discounts=discounts)
        assert str(Money.parse(case["input"]["net"], EUR) - net) == case["expected"]["discount"]


def test_a_discount_of_the_document_is_borne_by_its_lines_in_proportion() -> None:
    case = CASES["discount-005"]
    invoice = {
        "lines": [_line(net, "0", "Z") for net in case["input"]["lines"]],
        "discounts": [{"amount": case["input"]["discount"]}],
    }
    notes = [_credit(invoice, {"lines": [{"line": at}]}) for at in (1, 2)]
    assert [str(note.net) for note in notes] == case["expected"]["lines_after"]


def test_what_was_credited_before_lowers_what_is_left() -> None:
    case = CASES["credits-002"]
    whole = Fraction(case["input"]["item"]["amount"])
    asked = Money.rounded((whole * 100 * 9).numerator, 31, EUR)
    invoice = {"lines": [_line(case["input"]["item"]["amount"], "0", "Z")]}
    earlier = [{"lines": [{"line": 1, "amount": case["input"]["already_adjusted"].removeprefix("-")}]}]
    note = _credit(invoice, {"lines": [{"line": 1, "amount": str(asked)}]}, earlier)
    assert str(-note.net) == case["expected"]["credit"]


@pytest.mark.parametrize("name", ["credit-note-002", "credit-note-005", "credit-note-008", "credit-note-011"])
def test_a_part_is_credited_at_the_invoiced_price_and_rate(name: str) -> None:
    given, expected = CASES[name]["input"], CASES[name]["expected"]
    price = (given.get("price") or given["plan_price"]).split(" ")[0]
    unused, days = (given["unused_days"], given["days_in_period"]) if "unused_days" in given else (16, 31)
    asked = Money.parse(price, EUR).times(Fraction(unused, days))
    note = _credit({"lines": [_line(price, given["vat_rate"])]}, {"lines": [{"line": 1, "amount": str(asked)}]})
    assert str(note.gross) == expected["total"]
    assert str(note.net) == expected.get("item", expected.get("net", str(note.net)))
    assert str(note.vat) == expected.get("vat", str(note.vat))


def test_two_notes_add_up_to_the_invoice() -> None:
    case = CASES["credit-note-014"]
    invoice = {"lines": [_line("769.00", case["input"]["vat_rate"])]}
    first = _credit(invoice, {"lines": [{"line": 1, "amount": "726.86"}]})
    last = _credit(invoice, {"whole": True}, [first.model_dump(mode="json")])
    assert (str(last.net), str(last.vat), str(last.gross)) == (case["input"]["net"], case["expected"]["vat"], case["expected"]["total"])
    assert str(first.gross + last.gross) == str(_invoice(invoice["lines"]).gross) == "922.80"


def test_a_discount_of_the_document_comes_back_with_the_lines() -> None:
    case = CASES["credit-note-017"]
    given, expected = case["input"], case["expected"]
    invoice = {
        "lines": [_line(net, given["vat_rate"]) for net in given["invoice_lines"]],
        "discounts": [{"amount": given["discount_on_invoice"]}],
    }
    answer = _invoice(invoice["lines"], invoice["discounts"])
    assert (str(answer.gross), str(answer.vat)) == (expected["invoice_total"], expected["invoice_vat"])
    notes: list[CreditAnswer] = []
    for at in range(1, len(given["credit_notes"]) + 1):
        notes.append(_credit(invoice, {"lines": [{"line": at}]}, [note.model_dump(mode="json") for note in notes]))
    assert [str(note.gross) for note in notes] == expected["credit_note_totals"]
    assert [str(note.vat) for note in notes] == expected["credit_note_vat"]
    assert [str(note.sum_discounts) for note in notes] == expected["discount_taken_back"]


def _net(net: str, rate: str) -> TaxedNet:
    return TaxedNet(category="S", rate=Percent.parse(rate), net=Money.parse(net, EUR))


def _line(net: str, rate: str, category: str = "S") -> dict[str, Any]:
    return {"quantity": "1", "unit_price": net, "category": category, "rate": rate}


def _invoice(lines: list[dict[str, Any]], discounts: list[dict[str, Any]] | None = None) -> InvoiceAnswer:
    return evaluate_invoice(InvoiceRequest.model_validate({"lines": lines, "discounts": discounts or []}), RULEBOOK)


def _credit(invoice: dict[str, Any], ask: dict[str, Any], earlier: list[dict[str, Any]] | None = None) -> CreditAnswer:
    answer = _invoice(invoice["lines"], invoice.get("discounts"))
    with_nets = {**invoice, "line_net": [str(net) for net in answer.line_net]}
    request = CreditRequest.model_validate({"invoice": with_nets, "earlier_credits": earlier or [], "ask": ask})
    return evaluate_credit(request, RULEBOOK)
