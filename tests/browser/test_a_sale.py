"""A sale by clicks alone: an opportunity of a customer, its quote, its order, and items that begin on two days."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.browser.chromium import Visitors, findings, sign_in


def test_from_opportunity_to_active_items(visitors: Visitors) -> None:
    with visitors.page("sales") as page:
        page.goto("/")
        _follow(page, "Customers", "K3", "New opportunity")
        _fill(page, id="OP-SHOP", what="a second shop", amount="900.00", expected_close="2027-03-01")
        page.locator("[name=stage]").select_option("proposal")
        _send(page)
        assert page.url.endswith("/opportunities/OP-SHOP?done=open_opportunity")
        _follow(page, "New quote")
        assert page.locator("[name=customer]").input_value() == "K3"
        page.locator("[name='lines.0.product']").fill("SUB-CORE")
        page.locator("[name='lines.0.quantity']").fill("1")
        page.get_by_role("button", name="One more line").click()
        assert page.locator("[name='lines.0.product']").input_value() == "SUB-CORE"
        page.locator("[name='lines.1.product']").fill("SUB-WS")
        page.locator("[name='lines.1.quantity']").fill("2")
        _send(page)
        quote = page.locator("h1").inner_text().split()[0]
        page.get_by_label("quantity, line 2").fill("1,234")
        page.get_by_role("button", name="Save, line 2").click()
        assert "write `1.234` or `1234`" in page.get_by_role("alert").last.inner_text()
        assert page.get_by_label("quantity, line 2").input_value() == "1,234", "it stays in its editor"
        page.get_by_label("quantity, line 2").fill("5")
        page.get_by_text("As typed, not saved yet").wait_for()
        page.context.clear_cookies()
        page.get_by_role("button", name="Save, line 2").click()
        sign_in(page, "sales")
        assert page.get_by_label("quantity, line 2").input_value() == "5", "also where the session ended"
        page.get_by_label("quantity, line 1").fill("4")
        page.get_by_label("quantity, line 2").fill("3")
        page.get_by_role("button", name="Save, line 2").click()
        page.wait_for_url(re.compile(r"[?&]done=change_line"))
        assert page.get_by_label("quantity, line 1").input_value() == "4", "typed, and not sent with another line"
        page.get_by_label("quantity, line 1").fill("1")
        page.get_by_label("product, Add a line").fill("SUB-SMS")
        page.get_by_role("button", name="Add a line").click()
        page.wait_for_url(re.compile(r"\?done=add_quoted_line"))
        page.get_by_role("button", name="Remove, line 3").click()
        page.wait_for_url(re.compile(r"\?done=remove_line"))
        assert page.get_by_label("quantity, line 2").input_value() == "3"
        page.get_by_role("button", name="Offer it").click()
        page.wait_for_url(re.compile(r"\?done=submit_quote"))
        _follow(page, "Sent in another way")
        _send(page)
        _follow(page, "Accept")
        _fill(page, on="2027-01-31", by="Ms Trois")
        page.locator("main form .btn-primary").last.click()
        page.wait_for_url("**/do/accept_quote")
        assert findings(page, in_dark=False) == [], "the page of what a verb answered"
        page.get_by_role("link", name=f"{quote}-subscription", exact=True).first.click()
        assert _state(page) == "pending"
        page.go_back()
        page.go_forward()
        page.reload()
        assert f"{quote}-subscription" in page.locator("h1").inner_text()
        for day, left in (("2027-01-20", "pending"), ("2027-01-31", "active")):
            page.locator("#on").fill(day)
            if left == "pending":
                page.get_by_role("checkbox").last.uncheck()
            page.get_by_role("button", name="Preview the activation").click()
            assert page.get_by_text("monthly recurring revenue").is_visible()
            page.get_by_role("button", name="Activate now").dblclick()
            page.wait_for_url(re.compile(r"\?done="))
            assert page.locator("tbody").first.locator("tr").last.get_by_text(left, exact=True).is_visible()
        assert page.get_by_role("button", name="Preview the activation").count() == 0


def _follow(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("link", name=name, exact=True).first.click()


def _fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.locator(f"[name='{name}']").fill(text)


def _send(page: Page) -> None:
    page.locator("main form .btn-primary").last.click()
    page.wait_for_url(re.compile(r"\?done="))
    assert page.get_by_role("status").is_visible()


def _state(page: Page) -> str:
    return page.locator("h1 .state").inner_text()
