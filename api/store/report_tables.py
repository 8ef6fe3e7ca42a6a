"""The tables of what reports rest on: steps of recurring revenue, and snapshots of the forecast."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, LargeBinary

from api.store.columns import coded, compact_day, day, instant, table, text, whole
from engine.documents.recurring_step import MOVEMENTS

recurring_steps = table(
    "recurring_steps",
    text("item", key=True, of="items.id"),
    compact_day("on", key=True),
    coded("movement", MOVEMENTS, key=True),
    text("numerator"),
    text("denominator"),
    by_key=True,
)
"""By how much of a month the recurring revenue of an item moves on a day, as a fraction in units of the currency."""

forecast_snapshots = table(
    "forecast_snapshots",
    text("name", key=True),
    day("stored_on"),
    instant("stored_at"),
    text("author"),
    text("rulebook"),
    day("planned_through"),
    text("currency"),
)

snapshot_orders = table(
    "snapshot_orders",
    text("snapshot", key=True, of="forecast_snapshots.name"),
    whole("part", key=True),
    Column("content", LargeBinary, nullable=False),
)
"""The orders in each part of a snapshot, each with the number of steps in its history then."""

snapshot_months = table(
    "snapshot_months",
    text("snapshot", key=True, of="forecast_snapshots.name"),
    whole("part", key=True),
    text("month", key=True),
    whole("transactions"),
    whole("net"),
    Column("content", LargeBinary, nullable=False),
)
"""The lines of the orders of one part that have a billing date in a month, compressed."""

APPEND_ONLY: Final = ("forecast_snapshots", "snapshot_orders", "snapshot_months")
"""Those whose rows are never changed or deleted."""
