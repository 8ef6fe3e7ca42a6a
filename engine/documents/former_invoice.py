"""Invoices of a former system that customers had not paid in full when their company began with this one."""

from __future__ import annotations

from engine.dates import Day
from engine.documents.document import OneCurrency
from engine.money import Money


class FormerInvoice(OneCurrency):
    """An open invoice or credit note of a former system: never numbered, never in VAT or the journal here, only awaited to be paid."""

    number: str
    customer: str
    issued_on: Day
    due_on: Day
    gross: Money
    open: Money
    """What of the gross was open at the import; both are negative for a credit note."""
    structured_communication: str | None = None
    """What the customer writes on the transfer."""
