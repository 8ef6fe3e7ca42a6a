"""Chromium of the system, driven by Playwright: people who are signed in, and what no page may do, watched on every page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, StorageState

from api.store.users import Role
from engine.phrases import Language

PASSWORD: Final = "a long password"
OPTIONS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
Theme = Literal["light", "dark"]
_LONGEST_MS: Final = 30_000
_NOTHING: Final = {"responseCode": 204}
_REFUSED: Final = ("400", "401", "404", "409", "422")
"""A page that refuses is no error of the page; Chromium writes each such answer on its console."""


@dataclass
class Visitors:
    """The people of a service, each with a browser in which they signed in once."""

    browser: Browser
    address: str
    sessions: dict[Role, StorageState] = field(default_factory=dict)
    database: str = ""
    """The address of the database of the service."""

    @contextmanager
    def page(
        self, role: Role | None, *, language: Language = "en", width: int = 1400, scripts: bool = True, documents: bool = False
    ) -> Iterator[Page]:
        """A page of somebody of a role, or of nobody; with `documents`, PDFs are drawn and shown, which takes seconds.

        At its end: nothing was requested from elsewhere, and the console is empty.
        """
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 900},
            locale={"en": "en-GB", "fr": "fr-BE", "nl": "nl-BE"}[language],
            storage_state=None if role is None else self._session(role),
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(_LONGEST_MS)
        page, faults = context.new_page(), list[str]()
        if not documents:
            _leave_out_documents(page)
        page.on("request", lambda request: faults.extend(_elsewhere(request)))
        page.on("console", lambda message: faults.extend(_errors(message, page)))
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        context.close()
        assert not faults, "\n".join(faults)

    def _session(self, role: Role) -> StorageState:
        if role not in self.sessions:
            with self.page(None) as page:
                sign_in(page, role)
                self.sessions[role] = page.context.storage_state()
        return self.sessions[role]


def sign_in(page: Page, user: str, password: str = PASSWORD) -> None:
    """Signs somebody in, on the page of signing in or on the way to another."""
    if "/sign-in" not in page.url and not page.get_by_label("Password").count():
        page.goto("/sign-in")
    page.locator("#user").fill(user)
    page.locator("#password").fill(password)
    page.locator("button.btn-primary").click()


def findings(page: Page, *, in_dark: bool = True) -> list[str]:
    """What axe has to say of a page; with `in_dark`, of its dark colours too."""
    shown = _findings(page, {})
    if not in_dark:
        return shown
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    dark = _findings(page, {"runOnly": ["color-contrast"]})
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    return [*shown, *(f"dark: {each}" for each in dark)]


def _findings(page: Page, options: Mapping[str, object]) -> list[str]:
    response = Axe().run(page, options={"resultTypes": ["violations"], **options}).response
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in response["violations"]]


def _leave_out_documents(page: Page) -> None:
    """Answers requests for PDFs with nothing. A route of Playwright would do so too, and load styles and scripts anew for each page."""
    session = page.context.new_cdp_session(page)
    session.on("Fetch.requestPaused", lambda paused: session.send("Fetch.fulfillRequest", _NOTHING | {"requestId": paused["requestId"]}))
    session.send("Fetch.enable", {"patterns": [{"urlPattern": "*.pdf*"}]})


def _elsewhere(request: Request) -> list[str]:
    parts = urlsplit(request.url)
    is_here = parts.scheme in ("data", "blob", "about", "chrome", "chrome-extension") or parts.hostname == "127.0.0.1"
    return [] if is_here else [f"{request.url} was requested"]


def _errors(message: ConsoleMessage, page: Page) -> list[str]:
    is_refusal = message.location.get("url") == page.url and any(f"status of {status}" in message.text for status in _REFUSED)
    return [] if message.type not in ("error", "warning") or is_refusal else [f"{page.url}: {message.text}"]
