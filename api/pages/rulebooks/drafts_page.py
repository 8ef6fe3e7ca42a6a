"""The page of the drafts of the rules: one's own and those that others share, each with what it changes."""

from __future__ import annotations

from typing import Final

from api.pages.frame.navigation import Values
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown_table
from engine.phrases import phrase, say

_COLUMNS: Final = ("author", "base", "files", "changed_at", "is_shared")
_LINKS: Final = {"author": "/drafts", "base": "/rulebooks"}


def _values(record: ShownRecord) -> Values:
    language = record.visit.language
    return {
        "heading": say(phrase("Drafts"), language),
        "listed": shown_table(rows_of(record.answer, "drafts"), _COLUMNS, language, links=_LINKS),
        "workbench": say(phrase("Workbench"), language),
        "compare": say(phrase("Compare versions"), language),
        "may_draft": record.may("propose_draft"),
        "none": say(phrase("There is no draft: what somebody changes in the workbench makes one."), language),
    }


DRAFTS_PAGE: Final = OwnPage("rulebooks/rulebook_list.html.j2", _values)
