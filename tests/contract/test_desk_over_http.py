"""The desk over HTTP: keys, lists by page, verbs that are done once, tags of what was read, and the audit trail."""

import base64
import csv
import io
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from api.desk.access import revoke_key
from api.http.desk_opener import DeskOpener
from api.store import access_tables, rulebooks
from api.store.auditor import audit
from tests.contract.desk_over_http import PENDING, DeskOverHttp, make_key

ACTIVATE = f"/v1/orders/{PENDING}/activate"
ON = {"on": "2027-01-31"}


def problem(response: Any) -> tuple[int, str, list[str]]:
    """Status, code and pointers of a refusal."""
    tree = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert tree["request_id"] == response.headers["x-request-id"]
    return response.status_code, tree["code"], [each["pointer"] for each in tree["errors"]]


def test_a_key_opens_what_its_role_and_its_scopes_allow(lone: DeskOverHttp) -> None:
    nobody = lone.client.get("/v1/orders")
    assert problem(nobody) == (401, "no-key", [""])
    assert nobody.headers["www-authenticate"] == "Bearer"
    assert problem(lone.with_key("cw_0_guessed").get("/v1/orders"))[:2] == (401, "unknown-key")
    assert problem(lone.of("analyst").post(ACTIVATE, ON))[:2] == (403, "not-your-role")
    narrow = lone.with_key(make_key(lone.desk, "admin", "narrow", scopes=["orders:read", "customers"]))
    assert narrow.get(f"/v1/orders/{PENDING}").status_code == 200
    assert problem(narrow.post(ACTIVATE, ON))[:2] == (403, "not-your-scope")
    assert problem(narrow.get("/v1/invoices"))[:2] == (403, "not-your-scope")


def test_a_key_is_created_listed_used_and_revoked(lone: DeskOverHttp) -> None:
    admin = lone.of("admin")
    created = admin.post("/v1/keys", {"name": "shop", "role": "sales", "scopes": ["orders"]})
    assert (created.status_code, created.headers["location"]) == (201, "/v1/keys/shop")
    text = created.json()["key"]
    assert len(text.rpartition("_")[2]) >= 43 or len(text) > 50, "256 random bits"
    assert text not in json.dumps(admin.tree("/v1/keys")), "it is shown once"
    shop = lone.with_key(text)
    assert shop.get("/v1/orders").status_code == 200
    lone.opener.record()
    assert admin.tree("/v1/keys/shop")["last_used_at"] is not None
    assert problem(admin.post("/v1/keys", {"name": "shop", "role": "sales"}))[:2] == (409, "key-exists")
    misspelt = admin.post("/v1/keys", {"name": "other", "role": "sales", "scopes": ["ordrs"]})
    assert problem(misspelt) == (422, "unknown-scope", ["/scopes/0"])
    assert "`orders`" in misspelt.json()["errors"][0]["help"]
    assert admin.post("/v1/keys/shop/revoke").json()["revoked_by"] == "admin"
    assert problem(shop.get("/v1/orders"))[:2] == (401, "revoked-key")
    assert problem(admin.post("/v1/keys/shop/revoke"))[:2] == (409, "key-revoked")


def test_the_text_of_a_key_is_stored_nowhere_also_where_its_creation_is_repeated(lone: DeskOverHttp) -> None:
    admin = lone.of("admin")
    first = admin.post("/v1/keys", {"name": "once", "role": "sales"}, Idempotency_Key="create-once")
    again = admin.post("/v1/keys", {"name": "once", "role": "sales"}, Idempotency_Key="create-once")
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert again.json() == first.json() | {"key": None}
    text = first.json()["key"].encode()
    with lone.desk.store.reading() as connection:
        stored = connection.execute(select(access_tables.stored_answers.c.body)).scalars().all()
    assert stored
    assert not any(text in body for body in stored)


def test_a_list_is_read_page_by_page_and_whole_as_a_spreadsheet(lone: DeskOverHttp) -> None:
    sales, rows, path = lone.of("sales"), [], "/v1/orders?limit=2&total=true"
    page = sales.tree(path)
    total = page["total"]
    while True:
        rows += page["rows"]
        if page["next"] is None:
            break
        page = sales.tree(f"{path}&cursor={page['next']}")
    assert len(rows) == total == len({row["order"] for row in rows}) > 3
    assert [row["order"] for row in rows] == sorted(row["order"] for row in rows)
    as_csv = list(csv.DictReader(io.StringIO(sales.get("/v1/orders.csv").text)))
    assert [row["order"] for row in as_csv] == [row["order"] for row in rows]
    assert list(as_csv[0]) == list(rows[0])
    page_of_book = load_workbook(io.BytesIO(sales.get("/v1/orders.xlsx").content)).active
    assert page_of_book is not None
    assert [row[0] for row in page_of_book.iter_rows(min_row=2, values_only=True)] == [row["order"] for row in rows]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/orders?customer=K1", 2),
        ("/v1/orders?state=pending", 1),
        ("/v1/orders?type=advertising&customer=K1", 0),
        ("/v1/orders?signed_from=2027-01-01", 2),
        ("/v1/orders?where=customer.segment is chain", 2),
        ("/v1/customers?country=BE&language=nl", 1),
        ("/v1/transactions?customer=K2&state=invoiced", 2),
        ("/v1/transactions?order=K1-subscription-2026-03-01&billed_from=2027-02-01&billed_to=2027-02-28", 2),
        ("/v1/invoices?customer=K2", 2),
        ("/v1/invoices?kind=credit-note", 0),
    ],
)
def test_a_list_is_narrowed(lone: DeskOverHttp, path: str, expected: int) -> None:
    page = lone.of("billing").tree(f"{path}&total=true")
    assert (len(page["rows"]), page["total"]) == (expected, expected)


@pytest.mark.parametrize("order_by", ["customer", "-customer", "signed_on", "-signed_on", "-order"])
def test_a_list_is_in_its_order_from_page_to_page(http: DeskOverHttp, order_by: str) -> None:
    sales, path = http.of("sales"), f"/v1/orders?order_by={order_by}"
    whole, rows, cursor = sales.tree(path)["rows"], [], ""
    while True:
        page = sales.tree(f"{path}&limit=1{cursor}")
        rows += page["rows"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    name = order_by.removeprefix("-")
    assert rows == whole
    assert [row[name] or "" for row in rows] == sorted((row[name] or "" for row in rows), reverse=order_by.startswith("-"))


@pytest.mark.parametrize(
    ("path", "code", "pointer"),
    [
        ("/v1/orders?limit=0", "out-of-bounds", "/limit"),
        ("/v1/orders?limit=-1", "out-of-bounds", "/limit"),
        ("/v1/orders?limit=9223372036854775808", "out-of-bounds", "/limit"),
        ("/v1/orders?costumer=K1", "unknown-field", "/costumer"),
        ("/v1/orders?state=runing", "unknown-value", "/state"),
        ("/v1/orders?order_by=colour", "unknown-value", "/order_by"),
        ("/v1/orders?signed_from=2027-01-32", "not-a-day", "/signed_from"),
        ("/v1/orders?limit=1&limit=2", "written-twice", "/limit"),
        ("/v1/orders?signed_from=2027-02-01&signed_to=2027-01-01", "period-backwards", "/signed_to"),
        ("/v1/opportunities?stage=propsal", "unknown-stage", "/stage"),
        ("/v1/reports/forecast?from=2027-05-01&to=2027-01-01", "period-backwards", "/to"),
        ("/v1/reports/forecast?by=mont", "unknown-key", "/by"),
        ("/v1/reports/forecast?to=2999-01-01", "report-too-late", "/to"),
        ("/v1/reports/mrr?on=2999-01-01", "report-too-late", "/on"),
        *((f"/v1/reports/{name}?to=2100-01-01", "beyond-plans", "/to") for name in ("renewals", "conversion", "slots")),
        ("/v1/reports/mrr?on=2100-01-01", "beyond-plans", "/on"),
        ("/v1/orders?cursor=!", "not-a-cursor", "/cursor"),
        ("/v1/orders?cursor=WzFd", "not-a-cursor", "/cursor"),
        ("/v1/orders?where=customer.shop", "unknown-name", "/where"),
        ("/v1/orders/K1-subscription-2026-03-01?x=1", "unknown-field", "/x"),
    ],
)
def test_a_wrong_parameter_is_refused_where_it_stands(lone: DeskOverHttp, path: str, code: str, pointer: str) -> None:
    assert problem(lone.of("sales").get(path)) == (422, code, [pointer])


def test_an_unknown_name_is_refused_where_it_was_given(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    order = {"id": "X1", "customer": "NOBODY", "lines": [{"product": "SUB-WS", "quantity": "1"}]}
    assert problem(sales.post("/v1/orders", order)) == (404, "unknown-document", ["/customer"])
    assert problem(sales.get("/v1/transactions?order=X1")) == (404, "unknown-document", ["/order"])
    assert problem(sales.get("/v1/orders/X1")) == (404, "unknown-document", [""])
    for place in ("orders?customer=", "quotes?opportunity=", "usage?item=", "invoices?corrects=", "contacts.csv?customer="):
        name = place.partition("?")[2].rstrip("=")
        assert problem(sales.get(f"/v1/{place}NOBODY")) == (404, "unknown-document", [f"/{name}"]), place
    far = sales.get("/v1/runs/9223372036854775808").json()["errors"][0]
    assert far["message"] == "there is no run `9223372036854775808`"
    for path, remedy in (
        ("/v1/reports/forcast", "did you mean `/v1/reports/forecast`?"),
        ("/v1/order/K1/items/K1-1", "did you mean `/v1/orders/K1/items/K1-1`?"),
        ("/nothing", "look at /docs for what there is"),
    ):
        assert sales.get(path).json()["errors"][0]["help"] == remedy


def test_a_cursor_belongs_to_its_list_its_conditions_and_its_order(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    cursor = sales.tree("/v1/orders?limit=1&customer=K1")["next"]
    for path in ("/v1/orders?customer=K2", "/v1/orders?customer=K1&order_by=-order", "/v1/customers?limit=1"):
        assert problem(sales.get(f"{path}&cursor={cursor}")) == (422, "other-cursor", ["/cursor"])


@pytest.mark.parametrize("path", ["/v1/orders?limit=1", "/v1/transactions?limit=1"])
def test_a_cursor_that_was_changed_is_refused(http: DeskOverHttp, path: str) -> None:
    sales = http.of("sales")
    cursor = sales.tree(path)["next"]
    signature, *place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    assert sales.get(f"{path}&cursor={cursor_of(signature, *place)}").status_code == 200
    for changed in ([1], ["\0"], [10**30], [*place, 1], place[:-1], [f"{place[0]}0", *place[1:]]):
        code = "not-a-cursor" if not changed else "other-cursor"
        assert problem(sales.get(f"{path}&cursor={cursor_of(signature, *changed)}")) == (422, code, ["/cursor"])
    assert problem(sales.get(f"{path}&cursor={cursor_of(signature, chr(0xD800))}")) == (422, "not-a-cursor", ["/cursor"])


def cursor_of(*parts: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def test_a_verb_with_a_key_is_done_once(http: DeskOverHttp) -> None:
    sales = http.of("sales")
    first = sales.post(ACTIVATE, ON, Idempotency_Key="one")
    assert (first.status_code, first.json()["state"]) == (200, "active")
    again = sales.post(ACTIVATE, ON, Idempotency_Key="one")
    assert (again.status_code, again.content, again.headers["etag"]) == (200, first.content, first.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"
    assert problem(sales.post(ACTIVATE, {"on": "2027-02-01"}, Idempotency_Key="one"))[:2] == (422, "key-reused")
    for no_key in ("", " ", '""', "a" * 256):
        assert problem(sales.post(ACTIVATE, ON, Idempotency_Key=no_key))[:2] == (422, "bad-idempotency-key")
    entries = http.of("admin").tree(f"/v1/audit?resource=orders/{PENDING}")["rows"]
    assert [(entry["actor_kind"], entry["actor"], entry["action"], entry["fields"]) for entry in entries] == [
        ("key", "sales", "activate_order", "on")
    ]
    assert entries[0]["request"] == first.headers["x-request-id"]


def test_a_refused_verb_leaves_nothing_behind(lone: DeskOverHttp) -> None:
    sales, wrong = lone.of("sales"), {"on": "2027-01-31", "items": ["NONE"]}
    assert problem(sales.post(ACTIVATE, wrong, Idempotency_Key="two")) == (422, "unknown-item", ["/items/0"])
    assert lone.of("admin").tree("/v1/audit?actor=sales")["rows"] == []
    assert sales.post(ACTIVATE, ON, Idempotency_Key="two").status_code == 200, "its key is free: nothing was done with it"
    refused = sales.post(ACTIVATE, {"on": "2027-03-01"})
    assert (refused.status_code, refused.json()["state"]) == (409, "active")
    assert "suspend" in refused.json()["possible"]


def test_fifty_clients_with_one_key_do_one_thing(http: DeskOverHttp) -> None:
    sales, together = http.of("sales"), threading.Barrier(50)

    def send(_number: int) -> Any:
        together.wait(30)
        return sales.post(ACTIVATE, ON, Idempotency_Key="same")

    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(send, range(50)))
    assert {response.status_code for response in responses} == {200}
    assert len({response.content for response in responses}) == 1
    assert sum("idempotency-replayed" not in response.headers for response in responses) == 1
    steps = [step["what"] for step in sales.tree(f"/v1/orders/{PENDING}")["history"]]
    assert steps.count("activated") == 1


def test_who_changes_what_is_not_as_it_was_read_learns_what_changed(http: DeskOverHttp) -> None:
    sales = http.of("sales")
    read = sales.get(f"/v1/orders/{PENDING}")
    tag = read.headers["etag"]
    unchanged = sales.get(f"/v1/orders/{PENDING}", If_None_Match=tag)
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", tag)
    done = sales.post(ACTIVATE, ON, If_Match=tag)
    assert done.status_code == 200
    assert done.headers["etag"] == sales.get(f"/v1/orders/{PENDING}").headers["etag"] != tag
    late = sales.post(ACTIVATE, {"on": "2027-02-01"}, If_Match=tag)
    assert problem(late)[:2] == (412, "changed-since")
    assert set(problem(late)[2]) == {"/contract", "/history", "/items", "/state", "/transactions"}
    for no_tag in ("another", "", " "):
        assert problem(sales.post(ACTIVATE, ON, If_Match=no_tag))[:2] == (422, "not-a-tag")
    assert problem(sales.post(ACTIVATE, ON, If_Match='"another"'))[:2] == (412, "other-tag")
    assert sales.post(ACTIVATE, ON, If_Match="*").status_code == 200


def test_a_key_revoked_in_mid_flight_does_nothing_any_more(http: DeskOverHttp) -> None:
    """The verb waits for the writer; meanwhile its key, which was in force when it was received, is revoked."""
    caller = http.with_key(make_key(http.desk, "sales", "leaving"))
    with ThreadPoolExecutor(1) as pool:
        with http.desk.store.one_transaction() as store:
            revoke_key(replace(http.desk, store=store), "leaving", by="test")
            waiting = pool.submit(caller.post, ACTIVATE, ON)
            wait_until(lambda: bool(http.opener.used), "the request is received")
        refused = waiting.result(30)
    assert problem(refused)[:2] == (401, "revoked-key")
    assert http.of("sales").tree(f"/v1/orders/{PENDING}")["state"] == "pending"


def test_a_key_that_sends_too_much_is_slowed_down(narrow: DeskOverHttp) -> None:
    statuses = [narrow.of("sales").get("/v1/customers?limit=1") for _ in range(12)]
    refused = [each for each in statuses if each.status_code == 429]
    assert refused
    assert problem(refused[0])[1] == "too-many-requests"
    assert refused[0].headers["retry-after"] == "1"
    assert narrow.of("billing").get("/v1/customers?limit=1").status_code == 200, "each key has its own share"


def test_the_version_of_the_rulebook_that_the_service_has_is_not_read_again(lone: DeskOverHttp) -> None:
    opener, read = lone.opener, list[str]()
    own = DeskOpener(
        url=opener.url, rulebook=opener.rulebook, sources=opener.sources, rulebook_folder=opener.rulebook_folder, today=opener.today,
        now=opener.now, when_read=lambda: read.append("read"),
    )  # fmt: skip
    try:
        assert own.desk("test").rulebook is own.rulebook
        with lone.desk.store.reading() as connection:
            assert rulebooks.version_in_force(connection, lone.desk.today) is not None
        assert read == []
    finally:
        own.close()


def test_the_auditor_finds_nothing_afterwards(lone: DeskOverHttp) -> None:
    assert lone.of("sales").post(ACTIVATE, ON).status_code == 200
    with lone.desk.store.reading() as connection:
        assert audit(connection) == ()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Waits until something is so."""
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.01)
