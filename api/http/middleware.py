"""The middleware of the service: gives every request an id, checks its host, reads its body within limits, and counts it."""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from collections.abc import Collection
from contextlib import ExitStack
from typing import Final, Protocol
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.metrics import OTHER, ServiceMetrics
from api.http.problem_responses import CLOSING, FAULT, problem_response, refusal_response
from api.http.request_bodies import NOT_JSON_TYPE, UNKNOWN_ENCODING, RequestBodies
from api.http.request_log import requests
from api.http.request_parsing import TOO_LARGE
from api.languages import language_of_request
from engine.phrases import Language
from engine.problems import Kind, Problem, Refusal, refuse

UNKNOWN_HOST = Kind(
    "unknown-host",
    "the request is addressed to `{host}`, which is no name of this service",
    "address it by a name of this machine, or add the name to CENTWRIGHT_HOSTS",
)
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_STATUS: Final = {TOO_LARGE: 413, NOT_JSON_TYPE: 415, UNKNOWN_ENCODING: 415, UNKNOWN_HOST: 400}
_WITH_BODY: Final = ("POST", "PUT", "PATCH")
_log: Final = logging.getLogger("centwright")


SLASH: Final = "\ue000"
"""What stands for a `/` that is part of a name in a path, where it is written as `%2F`: a character that no text has."""


class ProblemPage(Protocol):
    """The page of a problem, where a browser goes to an address of pages; None where a program is answered."""

    def __call__(
        self, status: int, problem: Problem, request_id: str, *, path: str, headers: Headers, language: Language
    ) -> Response | None:
        """The page."""


class RequestMiddleware:
    """Wraps the application: hosts it does not know are refused, bodies limited, and uncaught exceptions answered with a 500."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: ServiceMetrics,
        hosts: Collection[str] = (),
        page: ProblemPage | None = None,
        with_files: Collection[str] = (),
    ) -> None:
        self.app = app
        self._bodies = RequestBodies(with_files)
        self.metrics = metrics
        self._page = page
        self._hosts = {*LOOPBACK, *hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, method, request_id = Headers(scope=scope), scope["method"], str(uuid.uuid4())
        language = language_of_request(headers.get("accept-language", ""))
        inner = {**scope, "request_id": request_id, "language": language, "asked_method": method}
        inner["method"] = "GET" if method == "HEAD" else method
        inner["path"] = _with_slashes(scope)
        started, status_sent = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status_sent
            if message["type"] == "http.response.start":
                status_sent = message["status"]
                message["headers"] = _completed(message["headers"], request_id)
            elif method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            self._check_host(headers)
            with ExitStack() as held:
                if method in _WITH_BODY:
                    body, inner["is_reduced"] = await self._bodies.read(headers, receive, scope["path"], held)
                await self.app(inner, _giving(body, receive) if method in _WITH_BODY else receive, send_with_id)
            response: Response | None = None
        except Refusal as refusal:
            status = _STATUS.get(refusal.problems[0].kind)
            self.metrics.count_refusal(refusal.problems[0].code)
            problem, response = refusal.problems[0], refusal_response(refusal, request_id, status, language)
        except asyncio.CancelledError:  # the service is being stopped
            problem = CLOSING.at(None)
            response = problem_response(503, (problem,), request_id, language=language)
        except Exception:  # noqa: BLE001  # the last resort: an unforeseen fault becomes a response with an id, and a line in the log
            _log.exception("request %s failed", request_id)
            problem = FAULT.at(None)
            response = problem_response(500, (problem,), request_id, language=language)
        if response is not None and not status_sent:
            if self._page is not None:
                path = inner["path"]
                response = self._page(response.status_code, problem, request_id, path=path, headers=headers, language=language) or response
            await response(inner, receive, send_with_id)
        route, seconds = getattr(inner.get("route"), "path", OTHER), time.perf_counter() - started
        self.metrics.count_request(route, method, status_sent, seconds)
        key = inner.get("key_prefix")
        requests.info("request", request=request_id, key=key, method=method, route=route, status=status_sent, ms=round(seconds * 1000, 1))

    def _check_host(self, headers: Headers) -> None:
        """Refuses a host that is none of ours: a page of another site may let its name point here (DNS rebinding)."""
        host = headers.get("host", "").lower()
        if re.sub(r":[0-9]*$", "", host) not in self._hosts:
            raise refuse(UNKNOWN_HOST, host=host)


def _giving(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the application the whole body at once."""
    is_received = False

    async def receive_body() -> Message:
        nonlocal is_received
        if is_received:
            return await receive()
        is_received = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_body


def _with_slashes(scope: Scope) -> str:
    """The decoded path of a request, in which an encoded slash does not part it."""
    raw, path = scope.get("raw_path") or b"", scope["path"]
    if b"%2f" not in raw.lower():
        return str(path)
    return unquote(re.sub("%2[fF]", SLASH, raw.decode("ascii", "replace")))


def _completed(headers: list[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
    """The headers of a response with the request's id, once, and what its text depends on."""
    own = ((b"x-request-id", request_id.encode()), (b"vary", b"Accept-Language, Accept-Encoding"))
    return [pair for pair in headers if pair[0].lower() not in (b"x-request-id", b"vary")] + list(own)
