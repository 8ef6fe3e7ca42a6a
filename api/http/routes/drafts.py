"""`/v1/drafts`: the texts that analysts change, kept for each until they are proposed or discarded."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field

from api.desk.document_trees import Tree
from api.http.route_declarations import ANALYSTS, Call, Download, Resource
from api.http.routes.rulebooks import PublishedAnswer, Publishing, publish_texts
from api.store.drafts import StoredDraft
from api.store.live_comparisons import ComparisonState
from api.workbench import draft_changes, effect_runs
from api.workbench.draft_changes import DraftInForce, check_own, patch_of
from api.workbench.effect_runs import EffectState
from api.workbench.overlay import MOST_FILES, overlay_example
from engine.comparing.comparison_json import OrdersDocument
from engine.dates import GivenDay
from engine.documents.document import Document

drafts: Final = Resource("drafts", "Drafts of the next version of the rulebook")
_ONE: Final = "/v1/drafts/{author}"


class DraftRow(BaseModel):
    """A draft in the list: whose, since which version, and how many files it changes."""

    author: str
    base: str | None
    is_shared: bool
    changed_at: datetime
    files: int


class DraftsAnswer(BaseModel):
    """One's own draft, and those that others share."""

    drafts: list[DraftRow]


class DraftAnswer(BaseModel):
    """A draft over the version in force: its texts by path (null: removed), and the files that both have changed."""

    author: str
    in_force: str | None
    is_shared: bool
    changed_at: datetime | None
    changed_by: str | None
    files: dict[str, str | None]
    overtaken: list[str]


class EffectProblem(BaseModel, extra="allow"):
    """A problem of texts that could not be compared, as `check` writes it."""

    code: str
    message: str
    help: str


class EffectAnswer(BaseModel):
    """How far the comparison of live orders is that a person started last (state null: none), and what came of it.

    `done` of `total` items are compared. `orders` is as `centwright diff --live --json` writes it, in the language of who started it.
    """

    author: str
    state: ComparisonState | None
    compared: str | None
    is_current: bool
    started_at: datetime | None
    done: int
    total: int
    orders: OrdersDocument | None
    problems: list[EffectProblem]


class EffectRequest(Document):
    """What is compared: two versions, such as `v1` and `v3` (or `draft`); where neither is given, one's draft with that in force."""

    before: str | None = Field(default=None, max_length=20)
    after: str | None = Field(default=None, max_length=20)


class DraftChange(Document):
    """Texts by path, laid on the draft (null removes the file, the text in force undoes its change), and whether others see it.

    `seen` are texts as they were before they were changed: what somebody else changed since is merged by lines, or refused (409).
    """

    files: dict[str, str | None] = Field(default_factory=dict, max_length=MOST_FILES)
    seen: dict[str, str | None] = Field(default_factory=dict, max_length=MOST_FILES)
    is_shared: bool | None = None


class DraftPublishing(Document):
    """The first day (today, where nothing is said), why, and whether it is published at once where nobody else must agree."""

    from_: GivenDay | None = Field(default=None, alias="from")
    note: str | None = Field(default=None, max_length=2000)
    at_once: bool = False


@drafts.show("/v1/drafts", DraftsAnswer, roles=ANALYSTS)
def list_drafts(call: Call) -> Tree:
    """List one's own draft, and those that others share."""
    return _list(call)


@drafts.show(_ONE, DraftAnswer, roles=ANALYSTS)
def get_draft(call: Call, author: str) -> Tree:
    """Show a draft: its texts, and the files that a newer version has changed too."""
    return _tree(draft_changes.draft_of(call.desk, author, call.person))


@drafts.show(f"{_ONE}/effect", EffectAnswer, roles=ANALYSTS)
def get_effect(call: Call, author: str) -> Tree:
    """Show how far the comparison of live orders is, and what came of it: the planned net by month, and the orders that change most."""
    return _effect_tree(author, effect_runs.effect_of(call.desk, author))


@drafts.verb(f"{_ONE}/effect", EffectAnswer, roles=ANALYSTS, request=EffectRequest, example={}, is_one_transaction=False)
def start_effect(call: Call, author: str, body: EffectRequest) -> Tree:
    """Compare every live order with and without one's draft, or under two versions, in the background."""
    check_own(call.desk, author)
    return _effect_tree(author, effect_runs.start(call.desk, call.language, body.before, body.after, call.runs.take))


@drafts.verb(f"{_ONE}/effect", EffectAnswer, roles=ANALYSTS, method="DELETE", is_one_transaction=False)
def stop_effect(call: Call, author: str) -> Tree:
    """Stop one's comparison of live orders."""
    check_own(call.desk, author)
    return _effect_tree(author, effect_runs.stop(call.desk))


@drafts.file(f"{_ONE}/patch", "text/x-diff", roles=ANALYSTS)
def get_patch(call: Call, author: str) -> Download:
    """Download a draft as a patch for the files of the rulebook."""
    draft = draft_changes.draft_of(call.desk, author, call.person)
    return Download(patch_of(draft.base, draft.texts).encode(), "text/x-diff", f"{author}.patch")


@drafts.verb(
    _ONE,
    DraftAnswer,
    roles=ANALYSTS,
    request=DraftChange,
    example={**overlay_example("line.quantity"), "is_shared": True},
    method="PATCH",
    is_autosaved=True,
)
def change_draft(call: Call, author: str, body: DraftChange) -> Tree:
    """Change texts of a draft: one's own, or one that is shared. Its author says whether others see it."""
    return _tree(draft_changes.change(call.desk, author, body.files, seen=body.seen, is_shared=body.is_shared))


@drafts.verb(f"{_ONE}/rebase", DraftAnswer, roles=ANALYSTS)
def rebase_draft(call: Call, author: str) -> Tree:
    """Take one's draft as one of the version in force: where both changed a file, the text of the draft stays."""
    return _tree(draft_changes.rebase(call.desk, author))


@drafts.verb(_ONE, DraftsAnswer, roles=ANALYSTS, method="DELETE")
def discard_draft(call: Call, author: str) -> Tree:
    """Discard one's draft."""
    draft_changes.discard(call.desk, author)
    return _list(call)


@drafts.verb(
    f"{_ONE}/propose",
    PublishedAnswer,
    roles=ANALYSTS,
    request=DraftPublishing,
    example={"note": "a definition that other rules may use"},
    location="/v1/rulebooks/{version}",
    is_one_transaction=False,
)
def propose_draft(call: Call, author: str, body: DraftPublishing) -> Tree:
    """Propose one's draft as the next version, once check, scenarios, golden orders and live orders hold; somebody else approves it."""
    draft = draft_changes.draft_to_publish(call.desk, author)
    publishing = Publishing.model_validate({"files": dict(draft.files), "from": body.from_, "note": body.note})
    published = publish_texts(call, publishing, needs_second_person=not body.at_once)
    draft_changes.forget(call.desk, author)
    return published


def _list(call: Call) -> Tree:
    return {"drafts": [_row(one) for one in draft_changes.shared_drafts(call.desk, call.person)]}


def _row(one: StoredDraft) -> Tree:
    base = None if one.base is None else f"v{one.base}"
    return {
        "author": one.author,
        "base": base,
        "is_shared": one.is_shared,
        "changed_at": one.changed_at.isoformat(),
        "files": len(one.files),
    }


def _effect_tree(author: str, effect: EffectState) -> Tree:
    stored, answer = effect.comparison, effect.answer
    return {
        "author": author,
        "state": effect.state,
        "compared": None if stored is None else stored.compared,
        "is_current": effect.is_current,
        "started_at": None if stored is None else stored.started_at.isoformat(),
        "done": 0 if stored is None else stored.done,
        "total": 0 if stored is None else stored.total,
        "orders": answer.get("orders"),
        "problems": answer.get("problems", []),
    }


def _tree(draft: DraftInForce) -> Tree:
    return {
        "author": draft.author,
        "in_force": None if draft.version is None else draft.version.name,
        "is_shared": draft.stored is not None and draft.stored.is_shared,
        "changed_at": None if draft.stored is None else draft.stored.changed_at.isoformat(),
        "changed_by": None if draft.stored is None else draft.stored.changed_by,
        "files": dict(draft.files),
        "overtaken": list(draft.overtaken),
    }
