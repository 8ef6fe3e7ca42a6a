"""Drafts of invoices as the plain values of a page: as they would be issued, without what only issuing gives."""

from __future__ import annotations

from datetime import date

from engine.documents.invoice import DraftInvoice, Invoice
from engine.writing.html import Words, invoice_page
from engine.writing.pages import InvoicePage


def draft_page(draft: DraftInvoice, on: date, words: Words) -> InvoicePage:
    """The values of an invoice's template for a draft: no number, no reference to pay with, no code."""
    as_issued = Invoice(**dict(draft), number="", series="", issued_on=on, communication="–")
    return {**invoice_page(as_issued, words), "payment_code": ""}
