"""The auditor's arithmetic on documents that are in no store."""

from collections.abc import Iterator, Sequence

from api.store.audit_sums import audit_credits, audit_document
from api.store.document_figures import document_figures, entry_figures
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.journal import JournalEntry
from engine.problems import Problem


def problems_of(document: Invoice | CreditNote, entry: JournalEntry) -> Iterator[Problem]:
    """What the auditor says of a document and its journal entry."""
    return audit_document(document_figures(document.model_dump_json()), entry_figures(entry.model_dump_json()))


def problems_of_credits(invoice: Invoice, notes: Sequence[CreditNote]) -> Iterator[Problem]:
    """What the auditor says of the credit notes of an invoice."""
    return audit_credits(document_figures(invoice.model_dump_json()), [document_figures(note.model_dump_json()) for note in notes])
