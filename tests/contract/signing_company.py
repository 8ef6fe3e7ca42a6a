"""A company whose people sign in at a real provider of OpenID Connect, with one browser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient

from api.delivery.openid_provider import OpenIdProvider
from api.desk import signing_in, staff
from api.desk.desk import Desk, open_desk
from api.desk.sign_on_settings import SignOnSettings
from api.http.app import create_app
from api.http.desk_opener import DeskOpener
from api.pages.sign_in.sign_in_routes import SignInPages
from api.store.users import User
from engine.rulebook.book import Rulebook
from engine.text.sources import Sources
from tests.contract.desk_over_http import TODAY, now
from tests.openid_server import REGISTRATION, SECRET, OpenIdServer, openid_server
from tests.running_service import ROOT

ACCOUNTS: dict[str, dict[str, object]] = {
    "ann": {"preferred_username": "ann", "name": "Ann Peeters", "email": "ann@example.com", "groups": ["Everybody", "Billing"]},
    "bert": {"preferred_username": "bert", "name": "Bert Claes", "email": "bert@example.com", "groups": ["Everybody"]},
}
ANSWER = "http://localhost/sign-in/company/answer"


@dataclass
class Company:
    """The service, its provider, and one browser."""

    server: OpenIdServer
    provider: OpenIdProvider
    desk: Desk
    client: TestClient
    pages: SignInPages

    def begin(self, back: str = "/orders") -> str:
        """The address of the provider to which the browser is led."""
        led = self.client.get("/sign-in/company", params={"back": back}, follow_redirects=False)
        assert led.status_code == 303, led.text
        return led.headers["location"]

    def account(self, at: str, name: str = "ann") -> str:
        """The address to which the provider leads back who signs in there."""
        return str(httpx.post(at, data={"account": name}).headers["location"])

    def back(self, at: str) -> httpx.Response:
        """What comes of the answer of the provider."""
        return self.client.get(at, follow_redirects=False)

    def sign_in(self, name: str = "ann") -> httpx.Response:
        """The whole way."""
        return self.back(self.account(self.begin(), name))

    def use(self, **changes: Any) -> None:
        """Other settings from now on."""
        self.provider.settings = replace(self.provider.settings, **changes)


@contextmanager
def signing_company(rulebook: Rulebook, sources: Sources, folder: Path) -> Iterator[Company]:
    """A company with a provider, one person, and an empty desk."""
    url = f"sqlite:///{folder / 'desk.sqlite'}"
    desk = open_desk(url, rulebook, sources, today=TODAY, now=now)
    staff.add(desk, User(name="ann", full_name="Ann Peeters", email="ann@example.com", role="sales"))
    signing_in.set_password(desk, "ann", "a long password")
    with openid_server({name: dict(each) for name, each in ACCOUNTS.items()}) as server:
        server.answer_at = ANSWER
        provider = OpenIdProvider(SignOnSettings(issuer=server.issuer, registration=REGISTRATION, secret=SECRET))
        opener = DeskOpener(url=url, rulebook=rulebook, sources=sources, rulebook_folder=ROOT, today=TODAY, now=now)
        app = create_app(sources, rulebook=rulebook, database_url=url, desk=opener, provider=provider)
        pages = app.app.state.sign_in_pages
        pages._rates.rate = 1000
        yield Company(server, provider, desk, TestClient(app, base_url="http://localhost"), pages)
        opener.close()
    desk.close()


def problem_of(response: httpx.Response) -> str:
    """What the page of signing in says is wrong."""
    return html.unescape(re.findall(r'role="alert">([^<]*)<', response.text)[0])
