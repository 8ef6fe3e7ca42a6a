"""The tables of journal entries that are not of issued documents, with their postings, and of periods that are closed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ForeignKeyConstraint, Index

from api.store.columns import day, instant, one_of, table, text, whole

ledger_entries = table(
    "ledger_entries",
    text("kind", key=True),
    text("source", key=True),
    text("subject"),
    day("posted_on"),
    text("customer"),
    text("document"),
    instant("recorded_at"),
    text("author"),
    Index(None, "posted_on", "source", "kind"),
    Index(None, "subject"),
)
"""Entries by kind and by what caused them: of payments, of what became of them, of income moved from month to month."""

ledger_postings = table(
    "ledger_postings",
    text("kind", key=True),
    text("source", key=True),
    whole("line", key=True),
    text("role"),
    text("account"),
    text("customer"),
    text("document"),
    whole("amount"),
    ForeignKeyConstraint(["kind", "source"], ["ledger_entries.kind", "ledger_entries.source"]),
    Index(None, "document"),
    Index(None, "role", "customer"),
)
"""The postings of those entries: above zero on the debit. Customer and document are empty where there is none."""

closed_periods = table(
    "closed_periods",
    text("kind", key=True),
    text("period", key=True),
    day("first_day"),
    day("last_day"),
    day("closed_on"),
    instant("closed_at"),
    text("author"),
    one_of("kind", "month", "vat"),
)
"""Months whose journal is closed, and periods whose VAT return was handed in."""

APPEND_ONLY: Final = ("ledger_entries", "ledger_postings", "closed_periods")
