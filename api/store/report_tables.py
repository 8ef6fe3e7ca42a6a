"""The tables of what reports rest on: snapshots of the forecast."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, LargeBinary

from api.store.columns import day, instant, table, text, whole

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
