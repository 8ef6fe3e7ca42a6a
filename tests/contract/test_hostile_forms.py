"""Every verb with a form: hostile texts in each of its fields stay text on every page, and a form that is sent twice does one thing."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import httpx
from fastapi.testclient import TestClient

from api.http.example_names import example_names
from api.http.route_declarations import Route
from api.http.routes.registry import all_routes
from api.pages.records.record_answers import WITHOUT_FORM
from api.pages.records.verb_fields import fields_of
from api.store import audit_trail
from tests.contract.desk_over_http import PENDING, DeskOverHttp
from tests.contract.hostile_texts import INJECTIONS, MARK, faults_in, packed
from tests.contract.test_outdated_forms import form_in
from tests.contract.test_staff_pages import Browser, signed_in, typed_in

OF_NETWORK = ("ask_register", "check_accounting", "read_accounting_payments", "reconcile_accounting", "test_webhook")
"""What speaks with other servers."""
AT_THE_END = ("erase", "cancel", "end", "lose", "merge", "revoke", "close", "remove", "roll_back", "delete", "write_off")
"""What takes away what others need."""
NAMES = {"order": PENDING, "user": "page-billing", "opportunity": "OP1"}
OF_HERE = {"WORKSPACE": "SUB-CORE", "LAUNCH": "SRV-TRAIN", "ARCHIVE": "SUB-WS", "first-talk": "qualification"}
"""What examples name, and what this company has in its place."""
FEWEST_KINDS = 60


def verbs() -> list[Route]:
    """Every verb with a form, those that take something away last."""
    shown = [each for each in all_routes() if each.method != "GET" and each.name not in (*WITHOUT_FORM, *OF_NETWORK)]
    return sorted(shown, key=lambda each: (each.name.startswith(AT_THE_END), "{" in each.path))


def shown_form(browser: Browser, route: Route, quote: str, at: int = 0) -> dict[str, str]:
    """The form of a verb for things that are there, filled as its example says; what it makes has another name each time."""
    names = {**example_names(route), **{name: text for name, text in NAMES.items() if name in route.names}}
    names |= {"number": quote} if route.resource == "quotes" and "number" in names else {}
    page = browser.get(f"/do/{route.name}?{urlencode(names)}")
    fields = {} if route.request is None else dict(typed_in(fields_of(route.request), dict(route.example or {})))
    fields = {name: OF_HERE.get(text, text) for name, text in fields.items()}
    own = next((name for name in ("id", "name") if name in fields and f"{{{name}}}" in (route.location or "")), None)
    if own is not None and at:
        fields[own] += str(at)
    return form_in(page.text) | fields if page.status_code == 200 else {}


def drafted(http: DeskOverHttp) -> str:
    """The number of a new quote."""
    made = http.of("sales").post("/v1/quotes", {"customer": "K1", "lines": [{"product": "SUB-WS", "quantity": "2"}]})
    return str(made.json()["number"])


def texts_of(browser: Browser, route: Route) -> Mapping[str, int | None]:
    """The fields of a form in which one writes, with the most characters that each takes."""
    page = browser.get(f"/do/{route.name}").text
    body = page[page.index("<main") :]
    written = re.findall(r'<(?:input class="form-control[^"]*"|textarea)([^>]*)>', body)
    fields = {}
    for attributes in written:
        if 'type="date"' not in attributes and (name := re.search(r' name="(?!name\.)([^"]+)"', attributes)):
            most = re.search(r'maxlength="(\d+)"', attributes)
            fields[html.unescape(name[1])] = int(most[1]) if most else None
    return fields


def check(response: httpx.Response, place: str) -> None:
    """Nothing of a text became more than text in a response."""
    assert response.status_code < 500, place
    location = response.headers.get("location", "/")
    assert re.match("/(?!/)", location), f"{place} leads to {location}"
    assert not any(name.lower() == "x-zqj" for name in response.headers), place
    kind = response.headers.get("content-type", "")
    if kind.startswith("text/html"):
        assert list(faults_in(response.text)) == [], place
    if kind.startswith("text/csv"):
        cells = [cell for row in csv.reader(io.StringIO(response.text)) for cell in row if MARK in cell]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))], place


def test_hostile_texts_in_every_field_stay_text_everywhere(lone: DeskOverHttp) -> None:
    assert len(set(INJECTIONS)) >= FEWEST_KINDS
    assert all(MARK in each.lower() for each in INJECTIONS)
    signed_in(lone, "billing")
    browser, at, stored = signed_in(lone, "admin"), 0, 0
    lone.application.app.state.staff_pages._rates.rate = 10_000
    for route in verbs():
        quote = drafted(lone) if route.resource == "quotes" else ""
        base = shown_form(browser, route, quote)
        if not base:
            continue
        check(browser.send(f"/do/{route.name}", base), f"{route.name} as in its example")
        written = texts_of(browser, route)
        for name, most in written.items():
            quote = drafted(lone) if route.resource == "quotes" else ""
            at += 7
            form = shown_form(browser, route, quote, at) | {name: packed(min(most or 2000, 2000), at)}
            response = browser.send(f"/do/{route.name}", form)
            check(response, f"{route.name} with {name}")
            stored += response.status_code in (200, 303)
        hostile = {name: packed(most, at + place) for place, (name, most) in enumerate(written.items())}
        whole = shown_form(browser, route, quote) | hostile
        check(browser.send(f"/do/{route.name}", whole), f"{route.name} with all")
    assert stored > 60, "so many texts were taken, and stand somewhere"
    seen, hostile = walk(browser, ["/", "/reports", "/pipeline", *(f"/search?{urlencode({'q': each[:60]})}" for each in INJECTIONS[:20])])
    assert len(seen) > 150
    assert hostile > 30, "so many pages show such texts"


def walk(browser: Browser, first: list[str], most: int = 260) -> tuple[set[str], int]:
    """Looks at each page that others lead to, and checks it; gives them, and how many show such a text."""
    lists = [each.path.removeprefix("/v1") for each in all_routes() if each.method == "GET" and "{" not in each.path]
    files = [f"{each.path.removeprefix('/v1').replace('{format}', 'csv')}" for each in all_routes() if each.path.endswith(".{format}")]
    waiting, seen = [*first, *lists, *(each for each in files if "{" not in each)], set[str]()
    hostile = 0
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        kind = re.sub(r"%[0-9A-F]{2}|[0-9]+", "0", path.partition("?")[0])
        if path in seen or sum(re.sub(r"%[0-9A-F]{2}|[0-9]+", "0", each.partition("?")[0]) == kind for each in seen) > 6:
            continue
        seen.add(path)
        response = browser.get(path)
        check(response, path)
        hostile += MARK in response.text
        if response.headers.get("content-type", "").startswith("text/html"):
            links = [html.unescape(each) for each in re.findall(r'href="(/[^"#]+)"', response.text)]
            waiting += [
                each for each in links if not each.startswith(("/assets", "/docs", "/do/")) and not re.search(r"\.(pdf|xlsx|xml)", each)
            ]
    return seen, hostile


def test_a_form_that_is_sent_twice_at_once_does_one_thing(http: DeskOverHttp) -> None:
    signed_in(http, "billing")
    browser = signed_in(http, "admin")
    http.application.app.state.staff_pages._rates.rate = 10_000
    done, twice = set[str](), []
    for route in verbs():
        form = shown_form(browser, route, drafted(http) if route.resource == "quotes" else "")
        if not form:
            continue
        before = count_of(http, route.name)
        with ThreadPoolExecutor(2) as pool:
            answers = [each.result() for each in [pool.submit(send_apart, http, browser, route.name, form) for _ in range(2)]]
        later = browser.send(f"/do/{route.name}", form)
        if any(each.status_code in (200, 303) for each in answers):
            done.add(route.name)
        if count_of(http, route.name) - before > 1 or later.status_code >= 500:
            twice.append((route.name, [each.status_code for each in (*answers, later)]))
    assert twice == []
    assert len(done) > 60, sorted(done)


def send_apart(http: DeskOverHttp, browser: Browser, name: str, form: dict[str, str]) -> httpx.Response:
    """What comes of a form that is sent from another thread."""
    client = TestClient(http.application, base_url="http://localhost")
    client.cookies.update(browser.client.cookies)
    return Browser(client).send(f"/do/{name}", form)


def count_of(http: DeskOverHttp, action: str) -> int:
    """How often a verb was done."""
    with http.desk.store.reading() as connection:
        return sum(each.entry.action == action for each in audit_trail.each(connection))
