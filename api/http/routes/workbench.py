"""`POST /v1/evaluations/check` and `/diff`: texts laid over the rulebook of the service, checked and compared in euros."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.http.routes.evaluations import add_route
from api.output.problem_json import problem_as_json
from api.workbench.overlay import LaidOver, Workshop
from engine.comparing.comparison_json import figures


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
    shown = example(workshop)

    def check(question: LaidOver, request: Request) -> object:
        """Every problem of the rulebook with these texts laid over it, each with its place and how to mend it."""
        language = request.scope["language"]
        return {"problems": [problem_as_json(one, language) for one in workshop.check(question)]}

    def diff(question: LaidOver, request: Request) -> object:
        """What these texts laid over the rulebook change: what reads differently, which cases get another answer, and the money."""
        return figures(workshop.diff(question), request.scope["language"])

    add_route(routes, "check", "What is wrong with texts", LaidOver, CheckAnswer, shown, check)
    add_route(routes, "diff", "The money that texts change", LaidOver, DiffAnswer, shown, diff)
    return routes


def example(workshop: Workshop) -> dict[str, object]:
    """A text of the rulebook at hand, as it stands: it is right, and changes nothing."""
    path = next((path for path in sorted(workshop.sources) if path.endswith(".rules")), "company.yaml")
    return {"files": {path: workshop.sources.get(path, "")}}
