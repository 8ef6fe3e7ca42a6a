"""Pages in the language of their reader: states, kinds, labels of fields and heads of columns."""

from __future__ import annotations

from tests.contract.desk_over_http import DeskOverHttp
from tests.contract.test_staff_pages import signed_in


def test_states_and_labels_are_in_the_language_of_the_person(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "billing")
    browser.client.cookies.set("centwright_language", "nl")
    items, transactions = browser.get("/items").text, browser.get("/transactions").text
    assert ">actief<" in items
    assert ">active<" not in items
    assert "te factureren" in transactions
    assert ">to-invoice<" not in transactions
    assert "aflopend" in browser.get("/invoices").text
    browser.client.cookies.set("centwright_language", "fr")
    assert "Rue et numéro" in browser.get("/do/create_customer").text
    admin = signed_in(lone, "admin")
    admin.client.cookies.set("centwright_language", "fr")
    assert ">comptabilité</option>" in admin.get("/do/create_key").text
