"""The page of a quote: its lines edited in a table, its totals, what can be done with it now; the PDF beside it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from api.desk.desk import Desk
from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown, shown_table, shown_tree
from engine.phrases import Language, Phrase, phrase, say

_WORDS: Final[Mapping[str, Phrase]] = {
    "lines": phrase("Lines"),
    "product": phrase("product"),
    "quantity": phrase("quantity"),
    "discount": phrase("discount"),
    "starts": phrase("starts on"),
    "type": phrase("billing type"),
    "plan": phrase("payment plan"),
    "net": phrase("net"),
    "save": phrase("Save"),
    "remove": phrase("Remove"),
    "add": phrase("Add a line"),
    "totals": phrase("Totals by billing type"),
    "instalments": phrase("Instalments"),
    "steps": phrase("History"),
    "beside": phrase("The document"),
}
_FACTS: Final = ("customer", "opportunity", "on", "valid_until", "approver", "payment_terms", "deliver_to", "attributes")
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
    quote, language = record.answer, record.visit.language
    possible = quote.get("possible")
    allowed = possible if isinstance(possible, list) else []
    number = str(quote["number"])
    return {
        "own": {name: say(words, language) for name, words in _WORDS.items()},
        "number": number,
        "etag": record.etag,
        "heading": f"{number} · {quote['version']}",
        "facts": shown_tree({name: quote.get(name) for name in _FACTS} | {"customer": record.customer()}, language),
        "figures": [(label, one) for label, one in shown_tree({name: quote[name] for name in _FIGURES}, language).facts],
        "rows": [_row(line, record.desk, language) for line in rows_of(quote, "lines")],
        "products": _products(record.desk, language),
        "may_edit": "change-line" in allowed and record.may("change_line"),
        "at_once": [
            (name, say(label, language), str(uuid.uuid4()))
            for verb, (name, label) in _AT_ONCE.items()
            if verb in allowed and record.may(name)
        ],
        "with_form": list(_forms(allowed, record)),
        "totals": shown_table(rows_of(quote, "estimates"), ("billing_type", "net", "vat", "gross"), language),
        "instalments": shown_table(rows_of(quote, "instalments"), ("number", "billing_date", "net"), language),
        "steps": shown_table(rows_of(quote, "steps"), ("on", "state", "author", "by", "note"), language),
        "once": str(uuid.uuid4()),
    }


QUOTE_PAGE: Final = OwnPage("quotes/quote.html.j2", _values)


def _forms(allowed: Sequence[str], record: ShownRecord) -> Iterator[tuple[str, str]]:
    for verb, forms in _WITH_FORM.items():
        for name, label in forms:
            if verb in allowed and record.may(name):
                yield name, say(label, record.visit.language)


def _row(line: Mapping[str, object], desk: Desk, language: Language) -> Values:
    """A line as its fields; it has a token of its own, for it is sent alone."""
    request = line["request"]
    assert isinstance(request, Mapping)
    code = str(request["product"])
    product = desk.rulebook.products.get(code)
    return {
        "number": line["number"],
        "label": say(phrase("line {number}", number=str(line["number"])), language),
        "name": product.name.in_(language) if product else code,
        "product": code,
        "quantity": request["quantity"],
        "discount": request.get("discount") or "",
        "starts_on": request.get("starts_on") or "",
        "billing_type": line.get("billing_type") or "",
        "payment_plan": line.get("payment_plan") or "",
        "net": shown(line["net"], "", language).text,
        "once": str(uuid.uuid4()),
    }


def _products(desk: Desk, language: Language) -> Sequence[tuple[str, str]]:
    """What can be quoted: code and name."""
    return [(code, product.name.in_(language)) for code, product in desk.rulebook.products.items()]
