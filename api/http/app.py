"""The HTTP application: its routes, middleware, worker processes and exception handlers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Final
from warnings import catch_warnings, simplefilter

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi_offline import FastAPIOffline
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import Route

from api.http import desk_routes
from api.http.description import completed
from api.http.desk_opener import DeskOpener
from api.http.desk_routes import DeskThreads
from api.http.limits import request_limits, time_limits, work_limits
from api.http.metrics import ServiceMetrics
from api.http.middleware import RequestMiddleware
from api.http.nearest_route import no_route
from api.http.operations import Operation, all_operations
from api.http.problem_responses import FAULT, problem_response, refusal_response
from api.http.rate_limits import RateLimits
from api.http.routes import evaluations, health
from api.http.routes.evaluations import operation_id
from api.http.routes.registry import all_routes
from api.http.worker_pools import WorkerPools
from api.importing.import_folder import Folder
from api.installation import SHIPPED
from api.pages import staff_routes
from api.pages.frame.error_page import error_page, wants_page
from api.pages.quote_reply import reply_routes
from api.pages.rules import rules_routes
from api.pages.rules.compare_pages import ComparePages
from api.pages.rules.draft_looks import DraftLooks
from api.pages.rules.price_pages import PricePages
from api.pages.rules.resumed_forms import resumed_forms
from api.pages.rules.rules_pages import RulesPages
from api.pages.sign_in import company_routes, sign_in_routes
from api.pages.sign_in.company_routes import CompanyPages
from api.pages.sign_in.sign_in_page import Offered
from api.pages.sign_in.sign_in_routes import SignInPages
from api.pages.staff_pages import StaffPages
from api.settings import ServiceLimits
from engine.phrases import Language
from engine.problems import Kind, Problem, Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources

if TYPE_CHECKING:
    from api.delivery.openid_provider import OpenIdProvider

NO_METHOD = Kind("no-method", "this address does not answer {method}", "look at /docs for what it answers")
OTHER_ERROR = Kind("not-done", "{what}", "look at /docs for what is expected")

_RECORDING_SECONDS: Final = 30
_log: Final = logging.getLogger("centwright")
_ABOUT: Final = """Quotes, schedules, VAT and invoices by the rules that analysts wrote.

Amounts are decimal strings; dates are ISO 8601; periods end before `until`. An invalid request gets a response of type
`application/problem+json`: each mistake with its JSON pointer, a stable code and how to fix it."""


class HttpApplication(RequestMiddleware):
    """The application with its middleware, and its OpenAPI description."""

    def __init__(self, app: FastAPI, metrics: ServiceMetrics, hosts: Collection[str]) -> None:
        super().__init__(app, metrics, hosts, _problem_page, [route.path for route in all_routes() if route.takes_files])
        self._application = app

    def description(self) -> dict[str, object]:
        """The OpenAPI description."""
        return self._application.openapi()


def create_app(
    sources: Sources,
    golden: Folder | None = None,
    limits: ServiceLimits | None = None,
    *,
    hosts: Collection[str] = (),
    version: str = "1",
    database_url: str | None = None,
    rulebook: Rulebook | None = None,
    desk: DeskOpener | None = None,
    evaluations_need_keys: bool = False,
    proxies: Collection[str] = (),
    provider: OpenIdProvider | None = None,
) -> HttpApplication:
    """The application for the rulebook of some texts, which may have been read from them already; Refusal where it has problems.

    `golden` are the files whose invoices `diff` compares; `hosts` the names by which it may be addressed besides those of the loopback;
    `database_url` the database at which `/readyz` looks, and whose published versions requests may name; `desk` opens the one of the desk;
    `proxies` are the servers before this one; `provider` is where people sign in with accounts of the company.
    """
    limits = limits or ServiceLimits()
    rulebook = rulebook or read_rulebook(sources)
    workers, metrics = WorkerPools(sources, golden, limits, database_url), ServiceMetrics()
    metrics.describe(version, rulebook.fingerprint)
    metrics.measure(workers.by_name)
    routes = all_routes()
    opener = desk or DeskOpener(url=None, rulebook=rulebook, sources=sources, rulebook_folder=SHIPPED)
    threads = DeskThreads(opener, RateLimits(limits.rate), limits, routes)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(workers.start)
        recording = asyncio.create_task(_record(threads))
        yield
        recording.cancel()
        await asyncio.to_thread(threads.close)
        await asyncio.to_thread(workers.close)

    app = FastAPIOffline(
        title="Centwright",
        version=version,
        description=_about(limits),
        openapi_url="/openapi.json",
        redoc_url=None,  # its script loads a picture from another host
        swagger_ui_parameters={"validatorUrl": None},  # and this one asks another host whether a description is valid
        redirect_slashes=False,  # it leads to the address by which a server before this one knows it, without TLS and without its path
        lifespan=lifespan,
    )
    app.state.desk_threads = threads
    offered = Offered() if provider is None else Offered(passwords=provider.settings.allows_passwords, company=True)
    app.state.staff_pages = StaffPages(opener, threads, routes, proxies, limits.rate, offered)
    app.state.sign_in_pages = SignInPages(app.state.staff_pages, offered)
    operations = all_operations(rulebook, sources, golden)
    app.state.rules_pages = RulesPages(
        staff=app.state.staff_pages,
        opener=opener,
        answers=threads.answers,
        routes={route.name: route for route in routes if route.resource == "drafts"},
        shown_routes=app.state.staff_pages.routes,
        looks=DraftLooks(operations=operations, evaluate=partial(workers.answer, accepts_gzip=False)),
    )
    app.state.compare_pages = ComparePages(pages=app.state.rules_pages)
    app.state.price_pages = PricePages(pages=app.state.rules_pages)
    app.state.sign_in_pages.resumed = {**resumed_forms(app.state.price_pages), **app.state.staff_pages.resumed()}
    app.include_router(health.router(rulebook, database_url, metrics, opener))
    app.include_router(evaluations.router(operations, workers, threads.check_evaluation if evaluations_need_keys else None))
    app.include_router(desk_routes.router())
    app.include_router(reply_routes.router(opener, threads, proxies, limits.rate))
    app.include_router(rules_routes.router())
    if provider is not None:
        app.include_router(company_routes.router(CompanyPages(sign_in=app.state.sign_in_pages, provider=provider)))
    app.include_router(sign_in_routes.router())
    app.include_router(staff_routes.router())
    _add_exception_handlers(app, metrics, [*(route.path for route in routes), *(f"/v1/evaluations/{name}" for name in operations)])
    _complete_description(app, operations)
    return HttpApplication(app, metrics, hosts)


async def _record(threads: DeskThreads) -> None:
    """Records now and then what need not be recorded with each request."""
    while True:
        await asyncio.sleep(_RECORDING_SECONDS)
        try:
            await asyncio.to_thread(threads.record)
        except Refusal as refusal:
            _log.warning("when keys were used last was not recorded: %s", refusal)


def _complete_description(app: FastAPI, operations: Mapping[str, Operation]) -> None:
    """Makes the application describe itself with the answers to its examples, computed when it is first read."""
    described = app.openapi

    @cache
    def description() -> dict[str, object]:
        with catch_warnings():  # FastAPI ignores it where it makes fields, and Pydantic builds them later
            simplefilter("ignore", UnsupportedFieldAttributeWarning)
            tree = described()
        return completed(tree, {operation_id(name): each.example_answer() for name, each in operations.items()})

    def answer_description(_request: Request) -> JSONResponse:  # in a thread: the first time it takes seconds
        return JSONResponse(description())

    app.router.routes.insert(0, Route("/openapi.json", answer_description, include_in_schema=False))
    app.openapi = description  # type: ignore[method-assign]  # as FastAPI's manual extends a description


def _about(limits: ServiceLimits) -> str:
    rows = [f"| {limit.name} | {limit.most} | {limit.meaning} |" for limit in (*request_limits(), *work_limits(), *time_limits(limits))]
    return "\n".join([_ABOUT, "", "## Limits", "", "| limit | at most | |", "|---|---|---|", *rows])


def _add_exception_handlers(app: FastAPI, metrics: ServiceMetrics, paths: Collection[str]) -> None:
    @app.exception_handler(Refusal)
    def answer_refusal(request: Request, refusal: Refusal) -> Response:
        metrics.count_refusal(refusal.problems[0].code)
        response = refusal_response(refusal, request.scope["request_id"], language=request.scope["language"])
        return _page_in_place_of(response, request, refusal.problems[0])

    @app.exception_handler(HTTPException)
    def answer_http_error(request: Request, error: HTTPException) -> Response:
        kinds = {404: no_route(request.scope["path"], paths), 405: NO_METHOD.at(None, method=request.scope["asked_method"])}
        problem = kinds.get(error.status_code, OTHER_ERROR.at(None, what=str(error.detail)))
        response = problem_response(error.status_code, (problem,), request.scope["request_id"], language=request.scope["language"])
        answer = _page_in_place_of(response, request, problem)
        answer.headers.update(error.headers or {})
        if answer.headers.get("Allow") == "GET":
            answer.headers["Allow"] = "GET, HEAD"
        return answer

    @app.exception_handler(Exception)
    def answer_fault(request: Request, _fault: Exception) -> Response:
        problem = FAULT.at(None)
        response = problem_response(500, (problem,), request.scope["request_id"], language=request.scope["language"])
        return _page_in_place_of(response, request, problem)


def _page_in_place_of(response: Response, request: Request, problem: Problem) -> Response:
    """The page of a problem where a browser shows it to a person, else the response for programs."""
    scope = request.scope
    own = {"path": scope["path"], "headers": request.headers, "language": scope["language"]}
    return _problem_page(response.status_code, problem, scope["request_id"], **own) or response


def _problem_page(status: int, problem: Problem, request_id: str, *, path: str, headers: Headers, language: Language) -> Response | None:
    if not wants_page(path, headers):
        return None
    page = error_page(status, problem, request_id, headers, language)
    page.headers.update({"Retry-After": "1"} if status in (429, 503) else {})
    return page
