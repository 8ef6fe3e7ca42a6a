"""The table of what is billed again after a credit note."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Index

from api.store.columns import instant, table, text, whole

rebilled = table(
    "rebilled",
    text("invoice", key=True, of="issued.number"),
    text("item", key=True, of="items.id"),
    text("kind", key=True),
    whole("serial", key=True),
    text("change", key=True),
    instant("released_at"),
    text("author"),
    text("because"),
    Index(None, "item"),
)
"""Transactions that an invoice released after it was credited, to be billed again: each is on at most one other invoice at a time."""

APPEND_ONLY: Final = ("rebilled",)
"""What must never be changed or deleted."""
