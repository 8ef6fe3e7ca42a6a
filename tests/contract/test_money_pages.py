"""The pages of money: the forecast as bars and against an earlier one, payments matched by hand, deliveries, and facets of lists."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import pytest

from api.desk.billing_run import issue
from api.desk.due_drafts import Selection
from tests.contract.browsers import signed_in
from tests.contract.desk_over_http import TODAY, DeskOverHttp

pytestmark = pytest.mark.one_database

FACET = re.compile(r'<a class="btn btn-sm" href="([^"]+)"[^>]*>[^<]*<span class="text-secondary ms-1">(\d+)</span>')


def test_the_forecast_is_drawn_and_each_bar_leads_to_its_rows(http: DeskOverHttp) -> None:
    browser, caller = signed_in(http, "billing"), http.of("billing")
    page = browser.get("/reports/forecast").text
    bars = re.findall(r'<a href="([^"]+)" tabindex="-1"><rect [^>]+><title>([^<]+): ([0-9.,-]+)</title>', page)
    assert len(bars) > 20
    for link, title, amount in bars[:6]:
        address = html.unescape(link)
        sums = caller.tree(f"/v1{address}&limit=1&total=true")["sums"]
        assert sums["net"] == amount.replace(",", ""), title
    report = caller.tree("/v1/reports/forecast?from=2027-01-01&to=2028-12-31&by=month,order-type")
    drawn = {(title.split(", ")[0], title.split(", ")[1]) for _, title, _ in bars}
    assert {(row["month"], row["order_type"]) for row in report["rows"] if row["net"] != "0.00"} <= drawn
    moved = caller.tree("/v1/reports/mrr?from=2027-01-01")["rows"][0]
    assert f"{float(moved['net_new']):.2f}" == f"{float(moved['closing']) - float(moved['opening']):.2f}"


def test_the_forecast_stands_against_an_earlier_one_with_reasons(http: DeskOverHttp) -> None:
    browser = signed_in(http, "billing")
    form = browser.form("/reports/forecast")
    sent = browser.send("/do/store_forecast", form | {"name": "january"})
    assert sent.headers["location"] == "/reports/forecast?done=store_forecast"
    assert [each["name"] for each in http.of("sales").tree("/v1/forecasts")["rows"]] == ["january"]
    assert "Nothing differs." in browser.get("/reports/forecast?snapshot=january").text
    item = "K1-subscription-2026-03-01-1"
    suspended = http.of("billing").post(f"/v1/orders/K1-subscription-2026-03-01/items/{item}/suspend", {"on": "2027-02-01"})
    assert suspended.status_code == 200
    page = browser.get("/reports/forecast?snapshot=january").text
    assert "transactions differ" in page
    assert "suspend" in page[page.index('id="against"') :]
    assert browser.get("/reports/forecast?snapshot=never").status_code == 404


def test_a_payment_is_matched_with_the_open_items_of_its_customer(http: DeskOverHttp) -> None:
    number = issue(http.desk, Selection(due_through=TODAY, customer="K1")).issued[0]
    caller, browser = http.of("accounting"), signed_in(http, "accounting")
    paid = caller.post("/v1/payments", {"id": "bank-1", "on": "2027-01-31", "amount": "50.00", "name": "Optique Un"}).json()
    candidates = caller.tree(f"/v1/payments/{paid['id']}/candidates")
    assert candidates["customers"] == ["K1"]
    assert number in [row["document"] for row in candidates["rows"]]
    others = caller.tree(f"/v1/payments/{paid['id']}/candidates?customer=K2")
    assert {row["customer"] for row in others["rows"]} == {"K2"}
    assert caller.get(f"/v1/payments/{paid['id']}/candidates?customer=K9").status_code == 404
    assert caller.get("/v1/payments/none/candidates").status_code == 404
    page = f"/payments/{paid['id']}"
    form = {name: text for name, text in browser.form(page).items() if not name.startswith("documents.")}
    sent = browser.send("/do/match_payment", form | {"documents.0": number})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{page}?done=match_payment")
    assert caller.tree(f"/v1/payments/{paid['id']}")["state"] == "matched"
    listed = browser.get("/payments").text
    assert "invoices that are partly paid" in listed
    assert caller.tree("/v1/invoices?paid=part-paid&total=true")["total"] == 1
    again = caller.post("/v1/payments", {"id": "bank-2", "on": "2027-01-31", "amount": "1.00", "iban": "BE71096123456769"}).json()
    assert caller.tree(f"/v1/payments/{again['id']}/candidates")["customers"] == []


def test_what_failed_stands_first_among_deliveries_and_is_sent_again(http: DeskOverHttp) -> None:
    browser, caller = signed_in(http, "billing"), http.of("billing")
    key = caller.tree("/v1/outbox?state=queued&limit=1")["rows"][0]["key"]
    assert "What somebody must look at" not in browser.get("/outbox").text
    form = browser.form(f"/do/skip_message?message={key}&back=/outbox")
    assert form["back"] == "/outbox"
    sent = browser.send("/do/skip_message", form | {"because": "handed over"})
    assert sent.headers["location"] == "/outbox?done=skip_message"
    page = browser.get("/outbox?state=skipped").text
    assert 'action="/do/retry_message"' in page
    sent = browser.send("/do/retry_message", browser.form("/outbox?state=skipped"))
    assert (sent.status_code, caller.tree(f"/v1/outbox/{key.replace('|', '%7C')}")["state"]) == (303, "queued")


def test_facets_count_what_their_lists_have(http: DeskOverHttp) -> None:
    browser, caller = signed_in(http, "admin"), http.of("admin")
    for path in (
        "/invoices",
        "/invoices?kind=invoice",
        "/payments",
        "/outbox",
        "/outbox?channel=peppol",
        "/opportunities",
        "/orders",
        "/transactions",
    ):
        facets = FACET.findall(browser.get(path).text)
        assert facets or path == "/payments", path
        for link, many in facets:
            address = html.unescape(link)
            if urlsplit(address).query == urlsplit(path).query or len(urlsplit(address).query) < len(urlsplit(path).query):
                continue  # the one that is chosen leads away from it
            joined = "&" if "?" in address else "?"
            assert caller.tree(f"/v1{address}{joined}limit=1&total=true")["total"] == int(many), address
