"""Journal entries as answers have them."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from engine.documents.journal import EntryKind


class PostingAnswer(BaseModel):
    """One leg of a journal entry; one of the two amounts is zero."""

    account: str
    name: str
    debit: str
    credit: str
    customer: str | None
    settles: str | None


class EntryAnswer(BaseModel):
    """A journal entry that is not that of an issued document."""

    kind: EntryKind
    document: str
    posted_on: date
    text: str | None
    postings: list[PostingAnswer]
