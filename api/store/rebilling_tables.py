"""The tables of what is taken back: transactions billed again after a credit note, and actions on orders."""

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

order_actions = table(
    "order_actions",
    text("order", key=True, of="orders.id"),
    whole("position", key=True),
    whole("steps"),
    text("verb", needed=False),
    text("before"),
    whole("undoes", needed=False),
    instant("recorded_at"),
    text("author"),
)
"""One row for each action on an order: `position` is that of its first step in the history, `undoes` that of the action it takes back."""

APPEND_ONLY: Final = ("rebilled", "order_actions")
"""What must never be changed or deleted."""
