"""The page of a quote: its lines edited in a table, its totals, what can be done with it now; the PDF beside it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from api.pages.frame.navigation import Values
from api.pages.records.list_page import sums_of
from api.pages.records.offered_choices import offers_of
from api.pages.records.own_pages import OwnPage, RefusedForm, ShownRecord, rows_of
from api.pages.records.tree_view import shown, shown_table, shown_tree
from engine.phrases import Phrase, phrase, say

_WORDS: Final[Mapping[str, Phrase]] = {
    "lines": phrase("Lines"),
    "product": phrase("product"),
    "quantity": phrase("quantity"),
    "discount": phrase("Discount"),
    "starts": phrase("starts on"),
    "type": phrase("billing type"),
    "plan": phrase("payment plan"),
    "net": phrase("Net"),
    "save": phrase("Save"),
    "remove": phrase("Remove"),
    "add": phrase("Add a line"),
    "totals": phrase("Totals by billing type"),
    "instalments": phrase("Instalments"),
    "steps": phrase("History"),
    "beside": phrase("The document"),
}
_FACTS: Final = ("customer", "opportunity", "on", "valid_until", "approver", "payment_terms", "deliver_to", "attributes")
_FIELDS: Final = ("quantity", "discount", "starts_on")
"""What one changes of a line."""
_ADDED: Final = "new"
_FIELDS_ADDED: Final = ("product", "discount", "starts_on", "payment_plan")
_FIGURES: Final = ("mrr", "arr", "one_off", "first_invoice", "contract_value")
_AT_ONCE: Final[Mapping[str, tuple[str, Phrase]]] = {
    "submit": ("submit_quote", phrase("Offer it")),
    "approve": ("approve_quote", phrase("Approve")),
    "send": ("send_quote", phrase("Send by e-mail")),
}
"""The verbs that need nothing more: by what is possible, the route and its button."""
_WITH_FORM: Final[Mapping[str, tuple[tuple[str, Phrase], ...]]] = {
    "send": (("note_sent", phrase("Sent in another way")),),
    "accept": (("accept_quote", phrase("Accept")),),
    "refuse": (("refuse_quote", phrase("Refuse")),),
    "version": (("make_version", phrase("New version")),),
}


def _values(record: ShownRecord) -> Values:
    quote, named, language = record.answer, record.named, record.visit.language
    possible = quote.get("possible")
    allowed = possible if isinstance(possible, list) else []
    number = str(quote["number"])
    offers = offers_of(record.desk, language)
    figures = {name: quote[name] for name in _FIGURES if quote[name] is not None}
    return {
        "own": {name: say(words, language) for name, words in _WORDS.items()},
        "number": number,
        "etag": record.etag,
        "heading": f"{number} · {quote['version']}",
        "facts": shown_tree({**named.tree({name: quote.get(name) for name in _FACTS}), "customer": record.customer()}, language),
        "figures": sums_of(figures, language, record.desk.rulebook.currency.code),
        "rows": [_row(line, record, _typed_into(record, str(line["number"]))) for line in rows_of(quote, "lines")],
        "new": _line_to_add(record, _typed_into(record, _ADDED)),
        "lists_of_new": {name: offers.listed(name) for name in ("product", "payment_plan")},
        "lists": offers.lists,
        "may_edit": "change-line" in allowed and record.may("change_line"),
        "at_once": [
            (name, say(label, language), str(uuid.uuid4()))
            for verb, (name, label) in _AT_ONCE.items()
            if verb in allowed and record.may(name)
        ],
        "with_form": list(_forms(allowed, record)),
        "totals": shown_table(named.rows(rows_of(quote, "estimates")), ("billing_type", "net", "vat", "gross"), language),
        "instalments": shown_table(rows_of(quote, "instalments"), ("number", "billing_date", "net"), language),
        "steps": shown_table(rows_of(quote, "steps"), ("on", "state", "author", "by", "note"), language),
        "once": str(uuid.uuid4()),
        "seen": record.desk.now().isoformat(),
    }


def _nowhere(record: ShownRecord) -> Collection[str]:
    """A link is only for who can accept the quote."""
    possible = record.answer.get("possible")
    can_accept = isinstance(possible, list) and "accept" in possible
    return () if can_accept and record.desk.links.is_set else ("get_link",)


QUOTE_PAGE: Final = OwnPage("quotes/quote.html.j2", _values, _nowhere)


def _forms(allowed: Sequence[str], record: ShownRecord) -> Iterator[tuple[str, str]]:
    for verb, forms in _WITH_FORM.items():
        for name, label in forms:
            if verb in allowed and record.may(name):
                yield name, say(label, record.visit.language)


def _typed_into(record: ShownRecord, line: str) -> RefusedForm | None:
    """The form of a line that was refused just now, or that of the new one; None where it is that of another line."""
    refused = record.refused
    is_of_it = refused is not None and (refused.names.get("line") == line if refused.verb != "add_quoted_line" else line == _ADDED)
    return refused if is_of_it else None


def _line_to_add(record: ShownRecord, typed: RefusedForm | None) -> Values:
    """The fields of the line that one adds, as they were typed where they were not saved."""
    given = _unsaved(record, "new-line") if typed is None else typed.given
    return {"quantity": "1", **{name: given.get(name, "") for name in _FIELDS_ADDED}, **given, "wrong": _wrong(typed)}


def _unsaved(record: ShownRecord, form: str) -> Mapping[str, str]:
    """What was typed into a line while another one was sent, as the address has it: by field."""
    names = {f"{form}.{name}": name for name in (*_FIELDS, *_FIELDS_ADDED)}
    return {names[name]: text for name, text in record.visit.parameters if name in names}


def _wrong(typed: RefusedForm | None) -> Collection[str]:
    """The fields of a refused line that the problems name."""
    return () if typed is None else [(each.pointer or "").strip("/") for each in typed.problems]


def _row(line: Mapping[str, object], record: ShownRecord, typed: RefusedForm | None) -> Values:
    """A line as its fields, as they were typed where they were not saved; it has a token of its own, for it is sent alone."""
    language = record.visit.language
    request = line["request"]
    assert isinstance(request, Mapping)
    code = str(request["product"])
    given = _unsaved(record, f"line-{line['number']}") if typed is None else typed.given
    return {
        "number": line["number"],
        "label": say(phrase("line {number}", number=str(line["number"])), language),
        "name": record.named.text("product", code) or code,
        "product": code,
        **{name: request.get(name) or "" for name in _FIELDS},
        **{name: text for name, text in given.items() if name in _FIELDS},
        "saved": {name: request.get(name) or "" for name in _FIELDS},
        "wrong": _wrong(typed),
        **{name: record.named.text(name, each := str(line.get(name) or "")) or each for name in ("billing_type", "payment_plan")},
        "net": shown(line["net"], "", language).text,
        "once": str(uuid.uuid4()),
    }
