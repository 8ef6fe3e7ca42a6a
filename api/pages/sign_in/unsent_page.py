"""A form that was sent when the session had ended, to an address that shows no form of its own: shown, to be sent again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api.http.route_declarations import Route
from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.sent_forms import sent_fields
from api.pages.frame.visits import Visit
from engine.phrases import Phrase, phrase, say

TEMPLATE: Final = "sign_in/unsent.html.j2"
_MOST_FIELDS: Final = 20_000
_OF_THE_SESSION: Final = "csrf"
_WORDS: Final[Mapping[str, Phrase]] = {
    "about": phrase("Your session had ended when you sent this. Nothing was done yet."),
    "send": phrase("Send it now"),
    "leave": phrase("Leave it"),
}


def unsent_page(visit: Visit, action: str, body: str, routes: Mapping[str, Route]) -> Values:
    """The values of the page; the fields that people write are shown, and all go along."""
    fields = {name: text for name, text in sent_fields(body.encode(), most=_MOST_FIELDS).items() if name != _OF_THE_SESSION}
    return {
        **frame_of(visit, say(phrase("Send this again?"), visit.language), routes),
        "own": {name: say(words, visit.language) for name, words in _WORDS.items()},
        "action": action,
        "fields": sorted(fields.items()),
    }
