"""What goes wrong on a page is a page: in the language of the person, with the number that stands in the log."""

from __future__ import annotations

import re

import httpx
import pytest

from api.http.request_parsing import LARGEST_BODY
from api.pages.home import home_page
from tests.contract.browsers import signed_in
from tests.contract.desk_over_http import DeskOverHttp

pytestmark = pytest.mark.one_database

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "nl"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def browser_of(http: DeskOverHttp) -> httpx.Client:
    """A browser in which an administrator signed in, that does not fail where the service does."""
    known = signed_in(http, "admin").client
    client = http.another_client(raises=False, headers=BROWSER)
    client.cookies.update(known.cookies)
    return client


def test_a_fault_of_a_page_is_a_page_with_a_number(http: DeskOverHttp, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browser_of(http)

    def fail(*_arguments: object) -> None:
        raise RuntimeError("a secret of the program")

    monkeypatch.setattr(home_page, "home_page", fail)
    fault = browser.get("/")
    assert (fault.status_code, fault.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert fault.headers["x-request-id"] in fault.text
    assert "Hier ging iets mis" in fault.text
    assert "a secret of the program" not in fault.text
    assert "default-src 'none'" in fault.headers["content-security-policy"]
    browser.cookies.set("centwright_language", "fr", domain="localhost.local")
    assert '<html lang="fr">' in browser.get("/", headers={"Cookie": "centwright_language=fr"}, follow_redirects=True).text


def test_each_status_of_a_page_is_a_page(http: DeskOverHttp) -> None:
    browser = browser_of(http)
    large = b"a=" + b"x" * LARGEST_BODY
    answers = {
        404: browser.get("/nothing/of/this"),
        405: browser.delete("/orders"),
        413: browser.post("/do/create_customer", content=large, headers=FORM),
        415: browser.post("/do/create_customer", content=b"x", headers={"Content-Type": "image/png"}),
        403: browser.post("/do/create_customer", content=b"a=b", headers=FORM | {"Sec-Fetch-Site": "cross-site"}),
        422: browser.get("/orders/%00"),
        400: browser.get("/", headers={"Host": "evil.example"}),
    }
    for status, answer in answers.items():
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8"), status
        assert '<html lang="nl">' in answer.text
        assert len(re.findall("<h1", answer.text)) == 1
        assert (answer.headers["x-request-id"] in answer.text) == (status not in (404, 405)), status


def test_too_many_requests_for_pages_are_told_on_a_page(http: DeskOverHttp, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browser_of(http)
    monkeypatch.setattr("api.http.rate_limits._SECONDS_IN_A_BUCKET", 0)
    slowed = browser.get("/reports")
    assert (slowed.status_code, slowed.headers["content-type"]) == (429, "text/html; charset=utf-8")


def test_programs_read_problems_as_json_at_the_same_addresses(http: DeskOverHttp) -> None:
    program = http.another_client()
    assert program.get("/nothing").headers["content-type"] == "application/problem+json"
    assert program.get("/v1/nothing", headers=BROWSER).headers["content-type"] == "application/problem+json"
