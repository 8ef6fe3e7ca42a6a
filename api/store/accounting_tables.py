"""The tables of what accounting tools have of our documents and of our other journal entries."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index

from api.store.columns import instant, one_of, sentence, table, text, whole

accounting_records = table(
    "accounting_records",
    text("document", key=True, of="issued.number"),
    text("tool", key=True),
    text("state"),
    text("id", needed=False),
    text("number", needed=False),
    whole("net"),
    whole("vat"),
    whole("gross"),
    text("hash"),
    sentence("because"),
    instant("changed_at"),
    one_of("state", "sent", "booked", "refused", "unknown", "lost"),
    Index(None, "tool", "id"),
    Index(None, "tool", "state", "document"),
)
"""A row for a document and a tool, from the first attempt on: the tool's id and number, the totals and the hash of what was booked.

`unknown`: an answer was lost, and the tool is asked before anything is sent again. `lost`: it was booked, and the tool has it no more.
"""

accounting_entries = table(
    "accounting_entries",
    text("kind", key=True),
    text("source", key=True),
    text("tool", key=True),
    text("state"),
    text("id", needed=False),
    text("number", needed=False),
    whole("amount"),
    text("hash"),
    sentence("because"),
    instant("changed_at"),
    one_of("state", "sent", "booked", "refused", "unknown", "lost"),
    ForeignKeyConstraint(["kind", "source"], ["ledger_entries.kind", "ledger_entries.source"]),
    Index(None, "tool", "state", "source"),
)
"""The same for a journal entry that is not of an issued document; the amount is what it debits."""
