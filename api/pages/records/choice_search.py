"""The choices for a field by what is typed into it: the options of its list, a part of the page on which it stands."""

from __future__ import annotations

from typing import Final

from fastapi.responses import Response

from api.desk import choices
from api.pages.frame.navigation import may_see
from api.pages.own_routes import OwnRoute, OwnRoutes, PageRequest
from api.pages.page_responses import staff_response

TEMPLATE: Final = "records/choices.html.j2"
_LONGEST: Final = 100
_OF: Final = "of"
_LISTS: Final = {kind: "/opportunities" if kind == "opportunity" else f"/{kind}s" for kind in choices.SOUGHT.values()}
"""Where what is sought is listed: only who may see that finds it here."""


def _answer(request: PageRequest) -> Response:
    """A field sends its text under its own name, whatever that is; `of`: which choices it has."""
    visit = request.visit
    name = dict(visit.parameters).get(_OF, "")
    words = next((text.strip()[:_LONGEST] for each, text in visit.parameters if each != _OF), "")
    kind = choices.SOUGHT.get(name)
    is_open = kind is None or may_see(visit.person.role, _LISTS[kind], request.routes)
    fitting = choices.fitting(request.desk(), name, visit.language, words) if is_open else ()
    return staff_response(TEMPLATE, {"choices": fitting}, language=visit.language)


ROUTES: Final[OwnRoutes] = (OwnRoute("/choices", _answer),)
