"""Official EN 16931 example invoices reduced to numbers: our totals are theirs, to the cent."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.evaluations.invoice import InvoiceRequest, evaluate_invoice

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "totals.json").read_text(encoding="utf-8"))["cases"]


def test_the_cases_cover_what_goes_wrong_elsewhere() -> None:
    features = {feature for case in CASES for feature in case["features"]}
    assert features >= {"base_quantity", "half_even_differs", "per_line_vat_rounding_differs", "negative_line", "prepaid", "rounding"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_totals_of_an_official_example(case: dict[str, Any]) -> None:
    request = InvoiceRequest.model_validate(_request(case))
    answer = evaluate_invoice(request, SimpleNamespace(products={}))
    expected, places = case["expected"], request.currency.exponent

    def cents(text: str) -> str:
        return f"{float(text):.{places}f}"

    assert [str(net) for net in answer.line_net] == [cents(text) for text in expected["line_net"]]
    assert {
        "sum_lines": str(answer.sum_lines),
        "sum_allowances": str(answer.sum_discounts),
        "sum_charges": str(answer.sum_surcharges),
        "tax_exclusive": str(answer.net),
        "tax_total": str(answer.vat),
        "tax_inclusive": str(answer.gross),
        "payable": str(answer.due_amount),
    } == {name: cents(expected[name]) for name in expected if name not in ("line_net", "vat")}
    assert {(one.category, one.rate.fraction * 100, str(one.base), str(one.vat)) for one in answer.vat_breakdown} == {
        (one["category"], float(one.get("rate", 0)), cents(one["taxable"]), cents(one["tax"])) for one in expected["vat"]
    }


def _request(case: dict[str, Any]) -> dict[str, Any]:
    given = case["input"]
    return {
        "currency": case["currency"],
        "lines": [
            {
                "quantity": line["quantity"],
                "unit_price": line["price"],
                "base_quantity": line.get("base_quantity", "1"),
                "discounts": [{"amount": one["amount"]} for one in line.get("allowances_charges", ()) if not one["charge"]],
                "surcharges": [{"amount": one["amount"]} for one in line.get("allowances_charges", ()) if one["charge"]],
                "category": line["category"],
                "rate": line.get("rate"),
            }
            for line in given["lines"]
        ],
        "discounts": [_whole(one) for one in given["document_allowances_charges"] if not one["charge"]],
        "surcharges": [_whole(one) for one in given["document_allowances_charges"] if one["charge"]],
        "prepaid": given["prepaid"],
        "rounding": given["rounding"],
    }


def _whole(one: dict[str, Any]) -> dict[str, Any]:
    return {"amount": one["amount"], "category": one["category"], "rate": one["rate"]}
