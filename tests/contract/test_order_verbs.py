"""The verbs of orders over HTTP: previewed without a trace, done, taken back, and refused with the state and what is possible."""

from typing import Any

from tests.contract.desk_over_http import DeskOverHttp

ORDER = "/v1/orders/K1-subscription-2026-03-01"
ITEM = f"{ORDER}/items/K1-subscription-2026-03-01-1"
BILLED = "/v1/orders/K2-subscription-2026-10-15"


def test_a_verb_is_previewed_done_moved_and_taken_back(http: DeskOverHttp) -> None:
    sales = http.of("sales")
    before = sales.get(ORDER).json()
    shown = sales.post(f"{ORDER}/preview", {"verb": "suspend", "on": "2027-03-10"})
    assert (shown.status_code, shown.json()["verb"], len(shown.json()["items"])) == (200, "suspend", 2)
    assert {each["change"] for each in shown.json()["transactions"]} <= {"added", "removed", "changed"}
    assert sales.get(ORDER).json() == before, "nothing was written"
    done = sales.post(f"{ITEM}/suspend", {"on": "2027-03-10"}, Idempotency_Key="once")
    assert (done.status_code, done.json()["history"][-1]["what"]) == (200, "suspended")
    assert sales.post(f"{ITEM}/suspend", {"on": "2027-03-10"}, Idempotency_Key="once").json() == done.json()
    moved = sales.post(f"{ORDER}/move", {"on": "2027-03-20", "because": "a week later"}).json()
    assert [change["on"] for change in moved["items"][0]["changes"]] == ["2027-03-20"]
    undone = sales.post(f"{ORDER}/undo", {"because": "a mistake"}).json()
    assert (undone["items"][0]["changes"], undone["history"][-1]["because"]) == ([], "a mistake")
    assert sales.get(ORDER).json()["transactions"] == before["transactions"]


def test_items_are_changed_swapped_ended_and_lines_added(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        (f"{ITEM}/change", {"on": "2027-02-11", "quantity": "3"}),
        (f"{ITEM}/change", {"on": "2027-02-11", "price": "90.00"}),
        (f"{ITEM}/change", {"on": "2027-02-11", "billing_type": "quarterly"}),
        (f"{ORDER}/lines", {"on": "2027-02-01", "product": "SRV-TRAIN", "price": "80.00", "because": "more", "item": "T1"}),
        (f"{ORDER}/items/T1/cancel", {"on": "2027-02-02"}),
        (f"{ORDER}/contract", {"term_months": 24}),
        (f"{ORDER}/notice", {"on": "2027-01-20"}),
        (f"{ORDER}/undo", {}),
    )
    for path, body in steps:
        response = sales.post(path, body)
        assert response.status_code == 200, (path, response.json())


def test_a_refusal_says_the_state_and_what_is_possible(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    refused = sales.post(f"{ITEM}/cancel", {"on": "2027-02-01"})
    assert (refused.status_code, refused.json()["state"], refused.json()["possible"]) == (
        409,
        "active",
        ["suspend", "change", "end", "swap"],
    )
    assert sales.post(f"{ORDER}/undo", {}).status_code == 409, "an imported order has no step to take back"
    assert sales.post(f"{ORDER}/items/none/end", {"on": "2027-02-01"}).status_code == 404
    for body in ({"verb": "fly"}, {"verb": "suspend", "on": "2027-02-32"}, {"verb": "suspend", "colour": "red"}, {"verb": "change"}):
        assert sales.post(f"{ORDER}/preview", body).status_code == 422, body
    day = sales.post(f"{ITEM}/change", {"on": "2027-02-10", "billing_type": "annual", "at": "day"})
    assert (day.status_code, day.json()["possible"]) == (409, ["at: boundary"])


def test_what_was_invoiced_is_compensated_only_by_who_may_issue_credit_notes(lone: DeskOverHttp) -> None:
    sales, billing = lone.of("sales"), lone.of("billing")
    item = f"{BILLED}/items/K2-subscription-2026-10-15-1"
    assert sales.post(f"{item}/change", {"on": "2027-01-20", "quantity": "5"}).status_code == 200
    assert billing.post("/v1/orders/K1-subscription-2026-03-01/undo", {"compensate": True}).status_code == 409
    assert sales.post(f"{BILLED}/undo", {"compensate": True}).status_code == 403
    assert sales.post(f"{BILLED}/undo", {}).status_code == 200
