"""The page of a customer: what it pays each month and owes, who it is, its active items, its latest orders, sales and invoices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from api.desk.customer_documents import AccountDocument, documents_of
from api.pages.frame.labels import field_label
from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown, shown_table, shown_tree
from engine.phrases import Phrase, phrase, say

_WORDS: Final[Mapping[str, Phrase]] = {
    "figures": phrase("Figures"),
    "all": phrase("All"),
    "on_hold": phrase("On hold: runs hold back what is due from this customer."),
    "identity": phrase("Identity"),
    "activities": phrase("Notes and tasks"),
    "history": phrase("History"),
}
_IDENTITY: Final = (
    *(
        "id",
        "address",
        "kind",
        "vat_number",
        "vat_number_state",
        "vat_checked_on",
        "vat_checks",
        "peppol",
        "small_business",
        "email",
        "language",
    ),
    *("segment", "attributes", "purchase_order", "payment_terms", "addresses", "contacts", "mandates", "references", "notice", "merged"),
    "merged_into",
)
_ACTIVITY: Final = ("on", "kind", "text", "owner", "due_on", "done_on", "author")
_FIRST: Final = "8"
_DOCUMENTS: Final[Mapping[AccountDocument, Sequence[str]]] = {
    "statement": ("get_statement", "print_statement"),
    "reminder": ("get_reminder", "print_reminder"),
    "draft": ("print_draft",),
}
"""The routes of each document."""
_LISTS: Final[tuple[tuple[Phrase, str, tuple[str, ...], Mapping[str, str], str], ...]] = (
    (phrase("Active items"), "/items", ("product", "quantity", "activated_on", "ends_before", "order"), {"state": "active"}, "50"),
    (phrase("Orders"), "/orders", ("order", "type", "state", "items", "signed_on", "open", "overdue"), {"order_by": "-signed_on"}, _FIRST),
    (phrase("Opportunities"), "/opportunities", ("id", "what", "stage", "amount", "expected_close"), {"state": "open"}, _FIRST),
    (phrase("Quotes"), "/quotes", ("number", "version", "state", "on", "valid_until", "one_off", "mrr"), {}, _FIRST),
    (
        phrase("Invoices"),
        "/invoices",
        ("number", "kind", "issued_on", "due_on", "gross", "paid", "rest"),
        {"order_by": "-issued_on"},
        _FIRST,
    ),
)
"""What belongs to a customer: its title, its list, the columns, the rows of it, and how many stand here."""


def _values(record: ShownRecord) -> Values:
    customer, language = record.answer, record.visit.language
    name = str(customer["id"])
    activities = record.named.rows([*rows_of(customer, "notes"), *rows_of(customer, "activities")])
    return {
        "own": {word: say(words, language) for word, words in _WORDS.items()},
        "heading": customer["name"],
        "figures": list(_figures(record, name)),
        "hold": customer.get("hold"),
        "identity": shown_tree(record.named.tree({each: customer.get(each) for each in _IDENTITY}), language),
        "lists": list(_lists(record, name)),
        "activities": shown_table(activities, [each for each in _ACTIVITY if any(row.get(each) for row in activities)], language),
        "hold_facts": shown_tree(hold, language) if isinstance(hold := customer.get("hold"), Mapping) else None,
    }


def _nowhere(record: ShownRecord) -> Collection[str]:
    """The routes of documents that there are not."""
    documents = documents_of(record.desk, str(record.answer["id"]))
    return [name for document, names in _DOCUMENTS.items() if document not in documents for name in names]


CUSTOMER_PAGE: Final = OwnPage("customers/customer.html.j2", _values, _nowhere)


def _figures(record: ShownRecord, name: str) -> Iterator[Values]:
    """Each sum with its name and the way to its rows."""
    answer, language = record.answer, record.visit.language
    currency = record.desk.rulebook.currency.code
    recurring = record.read("/reports/mrr", {}, customer=name)
    for row in rows_of(recurring, "rows")[:1] if recurring is not None else ():
        for each in ("mrr", "arr"):
            yield {
                "name": field_label(each, language),
                "text": f"{shown(row[each], '', language).text} {currency}",
                "link": f"/reports/mrr?{urlencode({'customer': name})}",
            }
    owed = answer["owed"]
    assert isinstance(owed, Mapping)
    for each, words, requested in (
        ("open", phrase("open"), {"paid": "open"}),
        ("overdue", phrase("overdue"), {"overdue": "true"}),
        ("paid", phrase("paid"), {"paid": "paid"}),
    ):
        link = f"/invoices?{urlencode({'customer': name, **requested})}"
        yield {"name": say(words, language).capitalize(), "text": f"{shown(owed[each], '', language).text} {currency}", "link": link}


def _lists(record: ShownRecord, name: str) -> Iterator[Values]:
    language = record.visit.language
    for title, path, columns, requested, most in _LISTS:
        listed = record.read(path, {}, customer=name, limit=most, total="true", **requested)
        if listed is None or not rows_of(listed, "rows"):
            continue
        rows = record.named.rows(rows_of(listed, "rows"))
        yield {
            "title": say(title, language),
            "count": listed.get("total"),
            "link": f"{path}?{urlencode({'customer': name, **requested})}",
            "table": shown_table(
                rows,
                [each for each in columns if any(row.get(each) for row in rows)],
                language,
                links={columns[0]: path} if path != "/items" else None,
            ),
        }
