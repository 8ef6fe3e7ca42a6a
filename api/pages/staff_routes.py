"""The routes of the pages of staff: signing in and out, the start page, and a page for each route of the desk."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from functools import cache, partial
from typing import Final, Protocol, TypeVar
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.desk import finding, signing_in
from api.desk.desk import Desk
from api.http.desk_opener import DeskOpener
from api.http.desk_requests import NOT_YOUR_ROLE, DeskAnswers
from api.http.middleware import LOOPBACK, SLASH
from api.http.rate_limits import RateLimits
from api.http.route_declarations import Route
from api.http.routes.registry import all_routes
from api.languages import language_named
from api.pages.assets import ADDRESS, asset_response
from api.pages.frame.navigation import frame_of, may_see
from api.pages.frame.sent_forms import sent_fields
from api.pages.frame.visits import Visit, drop_session, hold_language, hold_session, language_of, visit_of
from api.pages.home import home_page
from api.pages.invoices.invoice_page import INVOICE_PAGE
from api.pages.orders import activation_page
from api.pages.orders.order_page import ORDER_PAGE
from api.pages.page_responses import staff_response
from api.pages.pipeline import pipeline_page
from api.pages.pipeline.opportunity_page import OPPORTUNITY_PAGE
from api.pages.quote_reply.reply_routes import address_of
from api.pages.quotes.quote_page import QUOTE_PAGE
from api.pages.records import report_page
from api.pages.records.own_pages import OwnPages
from api.pages.records.record_answers import RecordAnswers, index_of, missing_text
from api.pages.rulebooks.version_page import VERSION_PAGE
from api.pages.rulebooks.versions_page import VERSIONS_PAGE
from api.pages.rules.effect_page import EFFECT_PAGE
from api.pages.runs.run_page import RUN_PAGE
from api.pages.sign_in.sign_in_page import TEMPLATE as SIGN_IN
from api.pages.sign_in.sign_in_page import safe_path, sign_in_page
from api.refusals import NoKey, NotAllowed, OutsideFailure, TooMany, Unavailable, Unknown
from engine.phrases import Language, phrase, say
from engine.problems import Refusal

_Result = TypeVar("_Result")
_AUTHOR: Final = "pages"
_SIGN_INS_A_SECOND: Final = 2
"""From one address, for long."""
_FORMS: Final = "/do/"
_MESSAGE: Final = "frame/message.html.j2"
_PAGES_OF: Final[Mapping[str, str]] = {
    "customer": "/customers",
    "opportunity": "/opportunities",
    "quote": "/quotes",
    "order": "/orders",
    "invoice": "/invoices",
}
_OWN_PAGES: Final[OwnPages] = {
    "get_order": ORDER_PAGE,
    "get_invoice": INVOICE_PAGE,
    "get_quote": QUOTE_PAGE,
    "get_run": RUN_PAGE,
    "list_rulebooks": VERSIONS_PAGE,
    "get_rulebook": VERSION_PAGE,
    "get_effect": EFFECT_PAGE,
    "get_opportunity": OPPORTUNITY_PAGE,
}
_log: Final = logging.getLogger("centwright")
Answer = Callable[[RecordAnswers, Visit, Route, Mapping[str, str]], Response]


class Threads(Protocol):
    """What does the work of a request in a thread, and answers the routes of the desk."""

    @property
    def answers(self) -> DeskAnswers:
        """What answers requests of the desk."""

    def run(self, work: Callable[[], _Result], *, is_writing: bool) -> Awaitable[_Result]:
        """What some work gives."""


class StaffPages:
    """Answers the requests of people who are signed in."""

    def __init__(self, opener: DeskOpener, threads: Threads, routes: Iterable[Route], proxies: Collection[str], rate: int) -> None:
        self._opener, self.threads, self._proxies = opener, threads, proxies
        self.routes = index_of(tuple(routes))
        self.records = RecordAnswers(threads.answers, self.routes, opener.desk, _OWN_PAGES)
        self._rates, self._sign_ins = RateLimits(rate), RateLimits(_SIGN_INS_A_SECOND)

    async def respond(self, request: Request, page: Callable[[Visit], _Result], body: bytes | None = None) -> _Result | Response:
        """The page for the person of a request; whoever is not signed in is asked to, and the form that was sent is shown again then."""
        if request.headers.get("sec-fetch-site") == "cross-site" and request.method != "GET":
            return Response(status_code=403)
        return await self.threads.run(partial(self._answer, request, page, body), is_writing=body is not None)

    def _answer(self, request: Request, page: Callable[[Visit], _Result], body: bytes | None) -> _Result | Response:
        visit = visit_of(request, self._opener)
        if visit is None:
            return _to_sign_in(request, body)
        request.scope["key_prefix"] = visit.key.prefix
        try:
            self._rates.take(visit.key.prefix)
            return page(visit)
        except NoKey:
            return _to_sign_in(request, body)
        except (NotAllowed, Unknown):
            return self.message(visit, missing_text(visit), 404)
        except Refusal as refusal:
            status = 429 if isinstance(refusal, TooMany) else 503 if isinstance(refusal, Unavailable | OutsideFailure) else 422
            problem = refusal.problems[0]
            return self.message(visit, f"{problem.message_in(visit.language)}. {problem.help_in(visit.language)}", status)

    def message(self, visit: Visit, text: str, status: int) -> Response:
        """A page that only says something."""
        title = say(phrase("There is nothing here"), visit.language) if status == 404 else say(phrase("This did not work"), visit.language)
        values = {**frame_of(visit, title, self.routes), "message": text}
        return staff_response(_MESSAGE, values, status=status, language=visit.language)

    def verb(self, name: str, body: bytes | None, visit: Visit) -> Response:
        """The form of a verb, or what comes of it."""
        route = self.routes.get(name)
        if route is None or route.method == "GET" or visit.key.role not in route.roles:
            return self.message(visit, missing_text(visit), 404)
        return self.records.form(visit, route) if body is None else self.records.done(visit, route, body)

    def home(self, visit: Visit) -> Response:
        """The start page."""
        values = home_page.home_page(visit, partial(self._count, visit), self.routes)
        return staff_response(home_page.TEMPLATE, values, language=visit.language)

    def reports(self, visit: Visit) -> Response:
        """All reports."""
        return staff_response(report_page.INDEX, report_page.reports_page(visit, self.routes), language=visit.language)

    def pipeline(self, visit: Visit) -> Response:
        """The board of the pipeline."""
        desk, read = self._opener.desk(visit.person.name), partial(self.records.read, visit)
        values = pipeline_page.pipeline_page(visit, desk, read, self.routes)
        return staff_response(pipeline_page.TEMPLATE, values, language=visit.language)

    def activation(self, order: str, visit: Visit) -> Response:
        """What an activation would do."""
        if visit.key.role not in self.routes["activate_order"].roles:
            raise NotAllowed((NOT_YOUR_ROLE.at(None, role=visit.key.role, roles=", ".join(self.routes["activate_order"].roles)),))
        _, etag = self.records.tagged(visit, self.routes["/v1/orders/{order}"], {"order": order})
        values = frame_of(visit, say(activation_page.TITLE, visit.language), self.routes)
        own = activation_page.activation_page(visit, self._opener.desk(visit.person.name), order, etag)
        return staff_response(activation_page.TEMPLATE, values | own, status=422 if own["problems"] else 200, language=visit.language)

    def search(self, visit: Visit) -> Response:
        """What a search finds."""
        searched = dict(visit.parameters).get("q", "").strip()[:100]
        desk = self._opener.desk(visit.person.name)
        hits = [
            (kind, name, f"{_PAGES_OF[kind]}/{quote(number, safe='')}")
            for kind, number, name in (finding.matches(desk, searched) if searched else ())
            if may_see(visit.person.role, _PAGES_OF[kind], self.routes)
        ]
        return staff_response(home_page.MATCHES, home_page.matches_page(visit, searched, hits, self.routes), language=visit.language)

    def sign_in(self, request: Request, form: Mapping[str, str]) -> Response:
        """Begins a session, or the page again."""
        language, back, unsent = language_of(request), safe_path(form.get("back", "/")), form.get("unsent", "")
        desk, user = self._desk_of_pages(), form.get("user", "").strip()[:40]
        try:
            self._sign_ins.take(address_of(request, self._proxies))
            if desk is None:
                raise NoKey((signing_in.NOT_SIGNED_IN.at(None),))
            _, token = signing_in.sign_in(desk, user, form.get("password", ""), request.headers.get("user-agent", ""))
        except (NoKey, TooMany, Unavailable, OutsideFailure) as refusal:
            problem = f"{refusal.problems[0].message_in(language)}. {refusal.problems[0].help_in(language)}"
            values = sign_in_page(language, back=back, user=user, problem=problem, unsent=unsent)
            return staff_response(SIGN_IN, values, status=429 if isinstance(refusal, TooMany) else 401, language=language)
        visit = visit_of(request, self._opener, token) if unsent else None
        response: Response = RedirectResponse(back, 303) if visit is None else self.verb(back.removeprefix(_FORMS), unsent.encode(), visit)
        hold_session(response, token, is_secure=_is_secure(request))
        return response

    def sign_out(self, request: Request, form: Mapping[str, str]) -> Response:
        """Ends the session."""
        visit = visit_of(request, self._opener)
        response = RedirectResponse("/sign-in", 303)
        if visit is not None and visit.is_own_form(form.get("csrf", "")):
            signing_in.sign_out(self._opener.desk(visit.person.name), visit.key)
            drop_session(response)
        return response

    def _desk_of_pages(self) -> Desk | None:
        return self._opener.desk(_AUTHOR) if self._opener.has_database() else None

    def _count(self, visit: Visit, path: str, requested: Mapping[str, str]) -> int | None:
        route = self.routes.get(f"/v1{path}")
        if route is None or visit.key.role not in route.roles:
            return None
        return self.records.count(visit, route, requested)


@cache
def router() -> APIRouter:
    """The routes of the pages: one for each list, thing, report and file of the desk, at the same address without `/v1`.

    They are the same in every application of a process: what answers them is in its state, as `staff_pages`.
    """
    made = APIRouter(include_in_schema=False)
    _add_sign_in(made)

    @made.get("/")
    async def show_home(request: Request) -> Response:
        pages = _pages_of(request)
        return await pages.respond(request, pages.home)

    @made.get("/search")
    async def search(request: Request) -> Response:
        pages = _pages_of(request)
        return await pages.respond(request, pages.search)

    @made.get("/pipeline")
    async def show_pipeline(request: Request) -> Response:
        pages = _pages_of(request)
        return await pages.respond(request, pages.pipeline)

    @made.get("/reports")
    async def show_reports(request: Request) -> Response:
        pages = _pages_of(request)
        return await pages.respond(request, pages.reports)

    @made.get(_FORMS + "{name}")
    async def show_form(request: Request, name: str) -> Response:
        pages = _pages_of(request)
        return await pages.respond(request, partial(pages.verb, name, None))

    @made.post(_FORMS + "{name}")
    async def submit_form(request: Request, name: str) -> Response:
        pages = _pages_of(request)
        body = await request.body()
        return await pages.respond(request, partial(pages.verb, name, body), body)

    @made.get("/orders/{order}/activation")
    async def preview_activation(request: Request, order: str) -> Response:
        pages = _pages_of(request)
        return await pages.respond(request, partial(pages.activation, order.replace(SLASH, "/")))

    for route in sorted(all_routes(), key=lambda each: "}." not in each.path and ".{" not in each.path):
        if route.method == "GET":
            _add_page(made, route)
    return made


def _pages_of(request: Request) -> StaffPages:
    pages: StaffPages = request.app.state.staff_pages
    return pages


def _add_page(made: APIRouter, route: Route) -> None:
    if route.answer is None or "{format}" in route.path:
        answer: Answer = RecordAnswers.file
    elif route.listing is not None:
        answer = RecordAnswers.listed
    else:
        answer = RecordAnswers.reported if route.resource == "reports" else RecordAnswers.shown

    async def respond(request: Request) -> Response:
        pages = _pages_of(request)
        names = {name: str(text).replace(SLASH, "/") for name, text in request.path_params.items()}
        return await pages.respond(request, lambda visit: answer(pages.records, visit, route, names))

    made.add_api_route(route.path.removeprefix("/v1"), respond, methods=["GET"], name=f"page_{route.name}", response_class=Response)


def _add_sign_in(made: APIRouter) -> None:
    @made.get(ADDRESS + "/{version}/{name}")
    def asset(version: str, name: str) -> Response:
        return asset_response(name)

    @made.get("/sign-in")
    def show_sign_in(request: Request, back: str = "/") -> Response:
        language = language_of(request)
        return staff_response(SIGN_IN, sign_in_page(language, back=safe_path(back)), language=language)

    @made.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        if request.headers.get("sec-fetch-site") == "cross-site":
            return Response(status_code=403)
        pages = _pages_of(request)
        return await pages.threads.run(partial(pages.sign_in, request, sent_fields(await request.body())), is_writing=True)

    @made.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        pages = _pages_of(request)
        return await pages.threads.run(partial(pages.sign_out, request, sent_fields(await request.body())), is_writing=True)

    @made.post("/language")
    async def choose_language(request: Request) -> Response:
        form = sent_fields(await request.body())
        chosen: Language | None = language_named(form.get("language", ""))
        response = RedirectResponse(safe_path(form.get("back", "/")), 303)
        if chosen is not None:
            hold_language(response, chosen, is_secure=_is_secure(request))
        return response


def _to_sign_in(request: Request, body: bytes | None) -> Response:
    """Leads to signing in, and then back to the page; of a form, with what was typed, which is shown again and done by nobody yet."""
    if body:
        values = sign_in_page(language_of(request), back=request.url.path, unsent=body.decode("ascii", "replace"))
        return staff_response(SIGN_IN, values, status=401, language=language_of(request))
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?{urlencode({'back': back})}", 303)


def _is_secure(request: Request) -> bool:
    """Whether cookies are sent over TLS only: everywhere but on this machine."""
    return request.headers.get("host", "").rpartition(":")[0] not in LOOPBACK and request.headers.get("host", "") not in LOOPBACK
