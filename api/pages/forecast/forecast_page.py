"""The page of the forecast: 24 months as bars by order type and state, the weighted pipeline as a line, and against an earlier one."""

from __future__ import annotations

import calendar
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from fastapi.responses import Response

from api.desk.reconciling import snapshots
from api.output.sheets import head
from api.output.stacked_bars import Bar, BarPart, stacked_bars
from api.pages.frame.labels import field_label
from api.pages.frame.navigation import Values, frame_of
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from api.pages.records.own_pages import rows_of
from api.pages.records.tree_view import Shown, shown, shown_table, texts_in, with_days
from engine.dates import month_after
from engine.documents.order import ORDER_TYPES
from engine.phrases import Language, Phrase, as_written, phrase, say
from engine.writing.locale_format import day_text

TEMPLATE: Final = "forecast/forecast.html.j2"
PATH: Final = "/reports/forecast"
TITLE: Final = phrase("Forecast")
_MONTHS: Final = 24
_MOST: Final = "1000"
_DIFFERENCES: Final = "50"
_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "invoiced": ("invoiced", "1"),
    "to_invoice": ("to-invoice", "0.75"),
    "held": ("held", "0.5"),
    "planned": ("planned", "0.35"),
}
"""The columns of a forecast: the state of their transactions, and how opaque they are drawn."""
_WORDS: Final[Mapping[str, Phrase]] = {
    "month": phrase("month"),
    "type": phrase("order type"),
    "pipeline": phrase("weighted pipeline"),
    "legend": phrase("The darkest part is invoiced, then to invoice, held, and the lightest is planned."),
    "together": phrase("together"),
    "against": phrase("Against an earlier forecast"),
    "compare": phrase("Compare"),
    "none": phrase("No forecast was stored yet."),
    "store": phrase("Store the forecast of now"),
    "name": phrase("name"),
    "same": phrase("Nothing differs."),
    "all": phrase("All differences"),
    "invoiced": phrase("compare with what is invoiced so far"),
}
_MOVED: Final = ("opening", "new", "increment", "decrease", "price", "lost", "net_new", "closing", "arr")
_DIFFERENCE: Final = (
    "customer",
    "order",
    "product",
    "what",
    "billing_date_before",
    "billing_date",
    "net_before",
    "net",
    "difference",
    "because",
)


def _days(first: date, last: date, language: Language) -> dict[str, str]:
    return {"first": day_text(first, language), "last": day_text(last, language)}


def forecast_page(request: PageRequest) -> Values:
    """The values of the page."""
    visit, desk = request.visit, request.desk()
    language, given = visit.language, dict(visit.parameters)
    first = desk.today.replace(day=1)
    last = _last_day(month_after(first, _MONTHS - 1))
    period = {"from": first.isoformat(), "to": last.isoformat()}
    answer = request.read(PATH, {}, **period, by="month,order-type", limit=_MOST) or {"rows": []}
    rows = rows_of(answer, "rows")
    pipeline = answer.get("pipeline")
    expected = {str(row["month"]): str(row["weighted"]) for row in (rows_of(pipeline, "rows") if isinstance(pipeline, Mapping) else [])}
    months = list(dict.fromkeys(str(row["month"]) for row in rows))
    chart = stacked_bars([_bar(month, rows, expected, language) for month in months], title=say(TITLE, language), language=language)
    so_far = {"from": period["from"], "to": desk.today.isoformat()}
    moved = request.read("/reports/mrr", {}, **so_far) or {"rows": []}
    return {
        **frame_of(visit, say(TITLE, language), request.routes),
        "own": {name: say(text, language) for name, text in _WORDS.items()},
        "chart": chart,
        "types": [(place, say(as_written(name), language)) for place, name in enumerate(ORDER_TYPES)],
        "movement": {
            "title": say(phrase("Monthly recurring revenue from {first} to {last}", **_days(first, desk.today, language)), language),
            "link": f"/reports/mrr?{urlencode(so_far)}",
        },
        "moved": [(field_label(name, language), shown(row[name], "", language).text) for row in rows_of(moved, "rows") for name in _MOVED],
        "heads": [head(name, language) for name in (*_STATES, "net")],
        "months": [_month(month, rows, expected, language) for month in months],
        "totals": [shown(total, "", language) for total in _totals(answer)],
        "notes": [with_days(note, language) for note in texts_in(answer, "notes")],
        "files": [(kind.upper(), f"{PATH}.{kind}?{urlencode({**period, 'by': 'month,order-type'})}") for kind in ("csv", "xlsx")],
        "snapshots": [(one.name, one.stored_on) for one in snapshots(desk)],
        "chosen": given.get("snapshot", ""),
        "is_invoiced": bool(given.get("invoiced")),
        "may_store": visit.key.role in request.routes["store_forecast"].roles,
        "once": str(uuid.uuid4()),
        "against": _against(request, given),
    }


def _bar(month: str, rows: Sequence[Mapping[str, object]], expected: Mapping[str, str], language: Language) -> Bar:
    parts = []
    for row in rows:
        if row["month"] == month:
            for column, (state, opacity) in _STATES.items():
                words = (month, say(as_written(str(row["order_type"])), language), head(column, language))
                amount = shown(str(row[column]), "", language).text
                parts.append(
                    BarPart(
                        amount=Decimal(str(row[column])),
                        title=say(phrase("{name}: {value}", name=", ".join(words), value=amount), language),
                        colour=ORDER_TYPES.index(str(row["order_type"])),
                        opacity=opacity,
                        link=_rows_behind(month, str(row["order_type"]), state),
                    )
                )
    point = expected.get(month)
    expected_there = f"{month}, {say(_WORDS['pipeline'], language)}"
    title = say(phrase("{name}: {value}", name=expected_there, value=shown(point, "", language).text), language) if point else ""
    return Bar(label=month, parts=tuple(parts), point=Decimal(point) if point else None, point_title=title)


def _rows_behind(month: str, order_type: str, state: str) -> str:
    first = date.fromisoformat(f"{month}-01")
    days = {"billed_from": first.isoformat(), "billed_to": _last_day(first).isoformat()}
    return f"/transactions?{urlencode({'order_type': order_type, 'state': state, **days})}"


def _month(month: str, rows: Sequence[Mapping[str, object]], expected: Mapping[str, str], language: Language) -> Values:
    """The rows of a month in the table, each amount with the way to its transactions."""
    lines = []
    for row in rows:
        if row["month"] == month:
            name = str(row["order_type"])
            cells = [
                Shown(text=shown(row[column], "", language).text, link=_rows_behind(month, name, state) if row[column] != "0.00" else None)
                for column, (state, _) in _STATES.items()
            ]
            lines.append((say(as_written(name), language), [*cells, shown(row["net"], "", language)]))
    weighted = expected.get(month)
    return {"month": month, "lines": lines, "weighted": shown(weighted, "", language).text if weighted else ""}


def _totals(answer: Mapping[str, object]) -> Iterator[object]:
    totals = answer.get("totals")
    assert isinstance(totals, Mapping)
    return (totals[name] for name in (*_STATES, "net"))


def _against(request: PageRequest, given: Mapping[str, str]) -> Values | None:
    """How the forecast of now differs from a snapshot, and why."""
    name, language = given.get("snapshot", ""), request.visit.language
    if not name:
        return None
    path = "/reports/reconciliation"
    compared = {"snapshot": name} | ({"invoiced": "true"} if given.get("invoiced") else {})
    answer = request.read(path, {}, **compared, limit=_DIFFERENCES) or {"rows": []}
    totals = answer.get("totals")
    assert isinstance(totals, Mapping)
    return {
        "totals": [(head(name, language), shown(amount, "", language).text) for name, amount in totals.items()],
        "table": shown_table(rows_of(answer, "rows"), _DIFFERENCE, language),
        "notes": [with_days(note, language) for note in texts_in(answer, "notes")],
        "link": f"{path}?{urlencode(compared)}",
    }


def _last_day(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _answer(request: PageRequest) -> Response:
    return staff_response(TEMPLATE, {**forecast_page(request), **request.refusal()}, language=request.visit.language)


ROUTES: Final[OwnRoutes] = (OwnRoute(PATH, _answer, shows_refusals=True),)
