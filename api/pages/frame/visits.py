"""Who looks at a page: the session of the browser's cookie, its person, the language, and the token that forms send back."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import Headers

from api.desk.signing_in import LASTS
from api.http.desk_opener import DeskOpener
from api.http.middleware import LOOPBACK
from api.languages import language_named
from api.refusals import NotAllowed
from api.store.api_keys import ApiKey
from api.store.users import User
from engine.phrases import Language
from engine.problems import Kind

COOKIE: Final = "centwright_session"
LANGUAGE_COOKIE: Final = "centwright_language"
FROM_ELSEWHERE: Final = Kind("form-from-elsewhere", "a page of another site sent this form", "open the page here, and send its form")
_OWN_SITE: Final = ("same-origin", "none")
_YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request of a person who is signed in."""

    key: ApiKey
    person: User
    token: str
    language: Language
    path: str
    parameters: tuple[tuple[str, str], ...]
    request_id: str

    @property
    def form_token(self) -> str:
        """What each form holds, so that no page of another site can send it."""
        return hmac.new(self.token.encode(), b"form", hashlib.sha256).hexdigest()[:32]

    def is_own_form(self, token: str) -> bool:
        """Whether a form was shown to this session."""
        return hmac.compare_digest(self.form_token.encode(), token.encode())


def check_own_site(request: Request) -> None:
    """Refuses a form that a page of another site sent, as browsers say it; who is signed in sends a token besides.

    Browsers say no `Origin` here that could be compared: pages are sent with `Referrer-Policy: no-referrer`, which makes it `null`.
    """
    if request.headers.get("sec-fetch-site", _OWN_SITE[0]) not in _OWN_SITE:
        raise NotAllowed((FROM_ELSEWHERE.at(None),))


def visit_of(request: Request, opener: DeskOpener, token: str | None = None) -> Visit | None:
    """The visit of a request, by its cookie or a session that begins with it; None where nobody is signed in any more."""
    token = request.cookies.get(COOKIE, "") if token is None else token
    open_session = opener.signed_in(token) if token else None
    if open_session is None:
        return None
    session, person = open_session
    return Visit(
        key=session.key,
        person=person,
        token=token,
        language=language_of(request),
        path=request.url.path,
        parameters=tuple(request.query_params.multi_items()),
        request_id=request.scope["request_id"],
    )


def language_of(request: Request) -> Language:
    """The language that a person chose here, else the browser's."""
    own: Language = request.scope["language"]
    return chosen_language(request.headers) or own


def chosen_language(headers: Headers) -> Language | None:
    """The language of the cookie, where somebody chose one."""
    cookie = next((part for part in headers.get("cookie", "").split(";") if part.strip().startswith(f"{LANGUAGE_COOKIE}=")), "")
    return language_named(cookie.partition("=")[2].strip())


def hold_session(response: Response, token: str, *, is_secure: bool) -> None:
    """Gives a browser the cookie of its session, which no script reads and no other site sends."""
    response.set_cookie(COOKIE, token, max_age=int(LASTS.total_seconds()), httponly=True, samesite="lax", secure=is_secure)


def hold_language(response: Response, language: Language, *, is_secure: bool) -> None:
    """Gives a browser the cookie of a language."""
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, httponly=True, samesite="lax", secure=is_secure)


def drop_session(response: Response) -> None:
    """Takes the cookie of a session from a browser."""
    response.delete_cookie(COOKIE)


def is_secure(request: Request) -> bool:
    """Whether a browser reaches the service over TLS: everywhere but on this machine."""
    host = request.headers.get("host", "")
    return host.rpartition(":")[0] not in LOOPBACK and host not in LOOPBACK
