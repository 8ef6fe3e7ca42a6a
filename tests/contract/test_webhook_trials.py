"""A test event of a webhook: sent at once and signed, its answer shown, a message of the outbox like others."""

import base64
import hashlib
import hmac
import json
import re

from api.delivery.outcome import Delivered
from tests.contract.browsers import signed_in
from tests.contract.desk_over_http import DeskOverHttp
from tests.contract.test_desk_over_http import problem
from tests.contract.test_outdated_forms import form_in
from tests.contract.test_webhooks import HOUR, deliver, messages, subscribed
from tests.contract.webhook_receiver import Receiver


def test_a_test_event_is_sent_at_once_and_its_answer_shown(http: DeskOverHttp, receiver: Receiver) -> None:
    secret, admin = subscribed(http, receiver, "customer.held"), http.of("admin")
    receiver.statuses, receiver.content = [200, 503], b"welcome \x00 <b>" + b"x" * 5000
    sent = admin.post("/v1/webhooks/shop/test", Idempotency_Key="t")
    tree = sent.json()
    assert (sent.status_code, tree["is_delivered"], tree["status"], tree["answer"]) == (200, True, 200, "200 OK"), sent.text
    assert tree["content_start"].startswith("welcome <b>xxx")
    assert (len(tree["content_start"]), tree["milliseconds"] < 5000) == (400, True)
    ((_, headers, body),) = receiver.received
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
    assert (json.loads(body)["type"], json.loads(body)["data"], tree["sent"]) == (
        "webhook.test",
        {"resource": "webhooks/shop"},
        body.decode(),
    )
    assert admin.post("/v1/webhooks/shop/test", Idempotency_Key="t").json() == tree, "the same request is answered again, and not sent"
    assert admin.call("PATCH", "/v1/webhooks/shop", {"state": "stopped"}).status_code == 200
    failed = admin.post("/v1/webhooks/shop/test").json()
    assert (failed["is_delivered"], failed["status"], failed["answer"]) == (False, 503, "503 Service Unavailable")
    assert sorted(messages(http)) == [("delivered", 1, "200 OK"), ("skipped", 1, "503 Service Unavailable")]
    assert deliver(http.desk, HOUR) == Delivered(), "neither is sent by itself"
    assert {row["action"] for row in admin.tree("/v1/audit?resource=webhooks/shop")["rows"]} >= {"test_webhook"}
    assert problem(admin.post("/v1/webhooks/shp/test"))[:2] == (404, "unknown-document")


def test_a_test_event_goes_to_no_address_of_ones_own_network(lone: DeskOverHttp, receiver: Receiver) -> None:
    subscribed(lone, receiver)
    lone.opener.is_any_webhook_allowed = False
    tree = lone.of("admin").post("/v1/webhooks/shop/test").json()
    assert (tree["is_delivered"], tree["status"], tree["answer"]) == (False, None, "not sent: it is not https")
    assert receiver.received == []
    lone.opener.is_any_webhook_allowed = True
    receiver.statuses = [410]
    assert lone.of("admin").post("/v1/webhooks/shop/test").json()["status"] == 410
    assert lone.of("admin").tree("/v1/webhooks/shop")["state"] == "stopped"


def test_a_test_event_is_sent_on_the_page(lone: DeskOverHttp, receiver: Receiver) -> None:
    subscribed(lone, receiver)
    receiver.content, receiver.statuses = b"<script>alert(1)</script>", [200]
    browser = signed_in(lone, "admin")
    assert "/do/test_webhook?name=shop" in browser.get("/webhooks").text
    page = browser.client.post("/do/test_webhook", data=form_in(browser.get("/do/test_webhook?name=shop").text)).text
    assert "&lt;script&gt;alert(1)" in page
    assert "200 OK" in page
    link = re.findall(r'href="(/outbox/[^"]+)"', page)[0]
    assert "delivered" in browser.get(link).text
