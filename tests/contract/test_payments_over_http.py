"""Payments over HTTP: entered by hand once, matched, released, and refused where they cannot be."""

from api.desk.billing_run import issue
from api.desk.due_drafts import Selection
from tests.contract.desk_over_http import TODAY, DeskOverHttp
from tests.contract.test_desk_over_http import problem
from tests.contract.test_verbs_over_http import done


def test_a_payment_is_entered_once_and_settles_its_invoice(http: DeskOverHttp) -> None:
    issue(http.desk, Selection(due_through=TODAY, customer="K1"))
    staff = http.of("accounting")
    invoice = staff.tree("/v1/invoices?customer=K1&limit=1")["rows"][0]
    number = invoice["number"]
    given = {"id": "cash-1", "on": "2027-01-30", "amount": "10.00", "name": "Ann", "reference": f"invoice {number}"}
    entered = done(staff, "/v1/payments", given, 201)
    assert (entered["state"], entered["because"], entered["unallocated"]) == ("matched", "number", "0.00")
    assert entered["allocations"] == [{"document": number, "amount": "10.00", "kind": "payment"}]
    assert done(staff, "/v1/payments", given, 201) == entered
    assert problem(staff.post("/v1/payments", given | {"amount": "11.00"}))[:2] == (409, "payment-entered-otherwise")
    assert problem(staff.post("/v1/payments", given | {"id": "cash-2", "on": "2027-02-01"}))[:2] == (422, "payment-later")
    assert problem(staff.post("/v1/payments", given | {"id": "cash-2", "amount": "0.00"}))[0] == 422
    assert [row["id"] for row in staff.tree("/v1/payments?state=matched&entered_from=2027-01-30")["rows"]] == [entered["id"]]
    assert staff.tree("/v1/payments?entered_to=2027-01-29")["rows"] == []
    shown = staff.tree(f"/v1/invoices/{number}")["settlement"]
    assert (shown["state"], shown["paid"]) == ("part-paid", "10.00")
    assert [row["number"] for row in staff.tree("/v1/invoices?paid=part-paid")["rows"]] == [number]
    released = done(staff, f"/v1/payments/{entered['id']}/release", {}, 200)
    assert (released["state"], released["allocations"], staff.tree(f"/v1/payments/{entered['id']}")) == ("unmatched", [], released)
    assert problem(staff.post(f"/v1/payments/{entered['id']}/release", {}))[0] == 409
    again = done(staff, f"/v1/payments/{entered['id']}/match", {"documents": [number]}, 200)
    assert again["allocations"] == entered["allocations"]
    assert problem(staff.post(f"/v1/payments/{entered['id']}/match", {"documents": [number]}))[0] == 409
    assert problem(staff.get("/v1/payments/P999999"))[:2] == (404, "unknown-document")
