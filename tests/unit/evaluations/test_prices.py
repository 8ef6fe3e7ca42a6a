"""Prices, quotes and VAT evaluated as the API asks for them: plain JSON in, plain JSON out."""

import json
from fractions import Fraction

import pytest
from pydantic import ValidationError

from engine.evaluations.price import PriceRequest, evaluate_price
from engine.evaluations.quote import QuoteEvaluationRequest, evaluate_quote
from engine.evaluations.vat import VatRequest, evaluate_vat
from engine.language import Offer
from engine.problems import Refusal
from tests.unit.stages.small_rulebook import PlainRules, rulebook

VAT = {
    "vat.treatment": lambda facts: "domestic" if facts["customer.country"] == "BE" else "reverse-charge",
    "vat.category": lambda facts: "S" if facts["customer.country"] == "BE" else "AE",
    "vat.rate": lambda facts: Fraction(21, 100) if facts["customer.country"] == "BE" else Fraction(0),
    "vat.mention": lambda facts: "none" if facts["customer.country"] == "BE" else "reverse-charge",
    "vat.vatex": lambda facts: "" if facts["customer.country"] == "BE" else "VATEX-EU-AE",
    "vat.basis": "the law",
    "vat.held": lambda facts: (
        "VAT number not verified" if facts["customer.vat-number"] == "unknown" and facts["customer.country"] != "BE" else "no"
    ),
}
FACTOR = {"line.price-factor": lambda facts: Fraction(85, 100) if facts["customer.segment"] == "chain" else Fraction(1)}


def price(request: dict, rules: PlainRules | None = None) -> dict:
    answer = evaluate_price(PriceRequest.model_validate_json(json.dumps(request)), rulebook(rules))
    return json.loads(answer.model_dump_json(exclude_none=True))


def vat(request: dict) -> dict:
    answer = evaluate_vat(VatRequest.model_validate_json(json.dumps(request)), rulebook(PlainRules(answers=VAT)))
    return json.loads(answer.model_dump_json(exclude_none=True))


def test_a_product_is_priced_for_one_price_period():
    found = price({"customer": {"segment": "chain"}, "product": "DESK", "quantity": "2", "on": "2027-01-15"}, PlainRules(answers=FACTOR))
    reasons = found.pop("reasons")
    assert found == {
        "currency": "EUR",
        "product": "DESK",
        "quantity": "2",
        "list_price": "91.581",
        "unit_price": "77.84",
        "price_per": "month",
        "periods": "1",
        "list_net": "155.68",
        "discounts": [],
        "net": "155.68",
        "parts": [],
    }
    assert [reason["subject"] for reason in reasons] == ["price", "index", "rounding", "line"]


def test_a_billing_type_prices_its_whole_period_and_a_person_s_discount():
    asked = {
        "customer": {"segment": "single"},
        "product": "EDI",
        "quantity": 1,
        "on": "2027-01-15",
        "billing_type": "annual",
        "discount": "10%",
    }
    found = price(asked)
    assert (found["list_net"], found["net"], found["discounts"][0]["amount"], found["periods"]) == ("389.02", "350.11", "38.91", "12")


def test_a_discount_of_the_rules_is_told_with_its_amount():
    rules = PlainRules(discounts=(Offer("promo", "Promotion", "a", 0, Fraction(1, 8), None, None, "spring"),))
    found = price({"customer": {"segment": "single"}, "product": "TILL", "quantity": "1", "on": "2027-01-15"}, rules)
    assert found["discounts"] == [
        {"name": "promo", "label": "Promotion", "percent": "12.5", "amount": "173.75", "because": "spring", "capped": False}
    ]


@pytest.mark.parametrize(
    ("mode", "quantity", "net", "unit"),
    [
        ("volume", "10", "100.00", "10.00"),
        ("volume", "11", "88.00", "8.00"),
        ("graduated", "12", "118.00", "9.833333"),
        ("volume", "0", "0.00", "10.00"),
    ],
)
def test_tiers_of_the_request_are_pure_arithmetic(mode, quantity, net, unit):
    rows = (
        [{"up_to": "10", "unit_price": "10", "flat": "2"}, {"unit_price": "8"}]
        if mode == "graduated"
        else [{"up_to": "10", "unit_price": "10"}, {"unit_price": "8"}]
    )
    found = price({"tiers": {"mode": mode, "rows": rows}, "quantity": quantity, "on": "2027-01-15"})
    assert (found["net"], found["unit_price"]) == (net, unit)


def test_tiers_in_another_currency_round_to_its_minor_unit():
    rows = [{"unit_price": "33.4"}]
    found = price({"tiers": {"mode": "volume", "rows": rows}, "quantity": "3", "on": "2027-01-15", "currency": "JPY"})
    assert (found["net"], found["currency"]) == ("100", "JPY")


ONE_TIER = {"mode": "volume", "rows": [{"unit_price": "1"}]}


@pytest.mark.parametrize(
    ("request_", "pointer", "code"),
    [
        ({"quantity": "1", "on": "2027-01-15"}, "/product", "product-or-tiers"),
        ({"product": "DESK", "quantity": "1", "on": "2027-01-15", "runs_since": "2027-01-16"}, "/runs_since", "runs-since-later"),
        (
            {"tiers": {"mode": "volume", "rows": [{"unit_price": "1"}]}, "quantity": "1", "on": "2027-01-15", "order_kind": "renewal"},
            "/order_kind",
            "tiers-alone",
        ),
        ({"product": "NONE", "quantity": "1", "on": "2027-01-15"}, "/product", "unknown-product"),
        ({"product": "DESK", "quantity": "-1", "on": "2027-01-15"}, "/quantity", "negative-quantity"),
        ({"product": "DESK", "quantity": "1", "on": "2025-01-15"}, None, "no-price"),
        ({"product": "DESK", "quantity": "1", "on": "2027-01-15", "billing_type": "weekly"}, "/billing_type", "unknown-billing-type"),
        ({"product": "DESK", "quantity": "1", "on": "2027-01-15", "attributes": {"x": "1"}}, "/attributes/x", "unknown-attribute"),
        (
            {"product": "DESK", "quantity": "1", "on": "2027-01-15", "customer": {"segment": "golden"}},
            "/customer/segment",
            "unknown-segment",
        ),
        ({"product": "DESK", "quantity": "1", "on": "2027-01-15", "currency": "CHF"}, "/currency", "other-currency"),
        (
            {"tiers": {"mode": "volume", "rows": [{"up_to": "5", "unit_price": "1"}]}, "quantity": "6", "on": "2027-01-15"},
            "/quantity",
            "beyond-tiers",
        ),
    ],
)
def test_a_price_that_cannot_be_given_points_at_what_is_wrong(request_, pointer, code):
    with pytest.raises(Refusal) as refused:
        price(request_)
    (problem,) = refused.value.problems
    assert (problem.pointer, problem.code) == (pointer, code)


def test_a_mistyped_product_is_answered_with_the_one_that_was_probably_meant():
    with pytest.raises(Refusal) as refused:
        price({"product": "DESKS", "quantity": "1", "on": "2027-01-15"})
    assert refused.value.problems[0].help == "did you mean `DESK`?"


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": 1.5},
        {"quantity": "1e3"},
        {"on": "2027-02-30"},
        {"on": "27-1-1"},
        {"colour": "red"},
        {"customer": {"country": "be"}},
        {"discount": "ten"},
    ],
)
def test_a_malformed_request_is_no_request(wrong):
    with pytest.raises(ValidationError):
        PriceRequest.model_validate_json(json.dumps({"product": "DESK", "quantity": "1", "on": "2027-01-15"} | wrong))


def test_vat_is_decided_or_held():
    asked = {
        "customer": {"country": "BE", "kind": "private"},
        "supply": {"kind": "service", "vat_class": "standard"},
        "tax_point": "2027-01-31",
    }
    found = vat(asked)
    assert (found["treatment"], found["category"], found["rate"], found["basis"]) == ("domestic", "S", "21", "the law")
    assert "mention" not in found
    assert "vatex" not in found
    abroad = {"country": "FR", "kind": "business", "vat_number": "FR42999999006"}
    assert vat(asked | {"customer": abroad})["held"] == "VAT number not verified"
    valid = vat(asked | {"customer": abroad | {"vat_number_state": "valid"}})
    assert (valid["category"], valid["rate"], valid["vatex"]) == ("AE", "0", "VATEX-EU-AE")
    assert valid["mention"] == {"fr": "Reverse charge", "nl": "Reverse charge", "en": "Reverse charge"}


def test_the_seller_may_be_asked_otherwise():
    rules = PlainRules(answers=VAT | {"vat.basis": lambda facts: f"oss {facts['seller.oss']}, small {facts['seller.small-business']}"})
    asked = {"customer": {"country": "BE"}, "supply": {"kind": "goods", "vat_class": "reduced"}, "tax_point": "2027-01-31"}
    for seller, basis in (
        ({}, "oss False, small False"),
        ({"oss": True}, "oss True, small False"),
        ({"small_business": True}, "oss False, small True"),
    ):
        request = VatRequest.model_validate(asked | {"seller": seller})
        assert evaluate_vat(request, rulebook(rules)).basis == basis


def test_a_quote_is_answered_with_totals_and_schedule():
    asked = {
        "customer": {"segment": "single", "country": "BE"},
        "lines": [{"product": "DESK", "quantity": "2"}, {"product": "TILL", "quantity": 1, "payment_plan": "thirds"}],
        "on": "2027-01-15",
    }
    answer = evaluate_quote(QuoteEvaluationRequest.model_validate_json(json.dumps(asked)), rulebook(PlainRules(answers=VAT)))
    found = json.loads(answer.model_dump_json())
    assert {
        name: found[name] for name in ("totals", "mrr", "arr", "one_off", "first_invoice", "contract_value", "net", "vat", "gross")
    } == {
        "totals": {"monthly": "183.16", "flat-rate": "1390.00"},
        "mrr": "183.16",
        "arr": "2197.92",
        "one_off": "1390.00",
        "first_invoice": "600.16",
        "contract_value": "3587.92",
        "net": None,
        "vat": None,
        "gross": None,
    }
    assert [(each["billing_type"], each["net"], each["vat"], each["gross"]) for each in found["estimates"]] == [
        ("monthly", "183.16", "38.46", "221.62"),
        ("flat-rate", "1390.00", "291.90", "1681.90"),
    ]
    assert len(found["schedule"]) == 15
    assert found["lines"][0]["net"] == "183.16"
    assert type(answer).model_validate_json(answer.model_dump_json()) == answer
