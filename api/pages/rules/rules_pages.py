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
from api.pages.rules.explain_parts import ExplainedPart, explain_part
from api.pages.rules.file_tree import address_of
from api.pages.rules.grid_parts import grid_part
from api.pages.rules.json_requests import json_of, read_json
from api.pages.rules.rules_page import MERGED, SAVED, TEMPLATE, Shown, answer_of, meanwhile_part, rules_page, visit_author
from api.refusals import Conflict, NoKey, NotAllowed, Unknown
from api.store.drafts import StoredDraft
from api.store.rulebooks import StoredVersion
from api.workbench import draft_changes
from api.workbench.draft_changes import DraftInForce
from api.workbench.draft_review import ReviewResponse
from api.workbench.tables.price_sheet import TableCache
from engine.phrases import say
from engine.problems import Kind, Problem, Refusal, refuse
from engine.rulebook.book import Rulebook

_Result = TypeVar("_Result")
NO_SUCH_FILE: Final = Kind("no-file-of-the-draft", "the draft has no file `{path}`", "open one from the list of files")
NO_TEXT: Final = Kind("no-text-of-a-file", "the form holds no text", "open the file, and save it there")
_SHARED: Final[Mapping[str, bool]] = {"yes": True, "no": False}
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
    explained: ExplainedPart | None = None
    latest: StoredVersion | None = None
    """The version that the person proposed last."""

    @property
    def of(self) -> str | None:
        """Whose draft it is, where it is that of another."""
        return None if self.draft.author == visit_author(self.visit) else self.draft.author

    @property
    def file(self) -> str:
        """The file that the request names."""
        return self.sent.get("file", "")

    def with_text(self, text: str) -> DraftInForce:
        """The draft with another text of the file, as it is typed; a removed file, whose last text is shown, stays removed."""
        is_removed = self.file in self.draft.files and self.draft.files[self.file] is None
        if is_removed and text == self.draft.base.get(self.file):
            return self.draft
        files = {path: each for path, each in {**self.draft.files, self.file: text}.items() if each != self.draft.base.get(path)}
        return replace(self.draft, stored=StoredDraft(
            author=self.draft.author, base=None, is_shared=self.draft.is_shared, changed_at=self.visit.key.created_at, files=files,
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
    tables: TableCache = field(default_factory=TableCache)

    async def page(self, request: Request) -> Response:
        """The page; a draft that nobody looked at yet is looked at by its script, or where one asks for it."""
        opened = await self.staff.respond(request, self._opened)
        if isinstance(opened, Response):
            return opened
        visit, draft = opened.visit, opened.draft
        self.looks.warm(draft, visit)
        given = dict(visit.parameters)
        file = given.get("file") or None
        is_missing = file is not None and file not in draft.listed
        problem = _sentence(NO_SUCH_FILE.at(None, path=(file or "")[:80]), visit) if is_missing else None
        file = None if is_missing else file
        message = say(SAVED, visit.language) if given.get("done") else None
        view = given.get("view") or ("grid" if (file or "").endswith(".csv") else "text")
        shown = Shown(
            draft=draft, rulebook=opened.rulebook, others=opened.others, file=file, review=None, problems=(), message=message, view=view,
            explained=opened.explained, latest=opened.latest, problem=problem,
        )  # fmt: skip
        review = self.looks.known(draft, visit) if draft.files else None
        if review is not None or (draft.files and given.get("look")):
            try:
                review = await self.looks.review(draft, visit)
                problems = await self.looks.problems(draft, visit, review, proved=bool(given.get("look")))
                shown = replace(shown, review=review, problems=problems)
            except Refusal as refusal:
                shown = replace(shown, problem=problem or text_of(refusal, visit))
        values, nonce = rules_page(visit, shown, self.shown_routes)
        return staff_response(TEMPLATE, values, status=404 if is_missing else 200, language=visit.language, nonce=nonce)

    async def cursor(self, request: Request) -> Response:
        """What may be written at a place of a text as it is typed, and what the word there means."""
        opened = await self.staff.respond(request, partial(self.open, sent=await json_of(request)))
        if isinstance(opened, Response):
            return opened
        draft, place = opened.with_text(opened.sent.get("text", "")), (opened.sent.get("line", ""), opened.sent.get("column", ""))
        try:
            if not all(one.isdecimal() and len(one) <= _MOST_DIGITS for one in place):
                raise NotAllowed((OTHER_FORM.at(None),))
            return Response(await self.looks.at_cursor(draft, opened.visit, opened.file, *map(int, place)), media_type="application/json")
        except Refusal as refusal:
            return JSONResponse({"message": text_of(refusal, opened.visit)}, 422)

    def _opened(self, visit: Visit) -> Opened:
        """What a page is about, with the amount that it explains."""
        opened, given = self.open(visit), dict(visit.parameters)
        draft, me = opened.draft, visit_author(visit)
        explained = explain_part(
            self.opener.desk(me), draft, given, lambda: self.tables.of(draft.texts).rulebook, visit.language,
            file=given.get("file"), of=opened.of,
        )  # fmt: skip
        latest = draft_changes.latest_version_of(self.opener.desk(me), me)
        return replace(opened, explained=explained, latest=latest)

    async def look(self, request: Request, operation: str) -> Response:
        """What a text means as it is typed: first without proofs, then with them."""
        opened = await self.staff.respond(request, partial(self.open, sent=await json_of(request)))
        if isinstance(opened, Response):
            return opened
        draft, visit = opened.with_text(opened.sent.get("text", "")), opened.visit
        try:
            review = await self.looks.review(draft, visit)
            problems = await self.looks.problems(draft, visit, review, proved=operation == "check")
        except Refusal as refusal:
            return JSONResponse({"message": text_of(refusal, visit)}, 422)
        return JSONResponse(answer_of(visit, review, problems, file=opened.file, of=opened.of))

    async def grids(self, request: Request) -> Response:
        """The tables of a text as grids, anew."""
        opened = await self.staff.respond(request, partial(self.open, sent=await json_of(request)))
        if isinstance(opened, Response):
            return opened
        visit, text = opened.visit, opened.sent.get("text", "")
        html = grid_part(opened.file, text, opened.rulebook, (), visit.language, csrf=visit.form_token, can_change=True, of=opened.of)
        return JSONResponse({"html": html or ""})

    async def save(self, request: Request) -> Response:
        """Stores the text of a file in the draft; a script gets JSON, a form its page again."""
        is_script = "json" in request.headers.get("content-type", "")
        body = await request.body()
        sent = read_json(body) if is_script else sent_fields(body)
        text = sent.get("text", "").replace("\r\n", "\n")

        def saved(visit: Visit) -> Response:
            try:
                if "text" not in sent:
                    raise refuse(NO_TEXT)
                return self._saved(visit, sent, {sent.get("file", ""): text}, is_script)
            except Conflict as conflict:
                if conflict.problems[0].kind is not draft_changes.CHANGED_MEANWHILE:
                    if not is_script:
                        raise
                    return JSONResponse({"message": text_of(conflict, visit)}, 422)
                return self._changed_meanwhile(visit, sent, text, conflict, is_script)
            except Refusal as refusal:
                if not is_script or isinstance(refusal, NoKey | NotAllowed):
                    raise
                return JSONResponse({"message": text_of(refusal, visit)}, 422)

        return await self.staff.respond(request, saved, body)

    def _changed_meanwhile(self, visit: Visit, sent: Mapping[str, str], text: str, conflict: Conflict, is_script: bool) -> Response:
        """What somebody else wrote into the same lines meanwhile, beside one's own text, which is still there to be saved."""
        opened = self.open(visit, sent=sent)
        theirs = opened.draft.texts.get(opened.file, "")
        part = {
            "message": text_of(conflict, visit),
            "theirs": theirs,
            "html": meanwhile_part(opened.file, sent.get("seen", ""), theirs, text, conflict, visit),
        }
        if is_script:
            return JSONResponse(part, 409)
        shown = Shown(
            draft=opened.with_text(text), rulebook=opened.rulebook, others=(), file=opened.file, review=None, problems=(),
            meanwhile=part["html"], seen=theirs,
        )  # fmt: skip
        values, nonce = rules_page(visit, shown, self.shown_routes)
        return staff_response(TEMPLATE, values, status=409, language=visit.language, nonce=nonce, is_sent=True)

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

        def shared(visit: Visit) -> Response:
            if sent.get("shared") not in _SHARED:
                raise NotAllowed((OTHER_FORM.at(None),))
            return self.verb(visit, sent, "change_draft", {"is_shared": _SHARED[sent["shared"]]})

        return await self.staff.respond(request, shared, body)

    async def rebase(self, request: Request) -> Response:
        """Takes the draft as one of the version in force."""
        body = await request.body()
        sent = sent_fields(body)
        return await self.staff.respond(request, lambda visit: self.verb(visit, sent, "rebase_draft", None), body)

    def open(self, visit: Visit, sent: Mapping[str, str] | None = None) -> Opened:
        """The draft that a request is about: one's own, or the shared one that the address or the form names."""
        if visit.key.role not in self.routes["change_draft"].roles:
            raise Unknown((OTHER_FORM.at(None),))
        if sent is not None and not visit.is_own_form(sent.get("csrf", "")):
            raise NotAllowed((OTHER_FORM.at(None),))
        me = visit_author(visit)
        desk = self.opener.desk(me)
        author = (dict(visit.parameters) if sent is None else sent).get("draft") or me
        draft = draft_changes.draft_of(desk, author, me)
        others = draft_changes.shared_drafts(desk, me) if sent is None else ()
        return Opened(visit=visit, draft=draft, rulebook=desk.rulebook, others=others, sent=sent or {})

    def saved(self, visit: Visit, sent: Mapping[str, str], files: Mapping[str, str | None], back: str) -> Response:
        """Stores texts in the draft, and leads back to a page."""
        self.verb(visit, sent, "change_draft", {"files": dict(files)})
        return RedirectResponse(back, 303)

    def _saved(self, visit: Visit, sent: Mapping[str, str], files: Mapping[str, str | None], is_script: bool) -> Response:
        file, of = sent.get("file", ""), sent.get("draft") or None
        seen = {file: sent["seen"].replace("\r\n", "\n")} if "seen" in sent else {}
        self.verb(visit, sent, "change_draft", {"files": dict(files), **({"seen": seen} if seen else {})})
        if not is_script:
            path = next(iter(files), sent.get("file"))
            address = _with_done(address_of(path if path in self._draft(visit, of).listed else None, of))
            return RedirectResponse(f"{address}&view=grid" if "do" in sent else address, 303)
        draft = self._draft(visit, of)
        text = draft.texts.get(file, "")
        message = SAVED if text == files.get(file) else MERGED
        return JSONResponse({
            "message": say(message, visit.language), "text": text, "is_changed": file in draft.files, "has_draft": bool(draft.files),
        })  # fmt: skip

    def _draft(self, visit: Visit, of: str | None) -> DraftInForce:
        me = visit_author(visit)
        return draft_changes.draft_of(self.opener.desk(me), of or me, me)

    def verb(self, visit: Visit, sent: Mapping[str, str], name: str, body: Mapping[str, object] | None) -> Response:
        """Does a verb of drafts as the person, and leads back to the workbench; of a draft that is shared, its texts may be changed."""
        if not visit.is_own_form(sent.get("csrf", "")):
            raise NotAllowed((OTHER_FORM.at(None),))
        author = (sent.get("draft") if name == "change_draft" else None) or visit_author(visit)
        request = DeskRequest(
            names={"author": author}, parameters=(), headers={"idempotency-key": str(uuid.uuid4())},
            body=b"" if body is None else json.dumps(body).encode(), request_id=visit.request_id, language=visit.language,
        )  # fmt: skip
        self.answers.answer(self.routes[name], request, visit.key)
        return RedirectResponse(_with_done(address_of(sent.get("file") or None, sent.get("draft") or None)), 303)


def text_of(refusal: Refusal, visit: Visit) -> str:
    """What a refusal says, and how to mend it."""
    return _sentence(refusal.problems[0], visit)


def _sentence(problem: Problem, visit: Visit) -> str:
    return f"{problem.message_in(visit.language)}. {problem.help_in(visit.language)}"


def _refuse(refusal: Refusal, _visit: Visit) -> Response:
    raise refusal


def _with_done(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}done=yes"
