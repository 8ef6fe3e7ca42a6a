"""Texts laid over the rulebook of the service: what is wrong with them is told at its place, what they change is told in euros."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from api.http.app import create_app
from api.http.routes.workbench import CheckResponse, DiffResponse
from api.importing.import_folder import read_folder_of_files
from api.workbench.overlay import Workbench
from api.workbench.rulebook_folder import read_folder
from api.workbench.rulebook_versions import only_live
from engine.rulebook.reader import read_rulebook
from tests.conftest import FULL

SHIPPED = Path(__file__).parents[2]
SOURCES = read_folder(SHIPPED)
BOOK = "catalog/price-books/book-2027.yaml"
APP = create_app(only_live(read_rulebook(SOURCES)), workbench=Workbench(SOURCES, read_folder_of_files(SHIPPED / "demo")))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
description = schemathesis.openapi.from_asgi("/openapi.json", APP).include(path_regex="evaluations/(check|diff)$")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(APP, raise_server_exceptions=False) as opened:
        yield opened


@description.parametrize()
@settings(max_examples=40 if FULL else 2, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_workbench_keeps_its_description(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS)


@pytest.mark.parametrize(("name", "answer"), [("check", CheckResponse), ("diff", DiffResponse)])
def test_each_answers_its_own_example(client: TestClient, name: str, answer: type[CheckResponse] | type[DiffResponse]) -> None:
    body = client.get("/openapi.json").json()["paths"][f"/v1/evaluations/{name}"]["post"]["requestBody"]["content"]["application/json"]
    found = client.post(f"/v1/evaluations/{name}", json=body["examples"]["example"]["value"])
    assert found.status_code == 200, found.text
    answer.model_validate(found.json())


def test_check_tells_a_mistake_at_its_place_in_the_language_asked_for(client: TestClient) -> None:
    text = SOURCES[BOOK].replace("1.029", "1,029")
    found = client.post("/v1/evaluations/check", json={"files": {BOOK: text}}, headers={"Accept-Language": "fr"}).json()["problems"]
    assert [(one["file"], one["severity"]) for one in found] == [(BOOK, "problem")]
    assert "1,029" in found[0]["message"]


def test_diff_tells_the_money(client: TestClient) -> None:
    text = SOURCES[BOOK].replace("1.029", "1.031")
    found = client.post("/v1/evaluations/diff", json={"files": {BOOK: text}}).json()
    assert found["changes_money"] is True
    assert found["invoices"]["change"] == {"net": "74.61", "vat": "14.35", "gross": "88.96"}
    assert (found["invoices"]["invoices_changed"], found["invoices"]["year"]) == (46, "713.90")


def test_diff_of_nothing_is_nothing(client: TestClient) -> None:
    found = client.post("/v1/evaluations/diff", json={"files": {}}).json()
    assert (found["edits"], found["changes_money"], found["invoices"]["changes"]) == ([], False, [])


def test_broken_texts_have_no_money(client: TestClient) -> None:
    found = client.post("/v1/evaluations/diff", json={"files": {"company.yaml": None}})
    assert (found.status_code, found.headers["content-type"]) == (422, "application/problem+json")
    assert found.json()["errors"][0]["code"] == "missing-file"


@pytest.mark.parametrize("path", ["../company.yaml", "/etc/passwd", "rules/../../x.rules", "templates/x.py", "rules//a.rules", "", "rules"])
def test_a_path_outside_the_rulebook_is_refused_at_its_pointer(client: TestClient, path: str) -> None:
    found = client.post("/v1/evaluations/check", json={"files": {path: "x"}})
    assert found.status_code == 422
    assert found.json()["errors"][0]["pointer"].startswith("/files/")
