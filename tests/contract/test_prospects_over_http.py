"""Prospects over HTTP: registered, quoted, and customers once they accept; with their contacts, addresses and references."""

from typing import Any, Final

from api.desk import erasing
from api.desk.billing_run import invoices_of, issue
from api.desk.due_drafts import Selection
from api.store import customers
from api.store.auditor import audit
from api.store.columns import metadata
from api.store.party_moves import MOVES, STAYS
from tests.contract.desk_over_http import PENDING, TODAY, DeskOverHttp

CHANCE: Final[dict[str, Any]] = {
    "id": "OP5",
    "prospect": {"name": "Optique Nouvelle", "town": "Mons"},
    "what": "Till",
    "stage": "proposal",
    "amount": "10.00",
    "expected_close": "2027-03-31",
    "owner": "Ann",
}
SHOP: Final = {"street": "Rue 12", "postcode": "5000", "town": "Namur", "country": "BE"}
LINES: Final = [{"product": "SRV-TRAIN", "quantity": "1"}]


def test_a_prospect_becomes_a_customer_when_it_accepts_a_quote(http: DeskOverHttp) -> None:
    sales = http.of("sales")
    assert sales.post("/v1/opportunities", CHANCE).status_code == 201
    person = {"id": "P5", "opportunity": "OP5", "name": "Jeanne Petit", "phone": "+32 65 555 12"}
    assert sales.post("/v1/contacts", person).status_code == 201
    registered = sales.post("/v1/opportunities/OP5/register", {"id": "K5", "country": "BE", "segment": "independent", "language": "fr"})
    assert (registered.status_code, registered.json()["customer"], registered.json()["prospect"]) == (200, "K5", None), registered.text
    assert sales.post("/v1/opportunities/OP5/register", {"id": "K6", "country": "BE"}).json()["state"] == "registered"
    assert [row["id"] for row in sales.tree("/v1/customers?state=prospect")["rows"]] == ["K5"]
    shown = sales.tree("/v1/customers/K5")
    assert (shown["state"], shown["name"], shown["address"]["town"], shown["contacts"]) == ("prospect", "Optique Nouvelle", "Mons", ["P5"])
    quote = sales.post("/v1/quotes", {"customer": "K5", "opportunity": "OP5", "lines": LINES}).json()
    refused = sales.post(f"/v1/quotes/{quote['number']}/accept", {})
    assert (refused.status_code, refused.json()["state"]) == (409, "prospect")
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/street", "/postcode", "/vat_number"]
    sales.call("PATCH", "/v1/customers/K5", {"street": "Rue 5", "postcode": "7000", "vat_number": "BE0999910048"})
    accepted = sales.post(f"/v1/quotes/{quote['number']}/accept", {})
    assert accepted.status_code == 200, accepted.text
    assert sales.tree("/v1/customers/K5")["state"] == "customer"
    fields = {each["field"] for each in sales.tree("/v1/customers/K5/history")["changes"]}
    assert fields == {"created", "street", "postcode", "vat_number", "state"}
    assert sales.tree("/v1/opportunities/OP5")["state"] == "won"
    assert sales.post("/v1/opportunities/OP5/register", {"id": "K6", "country": "BE"}).json()["possible"] == ["reopen"]


def test_a_contact_is_checked_like_a_row_of_its_file(lone: DeskOverHttp) -> None:
    sales = lone.of("sales")
    wrong = sales.post("/v1/contacts", {"id": "P9", "customer": "K1", "email": "nobody", "phone": "no"})
    assert {each["pointer"] for each in wrong.json()["errors"]} == {"/name", "/email", "/phone"}
    made = sales.post("/v1/contacts", {"id": "P9", "customer": "K1", "name": "Ann"})
    assert (made.status_code, made.json()["stored_until"]) == (201, "2030-01-31")
    assert sales.post("/v1/contacts", {"id": "P9", "customer": "K1", "name": "Ann"}).status_code == 409
    assert sales.post("/v1/contacts", {"id": "P8", "customer": "none", "name": "Ann"}).status_code == 404
    changed = sales.call("PATCH", "/v1/contacts/P9", {"role": "owner"}).json()
    assert (changed["name"], changed["role"], changed["stored_until"]) == ("Ann", "owner", "2030-01-31")


def test_a_customer_has_addresses_and_names_in_other_systems(http: DeskOverHttp) -> None:
    sales = http.of("sales")
    assert sales.call("PUT", "/v1/customers/K1/addresses/shop", SHOP).json()["addresses"][0]["kind"] == "delivery"
    assert sales.call("PUT", "/v1/customers/K1/addresses/shop", SHOP | {"country": "XX"}).json()["errors"][0]["pointer"] == "/country"
    assert sales.call("DELETE", "/v1/customers/K1/addresses/shop").json()["addresses"] == []
    assert sales.call("DELETE", "/v1/customers/K1/addresses/shop").status_code == 404
    assert sales.call("PUT", "/v1/customers/K1/references/crm", {"reference": "0015"}).json()["references"] == {"crm": "0015"}
    taken = sales.call("PUT", "/v1/customers/K2/references/crm", {"reference": "0015"})
    assert (taken.status_code, taken.json()["code"]) == (409, "reference-not-free")
    assert sales.tree("/v1/references/crm/0015")["id"] == "K1"
    history = [(each["field"], each["before"], each["after"]) for each in sales.tree("/v1/customers/K1/history")["changes"][1:]]
    there = "delivery: Rue 12, 5000 Namur, BE"
    assert history == [("addresses/shop", None, there), ("addresses/shop", there, None), ("references/crm", None, "0015")]


def test_a_merge_moves_what_a_customer_has_and_its_id_stays_known(http: DeskOverHttp) -> None:
    sales, admin = http.of("sales"), http.of("admin")
    refused = sales.post("/v1/customers/K2/merge", {"into": "K1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-mergeable")
    assert "their VAT numbers differ, BE0999910741 and BE0999910048" in refused.json()["errors"][0]["message"]
    sales.post("/v1/customers/K3/activities", {"kind": "note", "text": "asks for one invoice"})
    sales.call("PUT", "/v1/customers/K3/references/crm", {"reference": "3"})
    open_quote = sales.post("/v1/quotes", {"customer": "K3", "lines": LINES}).json()["number"]
    preview = sales.post("/v1/customers/K3/merge", {"into": "K1", "preview": True}).json()
    moves = {kind: count for kind, count in preview["moves"].items() if count}
    assert (moves, preview["stays"]["quotes"]) == ({"orders": 1, "references": 1, "activities": 1}, 2)
    assert sales.tree("/v1/customers/K3")["state"] == "customer", "a preview changes nothing"
    assert sales.post("/v1/customers/K3/merge", {"into": "K1"}).json() == preview
    shown = sales.tree("/v1/customers/K3")
    assert (shown["id"], shown["merged"], shown["references"]) == ("K1", ["K3"], {"crm": "3"})
    assert shown["notice"] == f"the customer `K3` was merged into `K1` on {TODAY}"
    assert [each["text"] for each in shown["notes"]] == ["asks for one invoice"]
    assert sales.tree(f"/v1/orders/{PENDING}")["customer"] == "K1"
    assert {each["customer"] for each in sales.tree("/v1/quotes?customer=K1")["rows"]} == {"K3"}
    assert [row["id"] for row in sales.tree("/v1/customers")["rows"]] == ["K1", "K2"]
    again = sales.call("PATCH", "/v1/customers/K3", {"town": "Gent"})
    assert (again.status_code, again.json()["code"], again.json()["state"]) == (409, "merged-customer", "merged")
    assert sales.post("/v1/quotes", {"customer": "K3", "lines": LINES}).json()["customer"]["id"] == "K1"
    (order,) = sales.post(f"/v1/quotes/{open_quote}/accept", {}).json()["orders"]
    assert sales.tree(f"/v1/orders/{order}")["customer"] == "K1", "a quote of before is accepted for the other"
    assert admin.post("/v1/customers/K3/erase", {"because": "asked"}).status_code == 409


def test_what_was_issued_to_a_merged_customer_stays_and_is_credited_and_billed_again(http: DeskOverHttp) -> None:
    billing = http.of("billing")
    assert billing.post("/v1/customers", {**SHOP, "id": "K9", "name": "Optiek Negen", "segment": "chain"}).status_code == 201
    before = {row["number"]: row["customer"] for row in billing.tree("/v1/invoices?customer=K2")["rows"]}
    explained_before = {each: billing.tree(f"/v1/invoices/{each}/explanation") for each in before}
    merged = billing.post("/v1/customers/K2/merge", {"into": "K9"}).json()
    assert (merged["stays"]["invoices"], merged["filled"], merged["differing"]) == (
        len(before),
        ["vat_number", "vat_number_state", "vat_checked_on", "email"],
        0,
    )
    assert {row["number"]: row["customer"] for row in billing.tree("/v1/invoices?customer=K9")["rows"]} == before
    assert billing.tree("/v1/customers/K9")["vat_number"] == "BE0999910741"
    number = min(before)
    explained = {each: billing.tree(f"/v1/invoices/{each}/explanation") for each in before}
    assert explained[number] == explained_before[number], "it is explained as before"
    assert billing.post(f"/v1/invoices/{number}/credit", {"whole": True}).status_code in (200, 201)
    assert billing.post(f"/v1/invoices/{number}/rebill", {}).status_code == 200
    again = issue(http.desk, Selection(due_through=TODAY, customer="K9")).issued
    (invoice,) = invoices_of(http.desk, again)
    assert (invoice.customer.id, invoice.replaces) == ("K9", (number,))
    with http.desk.store.reading() as connection:
        assert audit(connection) == ()


def test_an_erasure_reaches_those_that_were_merged_into_the_erased_one(lone: DeskOverHttp) -> None:
    admin = lone.of("admin")
    for name in ("K8", "K9"):
        admin.post("/v1/customers", {**SHOP, "id": name, "name": f"Optiek {name}", "segment": "independent"})
    number = admin.post("/v1/quotes", {"customer": "K8", "lines": LINES}).json()["number"]
    assert admin.post(f"/v1/quotes/{number}/refuse", {"note": "too expensive"}).status_code == 200
    admin.call("PUT", "/v1/customers/K8/references/crm", {"reference": "8"})
    assert admin.post("/v1/customers/K8/merge", {"into": "K9"}).status_code == 200
    assert admin.post("/v1/customers/K8/erase", {"because": "asked"}).json()["code"] == "merged-customer"
    assert admin.post("/v1/customers/K9/erase", {"because": "asked"}).status_code == 200
    with lone.desk.store.reading() as connection:
        assert {one.name for one in customers.find(connection, ["K8", "K9"]).values()} == {erasing.ERASED}
    assert admin.get(f"/v1/quotes/{number}").status_code == 404
    assert admin.get("/v1/references/crm/8").status_code == 404


def test_a_merge_knows_every_table_that_names_a_customer() -> None:
    naming = {table.name for table in metadata.tables.values() if "customer" in table.columns}
    entries = {"journal_entries", "ledger_entries", "ledger_postings"}
    assert naming - entries == {table.name for table in (*MOVES.values(), *STAYS.values())}, "entries stay with their documents"
