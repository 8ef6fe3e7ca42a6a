"""What the tests of links share: a quote that is offered, with something in place of its PDF, its link, and its page in a browser."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import httpx

from api.desk.desk import Desk
from api.desk.link_signing import LinkSettings
from tests.contract.deliveries import store_pdfs
from tests.contract.desk_over_http import DeskOverHttp
from tests.contract.test_verbs_over_http import done

ADDRESS = "https://offers.verrelis.example"
LINKS = LinkSettings(ADDRESS, "a-secret-that-is-long-enough-for-links-1")
LINES: list[dict[str, Any]] = [
    {"product": "SUB-WS", "quantity": "2"},
    {"product": "SRV-TRAIN", "quantity": "1", "optional": True},
    {"product": "HW-AIO", "quantity": "1", "alternative": "till"},
    {"product": "HW-AIO", "quantity": "2", "alternative": "till"},
]


@dataclass(frozen=True)
class LinkPage:
    """The page of a link."""

    http: DeskOverHttp
    number: str
    token: str

    def get(self, below: str = "", **headers: str) -> httpx.Response:
        """What is at the link, or below it."""
        return self.http.client.get(f"/q/{self.token}{below}", headers=headers)

    @property
    def form(self) -> str:
        """What the form of the page carries; nothing where it has none."""
        return (re.findall('name="form" value="([^"]+)"', self.get().text) or [""])[0]

    def send(self, fields: dict[str, Any], **headers: str) -> httpx.Response:
        """The page after a form was sent from it."""
        return self.http.client.post(f"/q/{self.token}", data={"form": self.form} | fields, headers=headers)

    def accept(self, name: str = "Jeanne Lambert", **fields: Any) -> httpx.Response:
        """The page after the quote was accepted."""
        return self.send({"name": name, "agreed": "yes", "do": "accept"} | fields)

    def shown(self) -> Any:
        """The quote as the desk shows it."""
        return self.http.of("sales").tree(f"/v1/quotes/{self.number}")


def offered(http: DeskOverHttp, customer: str = "K3", **fields: Any) -> LinkPage:
    """The page of a link to a new quote; its PDF is stored already."""
    http.opener.links = LINKS
    made = done(http.of("sales"), "/v1/quotes", {"customer": customer, "lines": LINES} | fields, 201)
    return linked(http, made["number"], 1)


def linked(http: DeskOverHttp, number: str, version: int) -> LinkPage:
    """The page of the link to a version of a quote, the last one."""
    store_pdfs(http.desk, [f"{number} version {version}"], "quote")
    answer = http.of("sales").tree(f"/v1/quotes/{number}/link")
    assert (answer["quote"], answer["version"]) == (number, version)
    return LinkPage(http, number, answer["url"].removeprefix(f"{ADDRESS}/q/"))


def stated(response: httpx.Response) -> str:
    """What a page says became of its quote."""
    return html.unescape(re.findall('<p class="stated">([^<]*)</p>', response.text)[0])


def on_day(http: DeskOverHttp, day: date) -> Desk:
    """The desk, and the service, on another day."""
    http.opener.today = day
    return replace(http.desk, today=day)


def pdf_hash(page: LinkPage, version: int = 1) -> str:
    """The hash of the PDF that was shown."""
    return hashlib.sha256(f"%PDF-1.7 of {page.number} version {version}".encode()).hexdigest()
