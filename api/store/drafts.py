"""Drafts of rulebooks: the texts that a person has changed since a version, until they are proposed or discarded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from api.store import rulebook_tables
from api.store.sql import Reading, Writing, canonical_json

_DRAFTS = rulebook_tables.rulebook_drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDraft:
    """The draft of a person."""

    author: str
    base: int | None
    """The number of the version that it changes; None where nothing was published yet."""
    is_shared: bool
    changed_at: datetime
    files: Mapping[str, str | None]
    """Texts by path, which replace or add to those of the version; None removes one."""
    changed_by: str | None = None
    """Who changed it last; None where that was before this was recorded."""


def find(connection: Reading, author: str | None = None) -> dict[str, StoredDraft]:
    """Drafts by author: all, or that of one person."""
    query = select(_DRAFTS).order_by(_DRAFTS.c.author)
    rows = connection.execute(query if author is None else query.where(_DRAFTS.c.author == author)).mappings()
    return {row["author"]: StoredDraft(**{**row, "files": json.loads(row["files"])}) for row in rows}


def store(connection: Writing, draft: StoredDraft) -> None:
    """Stores a draft in place of the one before."""
    remove(connection, draft.author)
    fields = {name: getattr(draft, name) for name in StoredDraft.__dataclass_fields__}
    connection.execute(_DRAFTS.insert().values(fields | {"files": canonical_json(dict(draft.files))}))


def remove(connection: Writing, author: str) -> None:
    """Deletes the draft of a person, where there is one."""
    connection.execute(delete(_DRAFTS).where(_DRAFTS.c.author == author))
