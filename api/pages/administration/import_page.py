"""The page of imports: files are sent and tried, each problem stands with its row and column, and what is confirmed is imported once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Final

from fastapi.responses import Response

from api.http.desk_requests import DeskRequest
from api.http.request_parsing import LARGEST_FILES
from api.http.routes.imports import MOST_LINES, refused_import
from api.importing.import_folder import FILES, columns_of_file
from api.importing.workbooks import ENDINGS
from api.pages.frame.labels import field_label
from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.remedies import help_on_page
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from api.pages.records.own_pages import rows_of
from api.pages.records.tree_view import shown_table
from api.refusals import Positioned
from engine.order_types.registry import DEFINITIONS
from engine.phrases import Phrase, as_written, phrase, say
from engine.problems import Problem, Refusal

TEMPLATE: Final = "administration/import.html.j2"
PATH: Final = "/import"
_NAMES: Final = tuple(name.removesuffix(".csv") for name in FILES)
_LABELS: Final[Mapping[str, Phrase]] = {
    "customers": phrase("Customers"),
    "increments": phrase("Items that join a subscription"),
    "opportunities": phrase("Opportunities"),
    "contacts": phrase("Contacts"),
    "quotes": phrase("Quotes"),
    "open_invoices": phrase("Open invoices of the former system"),
}
_ORDER_TYPES: Final = {definition.file.name.removesuffix(".csv"): type_ for type_, definition in DEFINITIONS.items()}
_COUNTS: Final = ("kind", "new", "changed", "unchanged")
_PROBLEMS: Final = ("file", "line", "column", "text", "message", "help")
_WORDS: Final[Mapping[str, Phrase]] = {
    "about": phrase("CSV, Excel and OpenDocument files, of each the first sheet. Nothing is stored before you confirm it."),
    "needs": phrase("needs the columns"),
    "may": phrase("may have"),
    "try": phrase("Try the import"),
    "again": phrase("Try it again"),
    "would": phrase("What would be imported"),
    "done": phrase("Imported"),
    "confirm": phrase("Import it now"),
    "nothing": phrase("All of it was imported before: nothing would change."),
    "no_change": phrase("All of it was imported before: nothing has changed."),
    "empty": phrase("Nothing to import: the files have no rows."),
    "wrong": phrase("Nothing can be imported as long as something is wrong."),
    "problems": phrase("What is wrong"),
    "advice": phrase("Advice"),
    "files": phrase("Files"),
    "further": phrase("Another import"),
}

_MOST: Final = phrase("At most {most} MB together, and {lines} lines.", most=LARGEST_FILES // 1_000_000, lines=MOST_LINES)


def import_page(request: PageRequest, problems: Sequence[Problem] = ()) -> Values:
    """The values of the page with its form, and the files that it holds already."""
    visit, language, rulebook = request.visit, request.visit.language, request.desk().rulebook
    files = []
    for name in _NAMES:
        columns = columns_of_file(f"{name}.csv", "", rulebook)
        held = request.sent.get(f"{name}.name", "") if request.sent.get(name) else ""
        files.append(
            {
                "name": name,
                "label": say(_LABELS.get(name) or phrase("Orders: {type}", type=as_written(_ORDER_TYPES[name])), language),
                "needed": ", ".join(columns.needed),
                "optional": ", ".join(columns.optional),
                "content": request.sent.get(name, ""),
                "file": held,
                "held": say(phrase("{name} stays with this form; choose another file to replace it", name=held), language) if held else "",
            }
        )
    return {
        **frame_of(visit, say(phrase("Import"), language), request.routes),
        "own": {name: say(words, language) for name, words in _WORDS.items()} | {"most": say(_MOST, language)},
        "files": files,
        "endings": ",".join((".csv", *ENDINGS)),
        "problems": [(each.message_in(language), help_on_page(each, language)) for each in problems],
        "trial": None,
        "is_done": False,
        "once": str(uuid.uuid4()),
    }


def _show(request: PageRequest) -> Response:
    request.check_may("import_records")
    return staff_response(TEMPLATE, import_page(request), language=request.visit.language)


def _try(request: PageRequest) -> Response:
    request.check_may("try_import")
    if request.problem is not None:
        return _page(request, import_page(request, (request.problem,)), 413)
    try:
        answer = request.records.previewed(request.visit, "try_import", {}, _body(request))
    except Refusal as refusal:
        return _page(request, import_page(request, refusal.problems), 422)
    return _page(request, import_page(request) | _trial(request, answer), 200 if answer["is_possible"] else 422)


def _confirm(request: PageRequest) -> Response:
    request.check_may("import_records")
    if request.problem is not None:
        return _page(request, import_page(request, (request.problem,)), 413)
    sent = DeskRequest(
        names={},
        parameters=(),
        headers={"idempotency-key": request.sent.get("once", "") or str(uuid.uuid4())},
        body=json.dumps(_body(request)).encode(),
        request_id=request.visit.request_id,
        language=request.visit.language,
    )
    try:
        response = request.records.desk.answer(request.routes["import_records"], sent, request.visit.key)
    except Positioned as refusal:
        answer = refused_import(refusal, request.desk().rulebook, request.visit.language)
        return _page(request, import_page(request) | _trial(request, answer), 422)
    except Refusal as refusal:
        return _page(request, import_page(request, refusal.problems), 422)
    return _page(request, import_page(request) | _trial(request, json.loads(bytes(response.body))) | {"is_done": True}, 200)


def _page(request: PageRequest, values: Values, status: int) -> Response:
    return staff_response(TEMPLATE, values, status=status, language=request.visit.language, is_sent=True)


def _body(request: PageRequest) -> Mapping[str, object]:
    """The request of a form: its files under the names of an import, whatever they are called where they come from."""
    files = []
    for name in _NAMES:
        if request.sent.get(name):
            ending = PurePath(request.sent.get(f"{name}.name", "")).suffix.lower()
            files.append({"name": name + (ending if ending in ENDINGS else ".csv"), "content": request.sent[name]})
    return {"files": files}


def _trial(request: PageRequest, answer: Mapping[str, object]) -> Values:
    """What an import would do, or did."""
    language = request.visit.language
    listed = rows_of(answer, "problems")
    stops, advice = ([each for each in listed if (each["severity"] == "problem") is stops] for stops in (True, False))
    return {
        "trial": {
            "is_possible": answer["is_possible"],
            "changes_nothing": answer["changes_nothing"],
            "is_empty": answer["is_possible"] and not rows_of(answer, "kinds"),
            "counts": shown_table([_labelled(each, language) for each in rows_of(answer, "kinds")], _COUNTS, language),
            "transactions": say(phrase("{count} transactions are planned for them.", count=answer["transactions"]), language),
            "problems": shown_table(stops, _PROBLEMS, language) if stops else None,
            "advice": shown_table(advice, _PROBLEMS, language) if advice else None,
            "count": say(phrase("{shown} of {count} are shown.", shown=len(listed), count=answer["problem_count"]), language)
            if answer["problem_count"] != len(listed)
            else "",
        }
    }


def _labelled(row: Mapping[str, object], language: str) -> Mapping[str, object]:
    return {**row, "kind": field_label(str(row["kind"]), language)}


ROUTES: Final[OwnRoutes] = (
    OwnRoute(PATH, _show),
    OwnRoute(f"{PATH}/trial", _try, "POST", takes_files=True, resumed_by=_try),
    OwnRoute(f"{PATH}/confirm", _confirm, "POST", takes_files=True, resumed_by=_try),
)
