"""The preview of a billing run: what it would issue, what of it is new or unusual, and what it would hold back; then it is confirmed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from fastapi.responses import Response

from api.desk.due_drafts import Selection
from api.desk.run_preview import preview_tree
from api.http.request_parsing import read_body
from api.http.routes.runs import RunRequest
from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.remedies import help_on_page
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from api.pages.records.list_page import sums_of
from api.pages.records.own_pages import rows_of
from api.pages.records.tree_view import shown_table
from api.pages.runs.held_back_page import with_ways_out
from api.pages.runs.run_outlook_text import nothing_due_text
from api.pages.runs.to_invoice_page import PATH as TO_INVOICE
from engine.phrases import Language, Phrase, phrase, say
from engine.problems import Problem, Refusal

TEMPLATE: Final = "runs/preview.html.j2"
TITLE: Final = phrase("Preview of a billing run")
_WORDS: Final[Mapping[str, Phrase]] = {
    "through": phrase("due through"),
    "held": phrase("Would be held back"),
    "none": phrase("Nothing would be held back."),
    "issued": phrase("Would be issued"),
    "nothing": phrase("Nothing is due in this selection."),
    "invoices": phrase("invoices"),
    "confirm": phrase("Issue these invoices"),
    "sure": phrase("It is right that this is unusual."),
    "ahead": phrase("Also what is due after today"),
    "again": phrase("Preview again"),
    "back": phrase("Back"),
    "remarks": phrase("remarks"),
    "new": phrase("first of this type"),
    "unusual": phrase("unusually large"),
    "some": phrase("only of the chosen customers"),
}
_DRAFT: Final = ("customer", "name", "order_type", "month", "lines", "net", "vat", "gross", "channel")
_HELD: Final = ("customer", "order", "item", "net", "held_because")
_ORDERED: Final = ("net", "vat", "gross")


def preview_page(request: PageRequest) -> Values:
    """The values of the page, of the selection in the address; what is wrong with it in its place."""
    language, requested = request.visit.language, dict(request.visit.parameters)
    chosen = [text for name, text in request.visit.parameters if name == "customer" and text]
    given = {name: requested[name] for name in ("due_through", "order_type", "order") if requested.get(name)}
    values: Values = {
        **frame_of(request.visit, say(TITLE, language), request.routes),
        "own": {name: say(text, language) for name, text in _WORDS.items()},
        "problems": (),
        "chosen": chosen,
        "order_type": given.get("order_type", ""),
        "due_through": given.get("due_through", ""),
        "ahead": bool(requested.get("ahead")),
        "to_invoice": TO_INVOICE,
        "once": str(uuid.uuid4()),
        "here": f"{request.visit.path}?{urlencode(request.visit.parameters)}",
        **request.refusal(),
    }
    try:
        body = read_body(RunRequest, {"preview": True, **given} | ({"customers": chosen} if chosen else {}))
        selection = Selection(due_through=body.due_through, order_type=body.order_type, customers=body.customers, order=body.order)
        answer = preview_tree(request.desk(), selection, language)
    except Refusal as refusal:
        return values | {"problems": _texts(refusal.problems, language)}
    has_any = bool(answer["invoices"] or answer["held"])
    later = say(_WORDS["nothing"], language) if has_any else nothing_due_text(request.desk(), selection, language)
    return values | _previewed(request, answer) | {"is_later": body.due_through > request.desk().today, "nothing_due": later}


def _previewed(request: PageRequest, answer: Mapping[str, object]) -> Values:
    language, invoices, held = request.visit.language, rows_of(answer, "invoices"), rows_of(answer, "held")
    totals = answer["totals"]
    assert isinstance(totals, Mapping)
    marks = {"is_first": _WORDS["new"], "is_unusual": _WORDS["unusual"]}
    table = shown_table(invoices, _DRAFT, language)
    return {
        "count": len(invoices),
        "totals": sums_of({name: totals[name] for name in _ORDERED if name in totals}, language, request.desk().rulebook.currency.code),
        "marked": [(say(words, language), sum(bool(row[name]) for row in invoices)) for name, words in marks.items()],
        "unusual": answer["unusual"],
        "heads": table.heads,
        "drafts": [
            (cells, [say(words, language) for name, words in marks.items() if row[name]])
            for cells, row in zip(table.rows, invoices, strict=True)
        ],
        "held": with_ways_out(request, held, _HELD),
    }


def _texts(problems: tuple[Problem, ...], language: Language) -> list[tuple[str, str]]:
    return [(each.message_in(language), help_on_page(each, language)) for each in problems]


def _answer(request: PageRequest) -> Response:
    request.check_may("start_billing")
    values = preview_page(request)
    return staff_response(TEMPLATE, values, status=422 if values["problems"] else 200, language=request.visit.language)


ROUTES: Final[OwnRoutes] = (OwnRoute("/runs/preview", _answer, shows_refusals=True),)
