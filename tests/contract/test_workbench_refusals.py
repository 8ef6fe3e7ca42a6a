"""Hostile and late requests of the workbench: each is refused with a sentence, and nothing that was typed is lost with a session."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from api.pages.frame.visits import COOKIE
from api.pages.rules import rules_routes
from api.workbench import draft_changes
from tests.contract.browsers import PASSWORD, Browser, signed_in
from tests.contract.conftest import RULEBOOK
from tests.contract.desk_over_http import DeskOverHttp, fill, open_over_http
from tests.contract.test_workbench_pages import BOOK, PRICES, PRICING, fields_of, send, text_of

pytestmark = pytest.mark.one_database

FIELDS = (
    "file", "draft", "text", "seen", "line", "column", "end_line", "end_column", "name", "region", "do", "row0", "c9-2", "shared", "before",
    "after", "cell|book-2026|SUB-CORE|price", "cell|zz|zz|zz", "explain", "product", "segment", "quantity", "on", "rule", "look", "view",
    "from", "based_on", "factor",
)  # fmt: skip
HOSTILE = ("", "9" * 5000, "0", "999999", "²", "zz", "a\x00b", "1E999999")
EVALUATED = ("/rules/answers", "/rules/test", "/rules/effect")
SHOWN = ("/rules", "/rules/compare", "/rules/prices")
FORMS = tuple(rules_routes.POSTED)
LOOKS = ("/rules/review", "/rules/check", "/rules/cursor", "/rules/grids")
FORM, JSON = ({"Content-Type": kind} for kind in ("application/x-www-form-urlencoded", "application/json"))
CONFUSED = (None, [], {}, 1, True, [1, {"a": 2}])


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskOverHttp]:
    folder: Path = tmp_path_factory.mktemp("desk")
    url = f"sqlite:///{folder / 'desk.sqlite'}"
    fill(url, *RULEBOOK, folder / "files")
    opened = open_over_http(url, *RULEBOOK)
    opened.application.app.state.staff_pages._rates.rate = 10_000
    yield opened
    opened.close()


@pytest.fixture
def analyst(http: DeskOverHttp) -> Iterator[Browser]:
    browser = signed_in(http, "analyst")
    yield browser
    draft_changes.discard(http.opener.desk("page-analyst"), "page-analyst")


def csrf_of(browser: Browser) -> str:
    return fields_of(browser.get("/rules").text, "/rules/add")["csrf"]


def signed_in_again(browser: Browser, action: str, fields: Mapping[str, str]) -> httpx.Response:
    """What somebody sees who sends a form when the session has ended, and then signs in."""
    browser.client.cookies.delete(COOKIE)
    asked = browser.send(action, dict(fields))
    assert (asked.status_code, "is shown again, as you filled it" in asked.text) == (401, True)
    form = fields_of(asked.text, "/sign-in")
    return browser.send("/sign-in", {**form, "user": "page-analyst", "password": PASSWORD})


def test_no_request_of_the_workbench_fails_for_what_it_holds(analyst: Browser) -> None:
    csrf = csrf_of(analyst)
    base = {"csrf": csrf, "file": BOOK, "text": "kind: x\n", "line": "1", "column": "1", "end_line": "1", "end_column": "1"}
    failed = []
    for at, value in enumerate(HOSTILE):
        every = dict.fromkeys(FIELDS, value)
        places = {**base, **dict.fromkeys(("line", "column", "end_line", "end_column", "row0", "name", "do"), value)}
        for path in SHOWN:
            failed += [(path, value[:9])] * _fails(analyst, "GET", f"{path}?{urlencode(dict.fromkeys(FIELDS, value[:900]))}")
        for path in FORMS:
            if path in EVALUATED and at > 1:
                continue  # each text is read for a second; what is sent beside it is the same for all
            for sent in ({"csrf": csrf, **every}, places):
                failed += [(path, value[:9])] * _fails(analyst, "POST", path, data=sent)
        for path in LOOKS:
            failed += [(path, value[:9])] * _fails(analyst, "POST", path, json=places)
    doubled = b"file=a&file=b&line=1&line=2&csrf=" + csrf.encode()
    for path in FORMS:
        for body in (b"", b"\xff\xfe%%%", b"csrf=" + csrf.encode(), doubled):
            failed += [(path, "form", body[:9])] * _fails(analyst, "POST", path, content=body, headers=FORM)
    for path in (*LOOKS, "/rules/save"):
        for body in (b"", b"[", b"[]", b"1", b"null", b'{"csrf":1}', b"[" * 100_000, b'{"file":"\\ud800"}'):
            failed += [(path, "json", body[:9])] * _fails(analyst, "POST", path, content=body, headers=JSON)
        for at, name in enumerate(("file", "text", "line", "column", "draft", "seen", "csrf")):
            failed += [(path, name)] * _fails(analyst, "POST", path, json={**base, name: CONFUSED[at % len(CONFUSED)]})
    assert failed == []


def test_a_place_that_no_file_has_is_refused(analyst: Browser) -> None:
    csrf = csrf_of(analyst)
    for wrong in ({"line": "999999"}, {"line": "0"}, {"file": ""}, {"file": []}, {"column": "999999"}):
        response = analyst.client.post("/rules/cursor", json={"csrf": csrf, "file": BOOK, "text": "", "line": "1", "column": "1", **wrong})
        assert (response.status_code, "has no such place" in response.json()["message"]) == (422, True), wrong
    place = {"csrf": csrf, "file": BOOK, "line": "9" * 5000, "column": "1", "end_line": "1", "end_column": "1", "text": "x"}
    assert analyst.send("/rules/fix", place).status_code == 422


def test_what_is_not_there_any_more_is_refused(analyst: Browser) -> None:
    page = analyst.get("/rules?file=rules/zz.rules")
    assert (page.status_code, "the draft has no file `rules/zz.rules`" in html.unescape(page.text)) == (404, True)
    csrf = csrf_of(analyst)
    for action in ("undo", "remove", "fix", "grid"):
        place = {"line": "1", "column": "1", "end_line": "1", "end_column": "1", "text": "x"}
        refused = analyst.send(f"/rules/{action}", {"csrf": csrf, "file": "zz", **place})
        assert (refused.status_code, "the draft has no file `zz`" in html.unescape(refused.text)) == (422, True), action
    refused = analyst.send("/rules/answers", {"csrf": csrf, "file": BOOK, "name": "zz"})
    assert (refused.status_code, "no such scenario fails" in refused.text) == (422, True)
    refused = analyst.send("/rules/save", {"csrf": csrf, "file": BOOK})
    assert (refused.status_code, "the form holds no text" in refused.text) == (422, True)
    late = analyst.client.post("/rules/save", json={"csrf": csrf, "file": "../up", "text": ""})
    assert (late.status_code, "is no path of a rulebook" in late.json()["message"]) == (422, True)
    assert analyst.get("/rules/save").headers["location"] == "/rules"


def test_undoing_a_new_file_leads_to_the_list(analyst: Browser) -> None:
    csrf = csrf_of(analyst)
    assert send(analyst, "/rules/add", {"csrf": csrf, "file": "rules/new.rules"}) == "/rules?file=rules/new.rules&done=yes"
    analyst.send("/rules/save", {"csrf": csrf, "file": "rules/new.rules", "text": "module rules.new\n"})
    assert send(analyst, "/rules/remove", {"csrf": csrf, "file": "rules/new.rules"}) == "/rules?done=yes"
    assert send(analyst, "/rules/remove", {"csrf": csrf, "file": BOOK}) == f"/rules?file={BOOK}&done=yes"


def test_a_text_outlives_its_session(analyst: Browser) -> None:
    base = RULEBOOK[1][BOOK]
    typed = base.replace("1.029", "1.0345")
    fields = fields_of(analyst.get(f"/rules?file={BOOK}").text, "/rules/save") | {"seen": base, "text": typed}
    shown = signed_in_again(analyst, "/rules/save", fields)
    assert (shown.status_code, "is not saved yet" in shown.text, "factor: 1.0345" in shown.text) == (200, True, True)
    assert text_of(analyst, BOOK) == base, "showing it again saves nothing"
    again = fields_of(shown.text, "/rules/save") | {"seen": base, "text": typed}
    send(analyst, "/rules/save", again)
    assert text_of(analyst, BOOK) == typed


def test_cells_and_prices_outlive_their_session(analyst: Browser) -> None:
    fields = fields_of(analyst.get(f"/rules?file={PRICING}&view=grid").text, "/rules/grid")
    shown = signed_in_again(analyst, "/rules/grid", {**fields, "c9-2": "0.9345", "do": "save"})
    assert ("is not saved yet" in shown.text, "0.9345" in shown.text) == (True, True)
    fields = fields_of(analyst.get("/rules/prices").text, "/rules/prices")
    shown = signed_in_again(analyst, "/rules/prices", {**fields, "cell|book-2026|SUB-CORE|price": "93.45"})
    assert ("are not written yet" in shown.text, 'value="93.45"' in shown.text) == (True, True)
    csrf = fields["csrf"]
    shown = signed_in_again(analyst, "/rules/share", {"csrf": csrf, "shared": "yes"})
    assert "Send this again?" in shown.text, "a form without a page of its own"
    assert (text_of(analyst, PRICING), text_of(analyst, PRICES)) == (RULEBOOK[1][PRICING], RULEBOOK[1][PRICES])


def test_a_file_that_is_sent_too_late_is_chosen_again(analyst: Browser) -> None:
    analyst.client.cookies.delete(COOKIE)
    asked = analyst.client.post("/rules/prices/import", data={"table": "book-2026"}, files={"sheet": ("a.xlsx", b"PK")})
    assert (asked.status_code, "choose your file again" in asked.text, "is shown again" in asked.text) == (401, True, False)
    back = analyst.send("/sign-in", {**fields_of(asked.text, "/sign-in"), "user": "page-analyst", "password": PASSWORD})
    assert analyst.get(back.headers["location"]).headers["location"] == "/rules/prices"


def _fails(browser: Browser, method: str, path: str, **sent: Any) -> bool:
    """Whether a request is answered by a mistake of the service, which the client raises."""
    try:
        return browser.client.request(method, path, follow_redirects=False, **sent).status_code >= 500
    except Exception:  # noqa: BLE001  # any mistake
        return True
