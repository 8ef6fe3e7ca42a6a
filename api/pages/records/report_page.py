"""The page of a report: its parameters as a form, its rows, totals and notes, and the files of exactly what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from api.http.route_declarations import Route
from api.pages.frame.labels import field_label
from api.pages.frame.navigation import Values, frame_of, named_entry, summary_of
from api.pages.frame.visits import Visit
from api.pages.records.list_page import currency_of, filters_of, sums_of
from api.pages.records.offered_choices import OfferedChoices
from api.pages.records.tree_view import shown_table, shown_tree, texts_in, with_days
from engine.phrases import Phrase, phrase, say

TEMPLATE: Final = "records/report.html.j2"
_WORDS: Final[Mapping[str, Phrase]] = {
    "filter": phrase("Show"),
    "show_all": phrase("Show all"),
    "more_filters": phrase("More filters"),
    "filters": phrase("Filters"),
    "empty": phrase("Nothing here fits what you asked."),
    "totals": phrase("Totals"),
    "any": phrase("any"),
    "next": phrase("Next page"),
    "incomplete": phrase("Fill in the fields, then the report is shown."),
}
_TITLES: Final[Mapping[str, Phrase]] = {
    "advice": phrase("What opportunities need"),
    "ageing": phrase("Ageing of what is open"),
    "annual-listing": phrase("Annual listing of customers"),
    "conversion": phrase("Conversion"),
    "doubtful": phrase("Doubtful invoices"),
    "ic-listing": phrase("Intra-Community listing"),
    "journal": phrase("Journal"),
    "open-items": phrase("Open items"),
    "oss-return": phrase("Return of the one-stop shop"),
    "prepaid": phrase("Prepaid amounts"),
    "reconciliation": phrase("Comparison of forecasts"),
    "renewals": phrase("Renewals and notice"),
    "slots": phrase("Advertising slots"),
    "vat": phrase("VAT return"),
    "vat-documents": phrase("Documents of the VAT return"),
}
"""Of reports whose names are short, or words of programmers."""


def report_page(
    visit: Visit,
    route: Route,
    answer: Mapping[str, object],
    refused: Values | None,
    routes: Mapping[str, Route],
    offers: OfferedChoices,
) -> Values:
    """The values of the page of a report; `refused`: what is wrong with what was requested of it."""
    assert route.query is not None
    language, path = visit.language, route.path.removeprefix("/v1")
    requested = {name: text for name, text in visit.parameters if text}
    rows = answer["rows"]
    assert isinstance(rows, list)
    totals = answer.get("totals")
    sections = {name: part for name, part in answer.items() if name not in ("report", "rows", "totals", "notes", "next")}
    return {
        **frame_of(visit, title_of(route, visit), routes),
        "words": {name: say(words, language) for name, words in _WORDS.items()},
        "about": route.description if language == "en" else summary_of(route, language),
        "filters": filters_of(route.query, requested, offers),
        "path": path,
        "requested": bool(requested),
        "is_incomplete": refused is not None and not requested,
        "table": shown_table(rows, list(dict.fromkeys(name for row in rows for name in row)), language),
        "totals": sums_of(totals, language, currency_of(rows, offers.currency)),
        "notes": [with_days(note, language) for note in texts_in(answer, "notes")],
        "part": shown_tree(sections, language),
        "files": [] if refused else [(kind.upper(), f"{path}.{kind}?{urlencode(requested)}") for kind in ("csv", "xlsx")],
        "next": f"{path}?{urlencode({**requested, 'after': str(answer['next'])})}" if answer.get("next") else None,
        "refused_list": refused,
    }


def title_of(route: Route, visit: Visit) -> str:
    """What a report is called."""
    path = route.path.removeprefix("/v1")
    name = path.rpartition("/")[2]
    if name in _TITLES:
        return say(_TITLES[name], visit.language)
    return named_entry(path, visit.language) or field_label(name.replace("-", "_"), visit.language)
