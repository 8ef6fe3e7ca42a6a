"""`POST /v1/evaluations/…`: questions without state, each with an example that this rulebook answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.http.problem_responses import PROBLEM_JSON, ProblemReply
from engine.evaluations.evaluation import Evaluation
from engine.evaluations.registry import EVALUATIONS
from engine.rulebook.book import Rulebook

Rulebooks = Callable[[str | None], Rulebook]
_DECLINED: Final[dict[int | str, str]] = {
    413: "The request is larger than a mebibyte",
    415: "The request is not sent as JSON",
    422: "What is wrong in the request, each mistake with its pointer",
}


def router(rulebooks: Rulebooks) -> APIRouter:
    """One route for each evaluation of the registry."""
    routes = APIRouter(prefix="/v1/evaluations", tags=["evaluations"])
    for evaluation in EVALUATIONS.values():
        _add(routes, evaluation, rulebooks)
    return routes


def _add(routes: APIRouter, evaluation: Evaluation, rulebooks: Rulebooks) -> None:
    def reply(question: BaseModel, _request: Request) -> object:
        return evaluation.reply(question, rulebooks).model_dump(mode="json")

    reply.__doc__ = evaluation.evaluate.__doc__
    shown = evaluation.example(rulebooks(None))
    add_route(routes, evaluation.name, evaluation.summary, evaluation.versioned_request, evaluation.answer, shown, reply)


def add_route(
    routes: APIRouter,
    name: str,
    summary: str,
    request_model: type[BaseModel],
    answer_model: type[BaseModel],
    example: object,
    reply: Callable[..., object],  # of a question of its request model, and of the HTTP request
) -> None:
    """A route that answers a question with JSON, described with its example, its answer and what it declines."""
    body = Body(openapi_examples={"example": {"summary": summary, "value": example}})

    def endpoint(request: Request, question: BaseModel = body) -> JSONResponse:  # the question is of its own model, set below
        return JSONResponse(reply(question, request))

    endpoint.__annotations__ = {"request": Request, "question": request_model, "return": JSONResponse}
    endpoint.__doc__ = reply.__doc__
    endpoint.__name__ = f"evaluate_{name.replace('-', '_')}"
    problem = {"model": ProblemReply, "content": {PROBLEM_JSON: {}}}
    declined = {status: problem | {"description": why} for status, why in _DECLINED.items()}
    routes.post(f"/{name}", summary=summary, responses={200: {"model": answer_model}, **declined})(endpoint)
