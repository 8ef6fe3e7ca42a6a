"""The evaluation API: every route answers its documented example, and every mistake gets a JSON pointer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from api.http.middleware import RequestMiddleware
from api.rulebook_folder import read_folder
from engine.evaluations.registry import EVALUATIONS

SHIPPED = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def app() -> RequestMiddleware:
    return create_app(read_folder(SHIPPED))


@pytest.fixture(scope="module")
def client(app: RequestMiddleware) -> Iterator[TestClient]:
    with TestClient(app, "http://127.0.0.1", raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    result: dict[str, Any] = client.get("/openapi.json").json()
    return result


def example_of(described: dict[str, Any], name: str) -> dict[str, Any]:
    body = described["paths"][f"/v1/evaluations/{name}"]["post"]["requestBody"]["content"]["application/json"]
    result: dict[str, Any] = body["examples"]["example"]["value"]
    return result


def test_the_description_is_openapi_3_1_and_names_every_question(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    assert {f"/v1/evaluations/{name}" for name in EVALUATIONS} <= set(described["paths"])


@pytest.mark.parametrize("name", EVALUATIONS)
def test_every_question_answers_its_own_example(client: TestClient, described: dict[str, Any], name: str) -> None:
    answer = client.post(f"/v1/evaluations/{name}", json=example_of(described, name))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    EVALUATIONS[name].answer.model_validate(answer.json())


@pytest.mark.parametrize("name", EVALUATIONS)
def test_a_field_too_many_is_refused_at_its_pointer(client: TestClient, described: dict[str, Any], name: str) -> None:
    answer = client.post(f"/v1/evaluations/{name}", json=example_of(described, name) | {"surprise": 1})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert {"pointer": "/surprise", "code": "unknown-field"}.items() <= answer.json()["errors"][0].items()
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("name", EVALUATIONS)
def test_an_unknown_rulebook_is_refused(client: TestClient, described: dict[str, Any], name: str) -> None:
    answer = client.post(f"/v1/evaluations/{name}", json=example_of(described, name) | {"rulebook": "of yesterday"})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/rulebook"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 422, "not-json"),
        (b"[" * 60_000, 422, "too-deep"),
        (b'{"a": NaN}', 422, "not-a-number"),
        (b'{"a":1,"a":1}', 422, "written-twice"),
        (rb'{"a":"\u0000"}', 422, "odd-character"),
        (b"\xff\xfe", 422, "not-utf-8"),
        (b" " * (2 << 20), 413, "too-large"),
        (b"null", 422, "wrong-type"),
        (b"[]", 422, "wrong-type"),
        (b"", 422, "missing"),
    ],
)
def test_a_body_that_is_no_request_is_refused(client: TestClient, body: bytes, status: int, code: str) -> None:
    answer = client.post("/v1/evaluations/vat", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "Traceback" not in answer.text


def test_a_body_of_another_type_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/evaluations/vat", content=b"a=1", headers={"content-type": "application/x-www-form-urlencoded"})
    assert (answer.status_code, answer.json()["code"]) == (415, "not-json-type")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/v1/nothing", 404), ("GET", "/v1/evaluations/vat", 405), ("POST", "/healthz", 405)]
)
def test_an_address_that_does_not_answer_says_so(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_the_documentation_asks_no_outside_address(client: TestClient) -> None:
    text = client.get("/docs").text
    assert '"validatorUrl": null' in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text


def test_health_says_which_rulebook_answers(client: TestClient) -> None:
    assert len(client.get("/healthz").json()["rulebook"]) == 64


def test_floats_are_refused_as_money(client: TestClient, described: dict[str, Any]) -> None:
    requested = example_of(described, "schedule") | {"price": 30.0}
    answer = client.post("/v1/evaluations/schedule", content=json.dumps(requested), headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/price"


_LINE = {"quantity": "2", "unit_price": "3.33", "category": "S", "rate": "21"}
_FOREIGN = {"amount": "1", "currency": "USD"}


@pytest.mark.parametrize(
    ("name", "question", "pointer"),
    [
        ("invoice", {"lines": [_LINE | {"unit_price": _FOREIGN}]}, "/lines/0/unit_price"),
        ("invoice", {"lines": [_LINE], "prepaid": _FOREIGN}, "/prepaid"),
        ("invoice", {"lines": [_LINE], "discounts": [{"amount": _FOREIGN}]}, "/discounts/0/amount"),
        ("credit", {"invoice": {"lines": [_LINE], "line_net": [_FOREIGN]}, "ask": {"whole": True}}, "/invoice/line_net/0"),
        ("credit", {"invoice": {"lines": [_LINE]}, "earlier_credits": [{}], "ask": {"whole": True}}, "/earlier_credits/0"),
        (
            "quote",
            {"customer": {}, "lines": [{"product": "SUB-CORE", "quantity": 1, "starts_on": "9999-12-31"}], "on": "2027-01-15"},
            "/lines/0/starts_on",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_pointer(client: TestClient, name: str, question: dict[str, Any], pointer: str) -> None:
    """Another currency than the document's, an earlier credit note that says nothing, a start beyond reason: told, never a fault."""
    answer = client.post(f"/v1/evaluations/{name}", json=question)
    assert answer.status_code == 422
    assert [mistake["pointer"] for mistake in answer.json()["errors"]] == [pointer]


def test_what_was_credited_by_amount_and_then_whole_is_credited(client: TestClient) -> None:
    """Once an amount and then the rest are taken back, no empty credit note follows."""
    question: dict[str, Any] = {"invoice": {"lines": [_LINE]}, "earlier_credits": []}
    for ask in ({"lines": [{"line": 1, "amount": "1.00"}]}, {"whole": True}):
        note = client.post("/v1/evaluations/credit", json=question | {"ask": ask})
        assert note.status_code == 200
        question["earlier_credits"].append(note.json())
    again = client.post("/v1/evaluations/credit", json=question | {"ask": {"whole": True}})
    assert (again.status_code, again.json()["state"]) == (409, "credited")


def test_a_vat_answer_reports_a_decision_or_why_it_is_held_and_never_both(client: TestClient, described: dict[str, Any]) -> None:
    requested = example_of(described, "vat")
    assert "held" not in client.post("/v1/evaluations/vat", json=requested).json()
    unverified = {"country": "FR", "kind": "business", "vat_number": "FR40303265045", "vat_number_state": "unknown"}
    held = client.post("/v1/evaluations/vat", json=requested | {"customer": unverified}).json()
    assert set(held) == {"held", "reasons"}


def test_a_credit_of_very_many_lines_and_earlier_credits_is_refused_at_once(client: TestClient, described: dict[str, Any]) -> None:
    requested = example_of(described, "credit")
    lines = requested["invoice"]["lines"] * 2000
    many = requested["invoice"] | {"lines": lines, "line_net": requested["invoice"]["line_net"] * 2000}
    earlier = [{"lines": [{"line": 1, "amount": "0.01"}]}] * 60
    answer = client.post("/v1/evaluations/credit", json=requested | {"invoice": many, "earlier_credits": earlier})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/earlier_credits")
