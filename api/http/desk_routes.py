"""The routes of the desk, made from their declarations: FastAPI's routes, answered in threads, and what OpenAPI says of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from typing import Final, TypeVar

from fastapi import APIRouter, Body, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from api.http.desk_opener import DeskOpener
from api.http.desk_requests import DeskAnswers, DeskRequest, check_scope
from api.http.example_names import example_names
from api.http.links import links_of
from api.http.middleware import SLASH
from api.http.problem_responses import BUSY
from api.http.rate_limits import RateLimits
from api.http.route_declarations import Route
from api.http.routes.registry import all_routes
from api.refusals import Unavailable
from api.settings import ServiceLimits
from api.store.api_keys import ApiKey
from engine.problems import Refusal

_Result = TypeVar("_Result")
_PREFIX: Final = "/v1/"
"""How the addresses of all routes of the desk begin."""
_HEADERS: Final = {
    "Idempotency-Key": "Sent again with the same request, the answer is that of the first time; nothing is done twice.",
    "If-Match": "An ETag: the change is refused with 412 where the thing is not any more as it was read.",
    "If-None-Match": "An ETag: where the thing is still the same, the answer is 304.",
}


class DeskThreads:
    """The threads that answer requests of the desk: some for those that read, others for those that write.

    SQLite has one writer: with one thread, verbs wait for each other in the order in which they came.
    """

    def __init__(self, opener: DeskOpener, rates: RateLimits, limits: ServiceLimits, routes: Iterable[Route]) -> None:
        self._requests = DeskAnswers(opener, rates, shown_by_path(routes))
        self._opener, self._waiting = opener, limits.waiting
        writers = 1 if (opener.url or "").startswith("sqlite") else limits.desk_threads
        self._readers = ThreadPoolExecutor(limits.desk_threads, "desk-reader")
        self._writers = ThreadPoolExecutor(writers, "desk-writer")
        self._tasks = 0

    async def answer(self, route: Route, request: Request) -> Response:
        """The answer to a request; refused where too many wait."""
        given = DeskRequest(
            names={name: str(text).replace(SLASH, "/") for name, text in request.path_params.items()},
            parameters=tuple(request.query_params.multi_items()),
            headers={name.lower(): text for name, text in request.headers.items()},
            body=await request.body(),
            request_id=request.scope["request_id"],
            language=request.scope["language"],
        )
        with self._task():
            key = await self._key_of(request)
            threads = self._readers if route.method == "GET" else self._writers
            return await asyncio.get_running_loop().run_in_executor(threads, self._requests.answer, route, given, key)

    async def run(self, work: Callable[[], _Result], *, is_writing: bool) -> _Result:
        """What other work than that of a route gives; refused where too many wait."""
        with self._task():
            return await asyncio.get_running_loop().run_in_executor(self._writers if is_writing else self._readers, work)

    @contextmanager
    def _task(self) -> Iterator[None]:
        """Counts what is under way; refuses where too much is."""
        if self._tasks >= self._waiting + 2 * self._readers._max_workers:
            raise Unavailable((BUSY.at(None, waiting=self._waiting),))
        self._tasks += 1
        try:
            yield
        finally:
            self._tasks -= 1

    @property
    def answers(self) -> DeskAnswers:
        """What answers requests, for pages that are themselves answered in these threads."""
        return self._requests

    async def check_evaluation(self, request: Request) -> None:
        """Refuses a request whose key may not evaluate."""
        check_scope(await self._key_of(request), "evaluations:read")

    async def _key_of(self, request: Request) -> ApiKey:
        """The key of a request, which may send it now."""
        authorization = request.headers.get("authorization")
        key = await asyncio.get_running_loop().run_in_executor(self._readers, self._requests.key_of, authorization)
        request.scope["key_prefix"] = key.prefix
        return key

    def record(self) -> None:
        """Records what need not be recorded with each request."""
        self._opener.record()

    def close(self) -> None:
        """Waits for what is under way, and closes the database."""
        self._readers.shutdown()
        self._writers.shutdown()
        with suppress(Refusal):  # another has locked the database: when keys were used last is not worth waiting for
            self._opener.record()
        self._opener.close()


def shown_by_path(routes: Iterable[Route]) -> Mapping[str, Route]:
    """The routes that answer one thing, by path."""
    return {route.path: route for route in routes if route.method == "GET" and route.listing is None and route.answer and "{" in route.path}


class _RoutesOfTheDesk(APIRouter):
    """The routes of the desk, with which no other address is compared: to do that with each of them takes a page two milliseconds."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether one of them answers a request."""
        return super().matches(scope) if scope["path"].startswith(_PREFIX) else (Match.NONE, {})


@cache
def router() -> APIRouter:
    """FastAPI's routes, the same in every application of a process: the threads that answer are in the state of the application.

    Those with a suffix in their last part come first, since a name in a path takes any text.
    """
    made, declared = _RoutesOfTheDesk(), all_routes()
    assert all(route.path.startswith(_PREFIX) for route in declared)
    for route in sorted(declared, key=lambda each: "}." not in each.path and ".{" not in each.path):
        _add(made, route, links_of(route, declared))
    return made


def _add(router: APIRouter, route: Route, links: Mapping[str, object]) -> None:
    async def respond(request: Request, content: object = None) -> Response:  # `content` is described here, and read in the thread
        threads: DeskThreads = request.app.state.desk_threads
        return await threads.answer(route, request)

    class Undecoded(APIRoute):
        """A route whose request is read in a thread."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[object, object, Response]]:
            return respond

    if route.request is None:

        async def described(request: Request) -> Response:
            return await respond(request)

    else:
        body = Body(openapi_examples={"example": {"summary": route.summary, "value": dict(route.example or {})}})

        async def described(request: Request, content: object = body) -> Response:  # type: ignore[misc]  # the other form of the two
            return await respond(request)

        described.__annotations__ = {"request": Request, "content": route.request, "return": Response}
    router.add_api_route(
        route.path,
        described,
        methods=[route.method],
        name=route.name,
        tags=[route.resource],
        summary=route.summary,
        description=route.description,
        operation_id=route.name,
        status_code=route.status,
        responses={route.status: _success(route, links), **_unchanged(route)},
        route_class_override=Undecoded,
        response_class=Response,
        openapi_extra={"parameters": parameters_of(route), "security": [{"key": []}], "x-roles": list(route.roles), "x-scope": route.scope},
    )


def _success(route: Route, links: Mapping[str, object]) -> dict[str, object]:
    headers: dict[str, object] = {"ETag": {"schema": {"type": "string"}}} if route.listing is None and route.answer is not None else {}
    if route.location:
        headers |= {"Location": {"schema": {"type": "string"}}}
    described: dict[str, object] = {name: part for name, part in (("headers", headers), ("links", dict(links))) if part}
    if route.answer is not None:
        return described | {"model": route.answer}
    return described | {"content": {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in route.media_types}}


def _unchanged(route: Route) -> dict[int | str, dict[str, object]]:
    return {304: {"description": "It is still as If-None-Match says"}} if "If-None-Match" in _headers(route) else {}


def parameters_of(route: Route) -> list[dict[str, object]]:
    """The parameters of a route as OpenAPI has them: the names in its path, its query, and its headers."""
    examples = example_names(route)
    parameters = [_parameter(name, "path", _name_schema(route, name), is_needed=True) | {"example": examples[name]} for name in route.names]
    if route.query is not None:
        schema = route.query.model_json_schema()
        for name, field in schema["properties"].items():
            parameters.append(_parameter(name, "query", _without_null(field), is_needed=name in schema.get("required", ())))
    return [*parameters, *(_parameter(name, "header", {"type": "string", "description": _HEADERS[name]}) for name in _headers(route))]


def _headers(route: Route) -> tuple[str, ...]:
    if route.method != "GET":
        return ("Idempotency-Key", "If-Match")
    return ("If-None-Match",) if route.listing is None and route.answer is not None else ()


def _name_schema(route: Route, name: str) -> dict[str, object]:
    return {"type": "string", "enum": ["csv", "xlsx"]} if name == "format" else {"type": "string", "minLength": 1}


def _without_null(field: Mapping[str, object]) -> dict[str, object]:
    """The schema of a parameter: one that may be left out is never null."""
    described = {name: part for name, part in field.items() if name not in ("title", "default", "anyOf")}
    choices = field.get("anyOf")
    if isinstance(choices, list):
        described |= next(choice for choice in choices if choice.get("type") != "null")
    return described


def _parameter(name: str, place: str, schema: dict[str, object], *, is_needed: bool = False) -> dict[str, object]:
    about = {"description": text} if (text := schema.pop("description", None)) else {}
    return {"name": name, "in": place, "required": is_needed, "schema": schema, **about}
