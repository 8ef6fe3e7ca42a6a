"""The page of one's own account: the password, and the browsers in which one is signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi.responses import RedirectResponse, Response

from api.desk import signing_in
from api.desk.document_trees import session_tree
from api.pages.account.sessions_page import WORDS, shown_session
from api.pages.frame.navigation import Values, frame_of
from api.pages.frame.remedies import help_on_page
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response
from api.refusals import NoKey
from engine.phrases import Phrase, phrase, say
from engine.problems import Kind, Problem, Refusal, refuse

TEMPLATE: Final = "account/account.html.j2"
PATH: Final = "/account"
NOT_TWICE: Final = Kind("password-not-twice", "the new password was written in two ways", "write the same one in both fields")
_WORDS: Final[Mapping[str, Phrase]] = {
    "password": phrase("Password"),
    "current": phrase("Current password"),
    "new": phrase("New password"),
    "again": phrase("New password, again"),
    "change": phrase("Change the password"),
    "ends": phrase("Your other sessions end."),
    "sessions": phrase("Where you are signed in"),
    "end": phrase("End the others"),
    "done": phrase("Done."),
    "person": phrase("Person"),
    "role": phrase("Role"),
}


def account_page(request: PageRequest, problems: Sequence[Problem] = ()) -> Values:
    """The values of the page."""
    visit, language = request.visit, request.visit.language
    sessions = signing_in.sessions_of(request.desk(), visit.person.name)
    return {
        **frame_of(visit, say(phrase("Your account"), language), request.routes),
        "own": {name: say(words, language) for name, words in {**WORDS, **_WORDS}.items()},
        "name": visit.person.name,
        "email": visit.person.email,
        "sessions": [shown_session(session_tree(each), visit) for each in sessions],
        "problems": [(each.message_in(language), help_on_page(each, language)) for each in problems],
        "is_done": any(name == "done" for name, _ in visit.parameters),
    }


def _show(request: PageRequest) -> Response:
    return staff_response(TEMPLATE, account_page(request), language=request.visit.language)


def _change(request: PageRequest) -> Response:
    sent = request.sent
    try:
        if sent.get("new") != sent.get("again"):
            raise refuse(NOT_TWICE)
        signing_in.change_own_password(request.desk(), request.visit.key, sent.get("current", ""), sent.get("new", ""))
    except (NoKey, Refusal) as refusal:
        values = account_page(request, refusal.problems)
        return staff_response(TEMPLATE, values, status=422, language=request.visit.language, is_sent=True)
    return RedirectResponse(f"{PATH}?done=password", 303)


def _end_others(request: PageRequest) -> Response:
    signing_in.end_other_sessions(request.desk(), request.visit.key)
    return RedirectResponse(f"{PATH}?done=sessions", 303)


ROUTES: Final[OwnRoutes] = (
    OwnRoute(PATH, _show),
    OwnRoute(f"{PATH}/password", _change, "POST"),
    OwnRoute(f"{PATH}/sessions", _end_others, "POST"),
)
