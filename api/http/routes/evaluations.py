"""`POST /v1/evaluations/…`: evaluations without state, each with an example for this rulebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.http.problem_responses import PROBLEM_JSON, ProblemResponse
from engine.evaluations.evaluation import Evaluation
from engine.evaluations.registry import EVALUATIONS
from engine.rulebook.book import Rulebook

Rulebooks = Callable[[str | None], Rulebook]
_ERRORS: Final[dict[int | str, str]] = {
    413: "The request is larger than a mebibyte",
    415: "The request is not sent as JSON",
    422: "The mistakes in the request, each with its pointer",
}


def router(rulebooks: Rulebooks) -> APIRouter:
    """One route for each evaluation of the registry."""
    routes = APIRouter(prefix="/v1/evaluations", tags=["evaluations"])
    for evaluation in EVALUATIONS.values():
        _add(routes, evaluation, rulebooks)
    return routes


def _add(routes: APIRouter, evaluation: Evaluation, rulebooks: Rulebooks) -> None:
    def respond(content: BaseModel, _request: Request) -> object:
        return evaluation.reply(content, rulebooks).model_dump(mode="json")

    respond.__doc__ = evaluation.evaluate.__doc__
    example = evaluation.example(rulebooks(None))
    add_route(routes, evaluation.name, evaluation.summary, evaluation.versioned_request, evaluation.answer, example, respond)


def add_route(
    routes: APIRouter,
    name: str,
    summary: str,
    request_model: type[BaseModel],
    response_model: type[BaseModel],
    example: object,
    respond: Callable[..., object],  # of a body of the request model, and of the HTTP request
) -> None:
    """Adds a route with a JSON request and response, described with its example and its error responses."""
    body = Body(openapi_examples={"example": {"summary": summary, "value": example}})

    def endpoint(request: Request, content: BaseModel = body) -> JSONResponse:  # content is of the request model, set below
        return JSONResponse(respond(content, request))

    endpoint.__annotations__ = {"request": Request, "content": request_model, "return": JSONResponse}
    endpoint.__doc__ = respond.__doc__
    endpoint.__name__ = f"evaluate_{name.replace('-', '_')}"
    problem = {"model": ProblemResponse, "content": {PROBLEM_JSON: {}}}
    error_responses = {status: problem | {"description": why} for status, why in _ERRORS.items()}
    routes.post(f"/{name}", summary=summary, responses={200: {"model": response_model}, **error_responses})(endpoint)
