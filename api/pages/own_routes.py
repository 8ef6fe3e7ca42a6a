"""Addresses that pages have beside those of the routes of the desk: each is declared in the module of its page, see `page_registry`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from fastapi.responses import Response

from api.desk.desk import Desk
from api.http.desk_requests import NOT_YOUR_ROLE
from api.http.route_declarations import Route
from api.pages.frame.remedies import help_on_page
from api.pages.frame.visits import Visit
from api.pages.records.named_values import Named
from api.pages.records.own_pages import Read, RefusedForm
from api.pages.records.record_answers import RecordAnswers
from api.refusals import NotAllowed
from engine.phrases import phrase, say
from engine.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """A request for a page of its own: who looks, the names in its path, what a form sent, and what reads the routes of the desk."""

    visit: Visit
    records: RecordAnswers
    names: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)
    """The fields of a form that was shown to this session."""
    problem: Problem | None = None
    """Why nothing can be done with the files that were uploaded."""
    refused: RefusedForm | None = None
    """The form of the page that was refused, where one was just sent."""

    @property
    def routes(self) -> Mapping[str, Route]:
        """By path, the routes that read; by name, those that do something."""
        return self.records.routes

    @property
    def read(self) -> Read:
        """Reads what a route says, as the person; None where the person may not see it."""
        return partial(self.records.read, self.visit)

    def refusal(self) -> Mapping[str, object]:
        """The values of `records/refused.html.j2`: what was wrong with the form of the page, and what was typed into it."""
        refused, language = self.refused, self.visit.language
        problems = () if refused is None else refused.problems
        return {
            "mend": say(phrase("Please look at this again"), language),
            "refused": [(each.message_in(language), help_on_page(each, language)) for each in problems],
            "outdated": None if refused is None else refused.outdated,
            "typed": {} if refused is None else refused.given,
        }

    def desk(self) -> Desk:
        """The desk for the person."""
        return self.records.open_desk(self.visit.person.name)

    @property
    def named(self) -> Named:
        """Puts names in place of codes in what is shown."""
        return Named(self.desk(), self.visit.language)

    def check_may(self, name: str) -> None:
        """Refuses who may not do the verb of a name, or read the path of a route."""
        roles = self.routes[name].roles
        if self.visit.key.role not in roles:
            raise NotAllowed((NOT_YOUR_ROLE.at(None, role=self.visit.key.role, roles=", ".join(roles)),))


@dataclass(frozen=True, slots=True)
class OwnRoute:
    """An address with the function that answers it. A POST needs a path of forms (`api/http/middleware.py`) and the token of a form."""

    path: str
    answer: Callable[[PageRequest], Response]
    method: Literal["GET", "POST"] = "GET"
    shows_refusals: bool = False
    """Whether its page shows a form of it that was refused, see `PageRequest.refusal`."""
    takes_files: bool = False
    """Whether its form sends files: the content of each comes as base64 in its field, and its name in the field `NAME.name`."""
    resumed_by: Callable[[PageRequest], Response] | None = None
    """What shows the form as it was filled, where the session had ended when it was sent."""


OwnRoutes = Sequence[OwnRoute]
