"""Journal entries: balanced sets of postings."""

from __future__ import annotations

from operator import not_

from pydantic import Field

from engine.dates import Day
from engine.documents.document import Document, OneCurrency
from engine.money import Money


class Posting(Document):
    """One leg: an account and what it is debited or credited; one of the two is zero."""

    account: str
    name: str
    debit: Money
    credit: Money
    due_on: Day | None = None
    vat_code: str | None = None
    """The rulebook's VAT code of what is posted, where it has codes."""
    base: Money | None = Field(default=None, exclude_if=not_)
    """On VAT: on what it was computed."""


class JournalEntry(OneCurrency):
    """The entry of one invoice or credit note: debits equal credits."""

    document: str
    posted_on: Day
    customer: str
    postings: tuple[Posting, ...]
