"""Mistakes at the desk that change nothing or cannot be meant: each is refused where it stands, with the state and what is possible."""

from __future__ import annotations

from typing import Any

from api.desk.billing_run import issue
from api.desk.due_drafts import Selection
from tests.contract.desk_over_http import PENDING, TODAY, DeskOverHttp
from tests.contract.test_desk_over_http import problem

RUNNING = "/v1/orders/K1-subscription-2026-03-01"
SHOPS = f"{RUNNING}/items/K1-subscription-2026-03-01-2"


def _refused(response: Any) -> tuple[int, str, Any, str | None]:
    tree = response.json()
    return response.status_code, tree["code"], tree.get("state"), tree["errors"][0].get("pointer")


def test_what_is_so_already_is_no_change(http: DeskOverHttp) -> None:
    sales = http.of("sales")
    same = sales.post(f"{SHOPS}/change", {"on": "2027-02-01", "quantity": "2"})
    assert _refused(same) == (409, "as-it-is", "active", "/quantity")
    assert same.json()["possible"] == ["suspend", "change", "end", "swap"]
    billed = sales.post(f"{SHOPS}/change", {"on": "2027-02-01", "billing_type": "monthly"})
    assert _refused(billed) == (409, "as-it-is", "active", "/billing_type")
    assert _refused(sales.post(f"{SHOPS}/swap", {"on": "2027-02-01", "product": "SUB-WS"})) == (409, "same-product", "active", "/product")
    for path, body in (
        (f"{SHOPS}/change", {"on": "2027-02-01", "quantity": "3"}),
        (f"{SHOPS}/swap", {"on": "2027-03-01", "product": "SUB-CORE"}),
    ):
        once = sales.post(path, body)
        assert once.status_code == 200, once.text
        again = sales.post(path, body).json()["items"]
        assert [(each["id"], each["quantity"]) for each in again] == [(each["id"], each["quantity"]) for each in once.json()["items"]]
    none = sales.post(f"{SHOPS}/change", {"on": "2027-02-01"})
    assert "another billing" in none.json()["errors"][0]["help"]
    assert _refused(sales.post(f"{SHOPS}/change", {"on": "2027-02-02", "price": "-1.00"})) == (422, "negative-price", None, "/price")


def test_an_event_is_reported_to_orders_that_wait_for_it(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    other = sales.post(f"{RUNNING}/events", {"event": "delivery.accepted", "on": "2027-01-15"})
    assert _refused(other) == (409, "event-not-awaited", "active", "/event")
    line = {"product": "HW-AIO", "quantity": "1", "payment_plan": "half-at-delivery"}
    number = sales.post("/v1/quotes", {"customer": "K3", "lines": [line]}).json()["number"]
    (order,) = sales.post(f"/v1/quotes/{number}/accept", {}).json()["orders"]
    issue(lone.desk, Selection(due_through=TODAY, customer="K3"))
    held = {row["order"]: row for row in sales.tree("/v1/reports/held-back?limit=500")["rows"]}
    assert held[order]["because"] == "it waits for `delivery.accepted`, which has no date yet"
    assert "centwright order event" in held[order]["remedy"]
    assert sales.post(f"/v1/orders/{order}/events", {"event": "delivery.accepted", "on": "2027-01-15"}).status_code == 200


def test_a_quote_is_for_whom_its_opportunity_is_and_accepted_by_today(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    line = {"product": "SUB-WS", "quantity": "1"}
    other = sales.post("/v1/quotes", {"customer": "K3", "opportunity": "OP1", "lines": [line]})
    assert _refused(other) == (422, "other-party", None, "/customer")
    prospect = {"what": "Till", "stage": "qualification", "amount": "900.00", "expected_close": "2027-03-01", "owner": "Ann"}
    assert sales.post("/v1/opportunities", {"id": "OP2", "prospect": {"name": "Zicht"}, **prospect}).status_code == 201
    unknown = sales.post("/v1/quotes", {"customer": "K3", "opportunity": "OP2", "lines": [line]})
    assert _refused(unknown) == (422, "prospect-not-registered", None, "/customer")
    made = sales.post("/v1/quotes", {"customer": "K1", "opportunity": "OP1", "lines": [line], "on": "2027-03-01"})
    one = f"/v1/quotes/{made.json()['number']}"
    assert _refused(sales.post(f"{one}/accept", {"on": "2027-03-02"})) == (422, "accepted-later", None, "/on")
    assert _refused(sales.post(f"{one}/accept", {})) == (422, "accepted-before-quote", None, "/on")


def test_problems_point_into_the_body_that_was_sent(lone: DeskOverHttp) -> None:
    sales, billing = lone.of("sales"), lone.of("billing")
    made = sales.post("/v1/quotes", {"customer": "K3", "draft": True, "lines": [{"product": "SUB-WS", "quantity": "1"}]}).json()
    one = f"/v1/quotes/{made['number']}"
    assert problem(sales.call("PATCH", f"{one}/lines/1", {"product": "NONE"}))[2] == ["/product"]
    assert problem(sales.post(f"{one}/lines", {"product": "NONE", "quantity": "1"}))[2] == ["/product"]
    unknown = sales.call("PATCH", f"{one}/lines/x", {"quantity": "2"})
    assert "has no line x" in unknown.json()["errors"][0]["message"]
    fields = sales.post(f"/v1/orders/{PENDING}/fields", {"fields": {"colour": "red"}})
    assert problem(fields)[2] == ["/fields/colour"]
    assert problem(sales.call("PATCH", "/v1/customers/K3", {"attributes": {"shops": "many"}}))[2] == ["/attributes/shops"]
    long = sales.post("/v1/quotes", {"customer": "K3", "lines": [{"product": "N" * 5_000, "quantity": "1"}]}).json()
    assert len(long["errors"][0]["message"]) < 200
    (number, *_) = (row["number"] for row in billing.tree("/v1/invoices?customer=K2")["rows"])
    note = billing.post(f"/v1/invoices/{number}/credit", {"whole": True}).json()["number"]
    for verb, body in (("credit", {"whole": True}), ("rebill", {})):
        assert _refused(billing.post(f"/v1/invoices/{note}/{verb}", body))[:3] == (409, "credit-note-not-credited", "credit-note")
