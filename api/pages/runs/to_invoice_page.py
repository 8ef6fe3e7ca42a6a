"""The page of what is to be invoiced: by customer, with VAT and rule, late and held ones marked; what is ticked goes to the preview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from fastapi.responses import Response

from api.output.sheets import head
from api.pages.frame.navigation import Values, frame_of
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from api.pages.records.list_page import filters_of, sums_of
from api.pages.records.mending_links import way_out
from api.pages.records.offered_choices import offers_of
from api.pages.records.own_pages import rows_of
from api.pages.records.refused_lists import meant_by, refused_values
from api.pages.records.tree_view import shown, shown_table, texts_in, with_days
from engine.phrases import Language, Phrase, phrase, say
from engine.problems import Refusal

TEMPLATE: Final = "runs/to_invoice.html.j2"
PATH: Final = "/reports/to-invoice"
TITLE: Final = phrase("To invoice")
_PAGE: Final = "50"
_WORDS: Final[Mapping[str, Phrase]] = {
    "filter": phrase("Filter"),
    "show_all": phrase("Show all"),
    "more_filters": phrase("More filters"),
    "filters": phrase("Filters"),
    "any": phrase("any"),
    "empty": phrase("Nothing is to be invoiced then."),
    "choose": phrase("Choose"),
    "customer": phrase("customer"),
    "out": phrase("the way out"),
    "preview": phrase("Preview the run"),
    "help": phrase("The ticked customers are invoiced; without a tick, all of them. The preview issues nothing."),
    "through": phrase("due through"),
    "types": phrase("By order type"),
    "rates": phrase("By VAT"),
    "next": phrase("Next page"),
    "held": phrase("Everything that is held back"),
    "net": phrase("net"),
    "vat": phrase("VAT"),
}
_LINE: Final = ("order_type", "product", "service_period", "billing_date", "net", "vat_rate", "vat", "rule", "state")


def to_invoice_page(request: PageRequest) -> Values:
    """The values of the page."""
    visit, route = request.visit, request.routes[f"/v1{PATH}"]
    language, requested = visit.language, {name: text for name, text in visit.parameters if text}
    answer: Mapping[str, object] = {"rows": []}
    refused: Values | None = None
    try:
        answer = request.read(PATH, {}, **{"limit": _PAGE, **requested}) or answer
    except Refusal as refusal:
        refused = refused_values(visit, refusal, meant_by(request.desk(), visit, refusal))
    assert route.query is not None
    totals, today = answer.get("totals"), request.desk().today.isoformat()
    return {
        **frame_of(visit, say(TITLE, language), request.routes),
        "words": {name: say(text, language) for name, text in _WORDS.items()},
        "path": PATH,
        "filters": filters_of(route.query, requested, offers_of(request.desk(), language)),
        "is_filtered": bool(requested),
        "refused_list": refused,
        "heads": [head(name, language) for name in _LINE],
        "customers": list(_groups(request, request.named.rows(rows_of(answer, "rows")))),
        "totals": sums_of(totals, language, request.desk().rulebook.currency.code),
        "notes": [with_days(note, language) for note in texts_in(answer, "notes")],
        "by_type": _section(answer, "by_type", language),
        "by_rate": _section(answer, "by_rate", language),
        "files": [(kind.upper(), f"{PATH}.{kind}?{urlencode(requested)}") for kind in ("csv", "xlsx")],
        "next": f"{PATH}?{urlencode({**requested, 'after': str(answer['next'])})}" if answer.get("next") else None,
        "may_run": visit.key.role in request.routes["start_billing"].roles,
        "due_through": min(requested.get("to") or today, today),
        "order_type": requested.get("type", ""),
    }


def _groups(request: PageRequest, rows: Sequence[Mapping[str, object]]) -> Iterator[Values]:
    """The rows of each customer."""
    language = request.visit.language
    for customer, of_customer in groupby(rows, key=lambda row: str(row["customer"])):
        lines = list(of_customer)
        yield {
            "customer": shown(customer, "customer", language),
            "name": lines[0]["name"],
            "id": customer,
            "lines": [
                {
                    "is_like_before": before is not None and before["held_because"] == row["held_because"],
                    "cells": [shown(_cell(row, name, language), name, language) for name in _LINE],
                    "because": row["held_because"],
                    "out": way_out(request.visit, row, request.routes) if row["held_because"] else None,
                    "state": row["state"],
                }
                for before, row in zip([None, *lines], lines, strict=False)
            ],
        }


def _cell(row: Mapping[str, object], name: str, language: Language) -> object:
    match name:
        case "service_period":
            return {"from": row["service_from"], "until": row["service_until"]} if row["service_from"] and row["service_until"] else None
        case "rule":
            rules = ("payment_plan" if row["payment_plan"] else "billing_process", "treatment")
            return ", ".join(shown(row[each], each, language).text for each in rules if row[each])
        case _:
            return row[name]


def _section(answer: Mapping[str, object], name: str, language: str) -> object:
    section = answer.get(name)
    rows = rows_of(section, "rows") if isinstance(section, Mapping) else []
    return shown_table(rows, list(rows[0]), language) if rows else None


def _answer(request: PageRequest) -> Response:
    return staff_response(TEMPLATE, to_invoice_page(request), language=request.visit.language)


ROUTES: Final[OwnRoutes] = (OwnRoute(PATH, _answer),)
