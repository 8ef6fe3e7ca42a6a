"""The HTTP service: everything is wired here, on one screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.http.middleware import Door
from api.http.problem_responses import decline, reply
from api.http.request_parsing import problems_of
from api.http.routes import evaluations, health
from api.http.routes import workbench as workshop_routes
from api.workbench.overlay import Workshop
from engine.problems import Kind, Refusal
from engine.rulebook.book import Rulebook

NO_ROUTE = Kind("no-route", "there is nothing at this address", "look at /docs for what there is")
NO_METHOD = Kind("no-method", "this address does not answer {method}", "look at /docs for what it answers")
NOT_DONE = Kind("not-done", "{what}", "look at /docs for what is expected")

_ABOUT: Final = """Quotes, schedules, VAT and invoices by the rules that analysts wrote.

Amounts are decimal strings; dates are ISO 8601; periods end before `until`. What is asked wrongly is answered with
`application/problem+json`: each mistake with its JSON pointer, a stable code and how to mend it."""

Rulebooks = Callable[[str | None], Rulebook]
"""Gives the rulebook of a name: None is the live one, else the fingerprint of a published version; refuses an unknown name."""


def create_app(rulebooks: Rulebooks, *, workshop: Workshop | None = None, version: str = "1") -> Door:
    """The service over the rulebooks of one company; with a workshop it also checks and compares texts laid over the one in force."""
    app = FastAPIOffline(title="Centwright", version=version, description=_ABOUT, openapi_url="/openapi.json")
    app.include_router(health.router(rulebooks))
    app.include_router(evaluations.router(rulebooks))
    if workshop is not None:
        app.include_router(workshop_routes.router(workshop))
    _decline_in_our_words(app)
    return Door(app)


def _decline_in_our_words(app: FastAPI) -> None:
    @app.exception_handler(Refusal)
    def refused(request: Request, refusal: Refusal) -> JSONResponse:
        return decline(refusal, request.scope["request_id"], language=request.scope["language"])

    @app.exception_handler(RequestValidationError)
    def asked_wrongly(request: Request, mistake: RequestValidationError) -> JSONResponse:
        errors = [{**error, "loc": error["loc"][1:]} for error in mistake.errors()]
        problems = problems_of(_model_of(request), errors)  # type: ignore[arg-type]  # pydantic's own dictionaries, with a shorter location
        return reply(422, problems, request.scope["request_id"], language=request.scope["language"])

    @app.exception_handler(HTTPException)
    def not_here(request: Request, mistake: HTTPException) -> JSONResponse:
        kinds = {404: NO_ROUTE.at(None), 405: NO_METHOD.at(None, method=request.method)}
        problem = kinds.get(mistake.status_code, NOT_DONE.at(None, what=str(mistake.detail)))
        return reply(mistake.status_code, (problem,), request.scope["request_id"], language=request.scope["language"])


def _model_of(request: Request) -> type[BaseModel]:
    """The model of the body that the route takes, for the names that a misspelt one may have meant."""
    field = getattr(request.scope.get("route"), "body_field", None)
    annotation = getattr(getattr(field, "field_info", None), "annotation", None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else BaseModel
