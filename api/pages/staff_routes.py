"""The routes of the pages of staff: those of their own, the forms of verbs, and a page for each route of the desk that reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.http.middleware import SLASH
from api.http.route_declarations import Route
from api.http.routes.registry import all_routes
from api.pages.assets import ADDRESS, asset_response
from api.pages.frame.visits import Visit
from api.pages.own_routes import OwnRoute
from api.pages.page_registry import OWN_ROUTES
from api.pages.records.record_answers import RecordAnswers
from api.pages.records.uploads import UploadedForm, as_texts, files_as_texts
from api.pages.staff_pages import StaffPages

_FORMS: Final = "/do/"
Answer = Callable[[RecordAnswers, Visit, Route, Mapping[str, str]], Response]


@cache
def router() -> APIRouter:
    """The routes of the pages: one for each list, thing, report and file of the desk, at the same address without `/v1`.

    They are the same in every application of a process: what answers them is in its state, as `staff_pages`.
    """
    made = APIRouter(include_in_schema=False)

    @made.get(ADDRESS + "/{version}/{name}")
    def asset(version: str, name: str) -> Response:
        return asset_response(name)

    @made.get(_FORMS + "{name}")
    async def show_form(request: Request, name: str) -> Response:
        pages = _pages_of(request)
        return await pages.respond(request, partial(pages.verb, name, None, None))

    @made.post(_FORMS + "{name}")
    async def submit_form(request: Request, name: str) -> Response:
        pages = _pages_of(request)
        sent = as_texts(pages.routes.get(name), request, await request.body())
        return await pages.respond(request, partial(pages.verb, name, sent.body, sent.problem), sent.body)

    for own in OWN_ROUTES:
        _add_own(made, own)
    for route in sorted(all_routes(), key=lambda each: "}." not in each.path and ".{" not in each.path):
        if route.method == "GET":
            _add_page(made, route)
    return made


def _pages_of(request: Request) -> StaffPages:
    pages: StaffPages = request.app.state.staff_pages
    return pages


def _names_of(request: Request) -> Mapping[str, str]:
    return {name: str(text).replace(SLASH, "/") for name, text in request.path_params.items()}


def _add_own(made: APIRouter, own: OwnRoute) -> None:
    async def respond(request: Request) -> Response:
        pages = _pages_of(request)
        if own.method == "GET":
            return await pages.respond(request, partial(pages.own, own, _names_of(request), None))
        sent = UploadedForm(await request.body())
        if own.takes_files:
            sent = files_as_texts(request, sent.body)
        return await pages.respond(request, partial(pages.own, own, _names_of(request), sent), sent.body)

    made.add_api_route(own.path, respond, methods=[own.method], response_class=Response)


def _add_page(made: APIRouter, route: Route) -> None:
    if route.answer is None or "{format}" in route.path:
        answer: Answer = RecordAnswers.file
    elif route.listing is not None:
        answer = RecordAnswers.listed
    else:
        answer = RecordAnswers.reported if route.resource == "reports" else RecordAnswers.shown

    async def respond(request: Request) -> Response:
        pages = _pages_of(request)
        names = _names_of(request)
        return await pages.respond(request, lambda visit: answer(pages.records, visit, route, names))

    made.add_api_route(route.path.removeprefix("/v1"), respond, methods=["GET"], name=f"page_{route.name}", response_class=Response)
