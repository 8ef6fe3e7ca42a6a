"""Snapshots of the forecast, which are never changed."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, LargeBinary, PrimaryKeyConstraint, Text

from api.store.migrations.versions.m0001_first_tables import refuse_changes
from api.store.sql import Day, Instant, Whole

revision: Final = "forecast_snapshots"
down_revision: Final = "erasure_of_quotes"


def upgrade() -> None:
    """Creates the tables and their triggers."""
    op.create_table(
        "forecast_snapshots",
        Column("name", Text, nullable=False),
        Column("stored_on", Day, nullable=False),
        Column("stored_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        Column("rulebook", Text, nullable=False),
        Column("planned_through", Day, nullable=False),
        Column("currency", Text, nullable=False),
        PrimaryKeyConstraint("name", name=op.f("pk_forecast_snapshots")),
        sqlite_strict=True,
    )
    op.create_table(
        "snapshot_orders",
        Column("snapshot", Text, nullable=False),
        Column("part", Whole, autoincrement=False, nullable=False),
        Column("content", LargeBinary, nullable=False),
        ForeignKeyConstraint(["snapshot"], ["forecast_snapshots.name"], name=op.f("fk_snapshot_orders_snapshot")),
        PrimaryKeyConstraint("snapshot", "part", name=op.f("pk_snapshot_orders")),
        sqlite_strict=True,
    )
    op.create_table(
        "snapshot_months",
        Column("snapshot", Text, nullable=False),
        Column("part", Whole, autoincrement=False, nullable=False),
        Column("month", Text, nullable=False),
        Column("transactions", Whole, autoincrement=False, nullable=False),
        Column("net", Whole, autoincrement=False, nullable=False),
        Column("content", LargeBinary, nullable=False),
        ForeignKeyConstraint(["snapshot"], ["forecast_snapshots.name"], name=op.f("fk_snapshot_months_snapshot")),
        PrimaryKeyConstraint("snapshot", "part", "month", name=op.f("pk_snapshot_months")),
        sqlite_strict=True,
    )
    for table in ("forecast_snapshots", "snapshot_orders", "snapshot_months"):
        refuse_changes(table)


def downgrade() -> None:
    """Refuses: a snapshot is kept as long as the database."""
    raise RuntimeError("snapshots of the forecast are never taken away")
