"""The page of an opportunity: the path of its stages, what is known and next, its quotes, its activities, and every change."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Final

from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown_table, shown_tree
from engine.phrases import Phrase, phrase, say

_WORDS: Final[Mapping[str, Phrase]] = {
    "path": phrase("Stages"),
    "advice": phrase("What it needs"),
    "quotes": phrase("Quotes"),
    "no_quotes": phrase("There is no quote yet."),
    "new_quote": phrase("New quote"),
    "won": phrase("Won"),
    "lost": phrase("Lost"),
    "reopen": phrase("Open it again"),
    "change": phrase("Edit"),
    "register": phrase("Register as a customer"),
    "activities": phrase("Notes and tasks"),
    "new_activity": phrase("New note or task"),
    "no_activities": phrase("Nothing is noted yet."),
    "history": phrase("Every change"),
}
_FACTS: Final = (
    *("customer", "prospect", "amount", "amounts", "order_type", "expected_close", "owner", "next_step", "next_step_on"),
    *("source", "reason", "primary_quote", "attributes"),
)
_QUOTE: Final = ("number", "version", "state", "on", "valid_until", "one_off", "mrr", "contract_value")
_ACTIVITY: Final = ("number", "kind", "on", "text", "owner", "due_on", "done_on")
_CHANGE: Final = ("changed_on", "field", "before", "after", "author")
_QUOTES_FIRST: Final = "50"


def _values(record: ShownRecord) -> Values:
    one, language = record.answer, record.visit.language
    name, is_open = str(one["id"]), one["state"] == "open"
    listed = record.read("/quotes", {}, opportunity=name, versions="true", limit=_QUOTES_FIRST) or {"rows": []}
    owed = one["owed"]
    activities = record.named.rows(rows_of(one, "activities"))
    return {
        "own": {word: say(words, language) for word, words in _WORDS.items()},
        "id": name,
        "heading": one["what"],
        "etag": record.etag,
        "once": str(uuid.uuid4()),
        "stages": list(_path(record)),
        "may_move": is_open and record.may("move_opportunity"),
        "may_reopen": not is_open and record.may("reopen_opportunity"),
        "is_open": is_open,
        "is_prospect": one.get("customer") is None,
        "may_quote": is_open and one.get("customer") is not None and record.may("make_quote"),
        "customer": one.get("customer"),
        "advice": one["advice"],
        "facts": shown_tree(
            {
                "id": name,
                **record.named.tree({fact: one.get(fact) for fact in _FACTS}),
                "customer": record.customer(),
                **(owed if isinstance(owed, Mapping) else {}),
            },
            language,
        ),
        "quotes": shown_table(rows_of(listed, "rows"), _QUOTE, language, links={"number": "/quotes"}),
        "activities": shown_table(activities, [each for each in _ACTIVITY if any(row.get(each) for row in activities)], language),
        "history": shown_table(record.named.rows(rows_of(one, "history")), _CHANGE, language),
    }


OPPORTUNITY_PAGE: Final = OwnPage("pipeline/opportunity.html.j2", _values)


def _path(record: ShownRecord) -> Iterator[Values]:
    """The stages in their order: those before the one in which it is are done."""
    stages, now = record.desk.rulebook.stages, record.answer["stage"]
    is_before = now in stages
    for name, stage in stages.items():
        is_before = is_before and name != now
        yield {"name": name, "label": stage.label.in_(record.visit.language), "is_now": name == now, "is_done": is_before}
