"""The page on which an invoice is credited: a preview that writes nothing, of the whole, lines or an amount, and then the credit note."""

from __future__ import annotations

import pytest

from tests.contract.browsers import signed_in
from tests.contract.desk_over_http import DeskOverHttp

pytestmark = pytest.mark.one_database


def test_what_is_previewed_is_what_is_issued(http: DeskOverHttp) -> None:
    browser, caller = signed_in(http, "billing"), http.of("billing")
    (first, *_) = caller.tree("/v1/invoices?kind=invoice")["rows"]
    page = f"/invoices/{first['number']}/credit"
    line = caller.tree(f"/v1/invoices/{first['number']}")["lines"][0]
    assert "The credit note would be" not in browser.get(page).text
    asked = {
        "mode=whole": {"whole": True},
        "mode=amount&amount=10.00": {"amount": "10.00"},
        f"mode=lines&amount.{line['number']}=1.00": {"lines": [{"line": line["number"], "amount": "1.00"}]},
        f"mode=lines&all.{line['number']}=yes&amount=": {"lines": [{"line": line["number"]}]},
    }
    for query, body in asked.items():
        shown = caller.post(f"/v1/invoices/{first['number']}/credit/preview", body).json()
        text = browser.get(f"{page}?{query}").text
        assert "The credit note would be" in text
        assert f"{float(shown['gross']):,.2f}" in text
    assert caller.tree("/v1/invoices?kind=credit-note&total=true")["total"] == 0
    form = {name: text for name, text in browser.form(f"{page}?mode=amount&amount=10.00").items() if name not in ("mode",)}
    sent = browser.send("/do/credit_invoice", {"csrf": form["csrf"], "once": form["once"], "etag": form["etag"]} | {
        "name.number": first["number"], "amount": "10.00", "because": "late"
    })  # fmt: skip
    assert sent.status_code == 303
    again = browser.send("/do/credit_invoice", {
        **{name: form[name] for name in ("csrf", "once", "etag", "stays", "name.number")}, "amount": "9.99", "because": "<late>",
    })  # fmt: skip
    assert again.status_code == 422
    assert 'id="refused"' in again.text
    assert 'name="because" value="&lt;late&gt;"' in again.text
    assert f'name="stays" value="{page}?mode=amount&amp;amount=10.00"' in again.text
    (note,) = caller.tree("/v1/invoices?kind=credit-note")["rows"]
    assert note["net"] == "10.00"
    refused = browser.get(f"{page}?mode=amount&amount=999999.00")
    assert (refused.status_code, "The credit note would be" in refused.text) == (422, False)
    assert browser.get("/invoices/none/credit").status_code == 404
    assert signed_in(http, "sales").get(page).status_code == 404


def test_the_life_of_an_invoice_says_whether_it_is_booked(http: DeskOverHttp) -> None:
    (first, *_) = http.of("billing").tree("/v1/invoices?kind=invoice")["rows"]
    booking = http.of("billing").tree(f"/v1/invoices/{first['number']}/deliveries")["booking"]
    assert (booking["channel"], booking["state"]) == ("accounting", "queued")
    assert "accounting: queued" in signed_in(http, "billing").get(f"/invoices/{first['number']}").text


def test_instalments_of_an_order_come_with_their_sums(http: DeskOverHttp) -> None:
    order = http.of("billing").tree("/v1/orders/K1-investment-2026-12-07")
    nets = [round(float(one["net"]) * 100) for one in order["instalments"]]
    assert sum(nets) == sum(round(float(one["net"]) * 100) for one in order["transactions"] if one["kind"] == "instalment")
    assert sum(one["thousandths"] for one in order["instalments"]) in (998, 999, 1000)


def test_a_customer_says_whether_peppol_reaches_it(http: DeskOverHttp) -> None:
    assert http.of("sales").tree("/v1/customers/K1")["peppol"] == {"address": "0208:0999910048", "state": "not-tried", "on": None}
    assert http.of("sales").tree("/v1/customers/K3")["peppol"]["state"] == "no-address"
