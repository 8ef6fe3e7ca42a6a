"""A page of each kind: read by a machine as a person with a screen reader would, in each language, narrow and wide."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from starlette.routing import Route, compile_path

from api.http.routes.registry import all_routes
from api.pages.page_registry import OWN_PAGES, OWN_ROUTES
from api.pages.rules import rules_routes
from api.pages.sign_in import sign_in_routes
from api.store.users import ROLES, Role
from engine.phrases import Language
from tests.browser.chromium import Visitors, findings, sign_in
from tests.contract.desk_over_http import PENDING

KINDS = {
    "home": "/",
    "list": "/transactions?limit=5",
    "list of nothing": "/invoices?customer=nobody",
    "pipeline": "/pipeline",
    "opportunity": "/opportunities/OP1",
    "customer": "/customers/K1",
    "order": f"/orders/{PENDING}",
    "activation": f"/orders/{PENDING}/activation?on=2027-02-01",
    "run": "/runs/1",
    "invoice": "/invoices/2027-00001",
    "quote": "/quotes/Q2027-0001",
    "history": "/customers/K1/history",
    "reports": "/reports",
    "report": "/reports/forecast",
    "report that needs more": "/reports/mrr?day=x",
    "form": "/do/make_quote?customer=K1",
    "search": "/search?q=K1",
    "rule file": "/rules?file=rules/pricing.rules",
    "version": "/rulebooks/v1",
    "nothing there": "/orders/nothing",
}
MORE = {
    "account": "/account",
    "sessions": "/users/sales/sessions",
    "credit": "/invoices/2027-00001/credit",
    "keys": "/keys",
    "webhooks": "/webhooks",
    "versions": "/rulebooks",
    "drafts": "/drafts",
    "installation": "/admin/doctor",
    "settings": "/admin/settings",
    "import": "/import",
    "comparison of versions": "/rules/compare?before=v1&after=v1",
}
"""Pages that the machine alone reads here."""
IN_STORIES = (
    *("/reports/to-invoice", "/reports/held-back", "/runs/preview", "/outbox", "/payments", "/payments/P000001"),  # test_billing
    *("/rules/prices", "/drafts/analyst/effect"),  # test_workbench
    "/sign-in",  # test_axe_finds_nothing
)
"""Pages that it reads where they hold something: in the stories of other files."""
NO_PAGES = ("/choices", "/quotes/{number}/preview", "/quotes/{number}/preview.pdf", "/rules/prices/{name}.{format}")
"""Parts of pages, and files."""
IN_DARK = ("list", "order", "activation", "invoice", "quote", "form", "report that needs more", "rule file")
"""Kinds that have all colours between them."""
HELLO: dict[Language, str] = {"fr": "Bonjour", "nl": "Dag"}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_signs_in_and_out(visitors: Visitors, role: Role) -> None:
    with visitors.page(None) as page:
        page.goto("/orders?state=active")
        sign_in(page, role, "wrong")
        assert page.get_by_role("alert").is_visible()
        sign_in(page, role)
        assert page.url == f"{visitors.address}/orders?state=active"
        page.get_by_role("button", name="Sign out").click()
        page.goto("/")
        assert "/sign-in" in page.url


def test_axe_finds_nothing(visitors: Visitors) -> None:
    with visitors.page(None) as page:
        page.goto("/sign-in")
        shown = {"sign in": findings(page)}
    with visitors.page("admin") as page:
        for kind, path in (KINDS | MORE).items():
            page.goto(path)
            shown[kind] = findings(page, in_dark=kind in IN_DARK)
    assert {kind: all_ for kind, all_ in shown.items() if all_} == {}


def test_the_machine_reads_every_page_of_its_own() -> None:
    paths = {each.path for each in OWN_ROUTES if each.method == "GET"}
    paths |= {each.path.removeprefix("/v1") for each in all_routes() if each.name in OWN_PAGES}
    for router in (rules_routes.router(), sign_in_routes.router()):
        shown = (each for each in router.routes if isinstance(each, Route) and "GET" in (each.methods or ()))
        paths |= {each.path for each in shown if each.path not in rules_routes.POSTED or each.path == "/rules/prices"}
    addresses = [urlsplit(each).path for each in (*KINDS.values(), *MORE.values(), *IN_STORIES)]
    unread = [path for path in sorted(paths) if not any(compile_path(path)[0].match(address) for address in addresses)]
    assert [path for path in unread if path not in NO_PAGES] == []


@pytest.mark.parametrize("language", HELLO)
def test_pages_speak_the_language_of_the_browser(visitors: Visitors, language: Language) -> None:
    with visitors.page("sales", language=language) as page:
        page.goto("/")
        assert page.locator("h1").inner_text().startswith(HELLO[language])
        for path in list(KINDS.values())[language == "nl" :: 2]:  # every other kind in each language
            page.goto(path)
            assert page.locator("html").get_attribute("lang") == language


def test_narrow_pages_do_not_scroll_sideways(visitors: Visitors) -> None:
    with visitors.page("admin", width=360) as page:
        for kind, path in KINDS.items():
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, kind
        assert not page.get_by_role("link", name="Orders", exact=True).is_visible()
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("link", name="Orders", exact=True).click()
        assert page.url.endswith("/orders")


def test_pages_are_read_without_scripts(visitors: Visitors) -> None:
    with visitors.page("sales", width=360, scripts=False) as page:
        page.goto("/")
        page.get_by_role("link", name="Orders", exact=True).click()
        page.get_by_role("link", name=PENDING).click()
        assert PENDING in page.locator("h1").inner_text()


def test_keys_of_the_keyboard_lead_about(visitors: Visitors) -> None:
    with visitors.page("billing") as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("g")
        page.keyboard.press("o")
        page.wait_for_url("**/orders")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("Enter")
        page.wait_for_url("**/orders/*")
        page.keyboard.press("?")
        assert page.get_by_role("dialog").is_visible()
        page.get_by_role("button", name="Close").click()
        page.keyboard.press("/")
        page.keyboard.type("K2")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Optiek Twee").click()
        assert page.url.endswith("/customers/K2")
