"""What answers the requests of the workbench: its page, what its editor sends while one types, and forms that change the draft."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Protocol, TypeVar

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from api.http.desk_opener import DeskOpener
from api.http.desk_requests import DeskAnswers, DeskRequest
from api.http.route_declarations import Route
from api.pages.frame.sent_forms import MOST_FIELDS, sent_fields
from api.pages.frame.visits import Visit
from api.pages.page_responses import staff_response
from api.pages.records.record_answers import OTHER_FORM
from api.pages.rules.draft_looks import DraftLooks
from api.pages.rules.file_tree import address_of
from api.pages.rules.grid_parts import grid_part
from api.pages.rules.rules_page import SAVED, TEMPLATE, Shown, answer_of, rules_page, visit_author
from api.refusals import NotAllowed, Unknown
from api.store.drafts import StoredDraft
from api.workbench import draft_changes
from api.workbench.draft_changes import DraftInForce
from api.workbench.draft_review import ReviewResponse
from engine.phrases import say
from engine.problems import Refusal
from engine.rulebook.book import Rulebook

_Result = TypeVar("_Result")
_MOST_DIGITS: Final = 6
"""So many digits has a line or column at most."""


class Staff(Protocol):
    """What answers the pages of people who are signed in."""

    async def respond(self, request: Request, page: Callable[[Visit], _Result], body: bytes | None = None) -> _Result | Response:
        """What comes of a page, or where the person is led instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a request of the workbench is about."""

    visit: Visit
    draft: DraftInForce
    rulebook: Rulebook
    """That in force."""
    others: Sequence[StoredDraft] = ()
    sent: Mapping[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The file that the request names."""
        return self.sent.get("file", "")

    def with_text(self, text: str) -> DraftInForce:
        """The draft with another text of the file, as it is typed."""
        files = {path: each for path, each in {**self.draft.files, self.file: text}.items() if each != self.draft.base.get(path)}
        return replace(self.draft, stored=StoredDraft(
            author=self.draft.author, base=None, is_shared=False, changed_at=self.visit.key.created_at, files=files,
        ))  # fmt: skip


@dataclass(slots=True, kw_only=True)
class RulesPages:
    """Answers the requests of the workbench."""

    staff: Staff
    opener: DeskOpener
    answers: DeskAnswers
    routes: Mapping[str, Route]
    """Those of drafts, by name."""
    shown_routes: Mapping[str, Route]
    looks: DraftLooks

    async def page(self, request: Request) -> Response:
        """The page; a draft that nobody looked at yet is looked at by its script, or where one asks for it."""
        opened = await self.staff.respond(request, self.open)
        if isinstance(opened, Response):
            return opened
        visit, draft = opened.visit, opened.draft
        self.looks.warm(draft, visit)
        given = dict(visit.parameters)
        file = given.get("file") or None
        if file is not None and file not in {**draft.base, **draft.files}:
            file = None
        message = say(SAVED, visit.language) if given.get("done") else None
        view = given.get("view") or ("grid" if (file or "").endswith(".csv") else "text")
        shown = Shown(
            draft=draft, rulebook=opened.rulebook, others=opened.others, file=file, review=None, problems=(), message=message, view=view,
        )  # fmt: skip
        review = self.looks.known(draft, visit) if draft.files else None
        if review is not None or (draft.files and given.get("look")):
            try:
                review = await self.looks.review(draft, visit)
                problems = await self.looks.problems(draft, visit, review, proved=bool(given.get("look")))
                shown = replace(shown, review=review, problems=problems)
            except Refusal as refusal:
                shown = replace(shown, message=_text_of(refusal, visit))
        values, nonce = rules_page(visit, shown, self.shown_routes)
        return staff_response(TEMPLATE, values, language=visit.language, nonce=nonce)

    async def cursor(self, request: Request) -> Response:
        """What may be written at a place of a text as it is typed, and what the word there means."""
        opened = await self.staff.respond(request, partial(self.open, sent=await _json_of(request)))
        if isinstance(opened, Response):
            return opened
        draft, place = opened.with_text(opened.sent.get("text", "")), (opened.sent.get("line", ""), opened.sent.get("column", ""))
        try:
            if not all(one.isdecimal() and len(one) <= _MOST_DIGITS for one in place):
                raise NotAllowed((OTHER_FORM.at(None),))
            return Response(await self.looks.at_cursor(draft, opened.visit, opened.file, *map(int, place)), media_type="application/json")
        except Refusal as refusal:
            return JSONResponse({"message": _text_of(refusal, opened.visit)}, 422)

    async def look(self, request: Request, operation: str) -> Response:
        """What a text means as it is typed: first without proofs, then with them."""
        opened = await self.staff.respond(request, partial(self.open, sent=await _json_of(request)))
        if isinstance(opened, Response):
            return opened
        draft, visit = opened.with_text(opened.sent.get("text", "")), opened.visit
        try:
            review = await self.looks.review(draft, visit)
            problems = await self.looks.problems(draft, visit, review, proved=operation == "check")
        except Refusal as refusal:
            return JSONResponse({"message": _text_of(refusal, visit)}, 422)
        return JSONResponse(answer_of(visit, review, problems, file=opened.file, of=None))

    async def grids(self, request: Request) -> Response:
        """The tables of a text as grids, anew."""
        opened = await self.staff.respond(request, partial(self.open, sent=await _json_of(request)))
        if isinstance(opened, Response):
            return opened
        visit, text = opened.visit, opened.sent.get("text", "")
        html = grid_part(opened.file, text, opened.rulebook, (), visit.language, csrf=visit.form_token, can_change=True)
        return JSONResponse({"html": html or ""})

    async def save(self, request: Request) -> Response:
        """Stores the text of a file in the draft; a script gets JSON, a form its page again."""
        is_script = "json" in request.headers.get("content-type", "")
        body = await request.body()
        sent = _json(body) if is_script else sent_fields(body)
        text = sent.get("text", "").replace("\r\n", "\n")
        return await self.staff.respond(request, lambda visit: self._saved(visit, sent, {sent.get("file", ""): text}, is_script), body)

    async def change(
        self, request: Request, texts_of: Callable[[Opened], Mapping[str, str | None]], *, most: int = MOST_FIELDS
    ) -> Response:
        """Changes texts of the draft by a form of so many fields at most, which leads to the file that it changed."""
        body = await request.body()
        sent = sent_fields(body, most=most)

        def changed(visit: Visit) -> Response:
            opened = self.open(visit, sent=sent)
            return self._saved(visit, sent, texts_of(opened), False)

        return await self.staff.respond(request, changed, body)

    async def change_by_review(self, request: Request, texts_of: Callable[[Opened, ReviewResponse], Mapping[str, str | None]]) -> Response:
        """Changes texts of the draft by what its review says."""
        body = await request.body()
        sent = sent_fields(body)
        opened = await self.staff.respond(request, partial(self.open, sent=sent))
        if isinstance(opened, Response):
            return opened
        try:
            review = await self.looks.review(opened.draft, opened.visit)
        except Refusal as refusal:
            return await self.staff.respond(request, partial(_refuse, refusal), body)
        return await self.staff.respond(request, lambda visit: self._saved(visit, sent, texts_of(opened, review), False), body)

    async def share(self, request: Request) -> Response:
        """Lets others see the draft, or no more."""
        body = await request.body()
        sent = sent_fields(body)
        change = {"is_shared": sent.get("shared") == "yes"}
        return await self.staff.respond(request, lambda visit: self._verb(visit, sent, "change_draft", change), body)

    async def rebase(self, request: Request) -> Response:
        """Takes the draft as one of the version in force."""
        body = await request.body()
        sent = sent_fields(body)
        return await self.staff.respond(request, lambda visit: self._verb(visit, sent, "rebase_draft", None), body)

    def open(self, visit: Visit, sent: Mapping[str, str] | None = None) -> Opened:
        """The draft that a request is about: one's own where a form was sent, else the one that the address names."""
        if visit.key.role not in self.routes["change_draft"].roles:
            raise Unknown((OTHER_FORM.at(None),))
        if sent is not None and not visit.is_own_form(sent.get("csrf", "")):
            raise NotAllowed((OTHER_FORM.at(None),))
        me = visit_author(visit)
        desk = self.opener.desk(me)
        author = me if sent is not None else dict(visit.parameters).get("draft") or me
        draft = draft_changes.draft_of(desk, author, me)
        others = draft_changes.shared_drafts(desk, me) if sent is None else ()
        return Opened(visit=visit, draft=draft, rulebook=desk.rulebook, others=others, sent=sent or {})

    def saved(self, visit: Visit, sent: Mapping[str, str], files: Mapping[str, str | None], back: str) -> Response:
        """Stores texts in the draft, and leads back to a page."""
        self._verb(visit, sent, "change_draft", {"files": dict(files)})
        return RedirectResponse(back, 303)

    def _saved(self, visit: Visit, sent: Mapping[str, str], files: Mapping[str, str | None], is_script: bool) -> Response:
        self._verb(visit, sent, "change_draft", {"files": dict(files)})
        if not is_script:
            address = _with_done(address_of(next(iter(files), sent.get("file"))))
            return RedirectResponse(f"{address}&view=grid" if "do" in sent else address, 303)
        draft = draft_changes.draft_of(self.opener.desk(visit_author(visit)), visit_author(visit), visit_author(visit))
        return JSONResponse(
            {"message": say(SAVED, visit.language), "is_changed": sent.get("file") in draft.files, "has_draft": bool(draft.files)}
        )

    def _verb(self, visit: Visit, sent: Mapping[str, str], name: str, body: Mapping[str, object] | None) -> Response:
        if not visit.is_own_form(sent.get("csrf", "")):
            raise NotAllowed((OTHER_FORM.at(None),))
        request = DeskRequest(
            names={"author": visit_author(visit)}, parameters=(), headers={"idempotency-key": str(uuid.uuid4())},
            body=b"" if body is None else json.dumps(body).encode(), request_id=visit.request_id, language=visit.language,
        )  # fmt: skip
        self.answers.answer(self.routes[name], request, visit.key)
        return RedirectResponse(_with_done(address_of(sent.get("file") or None)), 303)


def _text_of(refusal: Refusal, visit: Visit) -> str:
    problem = refusal.problems[0]
    return f"{problem.message_in(visit.language)}. {problem.help_in(visit.language)}"


def _refuse(refusal: Refusal, _visit: Visit) -> Response:
    raise refusal


async def _json_of(request: Request) -> Mapping[str, str]:
    return _json(await request.body())


def _json(body: bytes) -> Mapping[str, str]:
    try:
        tree = json.loads(body)
    except ValueError:
        return {}
    return {name: text for name, text in tree.items() if isinstance(text, str)} if isinstance(tree, dict) else {}


def _with_done(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}done=yes"
