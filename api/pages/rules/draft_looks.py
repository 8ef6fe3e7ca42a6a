"""What the service says of drafts: requested from its worker processes, and remembered while one goes about the pages."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from api.http.operations import Operation
from api.http.worker import Reply
from api.pages.frame.visits import Visit
from api.workbench.cursor_answers import CursorRequest
from api.workbench.draft_changes import DraftInForce
from api.workbench.draft_review import ReviewResponse
from api.workbench.draft_texts import NO_PLACE
from api.workbench.overlay import CheckedProblem, CheckResponse, DiffResponse, Overlay
from engine.problems import Kind, Refusal, refuse

NO_REVIEW: Final = Kind("not-reviewed", "the service could not look at the draft", "try again in a moment")
_REMEMBERED: Final = 16
_DONE: Final = 200

Evaluate = Callable[[Operation, bytes, str, str], Awaitable[Reply]]
"""Has an operation answered in a process of its own: the body of its request, the id of the request, and the language."""
_Key = tuple[str, str, str]
_Answer = TypeVar("_Answer", ReviewResponse, CheckResponse, DiffResponse)


@dataclass(slots=True, kw_only=True)
class DraftLooks:
    """Looks at drafts: first at what their texts mean, then at what their proofs say."""

    operations: Mapping[str, Operation]
    evaluate: Evaluate
    _reviews: OrderedDict[_Key, ReviewResponse] = field(default_factory=OrderedDict)
    _checks: OrderedDict[_Key, CheckResponse] = field(default_factory=OrderedDict)
    _diffs: OrderedDict[_Key, DiffResponse] = field(default_factory=OrderedDict)
    _warmed: dict[str | None, asyncio.Task[None]] = field(default_factory=dict)

    def known(self, draft: DraftInForce, visit: Visit) -> ReviewResponse | None:
        """The review of a draft that somebody looked at before."""
        return self._reviews.get(_key(draft, visit))

    async def review(self, draft: DraftInForce, visit: Visit) -> ReviewResponse:
        """The review of a draft; refused where the service cannot make it now."""
        key = _key(draft, visit)
        if key not in self._reviews:
            answer = ReviewResponse.model_validate_json(await self._answer("review", draft, visit))
            self._reviews[key] = answer
            _forget_oldest(self._reviews)
        return self._reviews[key]

    async def problems(self, draft: DraftInForce, visit: Visit, review: ReviewResponse, *, proved: bool) -> Sequence[CheckedProblem]:
        """The problems of a review, and those of proofs where they are wanted or known."""
        key = _key(draft, visit)
        if proved and key not in self._checks:
            self._checks[key] = CheckResponse.model_validate_json(await self._answer("check", draft, visit))
            _forget_oldest(self._checks)
        checked = self._checks[key].problems if key in self._checks else []
        return [*review.problems, *(one for one in checked if one not in review.problems)]

    async def at_cursor(self, draft: DraftInForce, visit: Visit, file: str, line: int, column: int) -> bytes:
        """The answer of the service at a place of a draft, as JSON; refuses a place that no text has."""
        overlay = draft.overlay
        try:
            request = CursorRequest(files=overlay.files, rulebook=overlay.rulebook, file=file, line=line, column=column)
        except ValidationError:
            raise refuse(NO_PLACE, path=file[:80]) from None
        return await self._evaluated("cursor", request, visit)

    async def diff(self, before: str, files: Mapping[str, str | None], visit: Visit) -> DiffResponse:
        """What texts change in a version; refused where the service cannot compare them."""
        overlay = Overlay(files=dict(files), rulebook=before)
        key = before, overlay.model_dump_json(), visit.language
        if key not in self._diffs:
            reply = await self.evaluate(self.operations["diff"], key[1].encode(), visit.request_id, visit.language)
            if reply.status != _DONE:
                raise Refusal((NO_REVIEW.at(None),))
            self._diffs[key] = DiffResponse.model_validate_json(reply.body)
            _forget_oldest(self._diffs)
        return self._diffs[key]

    def warm(self, draft: DraftInForce, visit: Visit) -> None:
        """Has the version in force read, and its golden invoices made, before the first text is typed."""
        unchanged = replace(draft, stored=None)
        version = unchanged.overlay.rulebook
        if version not in self._warmed:
            self._warmed[version] = asyncio.create_task(self._try(unchanged, visit))

    async def _try(self, draft: DraftInForce, visit: Visit) -> None:
        with suppress(Refusal):
            await self.review(draft, visit)

    async def _answer(self, name: str, draft: DraftInForce, visit: Visit) -> bytes:
        return await self._evaluated(name, draft.overlay, visit)

    async def _evaluated(self, name: str, request: BaseModel, visit: Visit) -> bytes:
        body = request.model_dump_json().encode()
        reply = await self.evaluate(self.operations[name], body, visit.request_id, visit.language)
        if reply.status != _DONE:
            raise Refusal((NO_REVIEW.at(None),))
        return reply.body


def _key(draft: DraftInForce, visit: Visit) -> _Key:
    overlay = draft.overlay
    return overlay.rulebook or "", overlay.model_dump_json(), visit.language


def _forget_oldest(answers: OrderedDict[_Key, _Answer]) -> None:
    while len(answers) > _REMEMBERED:
        answers.popitem(last=False)
