"""The routes by which people sign in with an account of the company: they are led to its provider, and back with an answer."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.desk import company_sign_on
from api.pages.frame.visits import is_secure
from api.pages.page_responses import PRIVATE
from api.pages.sign_in.sign_in_page import safe_path
from api.pages.sign_in.sign_in_routes import AUTHOR, SignInPages
from api.refusals import NoKey
from engine.problems import Refusal

if TYPE_CHECKING:  # the provider reads its packages for a third of a second, where one is set
    from api.delivery.openid_provider import OpenIdProvider

COOKIE: Final = "centwright_sign_on"
_LASTS: Final = 600
"""The seconds for which one may be at the provider."""
_ANSWER: Final = "/sign-in/company/answer"


@dataclass(slots=True, kw_only=True)
class CompanyPages:
    """Answers the requests of people who sign in at the company."""

    sign_in: SignInPages
    provider: OpenIdProvider

    async def begin(self, request: Request) -> Response:
        """Leads to the provider; the browser holds what its answer must fit."""
        from api.delivery.openid_provider import Attempt

        attempt = Attempt.random()
        try:
            self.sign_in.take_one(request)
            target = await asyncio.to_thread(self.provider.address, attempt, _here(request, self.sign_in) + _ANSWER)
        except Refusal as refusal:
            return self.sign_in.refused(request, refusal)
        response = RedirectResponse(target, 303, headers=PRIVATE)
        back, unsent = (request.query_params.get(name, "") for name in ("back", "unsent"))
        text = json.dumps([attempt.state, attempt.nonce, attempt.verifier, safe_path(back or "/"), unsent[:60]])
        held = base64.urlsafe_b64encode(text.encode()).decode()
        response.set_cookie(COOKIE, held, max_age=_LASTS, path="/sign-in", httponly=True, samesite="lax", secure=is_secure(request))
        return response

    async def answer(self, request: Request) -> Response:
        """Begins the session of who signed in at the provider, once for each time that it was begun here."""
        response = await self._answer(request)
        response.delete_cookie(COOKIE, path="/sign-in")
        return response

    async def _answer(self, request: Request) -> Response:
        from api.delivery.openid_provider import NOT_STARTED, Attempt

        back, unsent = "/", ""
        try:
            self.sign_in.take_one(request)
            held = _held(request.cookies.get(COOKIE, ""))
            if held is None:
                raise NoKey((NOT_STARTED.at(None),))
            state, nonce, verifier, back, form = held
            attempt, at = Attempt(state=state, nonce=nonce, verifier=verifier), _here(request, self.sign_in) + _ANSWER
            claims = await asyncio.to_thread(self.provider.account, attempt, dict(request.query_params), at)
            unsent = self.sign_in.unsent.take(form) if form else ""
            return await self.sign_in.staff.threads.run(partial(self._started, request, claims, back, unsent), is_writing=True)
        except Refusal as refusal:
            return self.sign_in.refused(request, refusal, back=back, unsent=unsent)

    def _started(self, request: Request, claims: Mapping[str, object], back: str, unsent: str) -> Response:
        opener = self.sign_in.staff.opener
        if not opener.has_database():
            raise NoKey((company_sign_on.NOBODY.at(None, text=str(claims.get(self.provider.settings.person_claim))[:100]),))
        browser = request.headers.get("user-agent", "")
        _, token = company_sign_on.sign_on(opener.desk(AUTHOR), claims, self.provider.settings, browser)
        return self.sign_in.signed_in(request, token, back, unsent)

    async def end(self, request: Request) -> Response:
        """Leads to where one signs out of the provider too."""
        try:
            self.sign_in.take_one(request)
            target = await asyncio.to_thread(self.provider.end_address, _here(request, self.sign_in) + "/sign-in")
        except Refusal as refusal:
            return self.sign_in.refused(request, refusal)
        return RedirectResponse(target or "/sign-in", 303, headers=PRIVATE)


def router(pages: CompanyPages) -> APIRouter:
    """The routes, where a provider is set."""
    made = APIRouter(include_in_schema=False)
    made.add_api_route("/sign-in/company", pages.begin, methods=["GET"], response_class=Response)
    made.add_api_route(_ANSWER, pages.answer, methods=["GET"], response_class=Response)
    made.add_api_route("/sign-in/company/end", pages.end, methods=["GET"], response_class=Response)
    return made


def _here(request: Request, pages: SignInPages) -> str:
    """The address by which browsers reach the service: as it is set, else as this request was addressed."""
    public = pages.staff.opener.links.address
    return public.rstrip("/") if public else f"{'https' if is_secure(request) else 'http'}://{request.headers.get('host', '')}"


def _held(cookie: str) -> tuple[str, str, str, str, str] | None:
    """What a browser holds of its attempt; None for what was not written here."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cookie))
    except (ValueError, RecursionError):
        return None
    is_whole = isinstance(parts, list) and len(parts) == 5 and all(isinstance(part, str) for part in parts) and all(parts[:3])
    return (parts[0], parts[1], parts[2], safe_path(parts[3]), parts[4]) if is_whole else None
