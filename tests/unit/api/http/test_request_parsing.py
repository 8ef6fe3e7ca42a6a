"""Requests are parsed within limits, and each mistake has its JSON pointer and remedy."""

import pytest

from api.http.request_parsing import LARGEST_BODY, read_json, read_request
from engine.documents.quote import QuoteRequest
from engine.evaluations.registry import EVALUATIONS
from engine.problems import Refusal

CUSTOMER = {"id": "c", "name": "n", "address": {"street": "s", "postcode": "1", "town": "t", "country": "BE"}}


def quote(**changed: object) -> dict[str, object]:
    return {"currency": "EUR", "customer": CUSTOMER, "lines": [{"product": "A", "quantity": "1"}], "on": "2027-01-01"} | changed


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "not-json"),
        (b"", "not-json"),
        (b"\xff", "not-utf-8"),
        (b'{"a": NaN}', "not-a-number"),
        (b'{"a": -Infinity}', "not-a-number"),
        (b'{"a": 1e999999}', "not-a-number"),
        (b'{"a": 1, "a": 2}', "written-twice"),
        (b'"' + rb"\u0000" + b'"', "odd-character"),
        (b'"' + rb"\ud800" + b'"', "odd-character"),
        (b'{"' + rb"\u0007" + b'": 1}', "odd-character"),
        (b"[" * 100_000, "too-deep"),
        (b'{"a":' * 41 + b"1" + b"}" * 41, "too-deep"),
        (b"9" * 5000, "too-big"),
        (b"9223372036854775808", "too-big"),
        (b" " * (LARGEST_BODY + 1), "too-large"),
    ],
)
def test_a_body_out_of_bounds_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_json(body)
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read_json(b"\xef\xbb\xbf" + b'{"a": 1}') == {"a": 1}
    assert read_json(b'"\xef\xbb\xbf"') == "\ufeff"


def test_brackets_inside_a_text_are_no_depth() -> None:
    assert read_json(b'"' + b"[" * 1000 + rb"\"[" + b'"') == "[" * 1000 + '"['


@pytest.mark.parametrize(
    ("requested", "pointer", "code"),
    [
        (quote(on="2027-02-30"), "/on", "not-a-day"),
        (quote(on=1), "/on", "not-a-day"),
        (quote(onn="2027-01-01"), "/onn", "unknown-field"),
        (quote(lines=[]), "/lines", "out-of-bounds"),
        (quote(lines=[{"product": "A"}]), "/lines/0/quantity", "missing"),
        (quote(lines=[{"product": "A", "quantity": 1.5}]), "/lines/0/quantity", "quantity"),
        (quote(lines=[{"product": "A", "quantity": "1,5"}]), "/lines/0/quantity", "quantity"),
        (quote(lines=[{"product": "A", "quantity": "1e5"}]), "/lines/0/quantity", "quantity"),
        (quote(customer=CUSTOMER | {"language": "eo"}), "/customer/language", "unknown-value"),
        (quote(customer=CUSTOMER | {"kind": None}), "/customer/kind", "unknown-value"),
        (quote(lines=[{"product": "A", "quantity": "1", "commitment": "20.00"}]), "/lines/0/commitment", "wrong-type"),
        (quote(currency="EURO"), "/currency", "unknown-currency"),
        ([], "", "wrong-type"),
        (None, "", "wrong-type"),
    ],
)
def test_a_mistake_has_its_pointer(requested: object, pointer: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_request(QuoteRequest, requested)
    assert [(problem.pointer, problem.code) for problem in refusal.value.problems] == [(pointer, code)]


def test_every_mistake_is_reported_at_once_and_a_misspelt_name_is_recognised() -> None:
    with pytest.raises(Refusal) as refusal:
        read_request(QuoteRequest, quote(on="x", lines=[{"product": "A", "quantity": "1", "billing_tipe": "monthly"}]))
    reported = {problem.pointer: problem.help for problem in refusal.value.problems}
    assert set(reported) == {"/on", "/lines/0/billing_tipe"}
    assert reported["/lines/0/billing_tipe"] == "did you mean `billing_type`?"


def test_whole_numbers_of_json_are_read_as_amounts() -> None:
    assert str(read_request(QuoteRequest, quote(lines=[{"product": "A", "quantity": 3}])).lines[0].quantity) == "3"


LINE = {"quantity": "1", "unit_price": "100", "category": "S", "rate": "21"}
FOREIGN = {"amount": "1", "currency": "eur"}
SCHEDULE = {
    "price": "30.00",
    "starts_on": "2027-01-31",
    "due_through": "2027-04-30",
    "process": {"every": 1, "unit": "month", "timing": "advance", "align_to": "anchor"},
}
NEEDS_ALIGN_TO = {"every": 1, "unit": "month", "timing": "advance"}


@pytest.mark.parametrize(
    ("name", "request_", "pointer", "code", "words"),
    [
        ("invoice", {"currency": "eur", "lines": [LINE]}, "/currency", "unknown-currency", "write `EUR`"),
        ("invoice", {"currency": "EURO", "lines": [LINE]}, "/currency", "unknown-currency", "write `EUR`"),
        (
            "invoice",
            {"lines": [LINE | {"unit_price": FOREIGN}]},
            "/lines/0/unit_price",
            "unknown-currency",
            "EUR",
        ),
        ("invoice", {"currency": "?", "lines": [LINE]}, "/currency", "unknown-currency", "such as `EUR`"),
        ("invoice", {"lines": [LINE | {"rate": "21,0"}]}, "/lines/0/rate", "percentage", "12.5"),
        ("invoice", {"lines": [LINE | {"quantity": 1.5}]}, "/lines/0/quantity", "quantity", "1.5"),
        ("invoice", {"lines": [LINE | {"unit_price": "1,5"}]}, "/lines/0/unit_price", "amount", "91.58"),
        ("schedule", SCHEDULE | {"process": NEEDS_ALIGN_TO}, "/process", "missing", "`align_to: anchor`"),
        ("schedule", SCHEDULE | {"due_through": "9999-12-31"}, "/due_through", "not-a-day", "write the correct day"),
        ("schedule", SCHEDULE | {"starts_on": "2027-02-30"}, "/starts_on", "not-a-day", "`2027-02-28`"),
        ("schedule", SCHEDULE | {"changes": [{"on": "2027-02-01"}]}, "/changes/0", "one-of", "`suspend: true`"),
        ("schedule", SCHEDULE | {"price": {}}, "/price", "one-of", "tiers"),
        ("payment-plan", {"plan": "thirds"}, "", "one-of", "keep one"),
        ("payment-plan", {"net": "1", "plan": {}}, "/plan", "one-of", "instalments"),
    ],
)
def test_a_mistake_is_told_once_with_what_to_write(name: str, request_: object, pointer: str, code: str, words: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_request(EVALUATIONS[name].request, request_)
    assert [(problem.pointer, problem.code) for problem in refusal.value.problems] == [(pointer, code)]
    assert words in refusal.value.problems[0].help
