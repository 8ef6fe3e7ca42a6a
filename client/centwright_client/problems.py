"""Refusals of the service as exceptions, each with its mistakes, and with the state and what it allows where a state refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Mistake:
    """One mistake: its JSON pointer in the request, its stable code, a message, and how to mend it."""

    pointer: str
    code: str
    message: str
    help: str


class NoReply(Exception):
    """The service could not be reached, or gave no answer, also after every attempt. What was asked may have been done:
    ask again with the same `idempotency_key`, and it is not done twice.
    """

    def __init__(self, text: str, idempotency_key: str | None) -> None:
        super().__init__(text)
        self.idempotency_key = idempotency_key


class ApiProblem(Exception):
    """A request that was refused; its subclasses say how."""

    def __init__(self, status: int, tree: Mapping[str, Any]) -> None:
        self.status = status
        self.code: str = tree.get("code", "")
        self.problems: tuple[Mistake, ...] = tuple(Mistake(**mistake) for mistake in tree.get("errors", ()))
        self.state: str | None = tree.get("state")
        self.possible: tuple[str, ...] = tuple(tree.get("possible") or ())
        self.request_id: str | None = tree.get("request_id")
        lines = [f"{one.pointer or '/'}: {one.message} ({one.code}); {one.help}" for one in self.problems]
        super().__init__("\n".join([f"{status} {tree.get('title', '')}".strip(), *lines]))


class InvalidRequest(ApiProblem):
    """400, 413, 415, 422: the request has mistakes; `problems` has each with its pointer."""


class NotAllowed(ApiProblem):
    """401, 403: the key is missing, unknown or revoked, or its role or scopes do not allow it."""


class NotFound(ApiProblem):
    """404: there is no such thing."""


class NotPossible(ApiProblem):
    """409: the state does not allow it; `state` says which one it is, `possible` what would be possible."""


class Outdated(ApiProblem):
    """412: it is not any more as it was read; `problems` name the fields that changed."""


class TooManyRequests(ApiProblem):
    """429: the key sends too many requests, also after waiting as the service said."""


class ServiceFailure(ApiProblem):
    """5xx: a fault of the service, or it is busy."""


_BY_STATUS: Final[Mapping[int, type[ApiProblem]]] = {
    401: NotAllowed, 403: NotAllowed, 404: NotFound, 405: NotFound, 409: NotPossible, 412: Outdated, 429: TooManyRequests,
}  # fmt: skip


def problem_of(status: int, body: bytes) -> ApiProblem:
    """The exception for a response that is no success; something between may have answered with another body."""
    try:
        tree = json.loads(body)
    except ValueError:
        tree = {}
    kind = _BY_STATUS.get(status, ServiceFailure if status >= 500 else InvalidRequest)
    return kind(status, tree if isinstance(tree, dict) else {})
