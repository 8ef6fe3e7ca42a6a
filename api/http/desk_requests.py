"""Requests of the desk, each answered in a thread: who asks and may, its conditions, the verb, and all that is stored with it.

A verb is one transaction of the database: the state of its key, its idempotency key, what it does, its entry in the audit trail and its
answer are written together, or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from api.desk.access import allows, check_person
from api.desk.desk import Desk
from api.desk.mistyped_names import with_suggestion
from api.http.desk_opener import DeskOpener, revoked
from api.http.entity_tags import check_match, is_same, tag_of
from api.http.given_names import with_pointers
from api.http.idempotency import Claimant, encoded, key_in
from api.http.lists import Spreadsheet
from api.http.nearest_route import no_route
from api.http.rate_limits import RateLimits
from api.http.request_parsing import MISSING, TWICE, check_texts, pointer_step, read_body, read_json, read_query, read_request
from api.http.route_declarations import Call, Download, Route, names_in, shape
from api.refusals import NotAllowed, Positioned, Unknown
from api.store import api_keys, audit_trail, users
from api.store.api_keys import ApiKey
from api.store.audit_trail import AuditEntry
from api.store.row_locks import lock_named
from api.store.sql import Writing
from engine.money import document_currency
from engine.phrases import Language, phrase
from engine.problems import Kind, Problem, Refusal, refuse

NOT_YOUR_ROLE: Final = Kind("not-your-role", "the role {role} may not do this", "ask somebody with the role {roles}")
_SAVED_TEXTS: Final = frozenset({"files", "seen"})
_SAVES_APART: Final = timedelta(hours=1)
"""Texts that are saved as one types are in the audit trail once in this time."""
NOT_YOUR_SCOPE: Final = Kind("not-your-scope", "the scopes of this key do not include {scope}", "use a key with this scope")


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
        self._shown_at = {shape(path): one for path, one in shown.items()}

    @property
    def rulebook_folder(self) -> Path:
        """The folder of the templates."""
        return self._opener.rulebook_folder

    def key_of(self, authorization: str | None) -> ApiKey:
        """The key of a request, which may send it now."""
        key = self._opener.authenticated(authorization)
        self._rates.take(key.prefix)
        return key

    def shown_by(self, route: Route) -> Route | None:
        """The route that shows what a verb changes, whose tag `If-Match` names: that of the nearest path above its own."""
        return shown_above(route.path, self._shown)

    def answer(self, route: Route, request: DeskRequest, key: ApiKey) -> Response:
        """The answer to a request; a Refusal says why there is none, and an unknown name where the request gave it."""
        _check_characters(request)
        try:
            return self._response_to(route, request, key)
        except Unknown as refusal:
            known = with_suggestion(refusal, self._opener.store())
            raise with_pointers(known, request.names, request.parameters, request.body) from None

    def _response_to(self, route: Route, request: DeskRequest, key: ApiKey) -> Response:
        if key.role not in route.roles:
            raise NotAllowed((NOT_YOUR_ROLE.at(None, role=key.role, roles=", ".join(route.roles)),))
        check_scope(key, route.scope)
        desk = self._opener.desk(key.user or key.name)
        opener = self._opener
        call = Call(
            desk=desk,
            key=key,
            language=request.language,
            rulebook_folder=opener.rulebook_folder,
            runs=opener.runs,
            is_any_webhook_allowed=opener.is_any_webhook_allowed,
            vies_url=opener.vies_url,
            accounting_url=opener.accounting_url,
            settings=opener.settings,
        )
        arguments = _arguments(route, request, desk)
        if route.method == "GET":
            return _as_response(route, _read(route, call, arguments), request)
        if not route.is_one_transaction:
            return self._own_transactions(route, request, call, arguments)
        return desk.store.in_one_transaction(
            lambda store: self._changed(route, request, replace(call, desk=replace(desk, store=store)), arguments)
        )

    def _changed(self, route: Route, request: DeskRequest, call: Call, arguments: Mapping[str, object]) -> Response:
        """The answer of a verb, within its transaction. What it names is locked first: then nobody changes it before this one does."""
        claimant, shown = _claimant(route, request, call), self.shown_by(route)
        with call.desk.writing() as connection:
            if shown is not None:
                lock_named(connection, shown.resource, request.names[shown.names[0]])
            _check_still_allowed(connection, call.key)
            if claimant is not None:
                stored = claimant.claimed(connection, call.desk)
                if stored is not None:
                    return stored
            if shown is not None and "if-match" in request.headers:
                check_match(request.headers["if-match"], _tree(shown, call, arguments))
            result = route.call(call, **arguments)
            response = _as_response(route, result, request)
            if route.location is not None:
                self._add_tag_of_created(response, route, result, call, arguments)
            elif shown is not None:
                _add_tag(response, shown, call, arguments)
            _store(connection, route, request, call, response, claimant)
        return response

    def _add_tag_of_created(self, response: Response, route: Route, result: object, call: Call, arguments: Mapping[str, object]) -> None:
        """Adds the tag of what a verb created, as it is shown at its location."""
        shown = self._shown_at.get(shape(route.location or ""))
        if shown is not None and isinstance(result, dict):
            names = [str((dict(arguments) | result)[field]) for field in names_in(route.location or "")]
            _add_tag(response, shown, call, dict(zip(shown.names, names, strict=True)))

    def _own_transactions(self, route: Route, request: DeskRequest, call: Call, arguments: Mapping[str, object]) -> Response:
        """The answer of a verb that takes several transactions, each of which is safe to repeat; the last one stores the answer.

        Its key is claimed before, and what it names: another verb of several transactions waits.
        """
        claimant, shown = _claimant(route, request, call), self.shown_by(route)
        check = partial(_check_still_allowed, key=call.key)
        with call.desk.store.writing() as connection:
            check(connection)
        with ExitStack() as claims:
            if claimant is not None:
                stored = claims.enter_context(claimant.holding(call.desk, check))
                if stored is not None:
                    return stored
            if shown is not None:
                whole = Claimant("", _filled(shown.path, request.names), "")
                claims.enter_context(whole.holding(call.desk, check))
                if "if-match" in request.headers:
                    check_match(request.headers["if-match"], _tree(shown, call, arguments))
            result = route.call(call, **arguments)
            response = _as_response(route, result, request)
            with call.desk.store.writing() as connection:  # also where it put another version of the rulebook in force
                _store(connection, route, request, call, response, claimant)
        return response


def _check_characters(request: DeskRequest) -> None:
    """Refuses characters that no stored text has, as bodies do: PostgreSQL takes no NUL, not even to look for it."""
    for text in request.names.values():
        check_texts(text, "")
    check_texts(dict(request.parameters), "")


def shown_above(path: str, shown: Mapping[str, Route]) -> Route | None:
    """The route that shows what a verb changes: that of the nearest path above its own."""
    while path.count("/") > 2:
        if path in shown:
            return shown[path]
        path = path.rpartition("/")[0]
    return None


def _claimant(route: Route, request: DeskRequest, call: Call) -> Claimant | None:
    """Who claims the idempotency key of a request, where it has one."""
    key = key_in(request.headers)
    return None if key is None else Claimant.of(call.key.prefix, key, route, request.names, sorted(request.parameters), request.body)


def _check_still_allowed(connection: Writing, key: ApiKey) -> None:
    """Refuses what a key does not allow any more, or its user; until the transaction ends neither changes."""
    if api_keys.is_revoked(connection, key.prefix):
        raise revoked(key)
    person = None if key.user is None else users.lock(connection, key.user)
    if person is not None:
        check_person(key.role, person)


def _store(connection: Writing, route: Route, request: DeskRequest, call: Call, response: Response, claimant: Claimant | None) -> None:
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
    is_saved_again = route.is_autosaved and _SAVED_TEXTS.issuperset(entry.fields)
    if not is_saved_again or not audit_trail.has_since(connection, entry, desk.now() - _SAVES_APART):
        audit_trail.append(connection, entry, at=desk.now(), on=desk.today)
    if claimant is not None:
        claimant.store(connection, route, response)


def check_scope(key: ApiKey, scope: str) -> None:
    """Refuses what the scopes of a key do not include."""
    if not allows(key, scope):
        raise NotAllowed((NOT_YOUR_SCOPE.at(None, scope=scope),))


def _arguments(route: Route, request: DeskRequest, desk: Desk) -> dict[str, object]:
    """The arguments of a route's function: the names in its path, and its query or body as their models."""
    if request.names.get("format", "csv") not in ("csv", "xlsx"):
        raise Unknown((no_route(),))
    arguments: dict[str, object] = dict(request.names)
    before = document_currency.set(desk.rulebook.currency)
    try:
        if route.query is not None:
            arguments["query"] = read_query(route.query, _given(request.parameters))
        elif request.parameters:
            read_request(_Nothing, _given(request.parameters))
        if route.request is not None:
            if not request.body:
                raise refuse(MISSING, pointer="", name=phrase("the request"))
            arguments["body"] = read_body(route.request, read_json(request.body, route.largest_request))
        elif request.body:
            read_body(_Nothing, read_json(request.body))
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
        twice = next(name for name in names if names.count(name) > 1)
        raise refuse(TWICE, None, f"/{pointer_step(twice)}", key=twice[:80])
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
        headers["Location"] = _filled(route.location, dict(request.names) | {name: str(value) for name, value in result.items()})
    if route.method == "GET" and route.listing is None:
        headers["ETag"] = tag_of(result)
        if is_same(request.headers.get("if-none-match", ""), result):
            return Response(status_code=304, headers=headers)
    return Response(encoded(result), route.status, headers, "application/json")


def _filled(path: str, names: Mapping[str, str]) -> str:
    for name, text in names.items():
        path = path.replace(f"{{{name}}}", quote(text, safe=""))
    return path


def _fields(body: bytes) -> tuple[str, ...]:
    given = json.loads(body) if body else {}
    return tuple(sorted(given)) if isinstance(given, dict) else ()
