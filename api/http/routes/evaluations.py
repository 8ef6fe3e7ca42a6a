"""`POST /v1/evaluations/…`: questions without state, each with an example that this rulebook answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.http.problem_responses import PROBLEM_JSON, ProblemReply
from engine.evaluations.examples import Example, examples
from engine.evaluations.registry import EVALUATIONS, Evaluation
from engine.rulebook.book import Rulebook

Rulebooks = Callable[[str | None], Rulebook]
_DECLINED: Final[dict[int | str, str]] = {
    413: "The request is larger than a mebibyte",
    415: "The request is not sent as JSON",
    422: "What was asked wrongly, each mistake with its pointer",
}


def router(rulebooks: Rulebooks) -> APIRouter:
    """One route for each evaluation."""
    routes = APIRouter(prefix="/v1/evaluations", tags=["evaluations"])
    shown = examples(rulebooks(None))
    for evaluation in EVALUATIONS.values():
        _add(routes, evaluation, shown[evaluation.name], rulebooks)
    return routes


def _add(routes: APIRouter, evaluation: Evaluation, example: Example, rulebooks: Rulebooks) -> None:
    body = Body(openapi_examples={"example": {"summary": evaluation.summary, "value": example}})

    def endpoint(question: BaseModel = body) -> JSONResponse:  # the question is of the evaluation's own model, set below
        return JSONResponse(answer(evaluation, question, rulebooks).model_dump(mode="json"))

    endpoint.__annotations__ = {"question": evaluation.request, "return": JSONResponse}
    endpoint.__doc__ = evaluation.ask.__doc__
    endpoint.__name__ = f"evaluate_{evaluation.name.replace('-', '_')}"
    problem = {"model": ProblemReply, "content": {PROBLEM_JSON: {}}}
    declined = {status: problem | {"description": why} for status, why in _DECLINED.items()}
    routes.post(f"/{evaluation.name}", summary=evaluation.summary, responses={200: {"model": evaluation.answer}, **declined})(endpoint)


def answer(evaluation: Evaluation, question: BaseModel, rulebooks: Rulebooks) -> BaseModel:
    """The answer of the rulebook that the question names."""
    return evaluation.ask(question, rulebooks(getattr(question, "rulebook", None)))
