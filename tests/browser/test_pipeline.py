"""The board of the pipeline: sums under conditions, and a card that moves by its menu, by drag, and on its own page."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

from tests.browser.chromium import Visitors

_DONE = re.compile(r"[?&]done=")


def test_a_card_moves_from_stage_to_stage(visitors: Visitors) -> None:
    with visitors.page("sales") as page:
        for name, owner, amount in (("OP-A", "sales", "1000.00"), ("OP-B", "billing", "250.00")):
            page.goto("/do/open_opportunity")
            page.locator("[name=customer]").press_sequentially("trois")
            page.locator("#choices-customer option[value=K3]", has_text="Optique Trois").wait_for(state="attached")
            page.locator("[name=stage]").select_option("proposal")
            page.locator("[name=owner]").select_option(owner)
            fields = {
                "customer": "K3",
                "id": name,
                "what": f"till {name}",
                "amount": amount,
                "expected_close": "2027-01-05",
            }
            for field, text in fields.items():
                page.locator(f"[name='{field}']").fill(text)
            page.locator("main form .btn-primary").last.click()
            page.wait_for_url(_DONE)
        page.goto("/pipeline?owner=sales")
        card = page.locator("article", has_text="till OP-A")
        assert page.locator("article", has_text="till OP-B").count() == 0
        assert "Optique Trois" in card.inner_text()
        assert "late" in card.inner_text()
        assert "1,000.00" in _column(page, "proposal").locator("p").first.inner_text()
        card.get_by_text("Move").first.click()
        card.get_by_role("combobox").select_option("negotiation")
        card.get_by_role("button", name="Move").click()
        page.wait_for_url(_DONE)
        assert "owner=sales" in page.url
        assert _column(page, "negotiation").get_by_text("till OP-A").is_visible()
        _column(page, "negotiation").locator("article", has_text="till OP-A").drag_to(_column(page, "qualification"))
        _column(page, "qualification").get_by_text("till OP-A").wait_for()
        page.get_by_role("link", name="till OP-A").click()
        assert page.locator("[aria-current=step]").inner_text() == "Qualification"
        page.get_by_role("button", name="Proposal").dblclick()
        page.wait_for_url(_DONE)
        assert page.locator("[aria-current=step]").inner_text() == "Proposal"
        page.get_by_role("link", name="New note or task").click()
        page.locator("[name=kind]").select_option("call")
        page.locator("[name=text]").fill("<b>which shops</b>")
        page.locator("main form .btn-primary").last.click()
        page.wait_for_url(_DONE)
        assert page.get_by_text("<b>which shops</b>").is_visible()
        page.goto("/do/win_opportunity?opportunity=OP-A")
        page.locator("main form .btn-primary").last.click()
        page.wait_for_url(_DONE)
        assert page.get_by_role("link", name="Open it again").first.is_visible()
        page.goto("/pipeline?owner=sales")
        assert page.locator("article").count() == 0


def _column(page: Page, stage: str) -> Locator:
    return page.locator(f"[data-stage='{stage}']")
