"""`POST /v1/evaluations/…`: operations without state, each with an example for this rulebook, answered in worker processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping

from fastapi import APIRouter, Body, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.types import Receive

from api.http.operations import Operation
from api.http.problem_responses import ProblemResponse
from api.http.worker_pools import WorkerPools
from api.languages import thousandths


def operation_id(name: str) -> str:
    """The name of an operation in generated clients."""
    return f"evaluate_{name.replace('-', '_')}"


Guard = Callable[[Request], Awaitable[None]]
"""Refuses a request whose key may not evaluate."""


def router(operations: Mapping[str, Operation], workers: WorkerPools, guard: Guard | None = None) -> APIRouter:
    """One route for each operation; with a guard each needs a key."""
    routes = APIRouter(prefix="/v1/evaluations", tags=["evaluations"])
    for operation in operations.values():
        _add(routes, operation, workers, guard)
    return routes


def _add(routes: APIRouter, operation: Operation, workers: WorkerPools, guard: Guard | None) -> None:
    """Adds a route that is described by the operation's models, and answered in a worker process from the bytes of the request."""
    body = Body(openapi_examples={"example": {"summary": operation.summary, "value": operation.example}})

    async def respond(request: Request, content: object = body) -> Response:  # `content` is described here, and read by the worker
        if guard is not None:
            await guard(request)
        accepts_gzip = gzip_accepted(request.headers.get("accept-encoding", ""))
        payload, scope = await request.body(), request.scope
        work = asyncio.ensure_future(workers.answer(operation, payload, scope["request_id"], scope["language"], accepts_gzip=accepts_gzip))
        gone = asyncio.ensure_future(_until_gone(request.receive))
        try:
            await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                return Response(status_code=499)  # nobody reads it
            reply = work.result()
            return Response(reply.body, reply.status, dict(reply.headers))
        finally:
            work.cancel()
            gone.cancel()

    class Route(APIRoute):
        """A route whose body is not parsed in this process."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[object, object, Response]]:
            return respond

    respond.__annotations__ = {"request": Request, "content": operation.request, "return": Response}
    routes.add_api_route(
        f"/{operation.name}",
        respond,
        methods=["POST"],
        name=operation.name,
        summary=operation.summary,
        description=operation.description,
        operation_id=operation_id(operation.name),
        responses={200: {"model": operation.answer}, 422: {"model": ProblemResponse}},
        route_class_override=Route,
        openapi_extra={"security": [{"key": []}]} if guard is not None else None,
    )


def gzip_accepted(accepted: str) -> bool:
    """Whether an `Accept-Encoding` header takes gzip, by name or else by `*`, with a weight above 0."""
    choices = {name.strip().lower(): thousandths(weight) for name, _, weight in (each.partition(";") for each in accepted.split(","))}
    return choices.get("gzip", choices.get("x-gzip", choices.get("*", 0))) > 0


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
