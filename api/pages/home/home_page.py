"""The start page: what waits for a person by role, each figure a link to the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import quote

from fastapi.responses import Response

from api.http.route_declarations import Route
from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.visits import Visit
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from api.store.users import Role
from engine.phrases import Phrase, phrase, say

TEMPLATE: Final = "home/home.html.j2"
Count = Callable[[str, Mapping[str, str]], int | None]
"""How many rows a list has under some conditions; None where the person may not see it."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the start page: the rows of a list under conditions."""

    label: Phrase
    path: str
    requested: Mapping[str, str]
    roles: tuple[Role, ...]


TILES: Final = (
    Tile(phrase("open opportunities of mine"), "/opportunities", {"state": "open", "owner": "@me"}, ("sales", "admin")),
    Tile(phrase("open opportunities"), "/opportunities", {"state": "open"}, ("sales", "admin")),
    Tile(phrase("quotes that wait for approval"), "/quotes", {"state": "approval-needed"}, ("sales", "admin")),
    Tile(phrase("quotes that were sent"), "/quotes", {"state": "sent"}, ("sales", "admin")),
    Tile(phrase("transactions to invoice"), "/transactions", {"state": "to-invoice"}, ("billing", "admin")),
    Tile(phrase("invoices that are overdue"), "/invoices", {"overdue": "true"}, ("billing", "accounting", "sales", "admin")),
    Tile(phrase("invoices that are open"), "/invoices", {"paid": "open"}, ("accounting", "admin")),
    Tile(phrase("payments without a document"), "/payments", {"state": "unmatched"}, ("accounting", "admin")),
    Tile(phrase("deliveries that are held"), "/outbox", {"state": "held"}, ("billing", "accounting", "admin")),
    Tile(phrase("deliveries that failed"), "/outbox", {"state": "dead"}, ("billing", "accounting", "admin")),
)


def home_page(visit: Visit, count: Count, routes: Mapping[str, Route]) -> Values:
    """The values of the start page."""
    tiles = []
    for tile in TILES:
        if visit.person.role not in tile.roles:
            continue
        requested = {name: visit.person.name if text == "@me" else text for name, text in tile.requested.items()}
        number = count(tile.path, requested)
        if number is not None:
            query = "&".join(f"{name}={quote(text, safe='')}" for name, text in requested.items())
            tiles.append((say(tile.label, visit.language), number, f"{tile.path}?{query}"))
    welcome = say(phrase("Hello {name}", name=visit.person.full_name), visit.language)
    return {**frame_of(visit, welcome, routes), "tiles": tiles}


def _answer(request: PageRequest) -> Response:
    count = partial(_count, request)
    return staff_response(TEMPLATE, home_page(request.visit, count, request.routes), language=request.visit.language)


def _count(request: PageRequest, path: str, requested: Mapping[str, str]) -> int | None:
    route = request.routes.get(f"/v1{path}")
    if route is None or request.visit.key.role not in route.roles:
        return None
    return request.records.count(request.visit, route, requested)


ROUTES: Final[OwnRoutes] = (OwnRoute("/", _answer),)
