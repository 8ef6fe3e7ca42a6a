"""Answers requests of people who are signed in: each in a thread, as its person, with a page for what is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final, Protocol, TypeVar
from urllib.parse import parse_qsl, unquote, urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.routing import compile_path

from api.http.desk_opener import DeskOpener
from api.http.desk_requests import DeskAnswers
from api.http.rate_limits import RateLimits
from api.http.request_parsing import LARGEST_BODY
from api.http.route_declarations import Route
from api.pages.frame.navigation import frame_of
from api.pages.frame.remedies import help_on_page
from api.pages.frame.sent_forms import sent_fields
from api.pages.frame.visits import Visit, check_own_site, language_of, visit_of
from api.pages.own_routes import OwnRoute, PageRequest
from api.pages.page_registry import OWN_PAGES, OWN_ROUTES
from api.pages.page_responses import OF_FORMS, staff_response
from api.pages.records.own_pages import RefusedForm
from api.pages.records.page_paths import index_of
from api.pages.records.record_answers import OTHER_FORM, RecordAnswers
from api.pages.records.uploads import UploadedForm, is_reduced
from api.pages.sign_in.sign_in_page import TEMPLATE as SIGN_IN
from api.pages.sign_in.sign_in_page import Offered, sign_in_page
from api.pages.sign_in.unsent_forms import UnsentForms
from api.refusals import NoKey, NotAllowed, OutsideFailure, TooMany, Unavailable, Unknown
from engine.phrases import phrase, say
from engine.problems import Problem, Refusal

_Result = TypeVar("_Result")
_FORM: Final = "application/x-www-form-urlencoded"
_MESSAGE: Final = "frame/message.html.j2"
_FILES: Final = tuple(each.path for each in OWN_ROUTES if each.takes_files)
_MOST_FIELDS: Final = 60
"""Of a form with files."""
_LONGEST_UNSENT: Final = LARGEST_BODY // 2
"""A longer form is not sent along with a name and a password, which are a request of the usual size: its file is chosen again."""


class Threads(Protocol):
    """What does the work of a request in a thread, and answers the routes of the desk."""

    @property
    def answers(self) -> DeskAnswers:
        """What answers requests of the desk."""

    def run(self, work: Callable[[], _Result], *, is_writing: bool) -> Awaitable[_Result]:
        """What some work gives."""


class StaffPages:
    """Answers the requests of people who are signed in."""

    def __init__(
        self,
        opener: DeskOpener,
        threads: Threads,
        routes: Iterable[Route],
        proxies: Collection[str],
        rate: int,
        offered: Offered = Offered(),  # noqa: B008  # it never changes
    ) -> None:
        self.opener, self.threads, self.proxies, self.offered = opener, threads, proxies, offered
        self.unsent = UnsentForms()
        self.routes = index_of(tuple(routes))
        self.records = RecordAnswers(threads.answers, self.routes, opener.desk, OWN_PAGES, self._shown_at)
        self._rates = RateLimits(rate)

    async def respond(self, request: Request, page: Callable[[Visit], _Result], body: bytes | None = None) -> _Result | Response:
        """The page for the person of a request; whoever is not signed in is asked to, and the form that was sent is shown again then."""
        if request.method != "GET":
            check_own_site(request)
        return await self.threads.run(partial(self._answer, request, page, body), is_writing=body is not None)

    def _answer(self, request: Request, page: Callable[[Visit], _Result], body: bytes | None) -> _Result | Response:
        visit = visit_of(request, self.opener)
        if visit is None:
            return self._to_sign_in(request, body)
        request.scope["key_prefix"] = visit.key.prefix
        try:
            self._rates.take(visit.key.prefix)
            return page(visit)
        except NoKey:
            return self._to_sign_in(request, body)
        except (NotAllowed, Unknown) as refusal:
            is_other_form = isinstance(refusal, NotAllowed) and refusal.problems[0].kind is OTHER_FORM
            return self.other_form(visit) if is_other_form else self.message(visit, _missing_text(visit), 404)
        except Refusal as refusal:
            status = 429 if isinstance(refusal, TooMany) else 503 if isinstance(refusal, Unavailable | OutsideFailure) else 422
            problem = refusal.problems[0]
            return self.message(visit, f"{problem.message_in(visit.language)}. {help_on_page(problem, visit.language)}", status)

    def message(self, visit: Visit, text: str, status: int) -> Response:
        """A page that only says something."""
        title = say(phrase("There is nothing here"), visit.language) if status == 404 else say(phrase("This did not work"), visit.language)
        reference = None if status == 404 else say(phrase("Reference: {number}", number=visit.request_id), visit.language)
        values = {**frame_of(visit, title, self.routes), "message": text, "reference": reference}
        return staff_response(_MESSAGE, values, status=status, language=visit.language)

    def other_form(self, visit: Visit) -> Response:
        """A page that says that a form was not shown to this session."""
        problem = OTHER_FORM.at(None)
        return self.message(visit, f"{problem.message_in(visit.language)}. {help_on_page(problem, visit.language)}", 400)

    def verb(self, name: str, body: bytes | None, problem: Problem | None, visit: Visit) -> Response:
        """The form of a verb, or what comes of it; `problem`: why nothing can be done with what was uploaded."""
        route = self.routes.get(name)
        if route is None or route.method == "GET" or visit.key.role not in route.roles:
            return self.message(visit, _missing_text(visit), 404)
        return self.records.form(visit, route) if body is None else self.records.done(visit, route, body, problem)

    def own(self, route: OwnRoute, names: Mapping[str, str], form: UploadedForm | None, visit: Visit) -> Response:
        """A page with an address of its own; a form that was not shown to this session does nothing."""
        sent = {} if form is None else _fields_of(route, form.body)
        if form is not None and not visit.is_own_form(sent.get("csrf", "")):
            return self.other_form(visit)
        problem = None if form is None else form.problem
        return route.answer(PageRequest(visit=visit, records=self.records, names=names, sent=sent, problem=problem))

    def _shown_at(self, visit: Visit, address: str, refused: RefusedForm, status: int) -> Response | None:
        """The page of its own at an address with its form that was refused; None where no such page is there."""
        path, _, query = address.partition("?")
        for own in OWN_ROUTES:
            match = compile_path(own.path)[0].match(path) if own.shows_refusals else None
            if match is not None:
                there = replace(visit, path=path, parameters=tuple(parse_qsl(query)))
                names = {name: unquote(text) for name, text in match.groupdict().items()}
                response = own.answer(PageRequest(visit=there, records=self.records, names=names, refused=refused))
                response.status_code = status
                response.headers["Cache-Control"] = OF_FORMS
                return response
        return None

    def resumed(self) -> Mapping[str, Callable[[Visit, str], Response]]:
        """What shows each form of the pages of their own as it was filled, by the address to which it was sent."""
        return {each.path: partial(self._resume, each) for each in OWN_ROUTES if each.resumed_by is not None}

    def _resume(self, route: OwnRoute, visit: Visit, body: str) -> Response:
        assert route.resumed_by is not None
        return route.resumed_by(PageRequest(visit=visit, records=self.records, sent=_fields_of(route, body.encode())))

    def _to_sign_in(self, request: Request, body: bytes | None) -> Response:
        """Leads to signing in, and then back to the page; of a form, with what was typed, which is shown again and done by nobody yet.

        A part of a page that its script reads again is answered with nothing: the page says so, and stays.
        """
        if body is None and request.headers.get("hx-request"):
            return Response(status_code=401)
        kind = request.headers.get("content-type", "")
        is_upload = request.url.path.startswith(("/do/", *_FILES))  # its files were read into fields
        is_form = kind.startswith(_FORM) or is_upload
        is_lost = not is_form or (is_upload and len(body or b"") > _LONGEST_UNSENT) or is_reduced(request)
        if body and is_lost:
            values = sign_in_page(language_of(request), self.offered, back=request.url.path, is_file_lost=True)
            return staff_response(SIGN_IN, values, status=401, language=language_of(request))
        if body:
            unsent = body.decode("ascii", "replace")
            held = self.unsent.hold(unsent) if self.offered.company else ""
            values = sign_in_page(language_of(request), self.offered, back=request.url.path, unsent=unsent, held=held)
            return staff_response(SIGN_IN, values, status=401, language=language_of(request))
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?{urlencode({'back': back})}", 303)


def _fields_of(route: OwnRoute, body: bytes) -> Mapping[str, str]:
    return sent_fields(body, most=_MOST_FIELDS) if route.takes_files else sent_fields(body)


def _missing_text(visit: Visit) -> str:
    """What is said of an address at which there is nothing for its person."""
    return say(phrase("There is nothing here that you may see."), visit.language)
