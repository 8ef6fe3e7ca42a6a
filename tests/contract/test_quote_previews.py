"""The preview of a quote as its lines are typed: what saving would give, and nothing is stored."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.contract.browsers import signed_in
from tests.contract.desk_over_http import DeskOverHttp


def test_what_is_typed_is_priced_and_drawn_and_nothing_is_stored(lone: DeskOverHttp) -> None:
    caller, browser = lone.of("sales"), signed_in(lone, "sales")
    lines = [{"product": "SUB-CORE", "quantity": "1"}, {"product": "SUB-WS", "quantity": "2"}]
    number = caller.post("/v1/quotes", {"customer": "K3", "draft": True, "lines": lines}).json()["number"]
    before = caller.tree(f"/v1/quotes/{number}")
    typed = [("quantity", "3*4"), ("discount", ""), ("starts_on", ""), ("quantity", "2"), ("discount", "5%"), ("starts_on", "2027-03-01")]
    fresh = [("product", "SUB-SMS"), ("quantity", "1"), ("discount", ""), ("starts_on", ""), ("payment_plan", "")]
    shown = browser.get(f"/quotes/{number}/preview?{urlencode(typed + fresh)}").text
    assert "As typed, not saved yet" in shown
    assert f"/quotes/{number}/preview.pdf?" in shown
    assert caller.tree(f"/v1/quotes/{number}") == before
    assert caller.call("PATCH", f"/v1/quotes/{number}/lines/1", {"quantity": "12"}).status_code == 200
    assert caller.call("PATCH", f"/v1/quotes/{number}/lines/2", {"discount": "5%", "starts_on": "2027-03-01"}).status_code == 200
    assert caller.post(f"/v1/quotes/{number}/lines", {"product": "SUB-SMS", "quantity": "1"}).status_code == 200
    saved = caller.tree(f"/v1/quotes/{number}")
    assert f"{float(saved['mrr']):,.2f}" in shown
    assert f"{float(saved['contract_value']):,.2f}" in shown
    wrong = browser.get(f"/quotes/{number}/preview?{urlencode([('quantity', 'many')])}").text
    assert 'role="alert"' in wrong
    assert browser.get("/quotes/none/preview").status_code == 404
    assert signed_in(lone, "billing").get(f"/quotes/{number}/preview").status_code == 404


def test_a_product_of_two_numbers_is_a_quantity_in_every_form(lone: DeskOverHttp) -> None:
    browser, caller = signed_in(lone, "sales"), lone.of("sales")
    form = browser.form("/do/make_quote?customer=K3")
    sent = browser.send("/do/make_quote", form | {"lines.0.product": "SUB-WS", "lines.0.quantity": "3*12"})
    assert sent.status_code == 303
    number = sent.headers["location"].partition("?")[0].rpartition("/")[2]
    assert caller.tree(f"/v1/quotes/{number}")["lines"][0]["request"]["quantity"] == "36"
