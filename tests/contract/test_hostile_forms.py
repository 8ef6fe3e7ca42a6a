"""Every verb with a form: hostile texts in each of its fields stay text on every page, and a form that is sent twice does one thing."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote as quote_of
from urllib.parse import urlencode

import httpx
import pytest

from api.http.example_names import example_names
from api.http.route_declarations import Route
from api.http.routes.registry import all_routes
from api.pages.records.page_paths import WITHOUT_FORM
from api.pages.records.verb_fields import VerbField, fields_of
from api.pages.records.verb_page import fields_shown
from api.store import audit_trail
from tests.conftest import FULL
from tests.contract.browsers import Browser, signed_in
from tests.contract.desk_over_http import PENDING, DeskOverHttp
from tests.contract.hostile_texts import INJECTIONS, MARK, faults_in, packed
from tests.contract.test_outdated_forms import form_in
from tests.contract.test_staff_pages import typed_in

OF_NETWORK = ("ask_register", "check_accounting", "read_accounting_payments", "reconcile_accounting", "test_webhook")
"""What speaks with other servers."""
AT_THE_END = ("erase", "cancel", "end", "lose", "merge", "revoke", "close", "remove", "roll_back", "delete", "write_off")
"""What takes away what others need."""
NAMES = {"order": PENDING, "user": "page-billing", "opportunity": "OP1"}
OF_HERE = {"WORKSPACE": "SUB-CORE", "LAUNCH": "SRV-TRAIN", "ARCHIVE": "SUB-WS", "first-talk": "qualification"}
"""What examples name, and what this company has in its place."""
FEWEST_KINDS = 60
LONGEST = 2000
"""So many characters are written into a field that takes any number of them."""


def verbs() -> list[Route]:
    """Every verb with a form, those that take something away last."""
    shown = [each for each in all_routes() if each.method != "GET" and each.name not in (*WITHOUT_FORM, *OF_NETWORK)]
    return sorted(shown, key=lambda each: (each.name.startswith(AT_THE_END), "{" in each.path))


def shown_form(browser: Browser, route: Route, quote: str) -> dict[str, str]:
    """The form of a verb for things that are there, filled as its example says."""
    names = {**example_names(route), **{name: text for name, text in NAMES.items() if name in route.names}}
    names |= {"number": quote} if route.resource == "quotes" and "number" in names else {}
    page = browser.get(f"/do/{route.name}?{urlencode(names)}")
    fields = {} if route.request is None else dict(typed_in(fields_of(route.request), dict(route.example or {})))
    fields = {name: OF_HERE.get(text, text) for name, text in fields.items()}
    return form_in(page.text) | fields if page.status_code == 200 else {}


def sent_anew(route: Route, form: Mapping[str, str], at: int) -> dict[str, str]:
    """A form to be sent once more, whatever changed meanwhile; what it makes has another name."""
    again = {**form, "once": f"{route.name}-{at}", "etag": ""}
    own = next((name for name in ("id", "name") if name in form and f"{{{name}}}" in (route.location or "")), None)
    return again | ({} if own is None else {own: f"{form[own]}{at}"})


def drafted(http: DeskOverHttp) -> str:
    """The number of a new quote."""
    made = http.of("sales").post("/v1/quotes", {"customer": "K1", "lines": [{"product": "SUB-WS", "quantity": "2"}]})
    return str(made.json()["number"])


def leaves(fields: tuple[VerbField, ...], path: str = "") -> Iterator[tuple[str, VerbField]]:
    """The fields of a form in which something is written or chosen, by name; of a list those of its first row."""
    for field in fields:
        name = f"{path}{field.name}"
        if field.kind in ("group", "rows"):
            yield from leaves(field.fields, f"{name}." if field.kind == "group" else f"{name}.0.")
        else:
            yield name.rstrip("."), field


def texts_for(field: VerbField, at: int) -> Iterator[str]:
    """Hostile texts for a field: as many as it takes; in full size more of them, until each stood in it."""
    most = min(field.most or LONGEST, LONGEST)
    missing = set(INJECTIONS)
    for step in range(len(INJECTIONS) if FULL else 1):
        text = packed(most, at + step)
        if step == 0 or missing & stood_in(text, most):
            missing -= stood_in(text, most)
            yield text


def stood_in(text: str, most: int) -> set[str]:
    """The hostile texts in a text that was cut where a field ends."""
    return {each for each in INJECTIONS if each[:most] in text}


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


@pytest.mark.proof
def test_hostile_texts_in_every_field_stay_text_everywhere(lone: DeskOverHttp) -> None:
    assert len(set(INJECTIONS)) >= FEWEST_KINDS
    assert all(MARK in each.lower() for each in INJECTIONS)
    signed_in(lone, "billing")
    browser, at, stored, tried = signed_in(lone, "admin"), 0, 0, defaultdict[str, set[str]](set)
    lone.application.app.state.staff_pages._rates.rate = 10_000
    for route in verbs():
        quote = drafted(lone) if route.resource == "quotes" else ""
        base = shown_form(browser, route, quote)
        if not base:
            continue
        check(browser.send(f"/do/{route.name}", base), f"{route.name} as in its example")
        fields = {} if route.request is None else dict(leaves(fields_shown(route)))
        for name, field in fields.items():
            at += 7
            for step, text in enumerate(texts_for(field, at)):
                named = {"name.number": drafted(lone)} if quote and "name.number" in base else {}
                form = sent_anew(route, base, at * 100 + step) | named | {name: text}
                response = browser.send(f"/do/{route.name}", form)
                check(response, f"{route.name} with {name}")
                stored += response.status_code in (200, 303)
                tried[field.kind] |= stood_in(text, LONGEST)
        hostile = {name: next(texts_for(field, at + place)) for place, (name, field) in enumerate(fields.items())}
        check(browser.send(f"/do/{route.name}", sent_anew(route, base, at) | hostile), f"{route.name} with all")
    assert stored > 60, "so many texts were taken, and stand somewhere"
    assert {kind: len(texts) for kind, texts in tried.items()} == dict.fromkeys(tried, len(INJECTIONS)), "each text, in each kind of field"
    seen, hostile_pages = walk(
        browser, ["/", "/reports", "/pipeline", *(f"/search?{urlencode({'q': each[:60]})}" for each in INJECTIONS[:20])]
    )
    assert len(seen) > 150
    assert hostile_pages > 30, "so many pages show such texts"


def test_hostile_texts_in_hidden_fields_and_addresses_stay_text(lone: DeskOverHttp) -> None:
    browser = signed_in(lone, "admin")
    lone.application.app.state.staff_pages._rates.rate = 10_000
    base = shown_form(browser, next(each for each in verbs() if each.name == "note_customer"), "")
    whole = packed(LONGEST, 0)
    for name in ("once", "etag", "was", "seen", "back", "more", "stays", "name.customer", "name.other", "other"):
        check(browser.send("/do/note_customer", base | {name: whole}), f"note_customer with {name}")
    for at, text in enumerate(INJECTIONS):
        check(browser.send("/do/note_customer", base | {"back": text, "text": "x", "once": f"back-{at}"}), f"back to {text}")
        check(browser.get(f"/sign-in?{urlencode({'back': text})}"), f"signing in, back to {text}")
    for route in (each for each in all_routes() if each.method == "GET" and each.query is not None):
        hostile = urlencode({name: packed(LONGEST, place * 7) for place, name in enumerate(route.query.model_fields)})
        path = route.path.removeprefix("/v1").replace("{format}", "csv")
        for each, name in example_names(route).items():
            path = path.replace(f"{{{each}}}", quote_of(name, safe=""))
        check(browser.get(f"{path}?{hostile}"), path)
    for path in (
        f"/{first}/{quote_of(whole, safe='')}" for first in ("customers", "orders", "invoices", "quotes", "runs", "do", "rulebooks")
    ):
        check(browser.get(path), path)


def walk(browser: Browser, first: list[str], most: int = 260) -> tuple[set[str], int]:
    """Looks at each page that others lead to, and checks it; gives them, and how many show such a text."""
    lists = [each.path.removeprefix("/v1") for each in all_routes() if each.method == "GET" and "{" not in each.path]
    files = [f"{each.path.removeprefix('/v1').replace('{format}', 'csv')}" for each in all_routes() if each.path.endswith(".{format}")]
    waiting, seen = deque([*first, *lists, *(each for each in files if "{" not in each)]), set[str]()
    hostile, of_kind = 0, Counter[str]()
    while waiting and len(seen) < most:
        path = waiting.popleft()
        kind = re.sub(r"%[0-9A-F]{2}|[0-9]+", "0", path.partition("?")[0])
        if path in seen or of_kind[kind] > 6:
            continue
        seen.add(path)
        of_kind[kind] += 1
        response = browser.get(path)
        check(response, path)
        hostile += MARK in response.text
        if response.headers.get("content-type", "").startswith("text/html"):
            links = [html.unescape(each) for each in re.findall(r'href="(/[^"#]+)"', response.text)]
            waiting += [
                each for each in links if not each.startswith(("/assets", "/docs", "/do/")) and not re.search(r"\.(pdf|xlsx|xml)", each)
            ]
    return seen, hostile


@pytest.mark.proof
def test_a_form_that_is_sent_twice_at_once_does_one_thing(http: DeskOverHttp, request: pytest.FixtureRequest) -> None:
    signed_in(http, "billing")
    browser = signed_in(http, "admin")
    http.application.app.state.staff_pages._rates.rate = 10_000
    done, twice = set[str](), []
    chosen = verbs() if FULL else verbs()["postgresql" in request.node.name :: 2]  # each verb on one of the databases
    for route in chosen:
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
    assert len(done) > len(chosen) * 2 / 5, sorted(done)


def send_apart(http: DeskOverHttp, browser: Browser, name: str, form: dict[str, str]) -> httpx.Response:
    """What comes of a form that is sent from another thread."""
    client = http.another_client()
    client.cookies.update(browser.client.cookies)
    return Browser(client).send(f"/do/{name}", form)


def count_of(http: DeskOverHttp, action: str) -> int:
    """How often a verb was done."""
    with http.desk.store.reading() as connection:
        return sum(each.entry.action == action for each in audit_trail.each(connection))
