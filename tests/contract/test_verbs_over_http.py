"""The verbs of the desk over HTTP: sales, orders, runs and invoices, as commands do them."""

import io
import time
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from api.refusals import Conflict
from tests.contract.desk_over_http import PENDING, Caller, DeskOverHttp
from tests.contract.test_desk_over_http import problem

ITEM = f"{PENDING}-1"
_ITEM = f"/v1/orders/{PENDING}/items/{ITEM}"


def done(caller: Caller, path: str, body: object = None, status: int = 200, method: str = "POST") -> Any:
    """The answer of a verb that is done."""
    response = caller.call(method, path, body)
    assert response.status_code == status, response.text
    return response.json()


def test_a_sale_goes_from_opportunity_to_order(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    opened = {"id": "OP9", "customer": "K3", "what": "Till", "stage": "qualification", "amount": "900.00", "expected_close": "2027-03-01"}
    made = sales.post("/v1/opportunities", opened | {"owner": "Ann"})
    assert (made.status_code, made.headers["location"], made.json()["amount"]) == (201, "/v1/opportunities/OP9", "900.00")
    done(sales, "/v1/opportunities/OP9", {"amount": "950.00", "next_step": "call"}, method="PATCH")
    shown = sales.tree("/v1/opportunities/OP9")
    assert (shown["amount"], [step["field"] for step in shown["history"]]) == ("950.00", ["created", "amount", "next_step"])
    quoted = sales.post("/v1/quotes", {"customer": "K3", "opportunity": "OP9", "lines": [{"product": "SUB-CORE", "quantity": "2"}]})
    number = quoted.json()["number"]
    assert (quoted.status_code, quoted.headers["location"]) == (201, f"/v1/quotes/{number}")
    assert len(PdfReader(io.BytesIO(sales.get(f"/v1/quotes/{number}.pdf").content)).pages) >= 1
    if sales.tree(f"/v1/quotes/{number}")["state"] == "approval-needed":
        done(sales, f"/v1/quotes/{number}/approve", {"note": "agreed"})
    assert done(sales, f"/v1/quotes/{number}/send")["state"] == "sent"
    accepted = done(sales, f"/v1/quotes/{number}/accept", {})
    assert accepted["orders"] or accepted["joined"]
    assert sales.tree("/v1/opportunities/OP9")["state"] == "won"
    refused = sales.post(f"/v1/quotes/{number}/refuse", {"note": "too dear"})
    assert (refused.status_code, refused.json()["state"], refused.json()["possible"]) == (409, "accepted", [])
    assert [row["state"] for row in sales.tree("/v1/quotes?opportunity=OP9")["rows"]] == ["accepted"]


def test_a_lost_opportunity_says_what_is_possible(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    misspelt = sales.post("/v1/opportunities/OP1/lose", {"reason": "prise"})
    assert problem(misspelt) == (422, "unknown-reason", ["/reason"])
    assert problem(sales.post("/v1/opportunities/OP1/stage", {"stage": "Proposal"})) == (422, "unknown-stage", ["/stage"])
    assert done(sales, "/v1/opportunities/OP1/lose", {"reason": "price"})["state"] == "lost"
    refused = sales.post("/v1/opportunities/OP1/win", {})
    assert (refused.status_code, refused.json()["state"], refused.json()["possible"]) == (409, "lost", ["reopen"])
    assert done(sales, "/v1/opportunities/OP1/reopen", {"stage": "qualification"})["state"] == "open"


def test_no_day_is_so_far_that_its_terms_leave_the_calendar(lone: DeskOverHttp) -> None:
    line = {"product": "SUB-CORE", "quantity": "1"}
    for day in ("0001-01-01", "2200-01-01", "9999-12-31"):
        for path, body, pointer in (
            ("/v1/quotes", {"customer": "K3", "lines": [line], "on": day}, "/on"),
            ("/v1/quotes", {"customer": "K3", "lines": [line | {"starts_on": day}]}, "/lines/0/starts_on"),
            ("/v1/orders", {"id": "O9", "customer": "K3", "lines": [line], "signed_on": day}, "/signed_on"),
            (f"{_ITEM}/end", {"on": day}, "/on"),
            (f"/v1/orders/{PENDING}/preview", {"verb": "end", "items": [ITEM], "on": day}, "/on"),
            ("/v1/runs", {"due_through": day, "preview": True}, "/due_through"),
        ):
            assert problem(lone.of("admin").post(path, body)) == (422, "not-a-day", [pointer]), (path, day)


def test_an_item_that_is_activated_for_a_later_day_waits_for_its_date(lone: DeskOverHttp) -> None:
    done(lone.of("sales"), f"{_ITEM}/activate", {"on": "2027-03-01"})
    (row,) = [row for row in lone.of("sales").tree("/v1/reports/held-back")["rows"] if row["item"] == ITEM]
    assert (row["because"], row["remedy"]) == ("its next billing date is 2027-03-01", None)


def test_an_item_is_activated_and_shown(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    activated = done(sales, f"{_ITEM}/activate", {"on": "2027-01-31"})
    assert [item["activated_on"] for item in activated["items"]] == ["2027-01-31", None]
    shown = sales.tree(_ITEM)
    assert (shown["id"], shown["transactions"][0]["item"]) == (ITEM, ITEM)
    assert [row["item"] for row in sales.tree("/v1/items?customer=K3&state=active")["rows"]] == [ITEM]
    assert problem(sales.get(f"/v1/orders/{PENDING}/items/none"))[:2] == (404, "unknown-document")


def test_a_run_is_previewed_started_followed_and_credited(lone: DeskOverHttp) -> None:
    billing = lone.of("billing")
    january = {"due_through": "2027-01-31", "customer": "K1"}
    previewed = done(billing, "/v1/runs", january | {"preview": True})
    assert (previewed["run"], len(previewed["invoices"])) == (None, 2)
    assert billing.tree("/v1/invoices?customer=K1")["rows"] == []
    started = done(billing, "/v1/runs", january)["run"]
    until = time.monotonic() + 120
    while (progress := billing.tree(f"/v1/runs/{started['run']}/progress"))["state"] != "done":
        assert time.monotonic() < until, progress
        time.sleep(0.1)
    invoices = billing.tree("/v1/invoices?customer=K1")["rows"]
    assert [row["net"] for row in invoices] == [row["net"] for row in previewed["invoices"]]
    number = invoices[0]["number"]
    assert billing.get(f"/v1/invoices/{number}.xml").content.startswith(b"<?xml")
    assert b"<rsm:CrossIndustryInvoice" in billing.get(f"/v1/invoices/{number}.xml?syntax=cii").content
    assert problem(billing.get(f"/v1/invoices/{number}.xml?syntax=edifact"))[0] == 422
    assert billing.tree(f"/v1/invoices/{number}/explanation?line=net")["amounts"]
    credited = billing.post(f"/v1/invoices/{number}/credit", {"amount": "10.00", "because": "late"}, Idempotency_Key="credit")
    assert (credited.status_code, credited.json()["net"], credited.json()["corrects"]) == (201, "10.00", number)
    again = billing.post(f"/v1/invoices/{number}/credit", {"amount": "10.00", "because": "late"}, Idempotency_Key="credit")
    assert again.json()["number"] == credited.json()["number"]
    much = billing.post(f"/v1/invoices/{number}/credit", {"amount": "1000000.00"})
    assert (much.status_code, problem(much)[2]) == (409, ["/amount"])
    both = billing.post(f"/v1/invoices/{number}/credit", {"amount": "1.00", "whole": True})
    assert both.status_code == 422


@pytest.mark.parametrize("name", ["to-invoice", "forecast", "pipeline", "held-back", "journal", "slots", "mrr"])
def test_a_report_is_the_same_as_json_csv_and_workbook(lone: DeskOverHttp, name: str) -> None:
    accounting = lone.of("accounting")
    rows = accounting.tree(f"/v1/reports/{name}")["rows"]
    assert len(accounting.get(f"/v1/reports/{name}.csv").text.splitlines()) == len(rows) + 1
    page = load_workbook(io.BytesIO(accounting.get(f"/v1/reports/{name}.xlsx").content)).worksheets[0]
    assert page.max_row == len(rows) + 1


@pytest.mark.parametrize(
    ("path", "code", "pointer"),
    [
        ("forecast?by=colour", "unknown-key", "/by"),
        ("forecast?from=2027-13-01", "not-a-day", "/from"),
        ("forecast?form=2027-01-01", "unknown-field", "/form"),
        ("forecast?from=2027-02-01&to=2027-01-01", "period-backwards", "/to"),
    ],
)
def test_a_wrong_parameter_of_a_report_is_refused(lone: DeskOverHttp, path: str, code: str, pointer: str) -> None:
    assert problem(lone.of("sales").get(f"/v1/reports/{path}")) == (422, code, [pointer])


def test_users_are_added_and_keys_act_for_them(lone: DeskOverHttp) -> None:
    admin = lone.of("admin")
    user = {"name": "ann", "full_name": "Ann Peeters", "email": "ann@example.com", "role": "sales"}
    assert done(admin, "/v1/users", user, 201)["state"] == "active"
    key = done(admin, "/v1/keys", {"name": "of-ann", "role": "sales", "user": "ann"}, 201)["key"]
    ann = lone.with_key(key)
    done(ann, f"/v1/orders/{PENDING}/activate", {"on": "2027-01-31"})
    assert ann.tree(f"/v1/orders/{PENDING}")["history"][-1]["author"] == "ann"
    entries = admin.tree("/v1/audit?actor=ann")["rows"]
    assert [(entry["actor_kind"], entry["action"]) for entry in entries] == [("user", "activate_order")]
    done(admin, "/v1/users/ann", {"state": "disabled"}, method="PATCH")
    assert problem(ann.get("/v1/orders"))[:2] == (401, "user-disabled"), "who may not work with it has no key either"
    assert problem(admin.post("/v1/keys", {"name": "more", "role": "sales", "user": "ann"}))[:2] == (409, "user-disabled")
    done(admin, "/v1/users/ann", {"role": "admin"}, method="PATCH")
    done(admin, "/v1/users/ann", {"state": "active"}, method="PATCH")
    assert problem(admin.call("PATCH", "/v1/users/ann", {"role": "sales"})) == (409, "last-admin", ["/role"])
    assert problem(admin.call("PATCH", "/v1/users/ann", {"state": "disabled"})) == (409, "last-admin", ["/state"])
    done(admin, "/v1/users", user | {"name": "bea", "role": "admin"}, 201)
    assert done(admin, "/v1/users/ann", {"role": "sales"}, method="PATCH")["role"] == "sales"


def test_versions_of_the_rulebook_are_shown(lone: DeskOverHttp) -> None:
    analyst = lone.of("analyst")
    (version,) = analyst.tree("/v1/rulebooks")["rulebooks"]
    assert (version["version"], version["state"], version["in_force"]) == ("v1", "published", "yes")
    assert analyst.tree("/v1/rulebooks/v1")["steps"][0]["state"] == "published"
    assert "company.yaml" in analyst.tree("/v1/rulebooks/v1/files")["files"]
    refused = analyst.post("/v1/rulebooks/v1/withdraw", {})
    assert (refused.status_code, refused.json()["state"], refused.json()["possible"]) == (409, "published", ["roll-back"])
    assert problem(analyst.get("/v1/rulebooks/v9"))[0] == 404


def test_personal_data_are_erased_and_leave_no_trace_in_the_trail(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    assert sales.tree("/v1/contacts?customer=K1")["rows"][0]["name"] == "Jeanne Lambert"
    erased = done(sales, "/v1/contacts/P1/erase", {"because": "asked by her"})
    assert (erased["kind"], erased["author"]) == ("contact", "sales")
    assert sales.tree("/v1/contacts")["rows"] == []
    assert problem(sales.get("/v1/contacts/P1"))[0] == 404
    (entry,) = lone.of("admin").tree("/v1/audit?resource=contacts/P1")["rows"]
    assert (entry["action"], entry["fields"]) == ("erase_contact", "because")


def test_an_order_is_entered_without_a_quote(lone: DeskOverHttp) -> None:
    billing = lone.of("billing")
    line = {"product": "SUB-WS", "quantity": "2", "discount": "5%", "term_months": 24}
    entry = {"id": "S/9", "customer": "K1", "lines": [line], "purchase_order": "PO 1"}
    entered = billing.post("/v1/orders", entry)
    assert (entered.status_code, entered.headers["location"]) == (201, "/v1/orders/S%2F9")
    shown = billing.tree("/v1/orders/S%2F9")
    (item,) = shown["items"]
    assert (shown["type"], shown["purchase_order"], shown["state"]) == ("subscription", "PO 1", "pending")
    assert (item["id"], item["term_months"], item["manual_discount_author"]) == ("S/9-1", 24, "billing")
    assert [(step["what"], step["author"]) for step in shown["history"]] == [("entered", "billing")]
    done(billing, "/v1/orders/S%2F9/items/S%2F9-1/activate", {"on": "2027-01-31"})
    assert billing.tree("/v1/orders/S%2f9")["transactions"][0]["item"] == "S/9-1"
    again = billing.post("/v1/orders", entry)
    assert (again.status_code, again.json()["state"], again.json()["possible"]) == (409, "active", ["show", "change"])
    assert problem(billing.post("/v1/orders", entry | {"id": ".."})) == (422, "out-of-bounds", ["/id"])
    several = entry | {"id": "S9", "lines": [line, {"product": "HW-AIO", "quantity": "1"}]}
    assert problem(billing.post("/v1/orders", several)) == (422, "several-order-types", ["/lines"])
    dear = billing.post("/v1/orders", entry | {"id": "S9", "lines": [line | {"discount": "12%"}]})
    assert (dear.status_code, dear.json()["state"], dear.json()["possible"]) == (409, "approval-needed", ["make a quote"])


def test_numbers_of_a_query_are_plain_digits(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    for text in ("1_0", "%201", "+1", "1.0", "", "\u0661"):
        assert problem(sales.get(f"/v1/orders?limit={text}"))[1:] == ("wrong-type", ["/limit"]), text
    assert problem(sales.get("/v1/orders?total=yes")) == (422, "wrong-type", ["/total"])
    assert sales.get("/v1/orders?limit=10&total=true").json()["total"] >= 1


def test_a_rulebook_is_published_over_http(lone: DeskOverHttp) -> None:
    analyst = lone.of("analyst")
    lone.opener.is_chosen = True  # as with `serve --rulebook DIR`
    rules = analyst.tree("/v1/rulebooks/v1/files")["files"]["rules/approval.rules"]
    wrong = analyst.post("/v1/rulebooks", {"files": {"rules/approval.rules": rules.replace("> 10%", "> tenth")}})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/files/rules~1approval.rules")
    assert problem(analyst.post("/v1/rulebooks", {"files": {"../x": "a"}}))[1] == "no-path-of-a-rulebook"
    assert [one["version"] for one in analyst.tree("/v1/rulebooks")["rulebooks"]] == ["v1"]
    files = {"company.yaml": analyst.tree("/v1/rulebooks/v1/files")["files"]["company.yaml"] + "publishing: {second-person: yes}\n"}
    proposed = done(analyst, "/v1/rulebooks", {"files": files, "note": "two of us"}, 201)
    assert (proposed["version"], proposed["state"], proposed["by"], proposed["is_added"]) == ("v2", "proposed", "analyst", True)
    own = analyst.post("/v1/rulebooks/v2/approve", {})
    assert (own.status_code, own.json()["code"], own.json()["possible"]) == (409, "same-person", ["withdraw"])
    assert proposed["in_force"] == "no"
    approved = done(lone.of("admin"), "/v1/rulebooks/v2/approve", {})
    assert (approved["state"], approved["in_force"]) == ("published", "yes")
    assert [one["in_force"] for one in analyst.tree("/v1/rulebooks")["rulebooks"]] == ["no", "yes"]
    again = lone.of("admin").post("/v1/rulebooks/v2/approve", {})
    assert (again.status_code, again.json()["state"], again.json()["possible"]) == (409, "published", ["roll-back"])
    assert analyst.tree("/v1/rulebooks/v2")["checks"] == ["check", "test", "golden", "live"]
    assert analyst.tree("/v1/rulebooks/v2")["year_change"] == "0.00"
    done(lone.of("sales"), "/v1/opportunities/OP1/win", {})  # the service follows what is in force
    late = replace(lone.opener, _follows=False)
    with pytest.raises(Conflict, match="not v2, the version in force"), late.desk("Ann").writing():
        pass
