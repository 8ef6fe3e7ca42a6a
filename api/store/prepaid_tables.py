"""The table of what became of prepaid amounts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Index

from api.store.columns import day, instant, one_of, table, text, whole

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

APPEND_ONLY: Final = ("prepaid_movements",)
