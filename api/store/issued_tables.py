"""The tables of issued documents: their series, what stands beside their JSON, their journal entries and their PDFs."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint

from api.store.columns import day, instant, one_of, table, text, whole

series = table(
    "series",
    text("name", key=True),
    text("kind"),
    whole("last"),
    day("last_issued_on", needed=False),
    text("last_hash"),
)

issued = table(
    "issued",
    text("number", key=True),
    text("kind"),
    text("series", of="series.name"),
    whole("sequence"),
    day("issued_on"),
    text("customer", of="customers.id"),
    text("order_type"),
    text("month", needed=False),
    text("corrects", needed=False, of="issued.number"),
    day("due_on", needed=False),
    day("tax_point", needed=False),
    text("buyer_name", needed=False),
    text("buyer_vat_number", needed=False),
    text("channel", needed=False),
    whole("lines", needed=False),
    whole("net"),
    whole("vat"),
    whole("gross"),
    text("currency"),
    text("rulebook"),
    whole("run", needed=False),
    instant("issued_at"),
    text("transaction_hashes", needed=False),
    text("document"),
    Column("xml", LargeBinary, nullable=False),
    *(text(name) for name in ("predecessor_hash", "hash")),
    one_of("kind", "invoice", "credit-note"),
    UniqueConstraint("series", "sequence"),
    *(Index(None, *columns) for columns in (("corrects",), ("customer", "number"), ("issued_on", "number"), ("run",))),
    Index(None, "tax_point", "issued_at"),
    Index("ix_issued_due", "due_on", "kind", "number", "gross", "net", "vat", "currency", "order_type"),
)
"""Documents in canonical JSON. What lists and reports read of them stands in columns too, and `verify` holds these to the JSON."""

journal_entries = table(
    "journal_entries",
    text("number", key=True, of="issued.number"),
    day("posted_on"),
    text("customer"),
    text("document"),
    Index(None, "posted_on", "number"),
)

posting_sums = table(
    "posting_sums",
    text("number", key=True, of="issued.number"),
    text("account", key=True),
    text("vat_code", key=True),
    whole("debit"),
    whole("credit"),
    by_key=True,
)
"""What the entry of a document posts to an account with a VAT code (empty where none), added up; `verify` holds it to the JSON."""

renditions = table(
    "renditions",
    text("document", key=True),
    text("kind", key=True),
    whole("edition", key=True),
    instant("made_at"),
    Column("content", LargeBinary, nullable=False),
    text("hash"),
    one_of("kind", "invoice", "credit-note", "quote"),
)

APPEND_ONLY: Final = ("issued", "journal_entries", "posting_sums", "renditions")
