"""`/v1/drafts`: the texts that analysts change, kept for each until they are proposed or discarded."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field

from api.desk.document_trees import Tree
from api.http.route_declarations import ANALYSTS, Call, Download, Resource
from api.http.routes.rulebooks import PublishedAnswer, Publishing, publish_texts
from api.store.drafts import StoredDraft
from api.workbench import draft_changes
from api.workbench.draft_changes import DraftInForce, patch_of
from api.workbench.overlay import MOST_FILES, overlay_example
from engine.comparing.comparison_json import OrdersDocument
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.phrases import LANGUAGE

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
    files: dict[str, str | None]
    overtaken: list[str]


class EffectAnswer(BaseModel):
    """What a draft changes in the plans of live orders, as `centwright diff --live --json` writes it."""

    author: str
    orders: OrdersDocument


class DraftChange(Document):
    """Texts by path, laid on the draft (null removes the file, the text in force undoes its change), and whether others see it."""

    files: dict[str, str | None] = Field(default_factory=dict, max_length=MOST_FILES)
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
    """Compare every live order with and without a draft: the planned net by month, and the orders that change most."""
    compared = OrdersDocument.model_validate(draft_changes.live_effect(call.desk, author))
    return {"author": author, "orders": compared.model_dump(mode="json", context={LANGUAGE: call.language})}


@drafts.file(f"{_ONE}/patch", "text/x-diff", roles=ANALYSTS)
def get_patch(call: Call, author: str) -> Download:
    """Download a draft as a patch for the files of the rulebook."""
    draft = draft_changes.draft_of(call.desk, author, call.person)
    return Download(patch_of(draft.base, draft.texts).encode(), "text/x-diff", f"{author}.patch")


@drafts.verb(
    _ONE, DraftAnswer, roles=ANALYSTS, request=DraftChange, example={**overlay_example("line.quantity"), "is_shared": True}, method="PATCH"
)
def change_draft(call: Call, author: str, body: DraftChange) -> Tree:
    """Change texts of one's draft, or whether others see it."""
    return _tree(draft_changes.change(call.desk, author, body.files, is_shared=body.is_shared))


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


def _tree(draft: DraftInForce) -> Tree:
    return {
        "author": draft.author,
        "in_force": None if draft.version is None else draft.version.name,
        "is_shared": draft.stored is not None and draft.stored.is_shared,
        "changed_at": None if draft.stored is None else draft.stored.changed_at.isoformat(),
        "files": dict(draft.files),
        "overtaken": list(draft.overtaken),
    }
