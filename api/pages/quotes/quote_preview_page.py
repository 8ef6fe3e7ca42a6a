"""What a quote would be with the lines as they are typed: its figures and its document, drawn anew; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlencode

from fastapi.responses import Response

from api.desk.quote_preview import preview_pdf, with_lines
from api.desk.quoting import find_quote
from api.http.request_parsing import read_body
from api.pages.frame.remedies import help_on_page
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import file_response, staff_response
from api.pages.records.named_values import Named
from api.pages.records.tree_view import shown_table, shown_tree
from api.pages.records.verb_fields import fields_of, request_of
from api.refusals import Unknown
from api.store.quotes import StoredQuote
from engine.documents.quote import LineRequest
from engine.phrases import Language, Phrase, phrase, say
from engine.problems import Refusal

TEMPLATE: Final = "quotes/preview.html.j2"
_FIELDS: Final = ("quantity", "discount", "starts_on")
_FIGURES: Final = ("mrr", "arr", "one_off", "first_invoice", "contract_value", "vat", "gross")
_ESTIMATE: Final = ("billing_type", "net", "vat", "gross")
_WORDS: Final[Mapping[str, Phrase]] = {"unsaved": phrase("As typed, not saved yet"), "document": phrase("The document")}


def _typed(request: PageRequest) -> StoredQuote:
    """The quote with the lines of the address: each field once a line, in their order, the new line last."""
    desk, number = request.desk(), request.names["number"]
    stored = [line.request for line in find_quote(desk, number).quote.lines]
    given = {name: [text for each, text in request.visit.parameters if each == name] for name in (*_FIELDS, "product", "payment_plan")}
    language = request.visit.language
    lines = [_line(line, at, given, language) for at, line in enumerate(stored)]
    product = next(iter(given["product"]), "").strip()
    if product:
        fresh = {name: given[name][-1].strip() for name in _FIELDS if given[name] and given[name][-1].strip()}
        plan = next(iter(given["payment_plan"]), "").strip()
        fields = {**fresh, "product": product} | ({"payment_plan": plan} if plan else {})
        lines.append(read_body(LineRequest, _with_numbers({"quantity": "1", **fields}, {}, language)))
    return with_lines(desk, number, lines)


def _line(line: LineRequest, at: int, given: Mapping[str, Sequence[str]], language: Language) -> LineRequest:
    typed = {name: given[name][at].strip() for name in _FIELDS if at < len(given[name])}
    fields = {name: text for name, text in typed.items() if text}
    before = line.model_dump(mode="json", exclude={"discount_author"}, exclude_none=True)
    others = {name: value for name, value in before.items() if name not in _FIELDS}
    return read_body(LineRequest, {**others, **_with_numbers(fields, before, language)}).replace(discount_author=line.discount_author)


def _with_numbers(fields: Mapping[str, str], before: Mapping[str, object], language: Language) -> Mapping[str, str]:
    """The fields of a line with their numbers as the form that saves it reads them."""
    request = request_of(fields_of(LineRequest), fields, language, {name: str(before.get(name)) for name in fields})
    return {name: str(request.get(name, text)) for name, text in fields.items()}


def _answer(request: PageRequest) -> Response:
    request.check_may("change_line")
    language, number = request.visit.language, request.names["number"]
    values: dict[str, object] = {"own": {name: say(text, language) for name, text in _WORDS.items()}, "problems": (), "pdf": None}
    try:
        stored = _typed(request)
    except Unknown:
        raise
    except Refusal as refusal:
        values["problems"] = [(each.message_in(language), help_on_page(each, language)) for each in refusal.problems]
        return staff_response(TEMPLATE, values, language=language)
    priced = stored.quote.model_dump(mode="json")
    figures = shown_tree({name: priced.get(name) for name in _FIGURES}, language).facts
    pdf = f"/quotes/{quote(number, safe='')}/preview.pdf?{urlencode(request.visit.parameters)}"
    values |= {
        "figures": figures,
        "totals": shown_table(Named(request.desk(), language).rows(priced["estimates"]), _ESTIMATE, language),
        "pdf": pdf,
    }
    return staff_response(TEMPLATE, values, language=language)


def _document(request: PageRequest) -> Response:
    request.check_may("change_line")
    content = preview_pdf(request.desk(), _typed(request), request.records.desk.rulebook_folder)
    response = file_response(content, "application/pdf", f"{request.names['number']}.pdf")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    return response


ROUTES: Final[OwnRoutes] = (OwnRoute("/quotes/{number}/preview.pdf", _document), OwnRoute("/quotes/{number}/preview", _answer))
