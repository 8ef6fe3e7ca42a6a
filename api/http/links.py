"""Links between routes, as OpenAPI has them: what an answer names, and the routes that show or change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from api.http.route_declarations import Route, names_in, shape

Names = Mapping[str, str]
"""Where the names in the path of a linked route are: by name, a runtime expression of OpenAPI."""
_WITHIN: Final[Mapping[str, Mapping[str, Names]]] = {
    "accept_quote": {"/v1/orders/{order}": {"order": "$response.body#/orders/0"}},
    "get_order": {"/v1/orders/{order}/items/{item}": {"order": "$request.path.order", "item": "$response.body#/items/0/id"}},
    "start_billing": {"/v1/runs/{run}": {"run": "$response.body#/run/run"}},
}
"""By operation: what its answer names deeper than at its top."""


def links_of(route: Route, routes: Sequence[Route]) -> dict[str, object]:
    """The links of a route's answer, by the operations to which they lead."""
    links: dict[str, object] = {}
    for path, names in _named(route, routes):
        for target in routes:
            is_there = target.path == path or target.path.startswith((f"{path}/", f"{path}."))
            if is_there and target is not route and set(target.names) <= set(names):
                links[target.name] = {"operationId": target.name, "parameters": {name: names[name] for name in target.names}}
    return links


def _named(route: Route, routes: Sequence[Route]) -> Iterator[tuple[str, Names]]:
    """The paths of the things that an answer names, each with where its names are."""
    yield from _WITHIN.get(route.name, {}).items()
    if route.location is not None:
        yield from ((path, _where_created(route, path)) for path in _shown(routes) if shape(path) == shape(route.location))
    elif route.listing is not None and route.answer is not None:
        yield from (
            (path, names) for path in _shown(routes) if (names := _where_listed(route, path, tuple(route.listing.row.model_fields)))
        )
    elif route.method == "GET" and route.names and route.answer is not None:
        yield route.path, {name: f"$request.path.{name}" for name in route.names}


def _shown(routes: Sequence[Route]) -> Iterator[str]:
    """The paths at which one thing is shown."""
    return (route.path for route in routes if route.method == "GET" and route.answer is not None and route.path.endswith("}"))


def _where_created(route: Route, path: str) -> Names:
    """Where the names of what was created are: in the answer, or else in the path of the request."""
    fields = names_in(route.location or "")
    fields_of_answer = {} if route.answer is None else route.answer.model_fields
    return {
        name: f"$response.body#/{field}" if field in fields_of_answer else f"$request.path.{field}"
        for name, field in zip(names_in(path), fields, strict=True)
    }


def _where_listed(route: Route, path: str, fields: Sequence[str]) -> Names:
    """Where the names of a thing are in the first row of a list, whose own name comes first; none where it lists no such things."""
    names = names_in(path)
    if set(names) <= set(fields) and (len(names) > 1 or path.startswith(f"{route.path}/")):
        return {name: f"$response.body#/rows/0/{name}" for name in names}
    return {names[0]: f"$response.body#/rows/0/{fields[0]}"} if path == f"{route.path}/{{{names[0]}}}" else {}
