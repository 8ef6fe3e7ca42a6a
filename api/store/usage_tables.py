"""The table of usage reports."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, Index

from api.store.columns import compact_day, instant, table, text, whole
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

APPEND_ONLY: Final = ("usage_reports",)
"""What must never be changed or deleted: a report is corrected by another."""
