"""The HTTP application: its routes, middleware and exception handlers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.http.middleware import RequestMiddleware
from api.http.problem_responses import problem_response, refusal_response
from api.http.request_parsing import problems_of
from api.http.routes import evaluations, health
from api.http.routes import workbench as workbench_routes
from api.workbench.overlay import Workbench
from engine.problems import Kind, Refusal
from engine.rulebook.book import Rulebook

NO_ROUTE = Kind("no-route", "there is nothing at this address", "look at /docs for what there is")
NO_METHOD = Kind("no-method", "this address does not answer {method}", "look at /docs for what it answers")
OTHER_ERROR = Kind("not-done", "{what}", "look at /docs for what is expected")

_ABOUT: Final = """Quotes, schedules, VAT and invoices by the rules that analysts wrote.

Amounts are decimal strings; dates are ISO 8601; periods end before `until`. An invalid request gets a response of type
`application/problem+json`: each mistake with its JSON pointer, a stable code and how to fix it."""

Rulebooks = Callable[[str | None], Rulebook]
"""Gives a rulebook by its name: None is the live one, else the fingerprint of a published version; refuses an unknown name."""


def create_app(rulebooks: Rulebooks, *, workbench: Workbench | None = None, version: str = "1") -> RequestMiddleware:
    """The application for the rulebooks of one company; with a workbench it also checks and compares overlays."""
    app = FastAPIOffline(title="Centwright", version=version, description=_ABOUT, openapi_url="/openapi.json")
    app.include_router(health.router(rulebooks))
    app.include_router(evaluations.router(rulebooks))
    if workbench is not None:
        app.include_router(workbench_routes.router(workbench))
    _add_exception_handlers(app)
    return RequestMiddleware(app)


def _add_exception_handlers(app: FastAPI) -> None:
    @app.exception_handler(Refusal)
    def answer_refusal(request: Request, refusal: Refusal) -> JSONResponse:
        return refusal_response(refusal, request.scope["request_id"], language=request.scope["language"])

    @app.exception_handler(RequestValidationError)
    def answer_validation_error(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [{**each, "loc": each["loc"][1:]} for each in error.errors()]
        problems = problems_of(_model_of(request), errors)  # type: ignore[arg-type]  # pydantic's own dictionaries, with a shorter location
        return problem_response(422, problems, request.scope["request_id"], language=request.scope["language"])

    @app.exception_handler(HTTPException)
    def answer_http_error(request: Request, error: HTTPException) -> JSONResponse:
        kinds = {404: NO_ROUTE.at(None), 405: NO_METHOD.at(None, method=request.method)}
        problem = kinds.get(error.status_code, OTHER_ERROR.at(None, what=str(error.detail)))
        return problem_response(error.status_code, (problem,), request.scope["request_id"], language=request.scope["language"])


def _model_of(request: Request) -> type[BaseModel]:
    """The model of the route's body, from which names are suggested for a misspelt one."""
    field = getattr(request.scope.get("route"), "body_field", None)
    annotation = getattr(getattr(field, "field_info", None), "annotation", None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else BaseModel
