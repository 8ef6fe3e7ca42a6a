"""The start page: what waits for a person by role, and what is new since the last visit; each figure is a link to its rows."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from fastapi.responses import Response

from api.desk import signing_in
from api.pages.frame.navigation import Values, frame_of
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from api.pages.records.own_pages import rows_of
from api.pages.records.tree_view import shown
from api.store.users import Role
from engine.phrases import Phrase, phrase, say
from engine.writing.locale_format import day_text

TEMPLATE: Final = "home/home.html.j2"
_SALES: Final[tuple[Role, ...]] = ("sales", "admin")
_BILLING: Final[tuple[Role, ...]] = ("billing", "admin")
_ACCOUNTING: Final[tuple[Role, ...]] = ("accounting", "admin")
_ANALYSTS: Final[tuple[Role, ...]] = ("analyst", "admin")
_FINANCE: Final[tuple[Role, ...]] = ("billing", "accounting", "admin")
_EVERYONE: Final[tuple[Role, ...]] = ("sales", "billing", "accounting", "analyst", "admin")
_LONG: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure of the start page: the rows of a list under conditions, how many and the sum of a column; or a total of a report."""

    label: Phrase
    path: str
    requested: Mapping[str, str]
    roles: tuple[Role, ...]
    amount: str | None = None
    page: str | None = None
    """The page that shows a report, where that has another address."""
    counted: str | None = None
    """The list in the answer whose rows are counted, where the route answers it whole."""


TILES: Final = (
    Tile(phrase("open opportunities of mine"), "/opportunities", {"state": "open", "owner": "@me"}, _SALES, "amount"),
    Tile(
        phrase("open opportunities of mine, weighted"),
        "/reports/pipeline",
        {"owner": "@me", "open": "true"},
        _SALES,
        "weighted",
        "/pipeline?owner=@me",
    ),
    Tile(
        phrase("opportunities of mine that close this month"),
        "/opportunities",
        {"state": "open", "owner": "@me", "close_from": "@first", "close_to": "@last"},
        _SALES,
        "amount",
    ),
    Tile(
        phrase("opportunities of mine with an overdue next step"),
        "/opportunities",
        {"state": "open", "owner": "@me", "next_step_to": "@yesterday"},
        _SALES,
        "amount",
    ),
    Tile(phrase("open opportunities"), "/opportunities", {"state": "open"}, _SALES, "amount"),
    Tile(phrase("quotes that wait for approval"), "/quotes", {"state": "approval-needed"}, _SALES, "contract_value"),
    Tile(phrase("quotes that were sent"), "/quotes", {"state": "sent"}, _SALES, "contract_value"),
    Tile(phrase("transactions to invoice"), "/transactions", {"state": "to-invoice"}, (*_BILLING, "analyst"), "net"),
    Tile(phrase("late transactions to invoice"), "/transactions", {"state": "to-invoice", "billed_to": "@before"}, _BILLING, "net"),
    Tile(phrase("transactions that are held back"), "/transactions", {"state": "held"}, (*_BILLING, "analyst"), "net"),
    Tile(phrase("drafts of the rules"), "/drafts", {}, _ANALYSTS, counted="drafts"),
    Tile(phrase("versions of the rules that wait for somebody else"), "/rulebooks", {"state": "proposed"}, _ANALYSTS, counted="rulebooks"),
    Tile(phrase("deliveries that failed"), "/outbox", {"state": "dead"}, _FINANCE),
    Tile(phrase("deliveries that are held"), "/outbox", {"state": "held"}, _FINANCE),
    Tile(phrase("issued and not booked yet"), "/accounting/bookings", {"state": "waiting"}, _ACCOUNTING),
    Tile(phrase("invoices that are overdue"), "/invoices", {"overdue": "true"}, (*_FINANCE, "sales"), "rest"),
    Tile(phrase("invoices overdue for over 30 days"), "/invoices", {"overdue": "true", "due_to": "@long"}, _ACCOUNTING, "rest"),
    Tile(phrase("payments without a document"), "/payments", {"state": "unmatched"}, _ACCOUNTING, "unallocated"),
)
CHANGES: Final = (
    Tile(phrase("orders signed"), "/orders", {"signed_from": "@visit"}, ("sales", "billing", "admin")),
    Tile(phrase("invoices and credit notes issued"), "/invoices", {"issued_from": "@visit"}, _EVERYONE, "net"),
    Tile(phrase("payments received"), "/payments", {"entered_from": "@visit"}, _FINANCE, "amount"),
)
"""What is new since a day."""


def home_page(request: PageRequest) -> Values:
    """The values of the start page."""
    visit, desk = request.visit, request.desk()
    last = signing_in.last_visit(desk, visit.key)
    words = _words(desk.today, visit.person.name, last)
    welcome = say(phrase("Hello {name}", name=visit.person.full_name), visit.language)
    since = None if last is None else say(phrase("Since you were here on {day}", day=day_text(last, visit.language)), visit.language)
    return {
        **frame_of(visit, welcome, request.routes),
        "tiles": [_shown(request, tile, words) for tile in _tiles(request, TILES)],
        "since": since,
        "changes": [_shown(request, tile, words) for tile in _tiles(request, CHANGES)] if last is not None else [],
    }


def _tiles(request: PageRequest, tiles: tuple[Tile, ...]) -> Iterator[Tile]:
    """Those that the role of a person has and may see."""
    for tile in tiles:
        route = request.routes.get(f"/v1{tile.path}")
        if request.visit.person.role in tile.roles and route is not None and request.visit.key.role in route.roles:
            yield tile


def _shown(request: PageRequest, tile: Tile, words: Mapping[str, str]) -> Values:
    requested = {name: words.get(text, text) for name, text in tile.requested.items()}
    language = request.visit.language
    link = f"{tile.path}?{urlencode(requested)}" if requested else tile.path
    count: int | None = None
    amount: str | None = None
    if tile.counted is not None:
        count = len(rows_of(request.read(tile.path, {}, **requested) or {}, tile.counted))
    elif tile.path.startswith("/reports/"):
        answer = request.read(tile.path, {}, **requested) or {}
        amount = _amount(answer.get("totals"), tile.amount, language, request.desk().rulebook.currency.code)
        page, _, query = (tile.page or "").partition("?")
        link = f"{page}?{urlencode([(name, words.get(text, text)) for name, _, text in [query.partition('=')]])}" if page else link
    else:
        count, sums, currency = request.records.totals(request.visit, request.routes[f"/v1{tile.path}"], requested)
        amount = _amount(sums, tile.amount, language, currency)
    return {"label": say(tile.label, language), "count": count, "amount": amount, "link": link}


def _amount(sums: object, name: str | None, language: str, currency: str) -> str | None:
    return f"{shown(sums[name], '', language).text} {currency}" if isinstance(sums, Mapping) and name in sums else None


def _words(today: date, person: str, last_visit: date | None) -> Mapping[str, str]:
    """What stands for the words of conditions that begin with @."""
    first = today.replace(day=1)
    days = {
        "@first": first,
        "@last": today.replace(day=calendar.monthrange(today.year, today.month)[1]),
        "@before": first - timedelta(days=1),
        "@yesterday": today - timedelta(days=1),
        "@long": today - _LONG,
        "@visit": last_visit or today,
    }
    return {"@me": person, **{name: day.isoformat() for name, day in days.items()}}


def _answer(request: PageRequest) -> Response:
    return staff_response(TEMPLATE, home_page(request), language=request.visit.language)


ROUTES: Final[OwnRoutes] = (OwnRoute("/", _answer),)
