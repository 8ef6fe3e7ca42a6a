"""The page of all reports that a person may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi.responses import Response

from api.http.route_declarations import Route
from api.pages.frame.navigation import Values, frame_of, summary_of
from api.pages.frame.visits import Visit
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from api.pages.records.report_page import title_of
from engine.phrases import phrase, say

TEMPLATE: Final = "records/reports.html.j2"


def reports_page(visit: Visit, routes: Mapping[str, Route]) -> Values:
    """The values of the page of all reports that a person may see."""
    reports = [
        (title_of(route, visit), summary_of(route, visit.language), route.path.removeprefix("/v1"))
        for route in routes.values()
        if route.resource == "reports" and route.answer is not None and visit.key.role in route.roles
    ]
    return {**frame_of(visit, say(phrase("Reports"), visit.language), routes), "reports": reports}


def _answer(request: PageRequest) -> Response:
    return staff_response(TEMPLATE, reports_page(request.visit, request.routes), language=request.visit.language)


ROUTES: Final[OwnRoutes] = (OwnRoute("/reports", _answer),)
