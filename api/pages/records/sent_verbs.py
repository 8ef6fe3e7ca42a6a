"""The requests to the desk that pages make: what a page reads, and what a form does."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Final

from api.http.desk_requests import DeskRequest
from api.http.route_declarations import Route
from api.pages.frame.visits import Visit
from api.pages.records.form_descriptions import form_of
from api.pages.records.outdated_forms import texts_of
from api.pages.records.stored_fields import changes_of
from api.pages.records.verb_fields import fields_of, request_of, without_gaps
from api.pages.records.verb_page import FilledForm, fields_shown
from api.pages.sign_in.sign_in_page import safe_path

_OF_THE_FORM: Final = ("csrf", "once", "etag", "more", "back", "was", "seen", "stays")
"""What a form holds beside the fields of its verb; `back`: the page to which it leads, where that is not what it changed; `stays`: where it
is refused, it is shown again on the page on which it stands: that of what it changes, or the one at this address."""


def back_of(given: Mapping[str, str]) -> str:
    """The page of this service to which a form leads back; empty where none is named."""
    return safe_path(given["back"]) if given.get("back") else ""


def desk_request(visit: Visit, names: Mapping[str, str], requested: tuple[tuple[str, str], ...]) -> DeskRequest:
    """The request of what a page reads."""
    return DeskRequest(names=names, parameters=requested, headers={}, body=b"", request_id=visit.request_id, language=visit.language)


def sent_form(route: Route, sent: Mapping[str, str]) -> FilledForm:
    """The form of a verb as it was sent."""
    given = {name: text for name, text in sent.items() if name not in _OF_THE_FORM and not name.startswith("name.")}
    return FilledForm(
        names={name: sent.get(f"name.{name}", "").strip() for name in route.names},
        given=without_gaps(fields_shown(route), given, empty=bool(sent.get("more"))),
        once=sent.get("once", "") or str(uuid.uuid4()),
        etag=sent.get("etag", ""),
        was=texts_of(sent.get("was", "")),
        seen=sent.get("seen", ""),
        back=back_of(sent),
        stays=sent.get("stays", ""),
    )


def sent_request(visit: Visit, route: Route, form: FilledForm) -> DeskRequest:
    """The request of a form: its fields as JSON, done once, of what is still as it was shown."""
    described = form_of(route.name)
    made = {"id": f"hand-{form.once[:8]}"} if described.is_id_made else {}
    signed = {described.signed: visit.person.name} if described.signed else {}
    body = b"" if route.request is None else json.dumps(_request(visit, route, form, {**made, **form.given, **signed})).encode()
    headers = {"idempotency-key": form.once} | ({"if-match": form.etag} if form.etag else {})
    return DeskRequest(names=form.names, parameters=(), headers=headers, body=body, request_id=visit.request_id, language=visit.language)


def _request(visit: Visit, route: Route, form: FilledForm, given: Mapping[str, str]) -> dict[str, object]:
    assert route.request is not None
    if route.method == "PATCH" and form.was:
        return changes_of(route.request, route.answer, given, visit.language, form.was)
    return request_of(fields_of(route.request), given, visit.language, form.was)
