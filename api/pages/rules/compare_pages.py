"""What answers requests to compare: two versions side by side, and live orders in the background."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.pages.frame.sent_forms import sent_fields
from api.pages.frame.visits import Visit
from api.pages.page_responses import staff_response
from api.pages.rulebooks.compare_page import TEMPLATE as COMPARE
from api.pages.rulebooks.compare_page import ComparedVersions, compare_page, compared_versions
from api.pages.rules.rules_page import visit_author
from api.pages.rules.rules_pages import RulesPages, text_of
from api.workbench.overlay import MOST_FILES
from engine.problems import Refusal


@dataclass(slots=True, kw_only=True)
class ComparePages:
    """Answers the requests of comparisons."""

    pages: RulesPages

    async def compare(self, request: Request) -> Response:
        """Two versions side by side; golden invoices are compared where one asks for it."""
        given = await self.pages.staff.respond(request, self._compared)
        if isinstance(given, Response):
            return given
        visit, versions = given
        diff, problem = None, ""
        if versions is not None and dict(visit.parameters).get("look") and len(versions.differences) <= MOST_FILES:
            try:
                diff = await self.pages.looks.diff(versions.before, versions.differences, visit)
            except Refusal as refusal:
                problem = text_of(refusal, visit)
        values = compare_page(visit, versions, diff, problem, self.pages.shown_routes)
        return staff_response(COMPARE, values, language=visit.language)

    def _compared(self, visit: Visit) -> tuple[Visit, ComparedVersions | None]:
        self.pages.open(visit)
        desk, given = self.pages.opener.desk(visit_author(visit)), dict(visit.parameters)
        may_roll_back = visit.key.role in self.pages.shown_routes["roll_back"].roles
        return visit, compared_versions(desk, given, visit.language, may_roll_back=may_roll_back)

    async def start_effect(self, request: Request) -> Response:
        """Starts a comparison of live orders, and leads to its page."""
        return await self._effect(request, "start_effect")

    async def stop_effect(self, request: Request) -> Response:
        """Stops it."""
        return await self._effect(request, "stop_effect")

    async def _effect(self, request: Request, verb: str) -> Response:
        body = await request.body()
        sent = sent_fields(body)
        given = {name: sent[name] for name in ("before", "after") if sent.get(name)} if verb == "start_effect" else None

        def changed(visit: Visit) -> Response:
            self.pages.verb(visit, sent, verb, given)
            return RedirectResponse(f"/drafts/{quote(visit_author(visit), safe='')}/effect", 303)

        return await self.pages.staff.respond(request, changed, body)
