"""Error responses: `application/problem+json` (RFC 9457) with a code, JSON pointers and the request's id."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from pydantic import BaseModel
from starlette.responses import JSONResponse  # FastAPI's, without FastAPI: workers need no more of it

from api.languages import FALLBACK
from api.refusals import (
    LOCKED_DATABASE,
    MISSING_DATABASE,
    NO_DATABASE,
    Conflict,
    NoKey,
    NotAllowed,
    Outdated,
    OutsideFailure,
    TooMany,
    Unavailable,
    Unknown,
)
from engine.phrases import Language
from engine.problems import Kind, Problem, Refusal

PROBLEM_JSON: Final = "application/problem+json"
_HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    401: {"WWW-Authenticate": "Bearer"},
    429: {"Retry-After": "1"},
    503: {"Retry-After": "1"},
}
_OF_THE_DATABASE: Final = (NO_DATABASE, LOCKED_DATABASE, MISSING_DATABASE)
FAULT = Kind("fault", "a fault of the service, not of yours", "tell its operator the request's id")
BUSY = Kind("busy", "the service has its hands full: {waiting} requests wait", "send the request again in a moment")
WAITED = Kind("busy", "the service has its hands full: no process was free for {seconds} s", "send the request again in a moment")
ANSWER_TIMED_OUT = Kind("answer-timed-out", "the answer took more than {seconds} s, and its work was ended", "ask for less at a time")
WORKER_DIED = Kind("worker-died", "the process that did the work ended", "send the request again; if it ends again, ask for less")
NO_MEMORY = Kind("no-memory", "the answer needs more than {most} MiB of memory", "ask for less at a time")
CLOSING = Kind("closing", "the service is being stopped", "send the request again in a moment")


class Mistake(BaseModel):
    """One mistake: its JSON pointer in the request, its stable code, a message, and how to fix it."""

    pointer: str
    code: str
    message: str
    help: str


class ProblemResponse(BaseModel):
    """Why a request was refused; a refused action also has the state and the actions that it allows."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    errors: list[Mistake]
    request_id: str
    state: str | None = None
    possible: list[str] | None = None


def refusal_response(refusal: Refusal, request_id: str, status: int | None = None, language: Language = FALLBACK) -> JSONResponse:
    """The response for a refusal: 422 for an invalid request, another one for what is no mistake in it."""
    return problem_response(status or _status(refusal), refusal.problems, request_id, refusal.state, refusal.possible, language)


def problem_response(
    status: int,
    problems: tuple[Problem, ...],
    request_id: str,
    state: str | None = None,
    possible: tuple[str, ...] = (),
    language: Language = FALLBACK,
) -> JSONResponse:
    """The response for problems, with a status."""
    body = ProblemResponse(
        title=HTTPStatus(status).phrase,
        status=status,
        code=problems[0].code if problems else "refused",
        errors=[
            Mistake(
                pointer=problem.pointer or "", code=problem.code, message=placed_message(problem, language), help=problem.help_in(language)
            )
            for problem in problems
        ],
        request_id=request_id,
        state=state,
        possible=list(possible) if state is not None else None,
    )
    headers = {"X-Request-ID": request_id, "Content-Language": language} | dict(_HEADERS.get(status, {}))
    return JSONResponse(body.model_dump(exclude_none=True), status, headers, PROBLEM_JSON)


def placed_message(problem: Problem, language: Language) -> str:
    """What is wrong, with file, line and column where it is in a text."""
    message = problem.message_in(language)
    return f"{problem.where}: {message}" if problem.where else message


def _status(refusal: Refusal) -> int:
    match refusal:
        case NoKey():
            return 401
        case NotAllowed():
            return 403
        case Unknown():
            return 404
        case Outdated():
            return 412
        case TooMany():
            return 429
        case OutsideFailure() if refusal.problems[0].kind in _OF_THE_DATABASE:
            return 503
        case OutsideFailure():
            return 502
        case Unavailable():
            return 503
        case Conflict():
            return 409
        case _:
            return 409 if refusal.state is not None else 422
