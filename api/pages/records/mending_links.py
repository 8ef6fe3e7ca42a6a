"""The way out of what is held back as a link: to the form of the verb that mends it, and then back to the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from api.http.route_declarations import Route
from api.pages.frame.visits import Visit
from api.pages.records.tree_view import Shown
from engine.phrases import Phrase, phrase, say

_RULES: Final = "change-rules"
_LABELS: Final[Mapping[str, Phrase]] = {
    "activate-item": phrase("Activate the item"),
    "resume-item": phrase("Resume the item"),
    "report-event": phrase("Report the event"),
    "release-customer": phrase("Release the customer"),
    "change-customer": phrase("Correct the customer"),
    "ask-register": phrase("Ask the register"),
    "check-vat-number": phrase("Record a check of the VAT number"),
    _RULES: phrase("Look at the rules"),
}


def way_out(visit: Visit, row: Mapping[str, object], routes: Mapping[str, Route]) -> Shown:
    """The link that mends what holds a row back; without one for its person, the way to the customer."""
    name, customer = str(row.get("way_out") or ""), str(row.get("customer") or "")
    route = routes.get(name.replace("-", "_"))
    if name == _RULES and _may(visit, routes.get("/v1/drafts")):
        return Shown(text=say(_LABELS[name], visit.language), link="/rules")
    if name in _LABELS and route is not None and _may(visit, route):
        given = {each: str(row[each]) for each in route.names if row.get(each)}
        back = visit.path + (f"?{urlencode(visit.parameters)}" if visit.parameters else "")
        return Shown(text=say(_LABELS[name], visit.language), link=f"/do/{route.name}?{urlencode({**given, 'back': back})}")
    return Shown(text=say(phrase("Look at the customer"), visit.language), link=f"/customers/{quote(customer, safe='')}")


def _may(visit: Visit, route: Route | None) -> bool:
    return route is not None and visit.key.role in route.roles
