"""Journal entries: balanced sets of postings."""

from __future__ import annotations

from operator import not_
from typing import Final, Literal

from pydantic import Field

from engine.dates import Day
from engine.documents.document import Document, OneCurrency
from engine.money import Money
from engine.phrases import Sentence

EntryKind = Literal[
    "document", "payment", "payment-change", "deferral", "recognition", "accrual", "accrual-undone", "advance",
    "charge", "charge-cancelled", "prepaid", "prepaid-lapsed", "doubtful",
]  # fmt: skip
"""What is posted: an invoice or credit note; a payment, and what became of it later; income moved between months; an advance; a charge;
a prepaid amount that was sold, drawn or refunded, and what lapsed of one; a debt whose payment is doubtful."""
_DOCUMENT: Final = "document"


def _is_of_document(kind: object) -> bool:
    return kind == _DOCUMENT


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
    role: str | None = Field(default=None, exclude_if=not_)
    """For what the account serves: `customers`, `bank`, `suspense` …; on entries beside those of documents, and of advances."""
    customer: str | None = Field(default=None, exclude_if=not_)
    """Whose account it is, where an entry may have several customers."""
    document: str | None = Field(default=None, exclude_if=not_)
    """Which invoice it settles."""


class JournalEntry(OneCurrency):
    """The entry of one invoice or credit note, or of another kind: debits equal credits. Kind and document are those of one entry."""

    kind: EntryKind = Field(default=_DOCUMENT, exclude_if=_is_of_document)
    document: str
    """The number of the invoice or credit note; of another kind, what names its cause."""
    posted_on: Day
    customer: str
    """Empty where it is not known, or where there are several."""
    text: Sentence = Field(default="", exclude_if=not_)
    """What it says beside its document."""
    subject: str | None = Field(default=None, exclude_if=not_)
    """Of what it is one of several entries, such as a payment."""
    postings: tuple[Posting, ...]
