"""Customers over HTTP, on both databases: created, changed, put on hold and released, checked, and what is left of an erased one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError

from api.delivery.vat_registers.local_vies import local_vies
from api.desk import activities, customer_changes, erasing
from api.desk.billing_run import issue
from api.desk.customer_details import find_customer
from api.desk.due_drafts import Selection
from api.store import sales_records
from engine.problems import Refusal
from tests.contract.desk_over_http import TODAY, DeskOverHttp

NEW = {"id": "K9", "name": "Optique Neuf", "street": "Rue 9", "postcode": "5000", "town": "Namur", "country": "BE", "language": "fr"}


def test_a_customer_is_created_and_changed_with_its_history(http: DeskOverHttp) -> None:
    sales = http.of("sales")
    created = sales.post("/v1/customers", NEW | {"email": "neuf@optique.example"})
    assert (created.status_code, created.headers["Location"]) == (201, "/v1/customers/K9")
    assert sales.post("/v1/customers", NEW).status_code == 409
    changed = sales.call("PATCH", "/v1/customers/K9", {"street": "Rue 10", "email": None, "small_business": True})
    assert changed.status_code == 200, changed.text
    shown = sales.tree("/v1/customers/K9")
    assert (shown["address"]["street"], shown["email"], shown["small_business"]) == ("Rue 10", None, True)
    history = sales.tree("/v1/customers/K9/history")["changes"]
    assert [(each["sequence"], each["field"], each["before"], each["after"]) for each in history] == [
        (1, "created", None, "Optique Neuf"),
        (2, "email", "neuf@optique.example", None),
        (2, "small_business", "false", "true"),
        (2, "street", "Rue 9", "Rue 10"),
    ]
    assert {each["author"] for each in history} == {"sales"}
    assert sales.get("/v1/customers/K9?as_of=2027-01-30").status_code == 404, "it was created later"


def test_of_two_that_create_one_customer_at_once_one_is_refused(http: DeskOverHttp) -> None:
    def create(_: int) -> str:
        try:
            return customer_changes.create(http.desk, "K9", NEW, {}).id
        except Refusal as refusal:
            return refusal.problems[0].code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(create, range(4))) == ["K9", *["customer-exists"] * 3]


def test_each_mistake_has_the_pointer_of_its_field(http: DeskOverHttp) -> None:
    wrong = NEW | {"id": "!", "town": " ", "country": "XX", "email": "nobody", "vat_number": "BE1", "segment": "chian"}
    refused = http.of("sales").post("/v1/customers", wrong)
    assert refused.status_code == 422
    pointers = {each["pointer"] for each in refused.json()["errors"]}
    assert pointers == {"/id", "/town", "/country", "/email", "/vat_number", "/segment"}
    assert http.of("sales").call("PATCH", "/v1/customers/none", {"town": "Gent"}).status_code == 404
    assert http.of("sales").call("PATCH", "/v1/customers/K1", {"name": None}).json()["errors"][0]["pointer"] == "/name"


def test_fields_are_shown_as_they_were_on_a_day(http: DeskOverHttp) -> None:
    later = replace(http.desk, today=date(2027, 2, 10))
    customer_changes.change(later, "K1", {"town": "Dinant"}, {"shops": "3"})
    assert find_customer(later, "K1").customer.address.town == "Dinant"
    then = find_customer(later, "K1", as_of=date(2027, 2, 9)).customer
    assert (then.address.town, then.attributes) == ("Namur", {})
    assert str(then.vat_checked_on) == "2027-01-02", "days are read back"


def test_a_customer_on_hold_is_billed_when_it_is_released(http: DeskOverHttp) -> None:
    billing = http.of("billing")
    assert billing.post("/v1/customers/K1/hold", {"because": " "}).status_code == 422
    held = billing.post("/v1/customers/K1/hold", {"because": "the address is disputed"})
    assert held.json()["hold"] == {"because": "the address is disputed", "on": str(TODAY), "by": "billing"}
    again = billing.post("/v1/customers/K1/hold", {"because": "twice"})
    assert (again.status_code, again.json()["state"], again.json()["possible"]) == (409, "on-hold", ["release"])
    first = issue(http.desk, Selection(due_through=TODAY))
    assert {one.customer for one in first.held} == {"K1"}
    assert not first.issued
    assert {str(one.held_because) for one in first.held} == {"the customer is on hold: the address is disputed"}
    assert billing.post("/v1/customers/K1/release").json()["hold"] is None
    assert billing.post("/v1/customers/K1/release").status_code == 409
    second = issue(http.desk, Selection(due_through=TODAY))
    assert (bool(second.issued), second.held) == (True, ())


def test_evidence_of_a_vat_number_decides_what_is_known_of_it(http: DeskOverHttp) -> None:
    accounting = http.of("accounting")
    body = {"on": "2027-01-20", "result": "invalid", "consultation": "W1", "by": "Ann"}
    checked = accounting.post("/v1/customers/K1/vat-checks", body).json()
    assert (checked["vat_number_state"], checked["vat_checked_on"]) == ("invalid", "2027-01-20")
    older = accounting.post("/v1/customers/K1/vat-checks", {"on": "2026-12-01", "result": "valid"}).json()
    assert older["vat_number_state"] == "invalid", "an older check decides nothing"
    assert [(each["result"], each["checked_by"]) for each in older["vat_checks"]] == [("invalid", "Ann"), ("valid", "accounting")]
    assert accounting.post("/v1/customers/K1/vat-checks", {"on": "2027-02-01", "result": "valid"}).status_code == 422
    assert accounting.post("/v1/customers/K3/vat-checks", {"on": "2027-01-20", "result": "valid"}).status_code == 409
    other = http.of("sales").call("PATCH", "/v1/customers/K1", {"vat_number": "BE0999910741"}).json()
    assert (other["vat_number_state"], other["vat_checked_on"]) == ("unknown", None), "another number is unchecked"


def test_a_register_is_asked_about_a_vat_number(http: DeskOverHttp) -> None:
    accounting, path = http.of("accounting"), "/v1/customers/K1/vat-checks/ask"
    assert "CENTWRIGHT_VIES_URL" in accounting.post(path).json()["errors"][0]["help"]
    with local_vies() as served:
        http.opener.vies_url = served.url
        before, answer = accounting.tree("/v1/customers/K1"), accounting.post(path)
        served.faults["BE"] = "MS_UNAVAILABLE"
        after = accounting.post(path).json()
    (check,) = answer.json()["vat_checks"]
    assert (check["result"], check["consultation"], check["checked_by"], check["because"]) == ("valid", "WAPIAAAA000001", "VIES", None)
    assert (check["recorded_at"], check["source"], check["requester"]) == ("2027-01-31T09:00:00+00:00", "VIES", "BE0999945779")
    assert (before["vat_checked_on"], after["vat_checked_on"], after["vat_number_state"]) == ("2027-01-02", "2027-01-31", "valid")
    assert [one["because"] for one in after["vat_checks"]] == [None, "VIES answers MS_UNAVAILABLE"]
    assert accounting.post("/v1/customers/K3/vat-checks/ask").status_code == 409


def test_an_erasure_empties_history_and_notes(http: DeskOverHttp) -> None:
    customer_changes.create(http.desk, "K9", {**NEW, "email": "neuf@optique.example"}, {})
    customer_changes.change(http.desk, "K9", {"street": "Rue 10"}, {})
    activities.add(http.desk, "customer", "K9", "note", "ask for Jeanne")
    assert [each["text"] for each in http.of("sales").tree("/v1/customers/K9")["notes"]] == ["ask for Jeanne"]
    with pytest.raises(DBAPIError, match="append-only"), http.desk.store.writing() as connection:
        connection.exec_driver_sql("update customer_changes set author = 'nobody'")
    erasing.erase_customer(http.desk, "K9", by="Ann", because="asked for")
    history = http.of("sales").tree("/v1/customers/K9/history")["changes"]
    assert history
    assert all(each["before"] is None and each["after"] is None for each in history)
    with http.desk.store.reading() as connection:
        assert not sales_records.activities(connection, "customer", "K9")
    for verb in (
        lambda: customer_changes.change(http.desk, "K9", {"town": "Gent"}, {}),
        lambda: activities.add(http.desk, "customer", "K9", "note", "x"),
    ):
        with pytest.raises(Refusal, match="erased"):
            verb()
