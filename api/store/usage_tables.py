"""The tables of usage reports, and of what became of the amounts from which usage is taken."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, Index

from api.store.columns import compact_day, day, instant, one_of, table, text, whole
from api.store.sql import YesNo

usage_reports = table(
    "usage_reports",
    text("id", key=True),
    text("item", of="items.id"),
    compact_day("used_from"),
    compact_day("used_until"),
    whole("quantity"),
    text("corrects", needed=False),
    compact_day("recorded_on"),
    instant("recorded_at"),
    text("author"),
    whole("sequence"),
    Column("late", YesNo, nullable=False),
    Column("after_term", YesNo, nullable=False),
    CheckConstraint("used_from < used_until", name="used"),
    CheckConstraint("quantity >= 0 or corrects is not null", name="quantity"),
    Index(None, "item", "used_from"),
)
"""What was reported of measured items; `late` where its period had been invoiced when it was entered, `after_term` where its minimum had.

`sequence` is the order of entry among the reports of one customer and product.
"""

prepaid_movements = table(
    "prepaid_movements",
    text("document", key=True),
    whole("line", key=True),
    text("kind"),
    text("item", of="items.id"),
    whole("amount"),
    day("moved_on"),
    text("transaction"),
    text("category"),
    text("rate"),
    instant("recorded_at"),
    one_of("kind", "sold", "refunded", "drawn", "returned", "lapsed"),
    Index(None, "item", "recorded_at"),
)
"""What lines of documents did to prepaid amounts, and what lapsed of them: that has the name of its journal entry, and no line."""

APPEND_ONLY: Final = ("usage_reports", "prepaid_movements")
"""What must never be changed or deleted: a report is corrected by another, and a movement by a credit note."""
