"""The page of all versions of the rulebook, the newest first: each leads to its text, euros and tests."""

from __future__ import annotations

from typing import Final

from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown_table
from engine.phrases import phrase, say

_COLUMNS: Final = ("version", "state", "in_force", "from", "by", "approved_by", "year_change", "rolls_back_to", "note")
_LINKS: Final = {"version": "/rulebooks", "rolls_back_to": "/rulebooks"}


def _values(record: ShownRecord) -> Values:
    language, versions = record.visit.language, rows_of(record.answer, "rulebooks")
    return {
        "heading": say(phrase("Published versions"), language),
        "listed": shown_table(versions[::-1], _COLUMNS, language, links=_LINKS),
        "workbench": say(phrase("Workbench"), language),
        "compare": say(phrase("Compare versions"), language),
        "may_draft": record.may("propose_draft"),
        "none": say(phrase("Nothing is published yet: the first document makes this rulebook version v1."), language),
    }


VERSIONS_PAGE: Final = OwnPage("rulebooks/rulebook_list.html.j2", _values)
