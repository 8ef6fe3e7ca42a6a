"""The door of the service: every request gets an id, and a body is read within bounds before anything else sees it."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problem_responses import decline, reply
from api.http.request_parsing import LARGEST_BODY, TOO_LARGE, read_json
from api.languages import language_of_request
from engine.phrases import phrase
from engine.problems import Kind, Refusal

NOT_JSON_TYPE = Kind("not-json-type", "the request says that it is `{type}`", "send it as Content-Type: application/json")
FAULT = Kind("fault", "a fault of the service, not of yours", "tell its operator the request's id")

_WITH_BODY: Final = ("POST", "PUT", "PATCH")
_log: Final = logging.getLogger("centwright")


class Door:
    """Wraps the service: bounds bodies to one mebibyte of sound JSON, and turns what nobody caught into a reply."""

    def __init__(self, inside: ASGIApp) -> None:
        self._inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._inside(scope, receive, send)
            return
        request_id = str(uuid.uuid4())
        scope["request_id"] = request_id
        language = language_of_request(_headers(scope).get(b"accept-language", b"").decode("latin-1"))
        scope["language"] = language
        begun = False

        async def send_with_id(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = [pair for pair in message["headers"] if pair[0].lower() != b"x-request-id"]
                message["headers"] = [*headers, (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            inner = await self._checked(scope, receive) if scope["method"] in _WITH_BODY else receive
            await self._inside(scope, inner, send_with_id)
        except Refusal as refusal:
            status = 413 if refusal.problems[0].kind is TOO_LARGE else 415 if refusal.problems[0].kind is NOT_JSON_TYPE else 422
            await decline(refusal, request_id, status, language)(scope, receive, send_with_id)
        except Exception:  # noqa: BLE001  # the last door: what nobody foresaw becomes a reply with an id, and a line in the log
            _log.exception("request %s failed", request_id)
            if not begun:
                await reply(500, (FAULT.at(None),), request_id, language=language)(scope, receive, send_with_id)

    async def _checked(self, scope: Scope, receive: Receive) -> Receive:
        """The whole body, read and found sound, to be received again by what is inside."""
        headers = _headers(scope)
        kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower().decode("latin-1")
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
            if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
                raise Refusal((NOT_JSON_TYPE.at(None, type=kind or phrase("nothing")),))
            body[:] = json.dumps(read_json(bytes(body))).encode()
        told = False

        async def again() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        return again


def _headers(scope: Scope) -> dict[bytes, bytes]:
    return {name.lower(): text for name, text in scope["headers"]}
