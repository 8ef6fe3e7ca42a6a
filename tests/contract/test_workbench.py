"""Overlays on the rulebook of the service: their problems with positions, and the amounts that they change."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api.http.app import create_app
from api.importing.import_folder import read_folder_of_files
from api.rulebook_folder import read_folder
from api.workbench.cursor_answers import CursorAnswer
from api.workbench.draft_review import ReviewResponse
from api.workbench.overlay import CheckResponse, DiffResponse

SHIPPED = Path(__file__).parents[2]
SOURCES = read_folder(SHIPPED)
BOOK = "catalog/price-books/book-2027.yaml"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(SOURCES, read_folder_of_files(SHIPPED / "demo"))
    with TestClient(app, "http://127.0.0.1", raise_server_exceptions=False) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "answer"), [("check", CheckResponse), ("diff", DiffResponse), ("review", ReviewResponse), ("cursor", CursorAnswer)]
)
def test_each_answers_its_own_example(client: TestClient, name: str, answer: type[BaseModel]) -> None:
    body = client.get("/openapi.json").json()["paths"][f"/v1/evaluations/{name}"]["post"]["requestBody"]["content"]["application/json"]
    result = client.post(f"/v1/evaluations/{name}", json=body["examples"]["example"]["value"])
    assert result.status_code == 200, result.text
    answer.model_validate(result.json())


def test_check_reports_a_mistake_at_its_place_in_the_language_requested(client: TestClient) -> None:
    text = SOURCES[BOOK].replace("1.029", "1,029")
    result = client.post("/v1/evaluations/check", json={"files": {BOOK: text}}, headers={"Accept-Language": "fr"}).json()["problems"]
    assert [(one["file"], one["severity"]) for one in result] == [(BOOK, "problem")]
    assert "1,029" in result[0]["message"]


def test_review_says_what_a_text_means_before_it_is_proved(client: TestClient) -> None:
    answer = client.post("/v1/evaluations/review", json={"files": {BOOK: SOURCES[BOOK].replace("1.029", "1.031")}}).json()
    assert answer["problems"] == []
    assert answer["changes"]["invoices"]["change"]["net"] == "74.61"
    assert (answer["scenarios"]["tried"], len(answer["scenarios"]["failed"])) == (413, 41)
    assert {one["name"] for one in answer["cases"]} >= {"price of SUB-CORE", "price of SRV-TRAIN"}
    price = next(one["price"] for one in answer["cases"] if one["name"] == "price of SUB-CORE")
    assert (price["product"], price["quantity"], price["rule"]) == ("SUB-CORE", "1", None)
    broken = client.post("/v1/evaluations/review", json={"files": {BOOK: SOURCES[BOOK].replace("factor: 1.029", "facter: 1,029")}}).json()
    assert [(one["code"], one["line"], [fix["text"] for fix in one["fixes"]]) for one in broken["problems"]] == [
        ("unknown-key", 9, ["factor"])
    ]
    assert (broken["changes"], broken["scenarios"], broken["cases"]) == (None, None, None)


def test_a_cursor_is_answered_in_the_language_of_the_reader(client: TestClient) -> None:
    text = "module rules.more\n\nprice more\n  for product \n"
    place = {"file": "rules/more.rules", "line": 4, "column": 15}
    request = {"files": {"rules/more.rules": text}, **place}
    answer = client.post("/v1/evaluations/cursor", json=request, headers={"Accept-Language": "nl"}).json()
    assert (answer["column"], answer["word"]) == (15, None)
    core = next(one for one in answer["suggestions"] if one["text"] == "SUB-CORE")
    assert (core["kind"], core["meaning"]["what"]) == ("product", "product")
    assert core["meaning"]["details"][1:] == ["89.00 EUR vanaf 2024-01-01 (book-2026)", "91.581 EUR vanaf 2027-01-01 (book-2027)"]
    request["files"] = {"rules/more.rules": text.replace("product ", "product SUB-CORE")}
    word = client.post("/v1/evaluations/cursor", json=request).json()["word"]
    assert (word["column"], word["end_column"]) == (15, 23)
    assert word["meanings"][0]["where"] == "catalog/products/subscriptions.yaml:5"


def test_diff_reports_the_money(client: TestClient) -> None:
    text = SOURCES[BOOK].replace("1.029", "1.031")
    result = client.post("/v1/evaluations/diff", json={"files": {BOOK: text}}).json()
    assert result["changes_money"] is True
    assert result["invoices"]["change"] == {"net": "74.61", "vat": "14.35", "gross": "88.96"}
    assert (result["invoices"]["invoices_changed"], result["invoices"]["year"]) == (46, "713.90")


def test_the_answer_of_diff_is_that_of_its_types(client: TestClient) -> None:
    answer = client.post("/v1/evaluations/diff", json={"files": {BOOK: SOURCES[BOOK].replace("1.029", "1.031")}}).json()
    typed = DiffResponse.model_validate(answer)
    assert typed.model_dump(mode="json") == answer
    assert typed.invoices is not None
    assert typed.invoices.changes[0].lines[0].why[0].rule == "catalog: price book book-2027"
    assert sum(Decimal(one.change.net) for one in typed.invoices.changes) == Decimal("74.61")


def test_every_part_of_the_answer_of_diff_is_typed(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    seen: set[str] = set()

    def look(schema: object) -> None:
        if isinstance(schema, list):
            for each in schema:
                look(each)
        elif isinstance(schema, dict):
            assert schema.get("type") != "object" or schema["properties"], schema
            assert schema.get("type") != "array" or schema["items"], schema
            name = str(schema.get("$ref", "")).rpartition("/")[2]
            if name and name not in seen:
                seen.add(name)
                look(schemas[name])
            for each in schema.values():
                look(each)

    look({"$ref": "#/components/schemas/DiffResponse"})
    assert {"EditDocument", "AnswerChangeDocument", "InvoiceChangeDocument", "OrderChangeDocument", "WhyDocument"} <= seen


def test_diff_of_nothing_is_nothing(client: TestClient) -> None:
    result = client.post("/v1/evaluations/diff", json={"files": {}}).json()
    assert (result["edits"], result["changes_money"], result["invoices"]["changes"]) == ([], False, [])


def test_broken_texts_have_no_money(client: TestClient) -> None:
    result = client.post("/v1/evaluations/diff", json={"files": {"company.yaml": None}})
    assert (result.status_code, result.headers["content-type"]) == (422, "application/problem+json")
    assert result.json()["errors"][0]["code"] == "missing-file"


@pytest.mark.parametrize("path", ["../company.yaml", "/etc/passwd", "rules/../../x.rules", "templates/x.py", "rules//a.rules", "", "rules"])
def test_a_path_outside_the_rulebook_is_refused_at_its_pointer(client: TestClient, path: str) -> None:
    result = client.post("/v1/evaluations/check", json={"files": {path: "x"}})
    assert result.status_code == 422
    assert result.json()["errors"][0]["pointer"].startswith("/files/")
