"""The workbench: a price is changed, its euros are seen, a test is written, and a second person publishes what an invoice then says."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.chromium import Visitors, findings

BOOK = "catalog/price-books/book-2027.yaml"
SLOW_MS = 60_000
"""Reading a rulebook takes a second, and more on a busy machine."""


def test_a_price_is_changed_seen_tested_and_published_by_somebody_else(own_visitors: Visitors) -> None:
    with own_visitors.page("analyst") as page:
        page.goto("/rules")
        assert page.get_by_text("mistakes are underlined as you type").is_visible()
        assert findings(page, in_dark=False) == []
        page.get_by_role("link", name="price-books/book-2027.yaml").click()
        page.locator(".cm-line", has_text="based-on").hover(position={"x": 30, "y": 8})
        expect(page.locator(".word-tooltip")).to_contain_text("The book whose prices this one begins with", timeout=SLOW_MS)
        page.locator(".cm-line", has_text="based-on").click()
        page.keyboard.press("End")
        page.keyboard.press("Control+Space")
        expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("book-2026", timeout=SLOW_MS)
        page.keyboard.press("Escape")
        _write_factor(page, "facter: 1.031")
        problems = page.locator("#problems")
        expect(problems).to_contain_text("did you mean `factor`?", timeout=SLOW_MS)
        assert page.locator(".cm-lintRange-error").inner_text() == "facter"
        problems.get_by_role("button", name="factor").click()
        expect(page.locator("#effect")).to_contain_text("+74.61", timeout=SLOW_MS)
        expect(page.locator("#effect")).to_contain_text("46 of 49 invoices of January 2027")
        expect(page.locator("#tests")).to_contain_text("41 of 413 scenarios")
        expect(page.locator("#status")).to_have_text("Saved in your draft", timeout=SLOW_MS)
        assert findings(page) == []
        page.get_by_role("button", name="Expect all new answers").click()
        expect(page.locator("#tests")).to_contain_text("All 413 scenarios", timeout=SLOW_MS)
        page.goto(f"/rules?file={BOOK}")
        page.locator("#cases").get_by_text("More").click()
        page.get_by_role("button", name="Write a test of this case: price of SUB-CORE").click()
        expect(page.locator("#tests")).to_contain_text("All 414 scenarios", timeout=SLOW_MS)
        page.goto(f"/rules?file={BOOK}&product=SUB-CORE&quantity=1&on=2027-02-01")
        expect(page.locator(".cm-line.is-mark")).to_contain_text("factor: 1.031")
        expect(page.locator("#explain")).to_contain_text("91.76 EUR")
        page.get_by_role("button", name="Compare live orders").click(timeout=SLOW_MS)
        expect(page.locator("main h1")).to_contain_text("Live orders with the draft of analyst", timeout=SLOW_MS)
        assert findings(page) == []
        page.goto("/rules/compare?look=yes")
        expect(page.locator("main")).to_contain_text("+74.61", timeout=SLOW_MS)
        assert findings(page) == []
        page.goto(f"/rules?file={BOOK}")
        page.get_by_role("link", name="Propose or publish").click()
        page.locator("[name=note]").fill("The index of 2027 is 1.031")
        page.locator("main form .btn-primary").last.click()
        page.wait_for_url("**/rulebooks/v2?done=propose_draft", timeout=SLOW_MS)
        assert page.get_by_text("somebody else must publish it").is_visible()
    with own_visitors.page("admin") as page:
        page.goto("/rulebooks")
        page.get_by_role("link", name="v2").click()
        assert page.locator(".is-added", has_text="factor: 1.031").is_visible()
        assert findings(page) == []
        page.get_by_role("link", name="Publish it").click()
        page.locator("main form .btn-primary").last.click()
        page.wait_for_url("**/rulebooks/v2?done=approve_rulebook", timeout=SLOW_MS)
    with own_visitors.page("billing") as page:
        page.goto("/do/start_billing?customer=K1&due_through=2027-01-31")
        page.locator("main form .btn-primary").last.click()
        page.wait_for_url(re.compile(r"/runs/"))
        expect(page.locator("main")).to_contain_text("1 of 1 parts are done", timeout=SLOW_MS)
        page.goto("/invoices?customer=K1")
        page.locator("main td a", has_text="2027-").first.click()
        page.get_by_text("Why?").first.click()
        expect(page.locator("main")).to_contain_text("× 1.031")


def test_words_are_completed_and_explained(own_visitors: Visitors) -> None:
    with own_visitors.page("admin") as page:
        other = page.context.new_page()
        other.goto("/rules?file=rules/discounts.rules")
        page.goto("/rules?file=rules/discounts.rules")
        page.locator(".cm-content").press("Control+End")
        page.keyboard.type("define large : Bool = line.qua")
        page.locator(".cm-tooltip-autocomplete li", has_text="line.quantity").click()
        line = page.locator(".cm-line").last
        assert line.inner_text() == "define large : Bool = line.quantity"
        place = line.bounding_box()
        assert place is not None
        page.mouse.move(place["x"] + 200, place["y"] + 8)
        page.mouse.move(place["x"] + 205, place["y"] + 9)
        expect(page.locator(".word-tooltip")).to_contain_text("how many units")
        page.locator(".cm-content").press("Control+End")
        page.keyboard.type(" >= 3")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#status")).to_have_text("Saved in your draft", timeout=SLOW_MS)
        other.locator(".cm-content").press("Control+End")
        other.keyboard.type("# what is large")
        other.get_by_role("button", name="Save").click()
        other.locator("#meanwhile button").first.wait_for(timeout=SLOW_MS)
        assert findings(other) == [], "what was written on the same line meanwhile"
        other.close()
        page.goto("/do/discard_draft?author=admin")
        page.locator("main form .btn-primary").last.click()
        page.wait_for_load_state()


def test_a_table_is_changed_as_a_grid(own_visitors: Visitors) -> None:
    with own_visitors.page("admin") as page:
        page.goto("/rules?file=rules/pricing.rules")
        page.get_by_role("link", name="Table", exact=True).click()
        rows = page.locator("#grids tbody tr")
        before = _text(page)
        rows.nth(1).locator("input:not([type=radio])").nth(2).fill("0.9x")
        expect(rows.nth(1).locator("td.is-wrong")).to_contain_text("`x` is not a unit", timeout=SLOW_MS)
        assert findings(page) == []
        rows.nth(1).locator("input:not([type=radio])").nth(2).fill("0.95")
        expect(page.locator("#effect")).to_contain_text("+", timeout=SLOW_MS)
        assert _text(page) == before.replace("0.90", "0.95")
        page.keyboard.press("Control+Enter")
        expect(rows).to_have_count(5)
        page.evaluate(_PASTE, "clinic\tsubscription\t0.8\tClinics\nforeign\t-\t1\tAbroad\n")
        lines = [[cell.strip() for cell in line.replace("||", "|").split("|")[1:-1]] for line in _text(page).splitlines()[7:12]]
        assert lines[2:4] == [["clinic", "subscription", "0.8", '"Clinics"'], ["foreign", "-", "1", '"Abroad"']]
        rows.nth(2).locator("input:not([type=radio])").first.press("Alt+ArrowUp")
        assert "clinic" in _text(page).splitlines()[8]
        page.keyboard.press("Control+z")
        page.keyboard.press("Control+z")
        page.keyboard.press("Control+z")
        expect(rows).to_have_count(4, timeout=SLOW_MS)
        page.get_by_role("link", name="Text", exact=True).click()
        assert page.locator(".cm-line", has_text="0.95").is_visible()
        page.get_by_role("link", name="Price lists").click()
        assert findings(page) == []
        sheet = page.request.get("/rules/prices/book-2026.csv").text()
        page.locator("#sheet").set_input_files({"name": "b.csv", "mimeType": "text/csv", "buffer": sheet.replace("450", "451").encode()})
        page.get_by_role("button", name="See what it changes").click()
        expect(page.locator("main")).to_contain_text("451", timeout=SLOW_MS)
        assert findings(page) == []
        page.goto("/rules?file=rules/pricing.rules")
        assert _text(page) == before.replace("0.90", "0.95")


def test_a_draft_is_changed_without_a_script(own_visitors: Visitors) -> None:
    with own_visitors.page("admin", scripts=False) as page:
        page.set_default_timeout(SLOW_MS)
        page.goto(f"/rules?file={BOOK}")
        field = page.get_by_role("textbox", name=BOOK)
        field.fill(field.input_value().replace("factor", "facter"))
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="Check and compare").click()
        page.locator("#problems").get_by_role("button", name="factor").click()
        assert "  - factor: " in page.get_by_role("textbox", name=BOOK).input_value()


_PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def _text(page: Page) -> str:
    return page.locator("textarea#text").input_value()


def _write_factor(page: Page, text: str) -> None:
    """Writes the line of the factor anew, as one does with the keyboard."""
    page.locator(".cm-line", has_text="factor:").locator("span").first.click()
    page.keyboard.press("End")
    page.keyboard.press("Shift+Home")
    page.keyboard.type(f"- {text}")
