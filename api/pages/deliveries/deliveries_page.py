"""The page of deliveries: what failed first, then all by state and channel, each sent again or skipped by a button."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlencode

from api.pages.frame.labels import field_label
from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import Shown, shown
from engine.phrases import Phrase, phrase, say

_WORDS: Final[Mapping[str, Phrase]] = {
    "failed": phrase("What somebody must look at"),
    "retry": phrase("Send again"),
    "skip": phrase("Skip"),
    "all": phrase("All"),
}
_COLUMNS: Final = ("document", "channel", "state", "due_at", "attempts", "last_answer", "held_because")
_FAILED: Final = ("dead", "rejected", "held")
_RETRIED: Final = ("queued", "held", "dead", "skipped")
_SKIPPED: Final = ("queued", "held", "dead", "rejected")
_FAILED_FIRST: Final = "20"


def _values(record: ShownRecord) -> Values:
    requested = {name: text for name, text in record.visit.parameters if text}
    language = record.visit.language
    is_whole = not {"state", "cursor", "document"} & set(requested)
    given = {name: requested[name] for name in ("channel", "run") if name in requested}
    answers = (record.read("/outbox", {}, state=state, limit=_FAILED_FIRST, **given) for state in _FAILED) if is_whole else ()
    failed = [row for answer in answers if answer is not None for row in rows_of(answer, "rows")]
    return {
        "own": {name: say(text, language) for name, text in _WORDS.items()},
        "heading": say(phrase("Deliveries"), language),
        "failed": list(_messages(record, failed)),
        "messages": list(_messages(record, rows_of(record.answer, "rows"))),
        "columns": [field_label(name, language) for name in _COLUMNS],
        "back": record.visit.path + (f"?{urlencode(requested)}" if requested else ""),
    }


def _messages(record: ShownRecord, rows: list[Mapping[str, object]]) -> Iterator[Values]:
    for row in rows:
        key, language = str(row["key"]), record.visit.language
        yield {
            "key": key,
            "cells": [_document(row) if name == "document" else shown(row[name], name, language) for name in _COLUMNS],
            "may_retry": row["state"] in _RETRIED and record.may("retry_message"),
            "may_skip": row["state"] in _SKIPPED and record.may("skip_message"),
            "once": str(uuid.uuid4()),
            "skip": f"/do/skip_message?{urlencode({'message': key, 'back': record.visit.path})}",
        }


def _document(row: Mapping[str, object]) -> Shown:
    """What a message is about, with the way to it where it is an issued document."""
    name = str(row["document"])
    return Shown(
        text=name, link=f"/invoices/{name}" if "/" not in name and " " not in name else f"/{name}" if name.startswith("runs/") else None
    )


DELIVERIES_PAGE: Final = OwnPage("deliveries/deliveries.html.j2", _values)
