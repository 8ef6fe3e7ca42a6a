"""The page of a payment: what became of it, and beside it the open documents of its customer, to be ticked and matched by hand."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Final

from api.pages.frame.navigation import Values
from api.pages.records.offered_choices import offers_of
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown_table, shown_tree
from engine.phrases import Phrase, phrase, say

_WORDS: Final[Mapping[str, Phrase]] = {
    "about": phrase("The payment"),
    "settles": phrase("What it settles"),
    "open": phrase("Open documents of whoever may have paid"),
    "none": phrase("Nothing is open of a customer that is known by this account or name."),
    "choose": phrase("Choose"),
    "match": phrase("Match the ticked documents"),
    "customer": phrase("customer"),
    "look": phrase("Show what is open of this customer"),
    "entries": phrase("How it was posted"),
}
_FACTS: Final = (
    "entry_date",
    "value_date",
    "amount",
    "currency",
    "name",
    "payer_iban",
    "reference",
    "text",
    "because",
    "unallocated",
    "refunded",
)
_OPEN: Final = ("customer", "name", "document", "issued_on", "due_on", "gross", "open")


def _values(record: ShownRecord) -> Values:
    payment, language, name = record.answer, record.visit.language, str(record.answer["id"])
    chosen = dict(record.visit.parameters).get("customer", "").strip()
    may_match = record.may("match_payment") and not str(payment["amount"]).startswith("-") and str(payment["unallocated"]) != "0.00"
    requested = {"customer": chosen} if chosen else {}
    answer = record.read("/payments/{payment}/candidates", {"payment": name}, **requested) if may_match else None
    rows = rows_of(answer, "rows") if answer is not None else []
    offers = offers_of(record.desk, language)
    return {
        "own": {each: say(text, language) for each, text in _WORDS.items()},
        "id": name,
        "etag": record.etag,
        "once": str(uuid.uuid4()),
        "facts": shown_tree({each: payment.get(each) for each in _FACTS}, language),
        "settled": shown_table(rows_of(payment, "allocations"), ("document", "kind", "amount"), language, links={"document": "/invoices"}),
        "entries": shown_tree({"entries": payment["entries"]}, language),
        "may_match": may_match,
        "proposed": payment["documents"],
        "chosen": chosen,
        "customers": offers.listed("customer"),
        "lists": offers.lists,
        "candidates": shown_table(rows, _OPEN, language, links={"document": "/invoices"}),
        "numbers": [str(row["document"]) for row in rows],
    }


PAYMENT_PAGE: Final = OwnPage("payments/payment.html.j2", _values)
