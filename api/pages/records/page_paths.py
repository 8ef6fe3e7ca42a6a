"""The routes that have pages, and the page to which a form leads back: of what its verb changes, else the list above, else the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from api.http.route_declarations import Route
from api.pages.records.record_page import filled
from api.store.users import Role

_VERSION: Final = "/v1"
WITHOUT_FORM: Final = ("publish_rulebook", "change_draft")
"""What takes many files: the workbench writes them."""


def above(path: str) -> str:
    """The path of what a verb changes: up to its last name, or the list."""
    return path if path.endswith("}") or "{" not in path else path[: path.rindex("}") + 1]


def page_above(route: Route, names: Mapping[str, str], routes: Mapping[str, Route], role: Role) -> str:
    """The nearest page above the path of a verb that a role may see, with the names that are known."""
    path = above(route.path)
    while path.count("/") > 1:
        page = routes.get(path)
        if page is not None and role in page.roles and all(names.get(name) for name in page.names):
            return filled(path, names).removeprefix(_VERSION)
        path = path.rpartition("/")[0]
    return "/"


def declared_path(address: str, routes: Mapping[str, Route]) -> str:
    """The declared path of an address; the address itself where there is none."""
    parts = address.split("/")
    for declared in routes:
        wanted = declared.split("/")
        if len(wanted) == len(parts) and all(a == b or (a.startswith("{") and a.endswith("}")) for a, b in zip(wanted, parts, strict=True)):
            return declared
    return address


def index_of(routes: Sequence[Route]) -> dict[str, Route]:
    """The routes that read by their path, and those that do something by their name."""
    forms = (route for route in routes if route.name not in WITHOUT_FORM)
    return {route.path if route.method == "GET" else route.name: route for route in forms}
