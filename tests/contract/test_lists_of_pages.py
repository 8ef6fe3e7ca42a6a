"""Lists on pages: customers by name, what people read in view, and conditions that name nothing or are mistyped."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.contract.browsers import signed_in
from tests.contract.desk_over_http import DeskOverHttp

pytestmark = pytest.mark.one_database


def heads_of(page: str) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page)


def test_customers_stand_with_their_names(http: DeskOverHttp) -> None:
    browser = signed_in(http, "billing")
    for path in ("/orders", "/items", "/transactions", "/orders/K1-subscription-2026-03-01"):
        assert '<a href="/customers/K1">Optique Un (K1)</a>' in browser.get(path).text, path


def test_a_run_is_opened_from_the_list_of_runs(http: DeskOverHttp) -> None:
    run = http.of("billing").post("/v1/runs", {"due_through": "2027-01-31", "customer": "K1"}).json()["run"]["run"]
    assert f'<a href="/runs/{run}">{run}</a>' in signed_in(http, "billing").get("/runs").text


def test_what_is_for_programs_stands_last_and_amounts_are_in_view(http: DeskOverHttp) -> None:
    browser = signed_in(http, "billing")
    heads = heads_of(browser.get("/transactions").text)
    assert heads[:5] == ["Customer", "Order", "Order type", "Product", "Net"]
    assert heads[-3:] == ["Item", "Identity", "Currency"]
    assert '<a href="/customers/K1">K1</a>' in browser.get("/customers").text


def test_words_lead_to_the_one_customer_that_they_fit(http: DeskOverHttp) -> None:
    browser = signed_in(http, "billing")
    led = browser.get("/invoices?customer=trois&kind=invoice")
    assert (led.status_code, led.headers["location"]) == (303, "/invoices?customer=K3&kind=invoice")
    several = browser.get("/orders?customer=optique&state=active")
    assert several.status_code == 422
    assert "“optique” names nothing here" in several.text
    assert "/orders?customer=K1&state=active" in unescape(several.text)
    for path in ("/reports/to-invoice", "/reports/renewals"):
        assert f"{path}?customer=K1" in unescape(browser.get(f"{path}?customer=optique").text), path


def test_a_mistyped_condition_stands_in_the_filters_of_its_list(http: DeskOverHttp) -> None:
    browser = signed_in(http, "billing")
    for path, message in (
        ("/invoices?customer=zzzz", "there is no customer `zzzz` — type a part of the name or number"),
        ("/invoices?issued_from=31/02/2027", "the last of that month is `2027-02-28`"),
        ("/orders?where=%2A", "Please look at this again"),
    ):
        page = browser.get(path)
        assert page.status_code == 422, path
        assert message in page.text, path
        assert 'class="filters' in page.text, path
        assert "centwright customer" not in page.text, path
    assert 'value="zzzz"' in browser.get("/invoices?customer=zzzz").text


def test_the_figures_of_the_forecast_lead_to_the_report_that_has_them(http: DeskOverHttp) -> None:
    browser = signed_in(http, "billing")
    page = browser.get("/reports/forecast").text
    assert "Monthly recurring revenue from 01/01/2027 to 31/01/2027" in page
    figure = re.search(r'href="(/reports/mrr[^"]*)"><strong>([^<]+)</strong><span>closing', page, re.IGNORECASE)
    assert figure is not None
    assert figure[2] in browser.get(unescape(figure[1])).text
