"""The links of pages: each leads to a page or a file; none to an address at which there is nothing for who sees it."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from urllib.parse import parse_qsl, urlsplit

from starlette.routing import Match, Route

from api.pages.staff_routes import router
from api.store.users import ROLES
from tests.contract.browsers import Browser, signed_in
from tests.contract.desk_over_http import DeskOverHttp
from tests.contract.test_staff_pages import OF_A_TOOL

LINK = re.compile(r'<(?:a|iframe)[^>]* (?:href|src)="(/[^"#]*)')
NAVIGATION = re.compile(r'<nav id="menu".*?</nav>', re.DOTALL)


def test_no_link_leads_nowhere(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "admin")
    lone.application.app.state.staff_pages._rates.rate = 10_000
    statuses = dict(walk(browser))
    assert len(statuses) > 150
    assert {address: status for address, status in statuses.items() if status >= 400 and urlsplit(address).path not in OF_A_TOOL} == {}
    for role in ROLES:
        theirs = signed_in(lone, role)
        menu = NAVIGATION.findall(theirs.get("/").text)
        links = LINK.findall(menu[0])
        assert {link: theirs.get(link).status_code for link in links} == dict.fromkeys(links, 200), role


def walk(browser: Browser) -> Iterator[tuple[str, int]]:
    """Addresses to which pages lead from the start page, with the status of each answer: of each kind one, and one for each filter."""
    waiting, known, seen = ["/"], {"/"}, defaultdict[str, set[str]](set)
    while waiting:
        address = waiting.pop(0)
        kind, names = kind_of(address), {"", *(name for name, _ in parse_qsl(urlsplit(address).query))}
        if names <= seen[kind]:
            continue
        seen[kind] |= names
        response = browser.get(address)
        yield address, response.status_code
        if response.headers.get("content-type", "").startswith("text/html"):
            links = [html.unescape(link) for link in LINK.findall(response.text)]
            waiting += (fresh := [link for link in dict.fromkeys(links) if link not in known])
            known.update(fresh)


def kind_of(address: str) -> str:
    """The declared path of an address; that of a form as it is."""
    path = urlsplit(address).path
    scope = {"type": "http", "method": "GET", "path": path}
    declared = next((each.path for each in routes() if each.matches(scope)[0] is Match.FULL), path)
    return path if declared.startswith("/do/") else declared


@cache
def routes() -> list[Route]:
    """Those of the pages."""
    return [each for each in router().routes if isinstance(each, Route)]
