"""The routes by which people sign in and out, and choose their language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.desk import signing_in
from api.http.rate_limits import RateLimits
from api.languages import language_named
from api.pages.frame.sent_forms import sent_fields
from api.pages.frame.visits import Visit, check_own_site, drop_session, hold_language, hold_session, is_secure, language_of, visit_of
from api.pages.page_responses import staff_response
from api.pages.quote_reply.reply_routes import address_of
from api.pages.sign_in import unsent_page
from api.pages.sign_in.sign_in_page import TEMPLATE, Offered, safe_path, sign_in_page
from api.pages.sign_in.unsent_forms import UnsentForms
from api.pages.staff_pages import StaffPages
from api.refusals import NoKey, OutsideFailure, TooMany, Unavailable
from engine.phrases import Language
from engine.problems import Kind, Refusal

PASSWORDS_OFF: Final = Kind("passwords-off", "nobody signs in with a password here", "sign in with your company account")
AUTHOR: Final = "pages"
_A_SECOND: Final = 2
"""How often one may try to sign in, from one address, for long."""
_FORMS: Final = "/do/"


class SignInPages:
    """Answers the forms by which people sign in and out."""

    def __init__(self, staff: StaffPages, offered: Offered) -> None:
        self.staff, self.offered = staff, offered
        self.resumed: Mapping[str, Callable[[Visit, str], Response]] = {}
        """What shows a form of an address on the page of its own, as it was filled."""
        self._rates = RateLimits(_A_SECOND)

    @property
    def unsent(self) -> UnsentForms:
        """Forms of people who sign in at the company."""
        return self.staff.unsent

    def take_one(self, request: Request) -> None:
        """Refuses where one address tries too often."""
        self._rates.take(address_of(request, self.staff.proxies))

    def show(self, request: Request, back: str, *, is_out: bool = False) -> Response:
        """The page."""
        language = language_of(request)
        values = sign_in_page(language, self.offered, back=safe_path(back), is_out=is_out)
        return staff_response(TEMPLATE, values, language=language)

    def sign_in(self, request: Request, form: Mapping[str, str]) -> Response:
        """Begins a session, or the page again."""
        opener = self.staff.opener
        back, unsent = safe_path(form.get("back", "/")), form.get("unsent", "")
        user = form.get("user", "").strip()[:40]
        try:
            self.take_one(request)
            if not self.offered.passwords:
                raise NoKey((PASSWORDS_OFF.at(None),))
            if not opener.has_database():
                raise NoKey((signing_in.NOT_SIGNED_IN.at(None),))
            browser = request.headers.get("user-agent", "")
            _, token = signing_in.sign_in(opener.desk(AUTHOR), user, form.get("password", ""), browser)
        except (NoKey, TooMany, Unavailable, OutsideFailure) as refusal:
            return self.refused(request, refusal, back=back, user=user, unsent=unsent)
        return self.signed_in(request, token, back, unsent)

    def signed_in(self, request: Request, token: str, back: str, unsent: str) -> Response:
        """Gives a browser its session, and leads it back; to a form that was not sent yet, as it was filled."""
        visit = visit_of(request, self.staff.opener, token) if unsent else None
        response: Response = RedirectResponse(back, 303)
        if visit is not None and back.startswith(_FORMS):
            response = self.staff.verb(back.removeprefix(_FORMS), unsent.encode(), None, visit)
        elif visit is not None:
            response = self._resumed(visit, back, unsent)
        hold_session(response, token, is_secure=is_secure(request))
        return response

    def _resumed(self, visit: Visit, back: str, unsent: str) -> Response:
        """A form on its own page; where it has none, or that refuses it, its fields, to be sent again."""
        with suppress(Refusal):
            if back in self.resumed:
                return self.resumed[back](visit, unsent)
        values = unsent_page.unsent_page(visit, back, unsent, self.staff.routes)
        return staff_response(unsent_page.TEMPLATE, values, language=visit.language)

    def refused(self, request: Request, refusal: Refusal, *, back: str = "/", user: str = "", unsent: str = "") -> Response:
        """The page again, with what is wrong."""
        language, status = language_of(request), 401
        if isinstance(refusal, TooMany):
            status = 429
        elif isinstance(refusal, Unavailable | OutsideFailure):
            status = 503
        problem = f"{refusal.problems[0].message_in(language)}. {refusal.problems[0].help_in(language)}"
        held = self.unsent.hold(unsent) if unsent and self.offered.company else ""
        values = sign_in_page(language, self.offered, back=back, user=user, problem=problem, unsent=unsent, held=held)
        return staff_response(TEMPLATE, values, status=status, language=language)

    def sign_out(self, request: Request, form: Mapping[str, str]) -> Response:
        """Ends the session."""
        visit = visit_of(request, self.staff.opener)
        response: Response = RedirectResponse("/sign-in?out=1", 303)
        if visit is None:
            return response
        if not visit.is_own_form(form.get("csrf", "")):
            return self.staff.other_form(visit)
        signing_in.sign_out(self.staff.opener.desk(visit.person.name), visit.key)
        drop_session(response)
        return response

    def choose_language(self, request: Request, form: Mapping[str, str]) -> Response:
        """Gives the browser the language that its person chose, and leads back to where it was chosen; that may be before signing in."""
        visit = visit_of(request, self.staff.opener)
        if visit is not None and not visit.is_own_form(form.get("csrf", "")):
            return self.staff.other_form(visit)
        chosen: Language | None = language_named(form.get("language", ""))
        response = RedirectResponse(safe_path(form.get("back", "/")), 303)
        if chosen is not None:
            hold_language(response, chosen, is_secure=is_secure(request))
        return response


_Answer = Callable[[SignInPages, Request, Mapping[str, str]], Response]


def router() -> APIRouter:
    """The routes; what answers them is in the state of the application, as `sign_in_pages`."""
    made = APIRouter(include_in_schema=False)
    made.add_api_route("/sign-in", _show, methods=["GET"], response_class=Response)
    made.add_api_route("/sign-in", _sign_in, methods=["POST"], response_class=Response)
    made.add_api_route("/sign-out", _sign_out, methods=["POST"], response_class=Response)
    made.add_api_route("/language", _choose_language, methods=["POST"], response_class=Response)
    return made


def _show(request: Request, back: str = "/", out: str = "") -> Response:
    return _pages_of(request).show(request, back, is_out=bool(out))


async def _sign_in(request: Request) -> Response:
    return await _sent(request, SignInPages.sign_in, is_writing=True)


async def _sign_out(request: Request) -> Response:
    return await _sent(request, SignInPages.sign_out, is_writing=True)


async def _choose_language(request: Request) -> Response:
    return await _sent(request, SignInPages.choose_language, is_writing=False)


async def _sent(request: Request, answer: _Answer, *, is_writing: bool) -> Response:
    """The answer to a form of a page of this site."""
    check_own_site(request)
    pages = _pages_of(request)
    return await pages.staff.threads.run(partial(answer, pages, request, sent_fields(await request.body())), is_writing=is_writing)


def _pages_of(request: Request) -> SignInPages:
    pages: SignInPages = request.app.state.sign_in_pages
    return pages
