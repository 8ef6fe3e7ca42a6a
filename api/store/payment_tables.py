"""The tables of bank statements, payments, and what payments settle."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql_text

from api.store.columns import day, instant, one_of, table, text, whole

HAS_SURPLUS: Final = sql_text("state = 'matched' and unallocated > 0")
"""Of a payment that settles documents something is left."""

bank_statements = table(
    "bank_statements",
    text("iban", key=True),
    text("currency", key=True),
    text("format", key=True),
    text("name", key=True),
    whole("new_balance"),
    day("new_balance_on"),
    day("imported_on"),
    instant("imported_at"),
    text("author"),
    text("document"),
)
"""Statements as they were imported, whole."""

payments = table(
    "payments",
    text("id", key=True),
    text("source"),
    text("source_id"),
    text("iban"),
    text("currency"),
    whole("amount"),
    day("entry_date"),
    day("value_date", needed=False),
    text("payer_iban", needed=False),
    text("payer_name"),
    text("reference", needed=False),
    text("text"),
    text("likeness"),
    text("state"),
    text("rule", needed=False),
    text("because", needed=False),
    text("documents"),
    whole("unallocated"),
    day("recorded_on"),
    instant("recorded_at"),
    text("author"),
    one_of("state", "matched", "proposed", "held", "unmatched", "paid-out"),
    CheckConstraint("amount < 0 or (unallocated >= 0 and unallocated <= amount)", name="unallocated"),
    Index(None, "likeness"),
    Index(None, "state", "id"),
    Index(None, "payer_iban"),
    Index(None, "amount", "iban"),
    Index("ix_payments_surplus", "id", sqlite_where=HAS_SURPLUS, postgresql_where=HAS_SURPLUS),
)
"""Payments with what became of them. Below zero: `paid-out`. `documents` are those that it names or that are proposed.

`likeness` is equal for what two sources may report of one payment.
"""

payment_evidences = table(
    "payment_evidences",
    text("source", key=True),
    text("source_id", key=True),
    text("payment", of="payments.id"),
    instant("recorded_at"),
    UniqueConstraint("payment", "source"),
)
"""Who reported a payment, and by which id: one payment may have several sources, and has one id in each."""

payment_allocations = table(
    "payment_allocations",
    text("payment", key=True, of="payments.id"),
    whole("sequence", key=True),
    text("document"),
    whole("amount"),
    text("kind"),
    day("allocated_on"),
    instant("allocated_at"),
    text("author"),
    one_of("kind", "payment", "difference", "cash-discount", "write-off", "write-off-vat", "charge", "exchange"),
    Index(None, "document"),
)
"""Parts of payments that settle documents, and what was given up on them; below zero where one is taken back."""

payment_refunds = table(
    "payment_refunds",
    text("outgoing", key=True, of="payments.id"),
    whole("sequence", key=True),
    text("incoming", of="payments.id"),
    whole("amount"),
    day("recorded_on"),
    instant("recorded_at"),
    text("author"),
    Index(None, "incoming"),
)
"""What payments that left our account give back of those that came in; below zero where that is taken back."""

doubtful_documents = table(
    "doubtful_documents",
    text("document", key=True),
    whole("sequence", key=True),
    text("state"),
    whole("allowance"),
    day("since"),
    text("because"),
    instant("recorded_at"),
    text("author"),
    one_of("state", "doubtful", "ended"),
    CheckConstraint("allowance between 0 and 1000000", name="allowance"),
)
"""Invoices of which payment is doubtful, with the part of their net that is written down, in millionths; the last row counts."""

APPEND_ONLY: Final = ("bank_statements", "payment_evidences", "payment_allocations", "payment_refunds", "doubtful_documents")
