"""The answers of the pages of records: each calls the route of the service that does the work, as its person, and shows what it answers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi.responses import RedirectResponse, Response

from api.desk.desk import Desk
from api.http.desk_requests import DeskAnswers
from api.http.idempotency import KEY_REUSED
from api.http.route_declarations import Route
from api.pages.frame.labels import field_label
from api.pages.frame.navigation import Values, named_entry
from api.pages.frame.sent_forms import sent_fields
from api.pages.frame.visits import Visit
from api.pages.page_responses import staff_response
from api.pages.records import list_page, record_page, report_page, verb_page
from api.pages.records.form_descriptions import form_of
from api.pages.records.named_values import Named
from api.pages.records.offered_choices import OfferedChoices, offers_of
from api.pages.records.outdated_forms import changed_meanwhile
from api.pages.records.own_pages import OwnPage, OwnPages, RefusedForm, ShownRecord, rows_of
from api.pages.records.page_paths import above, declared_path
from api.pages.records.record_page import filled
from api.pages.records.refused_lists import ELSEWHERE, meant_by, refused_values
from api.pages.records.sent_verbs import back_of, desk_request, sent_form, sent_request
from api.pages.records.stored_fields import field_text, merged, stored_texts
from api.pages.records.tree_view import shown_tree
from api.pages.records.verb_fields import fields_of, without_gaps
from api.pages.records.verb_page import FilledForm
from api.refusals import NoKey, NotAllowed, Outdated
from engine.problems import Kind, Problem, Refusal

OTHER_FORM: Final = Kind("not-this-form", "this form was not shown to you, or you signed in again since", "look at it again, then send it")
SENT_BEFORE: Final = Kind(
    "form-sent-before",
    "this form was sent before, with other values, and that was done",
    "look at what it did; send it again to do this too",
)
_MOST_FIELDS: Final = 2000
_PAGE: Final = "50"
_SLASHES_OF_A_LIST: Final = 2
_ANSWERS_MORE: Final = ("accept_quote", "preview_acceptance", "preview_verb", "preview_reminders", "test_webhook")
"""What the answer names, such as the orders of a quote or what a receiver answered, is nowhere else on a page."""

_GENERAL: Final = OwnPage(
    record_page.TEMPLATE, lambda record: {"part": shown_tree(record.named.tree(record.answer), record.visit.language)}
)


@dataclass(frozen=True, slots=True)
class RecordAnswers:
    """Answers requests for the pages of lists, records, reports and verbs."""

    desk: DeskAnswers
    routes: Mapping[str, Route]
    """By path, those that read; by name, those that do something."""
    open_desk: Callable[[str], Desk]
    """The desk for a person."""
    own_pages: OwnPages
    shown_at: Callable[[Visit, str, RefusedForm, int], Response | None] = lambda *_: None
    """Shows the page of its own at an address again, with its form that was refused; None where none is there."""

    def listed(self, visit: Visit, route: Route, names: Mapping[str, str]) -> Response:
        """A page of a list."""
        requested = tuple((name, text) for name, text in visit.parameters if text)
        more = () if any(name == "limit" for name, _ in requested) else (("limit", _PAGE),)
        total = () if any(name == "cursor" for name, _ in requested) else (("total", "true"),)
        try:
            answer = self._tree(visit, route, {}, (*requested, *more, *total))
        except ELSEWHERE:
            raise
        except Refusal as refusal:
            return self._refused_list(visit, route, refusal)
        named = {**answer, "rows": self._named(visit).rows(rows_of(answer, "rows"))}
        values = self._list_values(visit, route, named) | {"facets": self._facets(visit, route)}
        own = self.own_pages.get(route.name)
        if own is None:
            return staff_response(list_page.TEMPLATE, values, language=visit.language)
        return staff_response(own.template, {**values, **own.values(self._record(visit, answer, ""))}, language=visit.language)

    def _list_values(self, visit: Visit, route: Route, answer: Mapping[str, object]) -> Values:
        return list_page.list_page(visit, route, answer, self.routes, _title(route, visit), self._offers(visit))

    def _refused_list(self, visit: Visit, route: Route, refusal: Refusal) -> Response:
        """The list of the only customer or document that may be meant; else the page with its filters and what is wrong with them."""
        meant = meant_by(self.open_desk(visit.person.name), visit, refusal)
        if meant is not None and len(meant.choices) == 1:
            return RedirectResponse(meant.addresses(visit)[0][1], 303)
        values = self._list_values(visit, route, {"rows": [], "next": None})
        refused = {"facets": [], "files": [], "refused_list": refused_values(visit, refusal, meant)}
        return staff_response(list_page.TEMPLATE, values | refused, status=422, language=visit.language)

    def _named(self, visit: Visit) -> Named:
        return Named(self.open_desk(visit.person.name), visit.language)

    def _offers(self, visit: Visit) -> OfferedChoices:
        return offers_of(self.open_desk(visit.person.name), visit.language)

    def _facets(self, visit: Visit, route: Route) -> Sequence[Values]:
        """The values of some conditions of a list, with how many rows each would leave."""
        listing = route.listing
        assert listing is not None
        if listing.counts_by is None:
            return []
        requested = {name: text for name, text in visit.parameters if text}
        given = {name: text for name, text in requested.items() if name in listing.conditions.model_fields}
        conditions, desk = listing.conditions.model_validate(given), self.open_desk(visit.person.name)
        counted = listing.counts_by(desk, conditions, listing.facets)
        return [
            list_page.facet(visit, route, name, counted[name], requested, self._named(visit))
            for name in listing.facets
            if counted.get(name)
        ]

    def shown(self, visit: Visit, route: Route, names: Mapping[str, str]) -> Response:
        """The page of one thing, or what belongs to it."""
        # What else an address carries, such as where a link came from, is let be.
        known = () if route.query is None else route.query.model_fields
        requested = tuple((name, text) for name, text in visit.parameters if text and name in known)
        return self._record_response(visit, route, names, self.tagged(visit, route, names, requested))

    def _record_response(
        self,
        visit: Visit,
        route: Route,
        names: Mapping[str, str],
        tagged: tuple[Mapping[str, object], str],
        refused: RefusedForm | None = None,
        status: int = 200,
    ) -> Response:
        """The page of a record, with its form that was refused; its own page, or the general one."""
        answer, etag = tagged
        own, record = self.own_pages.get(route.name, _GENERAL), self._record(visit, answer, etag, refused)
        values = record_page.record_page(visit, route, names, answer, self.routes, nowhere=own.nowhere(record), refused=refused)
        is_sent = refused is not None
        return staff_response(own.template, {**values, **own.values(record)}, status=status, language=visit.language, is_sent=is_sent)

    def _record(self, visit: Visit, answer: Mapping[str, object], etag: str, refused: RefusedForm | None = None) -> ShownRecord:
        return ShownRecord(
            refused=refused,
            visit=visit,
            desk=self.open_desk(visit.person.name),
            answer=answer,
            etag=etag,
            may=lambda name: name in self.routes and visit.key.role in self.routes[name].roles,
            read=partial(self.read, visit),
        )

    def tagged(
        self, visit: Visit, route: Route, names: Mapping[str, str], requested: tuple[tuple[str, str], ...] = ()
    ) -> tuple[Mapping[str, object], str]:
        """What a route answers, and the tag by which a form says that it is still so."""
        response = self.desk.answer(route, desk_request(visit, names, requested), visit.key)
        return json.loads(bytes(response.body)), response.headers.get("etag", "")

    def read(self, visit: Visit, path: str, names: Mapping[str, str], **parameters: str) -> Mapping[str, object] | None:
        """What the route of a path answers, as a person; None where that person may not see it."""
        route = self.routes.get(f"/v1{path}")
        if route is None or visit.key.role not in route.roles:
            return None
        return self._tree(visit, route, names, tuple(parameters.items()))

    def totals(self, visit: Visit, route: Route, requested: Mapping[str, str]) -> tuple[int, Mapping[str, str], str]:
        """How many rows a list has under some conditions, sums, and their currency; rows are read only where the database does not tell."""
        listing = route.listing
        assert listing is not None
        desk, conditions = self.open_desk(visit.person.name), listing.conditions.model_validate(dict(requested))
        counted, sums = listing.totals(desk, conditions)
        if counted is None or (listing.summed and sums is None):
            answer = self._tree(visit, route, {}, (*requested.items(), ("limit", "1"), ("total", "true")))
            total, given, rows = answer["total"], answer.get("sums"), answer["rows"]
            assert isinstance(total, int)
            assert isinstance(rows, list)
            currency = list_page.currency_of(rows, desk.rulebook.currency.code)
            return total, given if isinstance(given, Mapping) else {}, currency
        currency = next((amount.currency.code for amount in (sums or {}).values()), desk.rulebook.currency.code)
        return counted, {name: str(amount) for name, amount in (sums or {}).items()}, currency

    def previewed(self, visit: Visit, name: str, names: Mapping[str, str], body: Mapping[str, object]) -> Mapping[str, object]:
        """What a verb that writes nothing answers to a body."""
        sent = replace(desk_request(visit, names, ()), body=json.dumps(body).encode())
        answer: Mapping[str, object] = json.loads(bytes(self.desk.answer(self.routes[name], sent, visit.key).body))
        return answer

    def reported(self, visit: Visit, route: Route, names: Mapping[str, str]) -> Response:
        """The page of a report; where something must be requested first, its form."""
        requested = tuple((name, text) for name, text in visit.parameters if text)
        refused: Values | None = None
        answer: Mapping[str, object] = {"rows": []}
        is_paged = route.query is not None and "limit" in route.query.model_fields and all(name != "limit" for name, _ in requested)
        try:
            answer = self._tree(visit, route, {}, (*requested, *((("limit", _PAGE),) if is_paged else ())))
        except ELSEWHERE:
            raise
        except Refusal as refusal:
            refused = refused_values(visit, refusal, meant_by(self.open_desk(visit.person.name), visit, refusal))
        values = report_page.report_page(visit, route, self._named(visit).tree(answer), refused, self.routes, self._offers(visit))
        return staff_response(report_page.TEMPLATE, values, language=visit.language)

    def file(self, visit: Visit, route: Route, names: Mapping[str, str]) -> Response:
        """A file; a PDF opens in the browser."""
        requested = tuple((name, text) for name, text in visit.parameters if text)
        response = self.desk.answer(route, desk_request(visit, names, requested), visit.key)
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
        response.headers["Cache-Control"] = "no-store"
        if response.media_type == "application/pdf":
            response.headers["Content-Disposition"] = response.headers.get("Content-Disposition", "").replace("attachment", "inline", 1)
        return response

    def form(self, visit: Visit, route: Route) -> Response:
        """The form of a verb, filled with what is known."""
        given = dict(visit.parameters)
        names = {name: given[name] for name in route.names if given.get(name)}
        described = form_of(route.name)
        typed = {name: text for name, text in given.items() if name not in names and name != "back"}
        fields = {**described.presets(visit.person.name, self.open_desk(visit.person.name).today), **typed}
        given_rows = without_gaps(verb_page.fields_shown(route), fields, empty=True)
        form = FilledForm(names=names, given=given_rows, once=str(uuid.uuid4()), back=back_of(given))
        return self._form(visit, route, self._with_present(visit, route, form))

    def done(self, visit: Visit, route: Route, body: bytes, problem: Problem | None = None) -> Response:
        """Does what a form says, once, and leads to what it changed; the form again where it is refused, or has a problem already."""
        sent = sent_fields(body, most=_MOST_FIELDS)
        form = sent_form(route, sent)
        if not visit.is_own_form(sent.get("csrf", "")):
            return self._again(visit, route, replace(form, problems=(OTHER_FORM.at(None),)), 400)
        if problem is not None:
            return self._again(visit, route, replace(form, problems=(problem,)), 413)
        if sent.get("more"):
            return self._form(visit, route, replace(form, more_rows=sent["more"]))
        try:
            response = self.desk.answer(route, sent_request(visit, route, form), visit.key)
        except (NoKey, NotAllowed):
            raise
        except Refusal as refusal:
            is_reused = any(each.kind is KEY_REUSED for each in refusal.problems)
            problems = (SENT_BEFORE.at(None),) if is_reused else refusal.problems
            again = replace(form, problems=problems, state=refusal.state, possible=refusal.possible, once=str(uuid.uuid4()))
            if isinstance(refusal, Outdated):  # what was typed stays; sent again, it is meant for the thing as it is now
                again = self._with_present(visit, route, again, is_outdated=True)
            status = 409 if refusal.state is not None else 422
            return self._again(visit, route, again, status)
        return self._after(visit, route, form.names, response, back=form.back)

    def _after(self, visit: Visit, route: Route, names: Mapping[str, str], response: Response, *, back: str) -> Response:
        """Where one is led after a verb: to the page of the form, else to what it made or changed; what is answered this once is shown."""
        answer = json.loads(bytes(response.body))
        target = response.headers.get("location") or self._changed_by(route, names, answer)
        if route.shown_once or not self._is_page(target):
            values = verb_page.result_page(visit, route, self._named(visit).tree(answer), names, self.routes)
            return staff_response(verb_page.RESULT, values, language=visit.language, is_sent=not route.shown_once)
        place = back or target.removeprefix("/v1")
        return RedirectResponse(f"{place}{'&' if '?' in place else '?'}{urlencode({'done': route.name})}", 303)

    def _changed_by(self, route: Route, names: Mapping[str, str], answer: Mapping[str, object]) -> str:
        """The address of what a verb changed, where it has a page; empty where the answer says more than that page would."""
        run = answer.get("run", {})
        if route.name in _ANSWERS_MORE or run is None:
            return ""
        if isinstance(run, Mapping) and run:
            return f"/v1/runs/{run['run']}"
        target = filled(above(route.path), names)
        if route.method == "DELETE":
            target = target.rpartition("/")[0]
        while not self._is_page(target) and target.count("/") > _SLASHES_OF_A_LIST:
            target = target.rpartition("/")[0]
        return target

    def _is_page(self, address: str) -> bool:
        return declared_path(address, self.routes) in self.routes

    def _form(self, visit: Visit, route: Route, form: FilledForm, status: int = 200) -> Response:
        summary = form_of(route.name).summary
        text = None if summary is None else summary(self.open_desk(visit.person.name), form.given, visit.language)
        values = {**verb_page.verb_page(visit, route, form, self.routes, self._offers(visit)), "summary": text}
        return staff_response(verb_page.TEMPLATE, values, status=status, language=visit.language, is_sent=True)

    def _again(self, visit: Visit, route: Route, form: FilledForm, status: int) -> Response:
        """A form that was refused, as it was sent: on the page of what it changes, where it stands there."""
        shown = self.desk.shown_by(route)
        refused = RefusedForm(verb=route.name, names=form.names, given=form.given, problems=form.problems, outdated=form.outdated)
        with suppress(Refusal):
            if (page := self.shown_at(visit, form.stays, refused, status)) is not None:
                return page
        is_there = shown is not None and shown.name in self.own_pages and set(shown.names) <= set(form.names)
        if shown is None or not (form.stays and is_there):
            return self._form(visit, route, form, status)
        names = {name: form.names[name] for name in shown.names}
        parameters = tuple(parse_qsl(urlsplit(form.back).query))
        there = replace(visit, path=filled(shown.path, names).removeprefix("/v1"), parameters=parameters)
        with suppress(Refusal):  # where it is there no more, the form stands alone
            return self._record_response(there, shown, names, self.tagged(visit, shown, names), refused, status)
        return self._form(visit, route, form, status)

    def _with_present(self, visit: Visit, route: Route, form: FilledForm, *, is_outdated: bool = False) -> FilledForm:
        """The form with the tag of what it changes, and of a change what stands there now; where it is outdated, what changed since."""
        shown = self.desk.shown_by(route)
        if shown is None or not set(shown.names) <= set(form.names):
            return form
        names = {name: form.names[name] for name in shown.names}
        response = self.desk.answer(shown, desk_request(visit, names, ()), visit.key)
        tree: Mapping[str, object] = json.loads(bytes(response.body))
        stored = form_of(route.name).stored(tree, form.names)
        is_change = route.method == "PATCH" and route.request is not None
        known = stored_texts(fields_of(route.request), stored) if is_change else {}
        present = {name: text for name, value in tree.items() if (text := field_text(value)) is not None} | known
        desk, outdated = self.open_desk(visit.person.name), None
        if is_outdated:
            path = filled(shown.path, names)
            outdated = changed_meanwhile(visit, desk, form, {**tree, **stored}, path, self.routes)
        given = merged(form.given, form.was, known) if is_change else form.given
        seen = desk.now().isoformat()
        return replace(form, given=given, etag=response.headers.get("etag", ""), was=present, seen=seen, outdated=outdated)

    def _tree(self, visit: Visit, route: Route, names: Mapping[str, str], requested: tuple[tuple[str, str], ...]) -> Mapping[str, object]:
        return self.tagged(visit, route, names, requested)[0]


def _title(route: Route, visit: Visit) -> str:
    assert route.listing is not None
    return named_entry(route.path.removeprefix("/v1"), visit.language) or field_label(route.listing.name.replace("-", "_"), visit.language)
