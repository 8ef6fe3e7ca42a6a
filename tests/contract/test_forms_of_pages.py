"""Forms of pages: what is refused is told at its place, numbers are as people write them, and nobody sees a form in vain."""

from __future__ import annotations

import re

import pytest

from tests.contract.desk_over_http import PENDING, DeskOverHttp
from tests.contract.test_staff_pages import signed_in

pytestmark = pytest.mark.one_database


def test_a_refused_list_and_a_refused_group_say_what_is_wrong(http: DeskOverHttp) -> None:
    browser = signed_in(http, "sales")
    empty = browser.send("/do/make_quote", browser.form("/do/make_quote?customer=K1"))
    assert empty.status_code == 422
    assert 'id="f-lines-problem"' in empty.text
    assert '<details class="further-fields mb-3">' in empty.text, "what is not needed stays behind a summary"


def test_numbers_are_read_as_their_language_writes_them(http: DeskOverHttp) -> None:
    browser = signed_in(http, "sales")
    form = browser.form("/do/make_quote?customer=K1") | {"lines.0.product": "SUB-WS"}
    unclear = browser.send("/do/make_quote", form | {"lines.0.quantity": "1,234"})
    assert unclear.status_code == 422
    assert "write `1.234` or `1234`" in unclear.text
    assert 'id="f-lines-0-quantity-problem"' in unclear.text
    made = browser.send("/do/make_quote", form | {"lines.0.quantity": "2,0"})
    assert made.status_code == 303, made.text


def test_the_language_keeps_the_filter_and_back_leads_to_a_page(http: DeskOverHttp) -> None:
    browser = signed_in(http, "accounting")
    assert (
        'name="back" value="/invoices?overdue=true&amp;order_by=-number"'
        in browser.get("/invoices?overdue=true&order_by=-number&done=x").text
    )
    for verb in ("write_off", "close_month", "close_vat", "preview_reminders", "import_bank_statements"):
        back = re.findall(r'<a class="btn" href="([^"]+)">Back</a>', browser.get(f"/do/{verb}").text)
        assert [browser.get(link).status_code for link in back] == [200], verb


def test_no_form_is_shown_to_whom_it_would_refuse(http: DeskOverHttp) -> None:
    for role in ("analyst", "accounting"):
        browser = signed_in(http, role)
        for path in ("/opportunities/OP1", "/reports/to-invoice", f"/orders/{PENDING}"):
            response = browser.get(path)
            actions = re.findall(r'<form[^>]*action="([^"]+)"', response.text[response.text.index("<main") :])
            assert not {"/do/move_opportunity", "/runs/preview", f"{path}/activation"} & set(actions), (role, path)


def test_rows_are_added_and_a_quote_is_made_from_them(http: DeskOverHttp) -> None:
    browser = signed_in(http, "sales")
    form = browser.form("/do/make_quote?customer=K1")
    assert "lines.0.product" in form
    more = browser.send("/do/make_quote", form | {"lines.0.product": "SUB-WS", "lines.0.quantity": "2", "more": "lines"})
    assert 'name="lines.1.product"' in more.text
    made = browser.send("/do/make_quote", form | {"lines.0.product": "SUB-WS", "lines.0.quantity": "2", "lines.1.product": ""})
    assert made.status_code == 303, made.text
    assert "SUB-WS" in browser.get(made.headers["location"]).text
    wrong = browser.send(
        "/do/make_quote", browser.form("/do/make_quote?customer=K1") | {"lines.0.product": "SUB-WX", "lines.0.quantity": "2"}
    )
    assert 'id="f-lines-0-product-problem"' in wrong.text
