"""The rules of e-invoices over HTTP: added, in force for what is checked next, and removed again; what is no rules is refused."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from api.e_invoicing.rule_file import RuleFile
from api.http.routes.registry import all_routes
from api.store import e_invoice_rules
from tests.contract.desk_over_http import DeskOverHttp
from tests.contract.test_desk_over_http import problem

RULES = "/v1/e-invoices/rules"
HOUSE = next(dict(route.example or {}) for route in all_routes() if route.name == "add_official_rules")


def test_rules_are_added_in_force_and_removed(lone: DeskOverHttp, root: Path) -> None:
    admin = lone.of("admin")
    before = admin.tree(RULES)["rule_sets"]
    strict = HOUSE | {"text": str(HOUSE["text"]).replace("count(*) > 1", "false()")}
    added = admin.post(RULES, strict).json()["rule_sets"]
    assert added[: len(before)] == before
    assert [(one["name"], one["version"], one["source"], one["applies_to"]) for one in added[len(before) :]] == [
        ("House rules", "1.0", "house.sch", "every"),
    ]
    invoice = (root / "tests/golden/january/expected/subscription.xml").read_text(encoding="utf-8")
    verdict = lone.of("sales").post("/v1/e-invoices/check", {"xml": invoice}).json()
    assert (verdict["valid"], [one["rule"] for one in verdict["findings"]]) == (False, ["HOUSE-01"])
    assert admin.call("DELETE", f"{RULES}/House rules").json()["rule_sets"] == before
    assert problem(admin.call("DELETE", f"{RULES}/House rules"))[:2] == (404, "unknown-document")
    assert admin.post("/v1/e-invoices/check", {"xml": invoice}).json()["valid"]


def test_what_is_no_rules_is_refused_with_its_line_and_changes_nothing(lone: DeskOverHttp) -> None:
    admin = lone.of("admin")
    before = admin.tree(RULES)
    for text, code in (
        ("rubbish", "not-rules"),
        ("<html/>", "not-rules"),
        (str(HOUSE["text"]).replace("count(*) > 1", "count("), "rules-not-compiled"),
        (str(HOUSE["text"]).replace("count(*) > 1", "doc('file:///etc/passwd')"), "unsafe-rules"),
    ):
        response = admin.post(RULES, HOUSE | {"text": text})
        assert problem(response)[:2] == (422, code)
        (error,) = response.json()["errors"]
        assert error["message"].startswith("house.sch:1:1: ")
        assert "file:/" not in error["message"], "no path of the machine is shown"
    response = admin.post(RULES, HOUSE | {"name": "CEN EN 16931"})
    assert problem(response)[:2] == (422, "rules-not-official")
    assert admin.tree(RULES) == before


def test_nobody_waits_while_rules_are_compiled(lone: DeskOverHttp, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []

    def write() -> None:
        with lone.desk.writing() as connection:
            written.append(len(e_invoice_rules.find(connection)))

    def compiled(_rules: RuleFile) -> None:
        other = Thread(target=write, daemon=True)
        other.start()
        other.join(60)

    monkeypatch.setattr(RuleFile, "problem", compiled)
    assert lone.of("admin").post(RULES, HOUSE).status_code == 200
    assert written == [0], "the rules were written after somebody else wrote"
