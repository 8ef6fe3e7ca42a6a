"""VAT by the shipped rulebook, as the evaluation answers it: treatments, VAT numbers, what is held, and what is refused."""

from __future__ import annotations

import pytest

from engine.evaluations.quote import QuoteEvaluationRequest, evaluate_quote
from engine.evaluations.vat import VatAnswer, VatRequest, evaluate_vat
from engine.explaining.explain_document import explain_quote
from engine.problems import Refusal
from engine.rulebook.book import Rulebook
from engine.writing.quote_html import quote_page
from tests.scenario.test_prices_of_the_rulebook import ON, ROOT, edited, shipped
from tests.unit.writing.sample_documents import shipped_words

BE, FR, DE, CH = ({"country": country} for country in ("BE", "FR", "DE", "CH"))
VALID = {"vat_number": "FR42999999006", "vat_number_state": "valid"}
PRIVATE = {"kind": "private"}
OSS = {"oss": True}
NAMES_OF_22 = (
    ("vat/codes.yaml", "  V21: {", '  V22: {treatment: domestic, rate: 22%, grids: {base: "03", vat: "54"}, listing: annual}\n  V21: {'),
    (
        "vat/accounting-tools.yaml",
        "      domestic 21%:",
        "      domestic 22%: {goods: Biens 22%, services: Services 22%}\n      domestic 21%:",
    ),
)
"""What a rate of 22% needs beside its line in vat/rates.yaml: file, text, and the text that takes its place."""


@pytest.mark.parametrize(
    ("customer", "supply", "seller", "expected"),
    [
        (BE, ("service", "standard"), {}, ("domestic", "S", "21", None)),
        (BE | PRIVATE, ("goods", "reduced"), {}, ("domestic", "S", "6", None)),
        (BE | {"files_periodic_returns": True}, ("immovable-work", "standard"), {}, ("co-contractor", "AE", "0", "VATEX-EU-AE")),
        (BE, ("immovable-work", "standard"), {}, ("domestic", "S", "21", None)),
        (BE | {"files_periodic_returns": True, "small_business": True}, ("immovable-work", "standard"), {}, ("domestic", "S", "21", None)),
        (FR | VALID, ("service", "standard"), {}, ("reverse-charge", "AE", "0", "VATEX-EU-AE")),
        (FR | VALID, ("goods", "reduced"), {}, ("intra-community", "K", "0", "VATEX-EU-IC")),
        (CH, ("service", "standard"), {}, ("outside-scope", "O", "0", "VATEX-EU-O")),
        (CH, ("goods", "standard"), {}, ("export", "G", "0", "VATEX-EU-G")),
        (DE | PRIVATE, ("electronic-service", "standard"), OSS, ("oss", "S", "19", None)),
        (DE | PRIVATE, ("electronic-service", "standard"), {}, ("domestic", "S", "21", None)),
        (DE | PRIVATE, ("local-service", "standard"), {}, ("domestic", "S", "21", None)),
        (CH | PRIVATE, ("local-service", "standard"), {}, ("domestic", "S", "21", None)),
        (CH | PRIVATE, ("service", "standard"), {}, ("outside-scope", "O", "0", "VATEX-EU-O")),
        (FR | {"vat_number_state": "invalid"}, ("service", "standard"), {}, ("domestic", "S", "21", None)),
        (FR, ("service", "standard"), {}, ("domestic", "S", "21", None)),
        (BE, ("service", "standard"), {"small_business": True}, ("small-business", "E", "0", None)),
    ],
)
def test_the_decisions_of_a_belgian_seller(customer, supply, seller, expected) -> None:
    result = vat(customer, supply, seller)
    assert (result.treatment, result.category, str(result.rate), result.vatex) == expected
    assert result.held is None
    assert (result.mention is None) == (result.category in ("S", "Z"))


@pytest.mark.parametrize(
    ("customer", "supply", "seller", "held"),
    [
        (FR | {"vat_number_state": "unknown"}, ("service", "standard"), {}, "VAT number not verified"),
        (BE | {"vat_number_state": "unknown"}, ("immovable-work", "standard"), {}, "not known if it files periodic returns"),
        (FR | {"vat_number": "FR42999999006"}, ("service", "standard"), {}, "VAT number not verified"),
        (FR | {"vat_number": "FR42999999006"}, ("goods", "standard"), {}, "VAT number not verified"),
        (DE | VALID, ("service", "standard"), {}, "VAT number not verified"),
        (FR | {"vat_number": "XI123456782", "vat_number_state": "valid"}, ("service", "standard"), {}, "VAT number not verified"),
        (DE | PRIVATE, ("electronic-service", "intermediate"), OSS, "no rate"),
    ],
)
def test_what_is_held_back(customer, supply, seller, held) -> None:
    result = vat(customer, supply, seller)
    assert (result.held, result.treatment, result.rate) == (held, None, None)


def test_a_quote_whose_vat_is_held_shows_no_vat_and_no_gross_amount() -> None:
    customer = {"country": "FR", "vat_number": "FR42999999006", "language": "fr"}
    asked = {"customer": customer, "lines": [{"product": "SUB-CORE", "quantity": "1"}], "on": ON}
    priced = evaluate_quote(QuoteEvaluationRequest.model_validate(asked), shipped())
    assert (str(priced.net), priced.vat, priced.gross, priced.held) == ("91.58", None, None, ("SUB-CORE: VAT number not verified",))
    assert priced.model_dump(mode="json")["vat"] is None
    page = quote_page(priced, "Q1", shipped(), shipped_words())
    assert (page["vat_total"], page["gross"]) == ("à déterminer", "à déterminer")
    last = explain_quote(priced, "Q1").parts[-1]
    assert (last.line, last.amount, str(last.sentence)) == ("gross", "", "held back: SUB-CORE: VAT number not verified.")
    verified = asked | {"customer": customer | {"vat_number_state": "valid"}}
    free = evaluate_quote(QuoteEvaluationRequest.model_validate(verified), shipped())
    assert (str(free.vat), str(free.gross)) == ("0.00", "91.58")


@pytest.mark.parametrize(
    ("country", "number", "kind", "treatment"),
    [
        ("GR", "EL094259216", "service", "reverse-charge"),
        ("MC", "FR42999999006", "service", "reverse-charge"),
        ("MC", "FR42999999006", "goods", "intra-community"),
        ("DE", "FR42999999006", "goods", "intra-community"),
        ("XI", "XI123456782", "goods", "intra-community"),
        ("XI", "XI123456782", "service", "outside-scope"),
        ("FR", "BE 999910048", "goods", "domestic"),
    ],
)
def test_the_state_that_gave_a_valid_number(country: str, number: str, kind: str, treatment: str) -> None:
    customer = {"country": country, "vat_number": number, "vat_number_state": "valid"}
    assert vat(customer, (kind, "standard"), {}).treatment == treatment


@pytest.mark.parametrize(
    ("customer", "code"),
    [
        (FR | {"vat_number_state": "valid"}, "valid-without-number"),
        (FR | VALID | {"vat_number": ""}, "valid-without-number"),
        (FR | VALID | {"vat_number": "rubbish"}, "bad-vat-number"),
        (FR | VALID | {"vat_number": "FR42999999007"}, "bad-vat-number"),
        (BE | {"vat_number": "BE0123456789"}, "bad-vat-number"),
        (BE | {"vat_number": "0999910048"}, "bad-vat-number"),
        ({"country": "GR", "vat_number": "GR094259216"}, "bad-vat-number"),
        (FR | {"vat_number": "ZZ123456"}, "bad-vat-number"),
    ],
)
def test_a_wrong_vat_number_is_refused(customer, code) -> None:
    with pytest.raises(Refusal) as refused:
        vat(customer, ("service", "standard"), {})
    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [("/customer/vat_number", code)]


def test_an_expired_answer_is_reported_as_expired() -> None:
    customer = FR | VALID | {"vat_checked_on": "2025-01-02"}
    result = vat(customer, ("service", "standard"), {})
    assert result.held == "VAT number not verified: the answer of 2025-01-02 has expired"
    assert result.reasons[-1].says == "the answer of 2025-01-02 about the VAT number serves for 400 days"
    assert (
        vat(
            BE | {"vat_number": "BE0999910048", "vat_number_state": "valid", "vat_checked_on": "2025-01-02"}, ("service", "standard"), {}
        ).held
        is None
    )


def test_a_new_rate_counts_from_its_day() -> None:
    text = (ROOT / "vat" / "rates.yaml").read_text("utf-8")
    start = text.index("BE:")
    line = next(each for each in text[start:].splitlines() if "21%" in each)
    later = line.replace(line.split("from: ")[1][:10], "2027-07-01").replace("21%", "22%")
    changed = edited(("vat/rates.yaml", line, f"{line}\n{later}"), *NAMES_OF_22)
    assert [str(vat(BE, ("service", "standard"), {}, of=changed, on=day).rate) for day in ("2027-06-30", "2027-07-01")] == ["21", "22"]


def vat(customer, supply, seller, *, of: Rulebook | None = None, on: str = "2027-01-31") -> VatAnswer:
    request = {"customer": customer, "supply": {"kind": supply[0], "vat_class": supply[1]}, "seller": seller, "tax_point": on}
    return evaluate_vat(VatRequest.model_validate(request), of or shipped())
