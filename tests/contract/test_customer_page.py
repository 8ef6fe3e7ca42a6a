"""The page of a customer: its figures are those of the reports and lists that they lead to, and each part is for who may see it."""

from __future__ import annotations

import html
import re

import pytest

from api.store.users import Role
from tests.contract.browsers import Browser, signed_in
from tests.contract.desk_over_http import DeskOverHttp

pytestmark = pytest.mark.one_database

FIGURE = re.compile(r'<a class="card card-body" href="([^"]+)"><strong>([^<]*)</strong><span>([^<]*)</span>')


def figures(browser: Browser, customer: str) -> dict[str, tuple[str, str]]:
    """Each figure of the page by its name, with its text and its link."""
    shown = browser.get(f"/customers/{customer}").text
    return {name: (text, html.unescape(link)) for link, text, name in FIGURE.findall(shown)}


def test_each_figure_is_that_of_the_rows_to_which_it_leads(http: DeskOverHttp) -> None:
    browser = signed_in(http, "billing")
    shown = figures(browser, "K1")
    assert set(shown) == {"MRR", "ARR", "Open", "Overdue", "Paid"}
    for name, (_, link) in shown.items():
        assert browser.get(link).status_code == 200, name
    owed = http.of("billing").tree("/v1/customers/K1")["owed"]
    assert [shown[name][0].replace(",", "").removesuffix(" EUR") for name in ("Open", "Overdue", "Paid")] == [
        owed[name] for name in ("open", "overdue", "paid")
    ]
    recurring = http.of("billing").tree("/v1/reports/mrr?customer=K1")["rows"][0]
    assert shown["MRR"][0].replace(",", "") == f"{recurring['mrr']} EUR"


@pytest.mark.parametrize("role", ["sales", "accounting", "analyst"])
def test_everybody_sees_the_page(http: DeskOverHttp, role: Role) -> None:
    response = signed_in(http, role).get("/customers/K1")
    assert response.status_code == 200
    assert ("Further actions" in response.text) is (role != "analyst")


def test_what_belongs_to_a_customer_stands_there_with_the_way_to_all(http: DeskOverHttp) -> None:
    text = signed_in(http, "sales").get("/customers/K1").text
    orders = http.of("billing").tree("/v1/orders?customer=K1&total=true")
    assert f'/orders/{orders["rows"][0]["order"]}"' in text
    assert f"All ({orders['total']})" in text


def test_a_hold_is_said_first(http: DeskOverHttp) -> None:
    browser = signed_in(http, "billing")
    fields = browser.form("/do/hold_customer?customer=K3")
    assert browser.send("/do/hold_customer", {**fields, "because": "waits for its papers"}).status_code == 303
    text = browser.get("/customers/K3").text
    assert text.index("On hold") < text.index("Identity")
    assert "waits for its papers" in text
