"""Browsers of people who are signed in."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import httpx
from pwdlib import PasswordHash

from api.desk import signing_in, staff
from api.pages.frame.visits import COOKIE
from api.store import sign_ins
from api.store.sign_ins import Password
from api.store.users import Role, User
from engine.problems import Refusal
from tests.contract.desk_over_http import DeskOverHttp

PASSWORD = "a long password"


@dataclass
class Browser:
    """A browser in which somebody signed in."""

    client: httpx.Client

    def get(self, path: str) -> httpx.Response:
        """A page."""
        return self.client.get(path, follow_redirects=False)

    def form(self, path: str) -> dict[str, str]:
        """The fields of a form as it is shown."""
        shown = self.get(path).text
        body = shown[shown.index("<main") :]
        typed = re.findall(r'<input(?![^>]*type="checkbox")[^>]*name="([^"]+)"[^>]*value="([^"]*)"', body)
        typed += re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', body)
        selects = re.findall(r'<select[^>]*name="([^"]+)"(.*?)</select>', body)
        chosen = [(name, next(iter(re.findall('value="([^"]*)" selected', options)), "")) for name, options in selects]
        return {name: html.unescape(value) for name, value in chosen + typed}

    def send(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        """What comes of a form that is sent."""
        return self.client.post(
            path, data=fields, headers={name.replace("_", "-"): text for name, text in headers.items()}, follow_redirects=False
        )


def signed_in(http: DeskOverHttp, role: Role) -> Browser:
    """A browser of a person with a role, who has a session and that password; how one signs in with it is tested in test_staff_pages.py."""
    person = User(name=f"page-{role}", full_name=f"Ann of {role}", email="ann@example.com", role=role)
    with suppress(Refusal):  # from an earlier test
        staff.add(http.desk, person)
    with http.desk.writing() as connection:
        sign_ins.store_password(connection, Password(user=person.name, hash=hash_of_password(), changed_at=http.desk.now()))
        _, token = signing_in.begin_session(http.desk, connection, person, "testclient")
    client = http.another_client()
    client.cookies.set(COOKIE, token, domain="localhost.local")
    return Browser(client)


@cache
def hash_of_password() -> str:
    """What is stored of that password. To compute it takes a quarter of a second, and 64 MB."""
    return PasswordHash.recommended().hash(PASSWORD)
