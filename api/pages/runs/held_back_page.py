"""The page of what is held back: each item with the first state or rule that holds it, and a button for the verb that mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from fastapi.responses import Response

from api.output.sheets import head
from api.pages.frame.navigation import Values, frame_of
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from api.pages.records.mending_links import way_out
from api.pages.records.own_pages import rows_of
from api.pages.records.tree_view import ShownTable, shown_table
from engine.phrases import Phrase, phrase, say

TEMPLATE: Final = "runs/held_back.html.j2"
PATH: Final = "/reports/held-back"
TITLE: Final = phrase("Held back")
_PAGE: Final = "50"
_WORDS: Final[Mapping[str, Phrase]] = {
    "about": phrase("Each item that is not invoiced now, the first state or rule that holds it, and what to do about it."),
    "empty": phrase("Nothing is held back."),
    "next": phrase("Next page"),
    "done": phrase("Done."),
    "to_invoice": phrase("To invoice"),
    "all": phrase("Also what only waits for its day"),
    "to_do": phrase("Only where something is to be done"),
}
_COLUMNS: Final = ("customer", "product", "because")
_FURTHER: Final = ("order", "item")


def held_back_page(request: PageRequest) -> Values:
    """The values of the page."""
    language, requested = request.visit.language, {name: text for name, text in request.visit.parameters if text and name != "done"}
    given = {"to_do": "true", **requested}
    answer = request.read(PATH, {}, **{"limit": _PAGE, **given}) or {"rows": []}
    return {
        **frame_of(request.visit, say(TITLE, language), request.routes),
        "words": {name: say(text, language) for name, text in _WORDS.items()},
        "table": with_ways_out(request, rows_of(answer, "rows"), _COLUMNS, _FURTHER),
        "files": [(kind.upper(), f"{PATH}.{kind}?{urlencode(given)}") for kind in ("csv", "xlsx")],
        "is_all": given["to_do"] == "false",
        "next": f"{PATH}?{urlencode({**given, 'after': str(answer['next'])})}" if answer.get("next") else None,
        "is_done": any(name == "done" for name, _ in request.visit.parameters),
    }


def with_ways_out(
    request: PageRequest, rows: list[Mapping[str, object]], columns: tuple[str, ...], further: tuple[str, ...] = ()
) -> ShownTable:
    """Rows as a table with the way out of each behind some columns; `further` columns follow it, so that it is in view."""
    table, at = shown_table(request.named.rows(rows), (*columns, *further), request.visit.language), len(columns)
    ways = (way_out(request.visit, row, request.routes) for row in rows)
    cells = tuple((*cells[:at], way, *cells[at:]) for cells, way in zip(table.rows, ways, strict=True))
    return replace(table, heads=(*table.heads[:at], (head("way_out", request.visit.language), False), *table.heads[at:]), rows=cells)


def _answer(request: PageRequest) -> Response:
    return staff_response(TEMPLATE, held_back_page(request), language=request.visit.language)


ROUTES: Final[OwnRoutes] = (OwnRoute(PATH, _answer),)
