"""The browsers in which a person is signed in: each by its name, since when, and when it was last seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.pages.account.browser_names import browser_name
from api.pages.frame.navigation import Values
from api.pages.frame.visits import Visit
from api.pages.records.own_pages import OwnPage, ShownRecord, rows_of
from api.pages.records.tree_view import shown
from engine.phrases import Phrase, phrase, say

WORDS: Final[Mapping[str, Phrase]] = {
    "sessions": phrase("Signed in with"),
    "this": phrase("this one"),
    "none": phrase("Signed in nowhere now."),
}


def shown_session(session: Mapping[str, object], visit: Visit) -> Values:
    """A session as the list has it, of the answer of its route; `written`: what the browser says of itself."""
    language, written = visit.language, str(session["browser"])
    times = {name: shown(session[name], name, language).text for name in ("created_at", "last_used_at", "ends_at")}
    since, seen, until = times.values()
    moments = phrase("since {since}, until {until}", since=since, until=until)
    if seen:
        moments = phrase("since {since}, last seen {seen}, until {until}", since=since, seen=seen, until=until)
    return {
        "browser": browser_name(written, language),
        "written": written,
        "times": say(moments, language),
        "is_this": session["session"] == visit.key.prefix,
    }


def _values(record: ShownRecord) -> Values:
    return {
        "own": {name: say(words, record.visit.language) for name, words in WORDS.items()},
        "sessions": [shown_session(each, record.visit) for each in rows_of(record.answer, "sessions")],
    }


SESSIONS_PAGE: Final = OwnPage("account/user_sessions.html.j2", _values)
