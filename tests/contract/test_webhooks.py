"""Webhooks: announced in the transaction of the change, signed, delivered to a real receiver that fails in every way, and sent again."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from api.cli.main import run
from api.delivery.outbox_worker import LATER, drain
from api.delivery.outcome import Delivered
from api.delivery.webhook_sender import WebhookSender
from api.desk.access import RESOURCES
from api.desk.announcing import EVENTS
from api.desk.billing_run import issue
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.http.routes.registry import all_routes
from api.output.webhook_sending import Forbidden, send, vetted
from api.store import tables, webhook_tables
from api.store.auditor import audit
from tests.contract.desk_over_http import PENDING, DeskOverHttp
from tests.contract.test_desk_over_http import ACTIVATE, ON, problem
from tests.contract.test_desk_races import at_once
from tests.contract.webhook_receiver import Receiver

HOUR = timedelta(hours=1)


def subscribed(http: DeskOverHttp, receiver: Receiver, *events: str) -> str:
    """Lets the receiver be told of some kinds of events; gives its secret."""
    http.opener.is_any_webhook_allowed = True
    created = http.of("admin").post("/v1/webhooks", {"name": "shop", "url": receiver.url, "events": list(events or EVENTS)})
    assert (created.status_code, created.headers["location"]) == (201, "/v1/webhooks/shop"), created.text
    return str(created.json()["secret"])


def deliver(desk: Desk, after: timedelta = timedelta(0), seconds: float = 5) -> Delivered:
    """Sends what is due some time after the moment of the tests."""
    later = replace(desk, now=lambda: desk.now() + after)
    return drain(later, [WebhookSender(later, is_any_allowed=True, seconds=seconds)], jitter=lambda: 1.0)["webhook:"]


def messages(http: DeskOverHttp) -> list[tuple[str, int, str | None]]:
    """State, attempts and last answer of each message to the shop."""
    rows = http.of("billing").tree("/v1/outbox?channel=webhook:shop")["rows"]
    return [(row["state"], row["attempts"], row["last_answer"]) for row in rows]


def test_what_happens_is_announced_once_signed_and_delivered(http: DeskOverHttp, receiver: Receiver) -> None:
    secret = subscribed(http, receiver)
    sales = http.of("sales")
    for _ in range(2):
        assert sales.post(ACTIVATE, ON, Idempotency_Key="once").status_code == 200
    assert sales.post(ACTIVATE, {"on": "2027-03-01"}).status_code == 409, "what is refused is not announced"
    assert sales.post("/v1/customers/K1/hold", {"because": "disputed"}).status_code == 200
    issue(http.desk, Selection(due_through=http.desk.today, customer="K3"))
    assert deliver(http.desk).delivered == len(receiver.received) == 4
    assert sorted(receiver.kinds()) == ["customer.held", "invoice.issued", "order.activated", "run.issued"]
    for path, headers, body in receiver.received:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
        assert (path, headers["webhook-signature"]) == ("/hooks", f"v1,{base64.b64encode(expected).decode()}")
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    orders = next(json.loads(body) for _, _, body in receiver.received if b"order.activated" in body)
    assert orders["data"] == {"resource": f"orders/{PENDING}", "verb": "activate", "customer": "K3"}
    assert deliver(http.desk) == Delivered()
    assert {state for state, _, _ in messages(http)} == {"delivered"}
    with http.desk.store.reading() as connection:
        assert audit(connection) == ()


def test_payments_and_paid_invoices_are_announced(http: DeskOverHttp, receiver: Receiver) -> None:
    subscribed(http, receiver, "payment.received", "invoice.paid")
    number, other = (row["number"] for row in http.of("billing").tree("/v1/invoices?customer=K2&limit=2")["rows"])
    gross = http.of("billing").tree(f"/v1/invoices/{number}")["settlement"]["rest"]
    staff, rest = http.of("accounting"), f"{Decimal(gross) - 10}"
    paid = {"on": "2027-01-30", "name": "Ann", "reference": f"invoice {number}"}
    for name, amount in (("cash-1", "10.00"), ("cash-2", rest), ("cash-2", rest), ("cash-3", "1.00")):
        assert staff.post("/v1/payments", paid | {"id": name, "amount": amount}).status_code == 201
    assert staff.post("/v1/payments", paid | {"id": "cash-2", "amount": "9.00"}).status_code == 409, "what is refused is not announced"
    assert staff.post("/v1/payments/P000002/release", {}).status_code == 200
    assert staff.post("/v1/payments/P000002/match", {"documents": [number, other]}).status_code == 200
    assert staff.post("/v1/write-offs", {"document": other, "reason": "other"}).status_code == 201
    assert staff.post("/v1/payments/P000004/release", {}).status_code == 200
    assert http.of("billing").post(f"/v1/invoices/{other}/credit", {"whole": True}).status_code == 201
    assert deliver(http.desk).delivered == 7
    received = sorted((json.loads(body) for _, _, body in receiver.received), key=lambda each: (each["type"], each["data"]["resource"]))
    entered = [each["data"] for each in received if each["type"] == "payment.received"]
    assert [each["resource"] for each in entered] == ["payments/P000001", "payments/P000002", "payments/P000003"]
    assert entered[1] == {"resource": "payments/P000002", "state": "matched", "amount": rest, "currency": "EUR", "entry_date": "2027-01-30"}
    told = sorted((each["data"]["resource"], each["data"]["by"]) for each in received if each["type"] == "invoice.paid")
    of_other = [(f"invoices/{other}", "credit-note"), (f"invoices/{other}", "write-off")]
    assert told == sorted([(f"invoices/{number}", "payment")] * 2 + of_other), "once more after it was open again"


def test_nothing_is_written_where_nobody_wants_to_know(lone: DeskOverHttp, receiver: Receiver) -> None:
    subscribed(lone, receiver, "quote.accepted")
    assert lone.of("sales").post(ACTIVATE, ON).status_code == 200
    assert lone.of("admin").call("PATCH", "/v1/webhooks/shop", {"state": "stopped"}).json()["state"] == "stopped"
    with lone.desk.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(webhook_tables.events)).scalar() == 0


def test_what_fails_is_tried_again_later_and_then_given_up(http: DeskOverHttp, receiver: Receiver) -> None:
    subscribed(http, receiver, "order.activated")
    assert http.of("sales").post(ACTIVATE, ON).status_code == 200
    receiver.statuses, receiver.headers = [500, 302, 429], {"Location": "/elsewhere", "Retry-After": "120"}
    assert deliver(http.desk).later == 1
    assert messages(http) == [("queued", 1, "500 Internal Server Error")]
    assert deliver(http.desk, timedelta(seconds=119)) == Delivered(), "Retry-After is longer than the first pause"
    assert deliver(http.desk, timedelta(seconds=121)).later == 1
    assert messages(http) == [("queued", 2, "302: redirects are not followed")]
    assert [path for path, _, _ in receiver.received] == ["/hooks", "/hooks"]
    receiver.headers = {}
    assert deliver(http.desk, timedelta(minutes=10)).later == 1
    receiver.pause = 0.6
    assert deliver(http.desk, HOUR, seconds=0.2).later == 1
    assert messages(http) == [("queued", 4, "no answer within 0.2 s")]
    receiver.pause, receiver.statuses = 0, [503] * 20
    at = 2 * HOUR
    while messages(http)[0][0] == "queued":
        deliver(http.desk, at)
        at += 25 * HOUR
    assert messages(http) == [("dead", len(LATER) + 1, "503 Service Unavailable")]
    assert timedelta(days=2.5) < sum(LATER, timedelta()) < timedelta(days=4)
    (row,) = http.of("billing").tree("/v1/outbox?state=dead")["rows"]
    receiver.statuses = []
    again = http.of("billing").post(f"/v1/outbox/{quote(row['key'], safe='')}/retry")
    assert (again.status_code, again.json()["state"], again.json()["attempts"]) == (200, "queued", 0), again.text
    assert deliver(http.desk).delivered == 1
    assert len({headers["webhook-id"] for _, headers, _ in receiver.received}) == 1, "who receives it twice can tell"


def test_a_receiver_that_is_gone_or_not_there_stops_nothing(http: DeskOverHttp, receiver: Receiver) -> None:
    subscribed(http, receiver, "order.activated", "customer.held")
    other = {"name": "closed", "url": "http://127.0.0.1:9/", "events": ["customer.held"]}
    assert http.of("admin").post("/v1/webhooks", other).status_code == 201
    assert http.of("sales").post(ACTIVATE, ON).status_code == 200
    receiver.statuses = [410]
    assert deliver(http.desk).dead == 1
    assert http.of("admin").tree("/v1/webhooks/shop")["state"] == "stopped"
    assert http.of("sales").post("/v1/customers/K1/hold", {"because": "disputed"}).status_code == 200
    assert deliver(http.desk) == Delivered(later=1)
    (row,) = http.of("billing").tree("/v1/outbox?channel=webhook:closed")["rows"]
    assert "ConnectionRefusedError" in row["last_answer"]
    assert http.of("admin").call("DELETE", "/v1/webhooks/closed").status_code == 200
    assert http.of("billing").tree("/v1/outbox?channel=webhook:closed")["rows"] == []


def test_several_who_deliver_at_once_send_each_message_once(http: DeskOverHttp, receiver: Receiver) -> None:
    subscribed(http, receiver, "customer.held", "customer.released")
    sales = http.of("sales")
    for _ in range(5):
        assert sales.post("/v1/customers/K1/hold", {"because": "disputed"}).status_code == 200
        assert sales.post("/v1/customers/K1/release").status_code == 200
    done = at_once(4, lambda _number: deliver(http.desk))
    assert sum(each.delivered for each in done) == len(receiver.received) == 10


def test_a_new_secret_signs_beside_the_former_one_for_a_day(lone: DeskOverHttp, receiver: Receiver) -> None:
    former = subscribed(lone, receiver, "customer.held")
    rotated = lone.of("admin").post("/v1/webhooks/shop/rotate", Idempotency_Key="r")
    assert rotated.json()["secret"] != former
    assert lone.of("admin").post("/v1/webhooks/shop/rotate", Idempotency_Key="r").json()["secret"] is None
    assert "secret" not in lone.of("admin").tree("/v1/webhooks/shop")
    lone.of("sales").post("/v1/customers/K1/hold", {"because": "disputed"})
    (row,) = lone.of("billing").tree("/v1/outbox?channel=webhook:shop")["rows"]
    for after, count in ((timedelta(0), 2), (25 * HOUR, 1)):
        lone.of("billing").post(f"/v1/outbox/{quote(row['key'], safe='')}/retry")
        assert deliver(lone.desk, after).delivered == 1
        assert len(receiver.received[-1][1]["webhook-signature"].split()) == count


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:192.168.0.1]/",
        "https://user:secret@shop.example/",
        "https://db.internal/",
        "ftp://shop.example/",
        "https:///",
        "https://shop.example:99999/",
        "https://shop.example/\r\nX: y",
    ],
)
def test_an_address_of_ones_own_network_is_refused(url: str) -> None:
    with pytest.raises(Forbidden):
        vetted(url, is_any_allowed=False)


def test_a_name_that_is_resolved_to_ones_own_network_is_not_asked(receiver: Receiver) -> None:
    answer = send(f"https://localhost.localdomain:{receiver.port}/", "evt", b"{}", [], is_any_allowed=False)
    assert (answer.status, receiver.received) == (0, [])
    assert answer.text.startswith("not sent: ")


def test_what_is_wrong_with_a_webhook_is_said_where_it_stands(lone: DeskOverHttp) -> None:
    admin, good = lone.of("admin"), {"name": "shop", "url": "https://shop.example/hooks", "events": ["invoice.issued"]}
    misspelt = admin.post("/v1/webhooks", good | {"events": ["invoice.isued"]})
    assert problem(misspelt) == (422, "unknown-event-kind", ["/events/0"])
    assert "`invoice.issued`" in misspelt.json()["errors"][0]["help"]
    assert problem(admin.post("/v1/webhooks", good | {"url": "https://127.0.0.1/"})) == (422, "wrong-webhook-url", ["/url"])
    assert problem(admin.post("/v1/webhooks", good | {"name": "A B"})) == (422, "wrong-webhook-name", ["/name"])
    assert admin.post("/v1/webhooks", good).status_code == 201
    assert problem(admin.post("/v1/webhooks", good))[:2] == (409, "webhook-exists")
    assert problem(admin.get("/v1/webhooks/shp"))[:2] == (404, "unknown-document")
    assert problem(lone.of("billing").post("/v1/outbox/none/retry"))[:2] == (404, "unknown-document")


def test_scopes_are_the_resources_that_have_routes() -> None:
    assert set(RESOURCES) == {route.resource for route in all_routes()} | {"evaluations"}


def test_the_same_by_commands(lone: DeskOverHttp, receiver: Receiver, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    database = ("--database", str(lone.desk.store.engine.url.database), "--today", "2027-01-31")

    def command(*words: str) -> tuple[int, str]:
        code = run([*words, *database])
        return code, capsys.readouterr().out

    monkeypatch.setenv("CENTWRIGHT_WEBHOOKS", "any")
    assert command("webhook", "create", "shop", receiver.url, "--event", "customer.held")[1].startswith("whsec_")
    assert command("customer", "hold", "K1", "--because", "disputed")[0] == 0
    done = json.loads(command("deliver", "--once", "--json")[1])
    assert (done["delivered"], done["later"], done["dead"], list(done["channels"])) == (1, 0, 0, ["webhook"])
    (row,) = json.loads(command("outbox", "list", "--channel", "webhook:shop", "--json")[1])["rows"]
    assert command("outbox", "retry", row["key"])[0] == 0
    assert command("webhook", "rotate", "shop")[1].startswith("whsec_")
    code, output = command("webhook", "test", "shop", "--json")
    assert (code, json.loads(output)["status"], receiver.kinds()[-1]) == (0, 204, "webhook.test")
    receiver.statuses = [500]
    assert command("webhook", "test", "shop")[0] == 5
    for words in (("webhook", "list"), ("webhook", "events"), ("webhook", "stop", "shop"), ("webhook", "start", "shop")):
        assert command(*words)[0] == 0
    assert command("webhook", "delete", "shop")[0] == 0
    assert isinstance(datetime.fromisoformat(row["due_at"]), datetime)
    assert tables.outbox.name == "outbox"
