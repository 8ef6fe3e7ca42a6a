"""The page of an order: its items, those that are pending to activate, its payment plan, its transactions, and its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from api.pages.frame.labels import value_label
from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown_table, shown_tree
from engine.phrases import Phrase, phrase, say

_WORDS: Final[Mapping[str, Phrase]] = {
    "lines": phrase("Items"),
    "choose": phrase("Choose"),
    "on": phrase("Activate from"),
    "preview": phrase("Preview the activation"),
    "help": phrase("The ticked items begin on that day. What this makes billable is shown before anything is done."),
    "plan": phrase("Payment plan"),
    "transactions": phrase("First transactions"),
    "all": phrase("All"),
    "history": phrase("History"),
}
_FACTS: Final = ("type", "customer", "signed_on", "purchase_order", "payment_terms", "deliver_to", "attributes")
_ITEM: Final = ("product", "quantity", "state", "billing_process", "payment_plan", "activated_on", "ends_before")
_TRANSACTION: Final = ("product", "kind", "service_period", "billing_date", "quantity", "net", "state", "held_because", "invoice")
_INSTALMENT: Final = ("number", "billing_date", "net", "state")
_SHOWN_FIRST: Final = 12
_WIDTH: Final = 1000


def _values(shown: ShownRecord) -> Values:
    order, language = shown.named.tree(shown.answer), shown.visit.language
    items, transactions = rows_of(order, "items"), rows_of(order, "transactions")
    pending = [str(item["id"]) for item in items if item["state"] == "pending" and item["activated_on"] is None]
    instalments = rows_of(order, "instalments")
    return {
        "own": {name: say(words, language) for name, words in _WORDS.items()},
        "id": order["id"],
        "facts": shown_tree({**{name: order.get(name) for name in _FACTS}, "customer": shown.customer(), **_owed(order)}, language),
        "items": shown_table(items, _ITEM, language),
        "ids": [str(item["id"]) for item in items],
        "pending": pending,
        "may_activate": bool(pending) and shown.may("activate_order"),
        "today": shown.desk.today.isoformat(),
        "plan": list(_bar(instalments)),
        "instalments": shown_table(instalments, _INSTALMENT, language),
        "transactions": shown_table(transactions[:_SHOWN_FIRST], _TRANSACTION, language),
        "count": len(transactions),
        "history": shown_table(
            [{**row, "what": value_label(str(row["what"]), language)} for row in rows_of(order, "history")],
            ("on", "what", "items", "author", "because"),
            language,
        ),
    }


ORDER_PAGE: Final = OwnPage("orders/order.html.j2", _values)


def _owed(order: Mapping[str, object]) -> Mapping[str, object]:
    owed = order["owed"]
    return dict(owed) if isinstance(owed, Mapping) else {}


def _bar(instalments: Sequence[Mapping[str, object]]) -> Iterator[Values]:
    """The instalments as parts of a bar, each as wide as its share."""
    place = 0
    for each in instalments:
        width = int(str(each["thousandths"])) * _WIDTH // 1000
        title = f"{each['number']} · {each['net']}"
        yield {"x": place, "width": max(width - 4, 1), "state": str(each["state"]).partition(",")[0], "title": title}
        place += width
