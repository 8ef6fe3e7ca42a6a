"""`POST /v1/evaluations/check` and `/diff`: an overlay on the rulebook of the service, checked and compared."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.http.routes.evaluations import add_route
from api.output.problem_json import problem_as_json
from api.workbench.overlay import Overlay, Workbench
from engine.comparing.comparison_json import comparison_tree


class CheckedProblem(BaseModel):
    """One problem: its position, its stable code, a message, and how to fix it."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    code: str
    severity: str
    message: str
    help: str


class CheckResponse(BaseModel):
    """All problems and advice of the rulebook with the overlay."""

    problems: list[CheckedProblem]


class DiffResponse(BaseModel):
    """What the overlay changes, as `centwright diff --json` writes it: amounts are decimal strings, after − before."""

    before: str
    after: str
    changes_money: bool
    edits: list[dict[str, object]]
    answers: dict[str, object] | None
    invoices: dict[str, object] | None
    orders: dict[str, object] | None


def router(workbench: Workbench) -> APIRouter:
    """The routes for overlays."""
    routes = APIRouter(prefix="/v1/evaluations", tags=["evaluations"])
    example_request = example(workbench)

    def check(overlay: Overlay, request: Request) -> object:
        """Every problem of the rulebook with these texts as an overlay, each with its position and how to fix it."""
        language = request.scope["language"]
        return {"problems": [problem_as_json(one, language) for one in workbench.check(overlay)]}

    def diff(overlay: Overlay, request: Request) -> object:
        """What these texts as an overlay change: the texts, the cases with another result, and the amounts."""
        return comparison_tree(workbench.diff(overlay), request.scope["language"])

    add_route(routes, "check", "The problems of changed texts", Overlay, CheckResponse, example_request, check)
    add_route(routes, "diff", "The amounts that changed texts change", Overlay, DiffResponse, example_request, diff)
    return routes


def example(workbench: Workbench) -> dict[str, object]:
    """A request with an unchanged text of the rulebook."""
    path = next((path for path in sorted(workbench.sources) if path.endswith(".rules")), "company.yaml")
    return {"files": {path: workbench.sources.get(path, "")}}
