"""Usage over HTTP: a report is taken once, refused with its pointer, and listed by page and as a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.desk.desk import open_desk
from api.desk.folder_import import import_files
from engine.rulebook.reader import read_rulebook
from tests.contract.desk_over_http import TODAY, DeskOverHttp, now, open_over_http
from tests.measured_company import CUSTOMERS, SUBSCRIPTIONS, measured_company

REPORT = {"id": "U-1", "item": "S1-1", "on": "2027-01-20", "quantity": "320"}


@pytest.fixture(params=["sqlite", "postgresql"])
def measured(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeskOverHttp]:
    """The desk over HTTP of a company that sells what is used, over a database of each kind in turn."""
    url = f"sqlite:///{tmp_path / 'usage.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("fresh_postgres_url")
    texts = measured_company()
    rulebook = read_rulebook(texts)
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in (("customers.csv", CUSTOMERS), ("subscriptions.csv", SUBSCRIPTIONS)):
        (folder / name).write_text(text, encoding="utf-8")
    desk = open_desk(url, rulebook, texts, today=TODAY, now=now)
    import_files(desk, folder)
    desk.close()
    opened = open_over_http(url, rulebook, texts)
    yield opened
    opened.close()


def test_a_report_is_taken_once_and_listed(measured: DeskOverHttp) -> None:
    billing = measured.of("billing")
    first = billing.post("/v1/usage", REPORT, Idempotency_Key="one")
    assert (first.status_code, first.headers["location"]) == (201, "/v1/usage/U-1")
    assert billing.post("/v1/usage", REPORT, Idempotency_Key="one").json() == first.json()
    assert billing.post("/v1/usage", REPORT, Idempotency_Key="two").json() == first.json()
    other = billing.post("/v1/usage", REPORT | {"quantity": "321"}, Idempotency_Key="three")
    assert (other.status_code, other.json()["code"]) == (409, "usage-known-otherwise")
    back = billing.post("/v1/usage", {"id": "U-2", "item": "S1-1", "corrects": "U-1", "quantity": "-20"}, Idempotency_Key="four")
    assert (back.status_code, back.json()["from"]) == (201, "2027-01-20")
    assert billing.tree("/v1/usage/U-1") == first.json()
    page = billing.tree("/v1/usage?item=S1-1&limit=1&total=true")
    assert ([row["id"] for row in page["rows"]], page["total"]) == (["U-1"], 2)
    assert [row["id"] for row in billing.tree(f"/v1/usage?item=S1-1&limit=1&total=true&cursor={page['next']}")["rows"]] == ["U-2"]
    assert [row["quantity"] for row in csv.DictReader(io.StringIO(billing.get("/v1/usage.csv?customer=K1").text))] == ["320", "-20"]
    shown = billing.tree("/v1/orders/S1")["transactions"]
    assert next(one["net"] for one in shown if one["kind"] == "usage") == "20.00"


def test_a_report_with_a_mistake_is_refused_at_its_field(measured: DeskOverHttp) -> None:
    for change, status, code, pointer in (
        ({"on": "2027-02-01"}, 422, "usage-in-future", "/on"),
        ({"quantity": "-1"}, 422, "negative-usage", "/quantity"),
        ({"from": "2027-01-01"}, 422, "usage-day-or-period", "/on"),
        ({"on": None, "from": "2027-01-20", "to": "2027-02-20"}, 422, "usage-in-future", "/to"),
        ({"item": "none"}, 404, "unknown-document", "/item"),
        ({"id": "U|1"}, 422, "usage-id", "/id"),
    ):
        response = measured.of("billing").post("/v1/usage", REPORT | change, Idempotency_Key=code)
        tree = response.json()
        assert (response.status_code, tree["code"], tree["errors"][0]["pointer"]) == (status, code, pointer)
    assert measured.of("analyst").post("/v1/usage", REPORT).status_code == 403


def test_customers_whose_usage_would_be_counted_together_are_not_merged(measured: DeskOverHttp, tmp_path: Path) -> None:
    folder, billing = tmp_path / "more", measured.of("billing")
    folder.mkdir()
    head, *_ = CUSTOMERS.splitlines()
    rows = [f"{name},Third Shop,Street 3,1000,Town,BE,en,,{name}@shop.example,," for name in ("K3", "K4")]
    (folder / "customers.csv").write_text("\n".join((head, *rows, "")), encoding="utf-8")
    head, *_ = SUBSCRIPTIONS.splitlines()
    rows = ["K3,S4,monthly,2027-01-01,1,SCANS,,", "K4,S5,monthly,2027-01-01,1,MESSAGES,,"]
    (folder / "subscriptions.csv").write_text("\n".join((head, *rows, "")), encoding="utf-8")
    import_files(measured.desk, folder)
    for item in ("S2-1", "S4-1"):
        used = {"id": f"of-{item}", "item": item, "on": "2027-01-20", "quantity": "800"}
        assert billing.post("/v1/usage", used, Idempotency_Key=item).status_code == 201
    for request in ({"into": "K2", "preview": True}, {"into": "K2"}):
        refused = billing.post("/v1/customers/K3/merge", request)
        tree = refused.json()
        assert (refused.status_code, tree["code"], tree["state"]) == (409, "usage-counted-together", "counted together")
        assert (tree["possible"], tree["errors"][0]["pointer"]) == (["cancel items", "order"], "/into")
        assert "`K3` and `K2` both have items of `SCANS`" in tree["errors"][0]["message"]
    for order in ("S2", "S4"):
        shown = billing.tree(f"/v1/orders/{order}")["transactions"]
        assert next(one["net"] for one in shown if one["kind"] == "usage") == "80.00", "each is counted for its own customer"
    for merged, into in (("K4", "K1"), ("K3", "K1")):
        answer = billing.post(f"/v1/customers/{merged}/merge", {"into": into})
        assert (answer.status_code, answer.json()["differing"]) == (200, 0), "messages are counted by item, and `K1` has no scans"
