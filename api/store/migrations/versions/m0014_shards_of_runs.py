"""Runs have shards of customers, which workers lease, and say how often they were resumed."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Instant, Whole

revision: Final = "shards_of_runs"
down_revision: Final = "rebilled"


def upgrade() -> None:
    """Creates the table, adds the columns, and ends the runs that a former version left unfinished: they have no shards."""
    op.add_column("runs", Column("resumed", Whole, nullable=False, server_default="0"))
    op.add_column("runs", Column("resumed_at", Instant, nullable=True))
    op.execute("update runs set state = 'done' where state = 'running'")
    op.create_table(
        "run_shards",
        Column("run", Whole, autoincrement=False, nullable=False),
        Column("number", Whole, autoincrement=False, nullable=False),
        Column("customers", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("worker", Text, nullable=True),
        Column("leased_until", Instant, nullable=True),
        Column("held", Whole, autoincrement=False, nullable=False),
        CheckConstraint("state in ('waiting', 'leased', 'done')", name=op.f("ck_run_shards_state")),
        ForeignKeyConstraint(["run"], ["runs.number"], name=op.f("fk_run_shards_run")),
        PrimaryKeyConstraint("run", "number", name=op.f("pk_run_shards")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_issued_run"), "issued", ["run"], unique=False)


def downgrade() -> None:
    """Removes what was added."""
    op.drop_index(op.f("ix_issued_run"), table_name="issued")
    op.drop_table("run_shards")
    op.drop_column("runs", "resumed_at")
    op.drop_column("runs", "resumed")
