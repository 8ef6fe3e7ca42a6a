"""Forms in a browser: sent twice they do one thing, what was typed is not lost, and what is typed stays text."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.chromium import Visitors, findings, sign_in

INJECTIONS = (
    "<script>window.broken = 1</script>",
    "<img src=x onerror=window.broken=1>",
    '"><svg/onload=window.broken=1>',
    "' onfocus='window.broken=1' autofocus='",
    "</textarea><script>window.broken=1</script>",
    "javascript:window.broken=1",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;&#x27;&quot;",
    "=HYPERLINK(\"http://example.com\",\"x\")",
    "\u202edrow\u2066 \u00ad<!-- -->",
)  # fmt: skip
NOTE = "/do/note_customer?customer=K2"


def test_two_clicks_do_one_thing(visitors: Visitors) -> None:
    with visitors.page("sales") as page:
        page.goto(NOTE)
        page.locator("[name=text]").fill("only once")
        page.locator("main form .btn-primary").last.dblclick()
        page.wait_for_url("**/customers/K2?done=note_customer")
        assert _notes(page, "only once") == 1
    with visitors.page("sales", scripts=False) as page:
        page.goto(NOTE)
        page.locator("[name=text]").fill("only once, without a script")
        page.locator("main form .btn-primary").last.dblclick()
        page.wait_for_url("**/customers/K2?done=note_customer")
        assert _notes(page, "only once, without a script") == 1


def test_back_and_reload_send_nothing_again(visitors: Visitors) -> None:
    with visitors.page("billing") as page:
        page.goto("/customers/K2")
        page.goto(NOTE)
        page.locator("[name=text]").fill("sent and reloaded")
        _do(page)
        page.reload()
        page.go_back()
        page.reload()
        page.go_forward()
        assert page.url.endswith("/customers/K2?done=note_customer")
        assert _notes(page, "sent and reloaded") == 1


def test_the_form_of_a_run_counts_again_as_it_is_filled_in(visitors: Visitors) -> None:
    with visitors.page("billing") as page:
        page.goto("/do/start_billing")
        assert findings(page) == []
        page.locator("#f-customer").press_sequentially("optiek")
        expect(page.locator("#choices-customer option[value=K2]")).to_have_text(re.compile("Optiek Twee · .+"))
        page.locator("#f-customer").fill("K2")
        assert page.locator("#form-summary.is-old").count() == 1
        with page.expect_request(re.compile(r"/do/start_billing\?")) as counted:
            page.keyboard.press("Tab")
        assert "csrf" not in counted.value.url
        expect(page.locator("#form-summary")).to_contain_text("Nothing of this selection is due")
        page.locator("#f-customer").fill("K1")
        page.get_by_role("link", name="To invoice").last.click()
        page.wait_for_url("**/reports/to-invoice**")
    with visitors.page("billing", scripts=False, width=390) as page:
        page.goto("/do/start_billing")
        page.locator("#f-customer").fill("K2")
        page.get_by_role("button", name="Count again").click()
        expect(page.locator("#form-summary")).to_contain_text("Nothing of this selection is due")
        assert page.locator("#f-customer").input_value() == "K2"


def test_what_is_typed_stays_text(visitors: Visitors) -> None:
    with visitors.page("sales") as page:
        for text in INJECTIONS:
            page.goto(NOTE)
            page.locator("[name=text]").fill(text)
            _do(page)
            assert text in page.locator("main").inner_text()
            assert page.evaluate("window.broken") is None
        searched, written = "".join(INJECTIONS)[:100], " ".join(INJECTIONS)
        page.goto(f"/search?{urlencode({'q': searched})}")
        assert page.locator("#search").input_value() == searched
        assert page.evaluate("window.broken") is None
        page.goto(f"/do/make_quote?{urlencode({'customer': written})}")
        assert page.locator("[name=customer]").input_value() == written
        assert page.evaluate("window.broken") is None
        page.goto("/customers/K2/history")
        assert page.evaluate("window.broken") is None


def test_a_form_outlives_its_session(visitors: Visitors) -> None:
    with visitors.page(None) as page:
        page.goto(NOTE)
        sign_in(page, "sales")
        page.locator("[name=text]").fill("typed before the <session> ended")
        page.context.clear_cookies()
        page.locator("main form .btn-primary").last.click()
        assert "Your session has ended" in page.get_by_role("status").inner_text()
        sign_in(page, "sales", "wrong")
        assert page.get_by_role("alert").is_visible()
        sign_in(page, "sales")
        assert page.locator("[name=text]").input_value() == "typed before the <session> ended"
        assert page.get_by_role("alert").is_visible(), "nothing is done yet"
        _do(page)
        assert _notes(page, "typed before the <session> ended") == 1


def _do(page: Page) -> None:
    page.locator("main form .btn-primary").last.click()
    page.wait_for_url("**/customers/K2?done=note_customer")


def _notes(page: Page, text: str) -> int:
    page.goto("/customers/K2/activities")
    return page.get_by_role("cell", name=text, exact=True).count()


def test_two_people_at_one_opportunity(visitors: Visitors) -> None:
    """The second learns who changed what, and applies theirs to what is there now."""
    with visitors.page("sales") as first, visitors.page("admin") as second:
        for page in (first, second):
            page.goto("/do/change_opportunity?opportunity=OP1")
        first.locator("[name=next_step]").fill("call Ann")
        first.locator("[name=what]").fill("Till of two drawers")
        _change(first)
        second.locator("[name=next_step]").fill("write to Bert")
        second.locator("main form .btn-primary").last.click()
        second.get_by_text("Somebody changed this while you wrote").wait_for()
        assert "call Ann" in second.locator(".alert-warning").inner_text()
        assert findings(second) == []
        _change(second)
        shown = second.locator("main").inner_text()
        assert "write to Bert" in shown
        assert "Till of two drawers" in shown


def _change(page: Page) -> None:
    page.locator("main form .btn-primary").last.click()
    page.wait_for_url("**/opportunities/OP1?done=change_opportunity")
