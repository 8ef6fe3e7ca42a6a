"""What went wrong before a page could be answered, as a page: with a number that stands in the log too."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi.responses import Response
from starlette.datastructures import Headers

from api.pages.frame.navigation import bare_frame
from api.pages.frame.visits import chosen_language
from api.pages.page_responses import staff_response
from engine.phrases import Language, Phrase, phrase, say
from engine.problems import Problem

_TEMPLATE: Final = "frame/error.html.j2"
_MACHINES: Final = ("/v1/", "/openapi.json", "/docs", "/static-offline-docs", "/healthz", "/readyz", "/metrics")
"""Where programs read problems as JSON, whatever they accept."""
_FAULTS: Final = 500
_MISSING: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


def wants_page(path: str, headers: Headers) -> bool:
    """Whether a browser goes to an address: then it shows what it is answered to a person."""
    return "text/html" in headers.get("accept", "") and not path.startswith(_MACHINES)


def error_page(status: int, problem: Problem, request_id: str, headers: Headers, language: Language) -> Response:
    """The page of a problem, in the language that the person chose here."""
    language = chosen_language(headers) or language
    values = {
        **bare_frame(_title(status), language),
        "message": None if status in _MISSING else f"{problem.message_in(language)}. {problem.help_in(language)}",
        "nothing": say(phrase("The address may be mistyped, or what was here is gone."), language),
        "reference": say(phrase("Reference: {number}", number=request_id), language) if status not in _MISSING else None,
        "home": say(phrase("Home"), language),
    }
    return staff_response(_TEMPLATE, values, status=status, language=language)


def _title(status: int) -> Phrase:
    if status in _MISSING:
        return phrase("There is nothing here")
    return phrase("Something went wrong here") if status == _FAULTS else phrase("This did not work")
