"""What people say at the desk stands where it is read: why a sale was won, what a line is for, and what webhooks hear."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from api.desk.billing_run import issue, work
from api.desk.due_drafts import Selection
from api.store import runs
from api.store.webhook_tables import events as heard
from tests.contract.desk_over_http import TODAY, DeskOverHttp
from tests.contract.test_desk_over_http import problem


def test_the_text_of_a_quoted_line_stands_on_its_invoice(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    lines = [{"product": "SUB-CORE", "quantity": "1", "text": "shop of Huy"}, {"product": "SUB-WS", "quantity": "1"}]
    assert (
        sales.post(
            "/v1/customers",
            {"id": "K7", "name": "Sept", "street": "Rue 7", "postcode": "4500", "town": "Huy", "country": "BE", "segment": "independent"},
        ).status_code
        == 201
    )
    number = sales.post("/v1/quotes", {"customer": "K7", "lines": lines}).json()["number"]
    (order,) = sales.post(f"/v1/quotes/{number}/accept", {}).json()["orders"]
    assert [item.get("text") for item in sales.tree(f"/v1/orders/{order}")["items"]] == ["shop of Huy", None]
    assert sales.post(f"/v1/orders/{order}/activate", {"on": "2027-01-31"}).status_code == 200
    (issued,) = issue(lone.desk, Selection(due_through=TODAY, customer="K7")).issued
    first, second = sales.tree(f"/v1/invoices/{issued}")["lines"]
    assert first["detail"].endswith("shop of Huy")
    assert "Huy" not in second["detail"]


def test_a_won_opportunity_says_why(lone: DeskOverHttp) -> None:
    won = lone.of("sales").post("/v1/opportunities/OP1/win", {"because": "the shortest delay"}).json()
    assert (won["state"], won["reason"]) == ("won", "the shortest delay")


def test_webhooks_hear_of_entered_orders_and_runs_once(lone: DeskOverHttp) -> None:
    admin = lone.of("admin")
    events = ["order.entered", "run.issued"]
    made = admin.post("/v1/webhooks", {"name": "shop", "url": "https://shop.example/hook", "events": events})
    assert made.status_code == 201, made.text
    entered = admin.post("/v1/orders", {"id": "E1", "customer": "K3", "lines": [{"product": "SUB-WS", "quantity": "1"}]})
    assert entered.status_code == 201, entered.text
    report = issue(lone.desk, Selection(due_through=TODAY, customer="K3"))
    with lone.desk.store.reading() as connection:
        run = runs.find_run(connection, report.number)
    assert run is not None
    work(lone.desk, run)
    with lone.desk.store.reading() as connection:
        assert sorted(connection.execute(select(heard.c.kind)).scalars()) == events


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/v1/quotes", {"customer": "K3", "lines": [{"product": "ADV-NEWS", "quantity": "1", "insertions": "2"}]}, "/lines/0/insertions"),
        ("/v1/quotes", {"customer": "K3", "lines": [{"product": "ADV-NEWS", "quantity": "1", "insertions": True}]}, "/lines/0/insertions"),
        ("/v1/quotes", {"customer": "K3", "lines": [{"product": "SUB-WS", "quantity": "1"}], "draft": "true"}, "/draft"),
        ("/v1/evaluations/credit", {"ask": {"whole": 1}}, "/ask/whole"),
    ],
)
def test_a_whole_number_is_no_text_and_no_truth_value(lone: DeskOverHttp, path: str, body: object, pointer: str) -> None:
    status, _, pointers = problem(lone.of("sales").post(path, body))
    assert status == 422
    assert pointer in pointers
