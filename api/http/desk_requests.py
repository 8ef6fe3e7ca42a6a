"""Requests of the desk, each answered in a thread: who asks and may, its conditions, the verb, and all that is stored with it.

A verb is one transaction of the database: the state of its key, its idempotency key, what it does, its entry in the audit trail and its
answer are written together, or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from api.desk.access import allows
from api.desk.desk import Desk
from api.http.desk_opener import DeskOpener, revoked
from api.http.entity_tags import check_match, is_same, tag_of
from api.http.lists import Spreadsheet
from api.http.problem_responses import NO_ROUTE
from api.http.rate_limits import RateLimits
from api.http.request_parsing import MISSING, TWICE, read_json, read_request
from api.http.route_declarations import SHOWN_ONCE, Call, Download, Route
from api.refusals import NotAllowed, Positioned, Unknown
from api.store import api_keys, audit_trail, stored_answers
from api.store.api_keys import ApiKey
from api.store.audit_trail import AuditEntry
from api.store.sql import Writing, canonical_json
from engine.money import document_currency
from engine.phrases import Language, phrase
from engine.problems import Kind, Problem, Refusal, refuse

NOT_YOUR_ROLE: Final = Kind("not-your-role", "the role {role} may not do this", "ask somebody with the role {roles}")
NOT_YOUR_SCOPE: Final = Kind("not-your-scope", "the scopes of this key do not include {scope}", "use a key with this scope")
KEY_REUSED: Final = Kind(
    "key-reused", "this Idempotency-Key was sent before, with another request", "send a fresh one with each new request"
)
BAD_IDEMPOTENCY_KEY: Final = Kind(
    "bad-idempotency-key", "an Idempotency-Key has 1 to 255 characters of ASCII", "send a random one, such as a UUID"
)
_STORED_HEADERS: Final = ("etag", "location", "content-type", "content-language")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRequest:
    """What a request of the desk holds."""

    names: Mapping[str, str]
    parameters: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    request_id: str
    language: Language


class DeskAnswers:
    """Answers requests of the routes of the desk."""

    def __init__(self, opener: DeskOpener, rates: RateLimits, shown: Mapping[str, Route]) -> None:
        self._opener, self._rates = opener, rates
        self._shown = shown
        """By path: the route that answers one thing."""

    def key_of(self, authorization: str | None) -> ApiKey:
        """The key of a request, which may send it now."""
        key = self._opener.authenticated(authorization)
        self._rates.take(key.prefix)
        return key

    def answer(self, route: Route, request: DeskRequest, key: ApiKey) -> Response:
        """The answer to a request; a Refusal says why there is none."""
        if key.role not in route.roles:
            raise NotAllowed((NOT_YOUR_ROLE.at(None, role=key.role, roles=", ".join(route.roles)),))
        check_scope(key, route.scope)
        desk = self._opener.desk(key.user or key.name)
        call = Call(desk=desk, key=key, language=request.language, rulebook_folder=self._opener.rulebook_folder, runs=self._opener.runs)
        arguments = _arguments(route, request, desk)
        if route.method == "GET":
            return _as_response(route, _read(route, call, arguments), request)
        if not route.is_one_transaction:
            return self._own_transactions(route, request, call, arguments)
        with desk.store.one_transaction() as store:
            return self._changed(route, request, replace(call, desk=replace(desk, store=store)), arguments)

    def _changed(self, route: Route, request: DeskRequest, call: Call, arguments: Mapping[str, object]) -> Response:
        """The answer of a verb, within its transaction."""
        idempotency_key = _idempotency_key(request)
        with call.desk.writing() as connection:
            if api_keys.is_revoked(connection, call.key.prefix):
                raise revoked(call.key)
            if idempotency_key is not None:
                stored = _claimed(connection, route, request, call, idempotency_key)
                if stored is not None:
                    return stored
            shown = self._shown_of(route)
            if shown is not None and "if-match" in request.headers:
                check_match(request.headers["if-match"], _tree(shown, call, arguments))
            result = route.call(call, **arguments)
            response = _as_response(route, result, request)
            if shown is not None:
                _add_tag(response, shown, call, arguments)
            self._store(connection, route, request, call, response, idempotency_key)
        return response

    def _own_transactions(self, route: Route, request: DeskRequest, call: Call, arguments: Mapping[str, object]) -> Response:
        """The answer of a verb that takes several transactions; each is safe to repeat, and the last one stores the answer."""
        idempotency_key = _idempotency_key(request)
        if idempotency_key is not None:
            with call.desk.store.reading() as reader:
                before = stored_answers.find(reader, call.key.prefix, idempotency_key)
            if before is not None:
                return _replayed(before, _hash(route, request))
        shown = self._shown_of(route)
        if shown is not None and "if-match" in request.headers:
            check_match(request.headers["if-match"], _tree(shown, call, arguments))
        result = route.call(call, **arguments)
        response = _as_response(route, result, request)
        with call.desk.writing() as connection:
            if idempotency_key is not None:
                stored = _claimed(connection, route, request, call, idempotency_key)
                if stored is not None:  # another request with this key was faster; what both did is the same
                    return stored
            self._store(connection, route, request, call, response, idempotency_key)
        return response

    def _store(
        self,
        connection: Writing,
        route: Route,
        request: DeskRequest,
        call: Call,
        response: Response,
        idempotency_key: str | None,
    ) -> None:
        """Writes the entry of the audit trail, and the answer of an idempotency key."""
        desk, key = call.desk, call.key
        place = response.headers.get("location") or _filled(route.path, request.names)
        entry = AuditEntry(
            actor_kind="user" if key.user else "key",
            actor=call.person,
            key=key.prefix,
            action=route.name,
            resource=place.removeprefix("/v1/"),
            fields=_fields(request.body),
            request=request.request_id,
        )
        audit_trail.append(connection, entry, at=desk.now(), on=desk.today)
        if idempotency_key is not None:
            headers = {name: text for name, text in response.headers.items() if name.lower() in _STORED_HEADERS}
            stored_answers.store(
                connection,
                key.prefix,
                idempotency_key,
                status=response.status_code,
                headers=headers,
                body=_storable(route, bytes(response.body)),
            )

    def _shown_of(self, route: Route) -> Route | None:
        """The route that shows what a verb changes: that of the nearest path above its own."""
        path = route.path
        while path.count("/") > 2:
            if path in self._shown:
                return self._shown[path]
            path = path.rpartition("/")[0]
        return None


def check_scope(key: ApiKey, scope: str) -> None:
    """Refuses what the scopes of a key do not include."""
    if not allows(key, scope):
        raise NotAllowed((NOT_YOUR_SCOPE.at(None, scope=scope),))


def _arguments(route: Route, request: DeskRequest, desk: Desk) -> dict[str, object]:
    """The arguments of a route's function: the names in its path, and its query or body as their models."""
    if request.names.get("format", "csv") not in ("csv", "xlsx"):
        raise Unknown((NO_ROUTE.at(None),))
    arguments: dict[str, object] = dict(request.names)
    before = document_currency.set(desk.rulebook.currency)
    try:
        if route.query is not None:
            arguments["query"] = read_request(route.query, _given(request.parameters))
        elif request.parameters:
            read_request(_Nothing, _given(request.parameters))
        if route.request is not None:
            if not request.body:
                raise refuse(MISSING, pointer="", name=phrase("the request"))
            arguments["body"] = read_request(route.request, read_json(request.body))
        elif request.body:
            read_request(_Nothing, read_json(request.body))
    finally:
        document_currency.reset(before)
    return arguments


def _read(route: Route, call: Call, arguments: Mapping[str, object]) -> object:
    """What a route that reads answers; a condition that is refused is the parameter `where`."""
    try:
        return route.call(call, **arguments)
    except Positioned as refusal:
        raise Refusal(tuple(_of_parameter(problem) for problem in refusal.problems)) from None


def _of_parameter(problem: Problem) -> Problem:
    place = None if problem.where is None else replace(problem.where, path="where")
    return replace(problem, where=place, pointer="/where")


class _Nothing(BaseModel, extra="forbid"):
    """Neither parameters nor a body."""


def _given(parameters: tuple[tuple[str, str], ...]) -> dict[str, str]:
    given = dict(parameters)
    if len(given) < len(parameters):
        names = [name for name, _ in parameters]
        raise refuse(TWICE, key=next(name for name in names if names.count(name) > 1))
    return given


def _tree(shown: Route, call: Call, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """What the route that shows a thing answers now."""
    tree = shown.call(call, **{name: arguments[name] for name in shown.names})
    assert isinstance(tree, dict)
    return tree


def _add_tag(response: Response, shown: Route, call: Call, arguments: Mapping[str, object]) -> None:
    """Adds the tag of what a verb changed, unless it is gone now."""
    with suppress(Unknown):
        response.headers["ETag"] = tag_of(_tree(shown, call, arguments))


def _as_response(route: Route, result: object, request: DeskRequest) -> Response:
    if isinstance(result, Spreadsheet):
        disposition = {"Content-Disposition": f'attachment; filename="{result.name}"'}
        return StreamingResponse(result.parts, media_type=result.media_type, headers=disposition)
    if isinstance(result, Download):
        disposition = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(result.name, safe='')}"}
        return Response(result.content, media_type=result.media_type, headers=disposition)
    assert isinstance(result, dict)
    headers = {"Content-Language": request.language}
    if route.location:
        headers["Location"] = _filled(route.location, {name: str(value) for name, value in result.items()} | dict(request.names))
    if route.method == "GET" and route.listing is None:
        headers["ETag"] = tag_of(result)
        if is_same(request.headers.get("if-none-match", ""), result):
            return Response(status_code=304, headers=headers)
    return Response(_json(result), route.status, headers, "application/json")


def _json(tree: object) -> bytes:
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _filled(path: str, names: Mapping[str, str]) -> str:
    for name, text in names.items():
        path = path.replace(f"{{{name}}}", quote(text, safe=""))
    return path


def _fields(body: bytes) -> tuple[str, ...]:
    given = json.loads(body) if body else {}
    return tuple(sorted(given)) if isinstance(given, dict) else ()


def _storable(route: Route, body: bytes) -> bytes:
    """An answer as it is stored: without what is shown once."""
    fields = {} if route.answer is None else route.answer.model_fields
    once = [name for name, field in fields.items() if isinstance(field.json_schema_extra, dict) and SHOWN_ONCE in field.json_schema_extra]
    return _json(json.loads(body) | dict.fromkeys(once)) if once else body


def _idempotency_key(request: DeskRequest) -> str | None:
    text = request.headers.get("idempotency-key")
    key = None if text is None else text.strip().strip('"')
    if key is not None and not (0 < len(key) <= 255 and key.isascii()):
        raise refuse(BAD_IDEMPOTENCY_KEY)
    return key


def _claimed(connection: Writing, route: Route, request: DeskRequest, call: Call, idempotency_key: str) -> Response | None:
    """Claims an idempotency key; where it has an answer, that answer, provided that it is of the same request."""
    digest, caller = _hash(route, request), call.key.prefix
    if stored_answers.claim(connection, caller, idempotency_key, digest, at=call.desk.now()):
        return None
    stored = stored_answers.find(connection, caller, idempotency_key)
    assert stored is not None, "who claims a key waits until its answer is written"
    return _replayed(stored, digest)


def _replayed(stored: stored_answers.StoredAnswer, digest: str) -> Response:
    if stored.request_hash != digest:
        raise refuse(KEY_REUSED)
    return Response(stored.body, stored.status, {**stored.headers, "Idempotency-Replayed": "true"})


def _hash(route: Route, request: DeskRequest) -> str:
    """What makes two requests the same: the route, what is named, and the body as it is understood."""
    body = json.loads(request.body) if request.body else None
    return hashlib.sha256(
        canonical_json([route.name, sorted(request.names.items()), sorted(request.parameters), body]).encode()
    ).hexdigest()
