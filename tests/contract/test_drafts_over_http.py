"""Drafts of the rulebook over HTTP: changed, undone, shared, overtaken by another version, proposed and published by somebody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.conftest import RULEBOOK
from tests.contract.desk_over_http import Caller, DeskOverHttp, fill, make_key, open_over_http

BOOK, TESTS, RULES = "catalog/price-books/book-2027.yaml", "catalog/price-books/book-2027.test.yaml", "rules/example.rules"
DEFINITION = "module rules.example\n\ndefine large-order : Bool = line.quantity at least 100\n"


@pytest.fixture
def http(tmp_path: Path) -> Iterator[DeskOverHttp]:
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    fill(url, *RULEBOOK, tmp_path / "files")
    opened = open_over_http(url, *RULEBOOK)
    yield opened
    opened.close()


def change(caller: Caller, author: str, files: dict[str, str | None], **more: Any) -> Any:
    response = caller.call("PATCH", f"/v1/drafts/{author}", {"files": files, **more})
    assert response.status_code == 200, response.text
    return response.json()


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_a_draft_is_changed_undone_shared_and_discarded(http: DeskOverHttp) -> None:
    analyst, admin, base = http.of("analyst"), http.of("admin"), RULEBOOK[1]
    empty = analyst.tree("/v1/drafts/analyst")
    assert (empty["files"], empty["in_force"], empty["overtaken"]) == ({}, "v1", [])
    text = base[BOOK].replace("1.029", "1.031")
    assert change(analyst, "analyst", {BOOK: text, TESTS: None})["files"] == {BOOK: text, TESTS: None}
    assert list(change(analyst, "analyst", {TESTS: base[TESTS], "rules/no.rules": None})["files"]) == [BOOK], "as in force is no change"
    assert code(admin.get("/v1/drafts/analyst")) == (404, "no-draft")
    assert admin.tree("/v1/drafts")["drafts"] == []
    change(analyst, "analyst", {}, is_shared=True)
    assert [(one["author"], one["base"], one["files"]) for one in admin.tree("/v1/drafts")["drafts"]] == [("analyst", "v1", 1)]
    assert admin.tree("/v1/drafts/analyst")["files"] == {BOOK: text}
    assert code(admin.call("PATCH", "/v1/drafts/analyst", {"files": {BOOK: "x"}})) == (409, "draft-of-another")
    patch = admin.get("/v1/drafts/analyst/patch").text
    assert f"--- a/{BOOK}\n+++ b/{BOOK}\n" in patch
    assert "\n-  - factor: 1.029\n+  - factor: 1.031\n" in patch
    assert code(analyst.call("PATCH", "/v1/drafts/analyst", {"files": {"../x": "a"}})) == (422, "no-path-of-a-rulebook")
    assert code(http.of("sales").get("/v1/drafts")) == (403, "not-your-role")
    assert analyst.call("DELETE", "/v1/drafts/analyst").json() == {"drafts": []}
    assert code(analyst.post("/v1/drafts/analyst/propose", {})) == (409, "nothing-changed")


def test_a_draft_is_proposed_and_somebody_else_publishes_it(http: DeskOverHttp) -> None:
    analyst, other = http.of("analyst"), http.with_key(make_key(http.desk, "analyst", "other"))
    change(other, "other", {RULES: DEFINITION.replace("100", "200")})
    change(analyst, "analyst", {RULES: DEFINITION})
    proposed = analyst.post("/v1/drafts/analyst/propose", {"note": "a definition"})
    assert (proposed.status_code, proposed.headers["location"]) == (201, "/v1/rulebooks/v2"), proposed.text
    assert (proposed.json()["state"], proposed.json()["by"]) == ("proposed", "analyst")
    assert analyst.tree("/v1/drafts/analyst")["files"] == {}, "what is proposed is no draft any more"
    assert code(analyst.post("/v1/rulebooks/v2/approve", {})) == (409, "same-person")
    assert http.of("admin").post("/v1/rulebooks/v2/approve", {"note": "read"}).json()["in_force"] == "yes"
    overtaken = other.tree("/v1/drafts/other")
    assert (overtaken["in_force"], overtaken["overtaken"]) == ("v2", [RULES])
    refused = other.post("/v1/drafts/other/propose", {})
    assert (refused.status_code, refused.json()["code"], refused.json()["possible"]) == (409, "draft-overtaken", ["rebase"])
    assert other.post("/v1/drafts/other/rebase").json()["overtaken"] == []
    published = other.post("/v1/drafts/other/propose", {"at_once": True})
    assert (published.status_code, published.json()["state"], published.json()["in_force"]) == (201, "published", "yes"), published.text
    assert "200" in other.tree("/v1/rulebooks/v3/files")["files"][RULES]
