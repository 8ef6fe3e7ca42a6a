"""Payments over HTTP: entered by hand once, from bank files, matched, released, and refused where they cannot be."""

from base64 import b64encode
from dataclasses import replace
from typing import Any

from api.desk.billing_run import issue
from api.desk.due_drafts import Selection
from engine.money import Currency, Money
from tests.bank_statements import statement_pair
from tests.bank_writers import camt_text, coda_text
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


def test_a_bank_file_is_imported_once_and_what_is_wrong_has_a_position(http: DeskOverHttp) -> None:
    staff = http.of("accounting")
    statement = statement_pair("CODA")[0].replace(iban=http.desk.rulebook.company.seller.iban.replace(" ", ""))
    text = coda_text(statement)
    imported = done(staff, "/v1/bank-statements", bank_file(text), 200)
    assert imported == {"statements": 1, "as_before": 0, "payments": 3, "states": {"unmatched": 2, "paid-out": 1}}
    nothing = {"statements": 0, "as_before": 1, "payments": 0, "states": {}}
    assert done(staff, "/v1/bank-statements", bank_file(text), 200) == nothing
    listed = staff.tree("/v1/payments")["rows"]
    assert [(row["amount"], row["state"]) for row in listed] == [("121.00", "unmatched"), ("12.50", "unmatched"), ("-3.00", "paid-out")]
    cut = staff.post("/v1/bank-statements", bank_file(text[:-129]))
    assert problem(cut)[0] == 422
    assert [each["pointer"] for each in cut.json()["errors"]] == ["/content"]
    assert cut.json()["errors"][0]["message"].startswith("bank.cod:"), "the position in the file"
    changed = staff.post("/v1/bank-statements", bank_file(coda_text(statement.replace(holder="OTHER NV"))))
    assert problem(changed)[:2] == (422, "statement-known-otherwise")
    other = statement_pair("CAMT.053")[0]
    assert problem(staff.post("/v1/bank-statements", bank_file(camt_text(other))))[0] == 422, "the account of somebody else"
    as_ours = bank_file(camt_text(other)) | {"accounts": ["be68 5390 0754 7034"]}
    assert done(staff, "/v1/bank-statements", as_ours, 200)["payments"] == 3
    assert problem(staff.post("/v1/bank-statements", bank_file(text) | {"content": "no*base64"}))[:2] == (422, "not-base64")
    assert problem(staff.post("/v1/bank-statements", bank_file("")))[0] == 422
    assert len(staff.tree("/v1/payments")["rows"]) == 6, "what is refused leaves nothing"


def test_what_the_bank_credited_for_dollars_is_entered(http: DeskOverHttp) -> None:
    staff, dollar = http.of("accounting"), Currency.of("USD")
    one = statement_pair("CODA")[0]
    movement = replace(one.movements[0], amount=Money(130_00, dollar), text="2027-00001")
    changed = {"currency": dollar, "movements": (movement,), "old_balance": Money(0, dollar), "new_balance": Money(130_00, dollar)}
    given = bank_file(coda_text(one.replace(**changed))) | {"accounts": [one.iban]}
    assert done(staff, "/v1/bank-statements", given, 200)["states"] == {"held": 1}
    (held,) = staff.tree("/v1/payments?state=held")["rows"]
    credited = {"amount": "119.80", "documents": ["2027-00001"]}
    made = done(staff, f"/v1/payments/{held['id']}/exchange", credited, 201)
    assert (made["amount"], made["currency"], made["exchanged"]) == ("119.80", "EUR", held["id"])
    assert staff.tree(f"/v1/payments/{held['id']}")["exchanged"] == made["id"]
    refused = problem(staff.post(f"/v1/payments/{held['id']}/exchange", {"amount": "119.90"}))
    assert refused[:2] == (409, "payment-entered-otherwise")


def test_an_invoice_is_written_off_and_that_is_taken_back(http: DeskOverHttp) -> None:
    staff = http.of("accounting")
    number = staff.tree("/v1/invoices?customer=K2&limit=1")["rows"][0]["number"]
    given = {"document": number, "reason": "bankruptcy", "on": "2027-01-31"}
    written = done(staff, "/v1/write-offs", given, 201)
    assert (written["amount"], written["because"], written["documents"]) == ("0.00", "bankruptcy", [number])
    assert [part["kind"] for part in written["allocations"]] == ["write-off", "write-off-vat"]
    assert [row["number"] for row in staff.tree("/v1/invoices?paid=written-off")["rows"]] == [number]
    assert staff.tree(f"/v1/invoices/{number}")["settlement"]["state"] == "written-off"
    assert problem(staff.post("/v1/write-offs", given))[:2] == (409, "document-not-open")
    assert problem(staff.post("/v1/write-offs", given | {"reason": "never"}))[0] == 422
    assert done(staff, f"/v1/payments/{written['id']}/release", {}, 200)["because"] == "taken-back"
    assert staff.tree(f"/v1/invoices/{number}")["settlement"]["state"] == "open"


def bank_file(text: str) -> dict[str, Any]:
    """The request for a bank file."""
    return {"file": "bank.cod", "content": b64encode(text.encode("utf-8")).decode(), "encoding": "utf-8"}
