"""The desk over HTTP where several do the same at the same time: each effect once, each condition kept, and nobody without an answer."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert

from api.desk import staff
from api.http.desk_requests import shown_above
from api.http.desk_routes import shown_by_path
from api.http.routes.registry import all_routes
from api.store import access_tables
from api.store.row_locks import lockable
from api.store.runs import named_worker
from api.store.users import User
from tests.contract.desk_over_http import PENDING, DeskOverHttp, make_key
from tests.contract.test_desk_over_http import ACTIVATE, ON, problem, wait_until

DUE = {"due_through": "2027-01-31", "customer": "K1"}


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What as many threads get that all begin at one moment."""
    together = threading.Barrier(count)

    def one(number: int) -> Any:
        together.wait(60)
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def statuses(responses: list[Any]) -> dict[int, int]:
    """How many responses have each status."""
    return dict(Counter(response.status_code for response in responses))


def test_fifty_clients_with_one_key_start_one_run(http: DeskOverHttp) -> None:
    """It takes several transactions, so its key is claimed before the first of them."""
    billing = http.of("billing")
    responses = at_once(50, lambda _number: billing.post("/v1/runs", DUE, Idempotency_Key="run"))
    assert statuses(responses) == {200: 50}
    assert len({response.content for response in responses}) == 1
    assert sum("idempotency-replayed" not in response.headers for response in responses) == 1
    assert len(billing.tree("/v1/runs?limit=10")["rows"]) == 2, "that of the filled desk, and this one"
    assert [row["action"] for row in http.of("admin").tree("/v1/audit?actor=billing")["rows"]] == ["start_billing"]


def test_of_two_bodies_under_one_key_one_is_done(http: DeskOverHttp) -> None:
    billing = http.of("billing")
    bodies = [DUE, DUE | {"customer": "K3"}]
    responses = at_once(8, lambda number: billing.post("/v1/runs", bodies[number % 2] | {"preview": True}, Idempotency_Key="one"))
    assert statuses(responses) == {200: 4, 422: 4}
    assert {problem(response)[1] for response in responses if response.status_code == 422} == {"key-reused"}


def test_the_claim_of_a_process_that_is_gone_is_taken_over_and_that_of_one_at_work_is_not(http: DeskOverHttp) -> None:
    billing, body = http.of("billing"), DUE | {"preview": True}
    first = billing.post("/v1/runs", body, Idempotency_Key="before")
    with named_worker() as gone:
        pass
    row = access_tables.stored_answers
    with http.desk.store.writing() as connection:
        stored = connection.execute(row.select().where(row.c.key == "before")).mappings().one()
        claimed = {**stored, "key": "after", "status": None, "headers": None, "body": None, "claimed_by": gone}
        connection.execute(insert(row).values(claimed))
    other = billing.post("/v1/runs", body | {"customer": "K3"}, Idempotency_Key="after")
    assert problem(other)[:2] == (422, "key-reused")
    assert billing.post("/v1/runs", body, Idempotency_Key="after").content == first.content
    refused = billing.post("/v1/runs", {"due_through": "2027-02-28"}, Idempotency_Key="free")
    assert problem(refused)[:2] == (409, "due-later")
    assert billing.post("/v1/runs", body, Idempotency_Key="free").status_code == 200, "what is refused gives its key up"


@pytest.mark.proof
def test_of_eight_clients_with_one_tag_one_changes_what_it_read(http: DeskOverHttp, proof_size: Callable[[int], int]) -> None:
    sales, customer, order = http.of("sales"), "/v1/customers/K1", f"/v1/orders/{PENDING}"

    def race(path: str, change: Callable[[int, str], Any]) -> None:
        tag = sales.get(path).headers["etag"]
        responses = at_once(8, lambda number: change(number, tag))
        assert statuses(responses) == {200: 1, 412: 7}, [response.text for response in responses]
        assert tag != sales.get(path).headers["etag"]

    for turn in range(proof_size(20)):
        race(customer, lambda number, tag, turn=turn: sales.call("PATCH", customer, {"purchase_order": f"{turn}.{number}"}, If_Match=tag))
        race(order, lambda number, tag: sales.post(ACTIVATE, {"on": f"2027-02-{number + 1:02}"}, If_Match=tag))
        assert sales.post(f"{order}/undo", {"because": "once more"}).status_code == 200


def test_changes_of_several_fields_at_once_are_all_kept(http: DeskOverHttp) -> None:
    sales, path = http.of("sales"), "/v1/opportunities/OP1"
    fields = {"what": "Two tills", "owner": "Bert", "next_step": "call", "expected_close": "2027-04-01"}
    assert statuses(at_once(4, lambda number: sales.call("PATCH", path, dict([list(fields.items())[number]])))) == {200: 4}
    shown = sales.tree(path)
    assert {name: shown[name] for name in fields} == fields


def test_of_eight_who_create_the_same_one_does_and_the_others_learn_it(http: DeskOverHttp) -> None:
    address = {"street": "Rue 9", "postcode": "1000", "town": "Bruxelles", "country": "BE"}
    body = {"id": "K9", "name": "Optique Neuf", "language": "fr", "segment": "independent", **address}
    responses = at_once(8, lambda _number: http.of("sales").post("/v1/customers", body))
    assert statuses(responses) == {201: 1, 409: 7}, responses[0].text
    assert {problem(response)[1] for response in responses if response.status_code == 409} == {"customer-exists"}


def test_the_key_of_a_user_who_is_disabled_opens_nothing_not_even_in_mid_flight(http: DeskOverHttp) -> None:
    staff.add(http.desk, User(name="eva", full_name="Eva Maes", email="eva@shop.example", role="sales"))
    eva = http.with_key(make_key(http.desk, "sales", "of-eva", user="eva"))
    assert eva.get(f"/v1/orders/{PENDING}").status_code == 200
    http.opener.used.clear()
    with ThreadPoolExecutor(1) as pool:
        with http.desk.store.one_transaction() as store:
            staff.change(replace(http.desk, store=store), "eva", state="disabled")
            waiting = pool.submit(eva.post, ACTIVATE, ON)
            wait_until(lambda: bool(http.opener.used), "the request is received")
        refused = waiting.result(60)
    assert problem(refused)[:2] == (401, "user-disabled")
    assert problem(eva.get(f"/v1/orders/{PENDING}"))[:2] == (401, "user-disabled")
    assert http.of("sales").tree(f"/v1/orders/{PENDING}")["state"] == "pending"
    staff.change(http.desk, "eva", state="active", role="billing")
    assert problem(eva.get(f"/v1/orders/{PENDING}"))[:2] == (401, "role-of-user")


def test_what_a_verb_names_can_be_locked() -> None:
    routes = all_routes()
    shown = shown_by_path(routes)
    above = {shown_above(route.path, shown) for route in routes if route.method != "GET" and route.is_one_transaction}
    assert {route.resource for route in above if route is not None} <= lockable()
