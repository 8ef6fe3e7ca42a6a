"""A billing run by clicks alone: a held line is mended from the page of what is held back, previewed, issued, printed and sent."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from api.delivery.local_access_point import local_access_point
from api.desk.desk import open_desk
from api.rulebook_folder import read_folder
from engine.rulebook.reader import read_rulebook
from tests.browser.chromium import Visitors, findings
from tests.contract.deliveries import Worker
from tests.contract.desk_over_http import TODAY
from tests.contract.store_documents import now
from tests.running_service import ROOT


def test_a_held_line_is_mended_released_sent_and_every_figure_leads_to_its_rows(visitors: Visitors) -> None:
    with visitors.page("sales") as page:
        page.goto("/do/hold_customer?customer=K1")
        page.locator("[name=because]").fill("purchase order awaited")
        page.locator("main form button").last.click()
        page.wait_for_url("**/customers/K1?done=hold_customer")
    with visitors.page("billing") as page:
        page.goto("/reports/to-invoice")
        expect(page.get_by_text("purchase order awaited").first).to_be_visible()
        _look(page)
        page.get_by_role("link", name="Everything that is held back").click()
        _look(page)
        page.get_by_role("link", name="Release the customer").first.click()
        page.locator("main form button").last.click()
        page.wait_for_url("**/reports/held-back?done=release_customer")
        page.get_by_role("link", name="To invoice").last.click()
        page.get_by_role("checkbox", name=re.compile("Optique Un")).check()
        page.get_by_role("button", name="Preview the run").click()
        expect(page.get_by_text("Nothing would be held back.")).to_be_visible()
        _look(page)
        page.get_by_role("button", name="Issue these invoices").click()
        page.wait_for_url(re.compile(r"/runs/\d+\?done=start_billing"))
        expect(page.locator("#record-state")).to_have_text("done", timeout=90_000)  # the page reads it again by itself
        run = re.findall(r"/runs/(\d+)", page.url)[0]
        _look(page)
        page.get_by_role("button", name="Print the PDFs that are missing").click()
        expect(_row(page, "PDF")).to_contain_text("2 / 2")
        _send(visitors)
        page.reload()
        expect(_row(page, "Sent by Peppol")).to_contain_text("2 / 2")
        page.get_by_role("link", name="Sent by Peppol").click()
        assert page.url.endswith(f"/outbox?run={run}&channel=peppol")
        assert page.locator("table[data-rows] tbody tr").count() == 2
        _look(page)
        page.goto("/")
        _look(page)
        for tile in page.locator("main a.card-link").all():
            number, link = tile.locator(".h1").inner_text(), tile.get_attribute("href") or ""
            counted = re.search(r'</h1>\s*<div class="text-secondary">(\d+)', page.request.get(link).text())
            assert counted is not None
            assert counted[1] == number, link
    with visitors.page("accounting") as page:
        page.goto("/do/enter_payment")
        for name, text in (("on", "2027-01-31"), ("amount", "1.00"), ("name", "Optique Un")):
            page.locator(f"[name='{name}']").fill(text)
        page.locator("main form .btn-primary").last.click()
        page.wait_for_url(re.compile(r"/payments/P\d+\?done=enter_payment"))
        _look(page)
        for path in ("/payments", "/reports/forecast"):
            page.goto(path)
            _look(page)
    with visitors.page("billing", width=360, scripts=False) as page:
        for path in ("/reports/to-invoice?from=2027-02-01&to=2027-02-28", f"/runs/{run}", "/outbox", "/reports/forecast", "/"):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def _look(page: Page) -> None:
    assert findings(page) == [], page.url


def _row(page: Page, name: str) -> Locator:
    return page.locator("#progress tr", has_text=name)


def _send(visitors: Visitors) -> None:
    """Lets what waits go to an access point on this machine."""
    sources = read_folder(ROOT)
    desk = open_desk(visitors.database, read_rulebook(sources), sources, today=TODAY, now=now)
    with local_access_point() as reached:
        worker = Worker(desk, reached)
        worker.run()
        worker.run()
    desk.close()
