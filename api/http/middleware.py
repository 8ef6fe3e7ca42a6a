"""The middleware of the service: gives every request an id, and reads its body within limits."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problem_responses import problem_response, refusal_response
from api.http.request_parsing import LARGEST_BODY, TOO_LARGE, read_json
from api.languages import language_of_request
from engine.phrases import phrase
from engine.problems import Kind, Refusal

NOT_JSON_TYPE = Kind("not-json-type", "the request says that it is `{type}`", "send it as Content-Type: application/json")
FAULT = Kind("fault", "a fault of the service, not of yours", "tell its operator the request's id")

_WITH_BODY: Final = ("POST", "PUT", "PATCH")
_log: Final = logging.getLogger("centwright")


class RequestMiddleware:
    """Wraps the application: limits bodies to one mebibyte of valid JSON, and answers uncaught exceptions with a 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(uuid.uuid4())
        scope["request_id"] = request_id
        language = language_of_request(_headers(scope).get(b"accept-language", b"").decode("latin-1"))
        scope["language"] = language
        response_started = False

        async def send_with_id(message: Message) -> None:
            nonlocal response_started
            if message["type"] == "http.response.start":
                response_started = True
                headers = [pair for pair in message["headers"] if pair[0].lower() != b"x-request-id"]
                message["headers"] = [*headers, (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            inner_receive = await self._validated(scope, receive) if scope["method"] in _WITH_BODY else receive
            await self._app(scope, inner_receive, send_with_id)
        except Refusal as refusal:
            status = 413 if refusal.problems[0].kind is TOO_LARGE else 415 if refusal.problems[0].kind is NOT_JSON_TYPE else 422
            await refusal_response(refusal, request_id, status, language)(scope, receive, send_with_id)
        except Exception:  # noqa: BLE001  # the last resort: an unforeseen fault becomes a response with an id, and a line in the log
            _log.exception("request %s failed", request_id)
            if not response_started:
                await problem_response(500, (FAULT.at(None),), request_id, language=language)(scope, receive, send_with_id)

    async def _validated(self, scope: Scope, receive: Receive) -> Receive:
        """A `receive` that gives the application the whole body, read and validated."""
        headers = _headers(scope)
        content_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower().decode("latin-1")
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            raise Refusal((TOO_LARGE.at(None, bytes=LARGEST_BODY),))
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                break
            body += message.get("body", b"")
            if len(body) > LARGEST_BODY:
                raise Refusal((TOO_LARGE.at(None, bytes=LARGEST_BODY),))
            if not message.get("more_body"):
                break
        if body:
            if content_type != "application/json" and not (content_type.startswith("application/") and content_type.endswith("+json")):
                raise Refusal((NOT_JSON_TYPE.at(None, type=content_type or phrase("nothing")),))
            body[:] = json.dumps(read_json(bytes(body))).encode()
        body_received = False

        async def receive_body() -> Message:
            nonlocal body_received
            if body_received:
                return await receive()
            body_received = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        return receive_body


def _headers(scope: Scope) -> dict[bytes, bytes]:
    return {name.lower(): text for name, text in scope["headers"]}
