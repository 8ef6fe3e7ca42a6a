"""Drafts of the rulebook over HTTP: changed, undone, shared, overtaken by another version, proposed and published by somebody else."""

import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from multiprocessing.process import BaseProcess
from typing import Any

from api.workbench import effect_runs
from tests.contract.conftest import RULEBOOK
from tests.contract.desk_over_http import Caller, DeskOverHttp, make_key

BOOK, TESTS, RULES = "catalog/price-books/book-2027.yaml", "catalog/price-books/book-2027.test.yaml", "rules/example.rules"
DEFINITION = "module rules.example\n\ndefine large-order : Bool = line.quantity at least 100\n"


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
    assert code(admin.call("PATCH", "/v1/drafts/analyst", {"files": {}, "is_shared": False})) == (409, "draft-of-another")
    assert code(admin.call("DELETE", "/v1/drafts/analyst")) == (409, "draft-of-another")
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


def test_two_people_change_one_draft_and_nothing_is_lost(http: DeskOverHttp) -> None:
    analyst, admin, base = http.of("analyst"), http.of("admin"), RULEBOOK[1][BOOK]
    mine, theirs = base.replace("factor: 1.029", "factor: 1.031"), base.replace("Index of services", "The index of services")
    assert code(admin.call("PATCH", "/v1/drafts/analyst", {"files": {BOOK: mine}})) == (404, "no-draft")
    change(analyst, "analyst", {BOOK: mine}, is_shared=True, seen={BOOK: base})
    both = change(admin, "analyst", {BOOK: theirs}, seen={BOOK: base})
    assert both["files"] == {BOOK: mine.replace("Index of services", "The index of services")}, "different lines are merged"
    assert both["changed_by"] == "admin"
    late = {"files": {BOOK: base.replace("factor: 1.029", "factor: 1.05")}, "seen": {BOOK: base}}
    refused = analyst.call("PATCH", "/v1/drafts/analyst", late)
    assert (*code(refused), refused.json()["errors"][0]["pointer"]) == (409, "changed-meanwhile", f"/files/{BOOK}")
    assert "admin" in refused.json()["errors"][0]["message"]
    assert analyst.tree("/v1/drafts/analyst")["files"] == both["files"], "what is refused changes nothing"
    saved = change(analyst, "analyst", late["files"], seen=both["files"])
    assert saved["files"] == late["files"], "who has seen the other text may write over it"


def test_saving_again_is_one_entry_of_the_audit_trail_an_hour(http: DeskOverHttp) -> None:
    analyst = http.of("analyst")
    for factor in ("1.030", "1.031", "1.032"):
        change(analyst, "analyst", {BOOK: RULEBOOK[1][BOOK].replace("1.029", factor)})
    change(analyst, "analyst", {}, is_shared=True)
    change(analyst, "analyst", {}, is_shared=False)
    entries = [one for one in http.of("admin").tree("/v1/audit?resource=drafts/analyst")["rows"] if one["action"] == "change_draft"]
    assert sorted(one["fields"] for one in entries) == ["files", "files, is_shared", "files, is_shared"]


def test_live_orders_are_compared_in_the_background(http: DeskOverHttp) -> None:
    analyst = http.of("analyst")
    assert analyst.tree("/v1/drafts/analyst/effect")["state"] is None
    change(analyst, "analyst", {BOOK: RULEBOOK[1][BOOK].replace("1.029", "1.031")})
    started = analyst.post("/v1/drafts/analyst/effect", {}).json()
    assert (started["state"], started["compared"], started["orders"]) == ("running", "draft", None)
    assert started["total"] > 0
    assert analyst.post("/v1/drafts/analyst/effect", {}).json()["started_at"] == started["started_at"], "one that runs goes on"
    done = ended(analyst)
    assert (done["state"], done["is_current"], done["done"]) == ("done", True, done["total"])
    assert Decimal(done["orders"]["change"]) > 0
    assert done["orders"]["changes"][0]["why"][0]["rule"] == "catalog: price book book-2027"
    change(analyst, "analyst", {BOOK: RULEBOOK[1][BOOK].replace("1.029", "1.035")})
    assert analyst.tree("/v1/drafts/analyst/effect")["is_current"] is False
    assert code(http.of("admin").get("/v1/drafts/analyst/effect")) == (404, "no-draft")


def test_a_comparison_is_stopped_and_one_of_broken_texts_says_so(http: DeskOverHttp) -> None:
    analyst = http.of("analyst")
    change(analyst, "analyst", {BOOK: RULEBOOK[1][BOOK].replace("factor", "facter")})
    analyst.post("/v1/drafts/analyst/effect", {})
    assert analyst.call("DELETE", "/v1/drafts/analyst/effect").json()["state"] == "stopped"
    analyst.post("/v1/drafts/analyst/effect", {})
    refused = ended(analyst)
    assert (refused["state"], refused["problems"][0]["code"]) == ("refused", "unknown-key")
    assert code(analyst.post("/v1/drafts/analyst/effect", {"before": "v1", "after": "v9"})) == (404, "unknown-document")
    analyst.post("/v1/drafts/analyst/effect", {"before": "v1", "after": "v1"})
    same = ended(analyst)
    assert (same["state"], same["compared"], same["orders"]["change"], same["orders"]["changes"]) == ("done", "v1..v1", "0.00", [])


def test_a_comparison_whose_worker_is_gone_was_cut_off(http: DeskOverHttp) -> None:
    analyst, desk = http.of("analyst"), http.desk
    change(analyst, "analyst", {BOOK: RULEBOOK[1][BOOK].replace("1.029", "1.031")})
    processes: list[BaseProcess] = []
    effect_runs.start(replace(desk, author="analyst"), "en", None, None, processes.append)
    processes[0].kill()
    processes[0].join()
    later = replace(desk, author="analyst", now=lambda: desk.now() + effect_runs.LOST_AFTER + timedelta(seconds=1))
    assert effect_runs.effect_of(later, "analyst").state == "cut-off"
    again = effect_runs.start(later, "en", None, None, processes.append)
    assert again.state == "running"
    processes[1].kill()
    processes[1].join()


def ended(caller: Caller) -> Any:
    """A comparison once it runs no more."""
    for _ in range(600):
        effect = caller.tree("/v1/drafts/analyst/effect")
        if effect["state"] != "running":
            return effect
        time.sleep(0.1)
    raise AssertionError("it runs and runs")
