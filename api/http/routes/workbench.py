"""`POST /v1/evaluations/check` and `/diff`: texts laid over the rulebook of the service, checked and compared in euros."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.http.problem_responses import PROBLEM_JSON, ProblemReply
from api.output.problem_json import problem_as_json
from api.workbench.overlay import LaidOver, Workshop
from engine.comparing.comparison_json import figures

_DECLINED: Final[dict[int | str, str]] = {
    413: "The request is larger than a mebibyte",
    415: "The request is not sent as JSON",
    422: "What was asked wrongly, or what is wrong with the texts",
}


class CheckedProblem(BaseModel):
    """One problem: where it stands, its stable code, what it is, and how to mend it."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    code: str
    severity: str
    message: str
    help: str


class CheckAnswer(BaseModel):
    """All problems and advice of the rulebook with the texts laid over it; none where all is well."""

    problems: list[CheckedProblem]


class DiffAnswer(BaseModel):
    """What the texts change, as `centwright diff --json` writes it: amounts are decimal strings, after − before."""

    before: str
    after: str
    changes_money: bool
    edits: list[dict[str, object]]
    answers: dict[str, object] | None
    invoices: dict[str, object] | None
    orders: dict[str, object] | None


def router(workshop: Workshop) -> APIRouter:
    """The two questions about texts."""
    routes = APIRouter(prefix="/v1/evaluations", tags=["evaluations"])
    problem = {"model": ProblemReply, "content": {PROBLEM_JSON: {}}}
    declined = {status: problem | {"description": why} for status, why in _DECLINED.items()}
    body = Body(openapi_examples={"example": {"summary": "A text laid over", "value": example(workshop)}})

    @routes.post("/check", summary="What is wrong with texts", responses={200: {"model": CheckAnswer}, **declined})
    def check(request: Request, question: LaidOver = body) -> JSONResponse:
        """Every problem of the rulebook with these texts laid over it, each with its place and how to mend it."""
        language = request.scope["language"]
        return JSONResponse({"problems": [problem_as_json(one, language) for one in workshop.check(question)]})

    @routes.post("/diff", summary="The money that texts change", responses={200: {"model": DiffAnswer}, **declined})
    def diff(request: Request, question: LaidOver = body) -> JSONResponse:
        """What these texts laid over the rulebook change: what reads differently, which cases get another answer, and the money."""
        return JSONResponse(figures(workshop.diff(question), request.scope["language"]))

    return routes


def example(workshop: Workshop) -> dict[str, object]:
    """A text of the rulebook at hand, as it stands: it is right, and changes nothing."""
    path = next((path for path in sorted(workshop.sources) if path.endswith(".rules")), "company.yaml")
    return {"files": {path: workshop.sources.get(path, "")}}
