"""The page of what a search finds among customers, opportunities, quotes, orders and invoices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

from fastapi.responses import Response

from api.desk import finding
from api.http.route_declarations import Route
from api.pages.frame.navigation import Values, frame_of, may_see
from api.pages.frame.visits import Visit
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from engine.phrases import as_written, phrase, say

TEMPLATE: Final = "home/matches.html.j2"
_LONGEST: Final = 100
_PAGES_OF: Final[Mapping[str, str]] = {
    "customer": "/customers",
    "opportunity": "/opportunities",
    "quote": "/quotes",
    "order": "/orders",
    "invoice": "/invoices",
}


def matches_page(visit: Visit, searched: str, hits: Sequence[tuple[str, str, str]], routes: Mapping[str, Route]) -> Values:
    """The values of the page of what a search finds: kind, name, address."""
    title = say(phrase("Search: {words}", words=searched), visit.language)
    nothing = say(phrase("Nothing was found. Write the beginning of a number or a name."), visit.language)
    return {**frame_of(visit, title, routes), "searched": searched, "hits": hits, "nothing": nothing}


def _answer(request: PageRequest) -> Response:
    visit = request.visit
    searched = dict(visit.parameters).get("q", "").strip()[:_LONGEST]
    hits = [
        (say(as_written(kind), visit.language), name, f"{_PAGES_OF[kind]}/{quote(number, safe='')}")
        for kind, number, name in (finding.matches(request.desk(), searched) if searched else ())
        if may_see(visit.person.role, _PAGES_OF[kind], request.routes)
    ]
    return staff_response(TEMPLATE, matches_page(visit, searched, hits, request.routes), language=visit.language)


ROUTES: Final[OwnRoutes] = (OwnRoute("/search", _answer),)
