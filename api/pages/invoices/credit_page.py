"""The page on which an invoice is credited: whole, by line (quantity or amount), or an amount; shown before it is issued."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlencode

from fastapi.responses import Response

from api.output.sheets import head
from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.remedies import help_on_page
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from api.pages.records.own_pages import rows_of
from api.pages.records.tree_view import shown, shown_table
from api.refusals import Unknown
from engine.phrases import Phrase, phrase, say
from engine.problems import Refusal

TEMPLATE: Final = "invoices/credit.html.j2"
_WORDS: Final[Mapping[str, Phrase]] = {
    "what": phrase("What is credited"),
    "whole": phrase("All that is left of it"),
    "lines": phrase("Some lines, by quantity or by amount"),
    "amount": phrase("A net amount, spread over its lines"),
    "line": phrase("line"),
    "quantity": phrase("quantity"),
    "net": phrase("net amount"),
    "all": phrase("all that is left of the line"),
    "preview": phrase("Preview the credit note"),
    "would": phrase("The credit note would be"),
    "because": phrase("reason, as it is printed"),
    "issue": phrase("Issue the credit note"),
    "back": phrase("Back"),
}
_LINE: Final = ("line", "description", "quantity", "net")


def credit_page(request: PageRequest) -> Values:
    """The values of the page, of what the address asks to be credited."""
    visit, number = request.visit, request.names["number"]
    language, given = visit.language, dict(visit.parameters)
    invoice, etag = request.records.tagged(visit, request.routes["/v1/invoices/{number}"], {"number": number})
    mode = given.get("mode", "")
    values: Values = {
        **frame_of(visit, say(phrase("Credit {number}", number=number), language), request.routes),
        "own": {name: say(text, language) for name, text in _WORDS.items()},
        "number": number,
        "etag": etag,
        "once": str(uuid.uuid4()),
        "back": f"/invoices/{quote(number, safe='')}",
        "here": f"{visit.path}?{urlencode(visit.parameters)}",
        **request.refusal(),
        "mode": mode or "whole",
        "lines": [_line(line, given, language) for line in rows_of(invoice, "lines")],
        "amount": given.get("amount", ""),
        "problems": (),
        "draft": None,
    }
    if not mode:
        return values
    selection, fields = _selection(mode, given)
    try:
        draft = request.records.previewed(visit, "preview_credit", {"number": number}, selection)
    except Unknown:
        raise
    except Refusal as refusal:
        return values | {"problems": [(each.message_in(language), help_on_page(each, language)) for each in refusal.problems]}
    totals = [(head(name, language), shown(draft[name], "", language).text) for name in ("net", "vat", "gross")]
    table = shown_table(rows_of(draft, "lines"), _LINE, language)
    return values | {"draft": {"table": table, "totals": totals}, "fields": fields}


def _line(line: Mapping[str, object], given: Mapping[str, str], language: str) -> Values:
    number = str(line["number"])
    return {
        "number": number,
        "description": line["description"],
        "billed": shown(line["quantity"], "", language).text,
        "net": shown(line["net"], "", language).text,
        "is_whole": bool(given.get(f"all.{number}")),
        "quantity": given.get(f"quantity.{number}", ""),
        "amount": given.get(f"amount.{number}", ""),
    }


def _selection(mode: str, given: Mapping[str, str]) -> tuple[Mapping[str, object], Sequence[tuple[str, str]]]:
    """What is asked to be credited, and the fields of the form that issues it."""
    match mode:
        case "lines":
            lines: list[dict[str, object]] = []
            for number in sorted({name.partition(".")[2] for name, text in given.items() if "." in name and text.strip()}):
                parts = {
                    part: given[f"{part}.{number}"].strip() for part in ("quantity", "amount") if given.get(f"{part}.{number}", "").strip()
                }
                if number.isascii() and number.isdigit() and len(number) < 6:
                    lines.append({"line": int(number), **parts})
            fields = [(f"lines.{at}.{name}", str(part)) for at, line in enumerate(lines) for name, part in line.items()]
            return {"lines": lines}, fields
        case "amount":
            amount = given.get("amount", "").strip()
            return {"amount": amount}, [("amount", amount)]
        case _:
            return {"whole": True}, [("whole", "true")]


def _answer(request: PageRequest) -> Response:
    request.check_may("credit_invoice")
    values = credit_page(request)
    return staff_response(TEMPLATE, values, status=422 if values["problems"] else 200, language=request.visit.language)


ROUTES: Final[OwnRoutes] = (OwnRoute("/invoices/{number}/credit", _answer, shows_refusals=True),)
