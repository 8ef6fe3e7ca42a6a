"""The page of a billing run: how far it is, what it issued, and what is held back with the way out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown_table, shown_tree
from engine.phrases import Phrase, phrase, say

_WORDS: Final[Mapping[str, Phrase]] = {
    "progress": phrase("Progress"),
    "held": phrase("Held back now"),
    "all_held": phrase("Why, and the way out"),
    "none": phrase("Nothing is held back."),
    "invoices": phrase("Invoices of this day"),
    "again": phrase("Show it again"),
    "resume": phrase("Go on with it"),
}
_FACTS: Final = ("issued_on", "due_through", "order_type", "customer", "order", "issued", "held", "started_at", "ended_at", "workers")
_HELD: Final = ("customer", "order", "product", "billing_date", "net", "held_because")
_HELD_FIRST: Final = "20"


def _values(record: ShownRecord) -> Values:
    run, language = record.answer, record.visit.language
    held = record.read("/transactions", {}, state="held", limit=_HELD_FIRST, total="true") or {"rows": [], "total": 0}
    done = phrase("{done} of {shards} parts are done", done=str(run["done"]), shards=str(run["shards"]))
    return {
        "own": {name: say(words, language) for name, words in _WORDS.items()} | {"of": say(done, language)},
        "number": run["run"],
        "heading": say(phrase("Billing run {number}", number=str(run["run"])), language),
        "done": run["done"],
        "shards": run["shards"],
        "facts": shown_tree({name: run.get(name) for name in _FACTS}, language),
        "is_running": run["state"] == "running",
        "may_resume": run["state"] == "running" and record.may("resume_run"),
        "held": shown_table(rows_of(held, "rows"), _HELD, language),
        "count": held["total"],
        "issued_on": run["issued_on"],
    }


RUN_PAGE: Final = OwnPage("runs/run.html.j2", _values)
