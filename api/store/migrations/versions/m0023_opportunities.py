"""Amounts of opportunities by order type, the quote that sets them, and activities that are still to be done."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, PrimaryKeyConstraint, Text

from api.store.sql import Day, Instant, Whole

revision: Final = "opportunities"
down_revision: Final = "narrower_transactions"
_SAME: Final = "about, name, sequence, kind, text, done_on, done_by, recorded_at, author"


def upgrade() -> None:
    """Adds the columns; SQLite makes a column optional only with its table anew."""
    op.add_column("opportunities", Column("amounts", Text, nullable=False, server_default="{}"))
    op.add_column("opportunities", Column("primary_quote", Text, nullable=True))
    op.rename_table("activities", "former_activities")
    if op.get_context().dialect.name == "postgresql":
        for name in ("pk_activities", "ck_activities_about", "ck_activities_kind"):
            op.execute(f"alter table former_activities drop constraint {name}")
    op.create_table(
        "activities",
        *(Column(name, Text, nullable=False) for name in ("about", "name")),
        Column("sequence", Whole, autoincrement=False, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("kind", "text")),
        Column("owner", Text, nullable=True),
        *(Column(name, Day, nullable=True) for name in ("due_on", "done_on")),
        Column("done_by", Text, nullable=True),
        Column("recorded_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        CheckConstraint("about in ('customer', 'opportunity')", name=op.f("ck_activities_about")),
        CheckConstraint("(done_on is null) = (done_by is null)", name=op.f("ck_activities_done")),
        CheckConstraint("kind in ('note', 'call', 'meeting', 'mail')", name=op.f("ck_activities_kind")),
        PrimaryKeyConstraint("about", "name", "sequence", name=op.f("pk_activities")),
        sqlite_strict=True,
    )
    op.execute(f"insert into activities ({_SAME}) select {_SAME} from former_activities")
    op.drop_table("former_activities")


def downgrade() -> None:
    """Refuses: what is still to be done must stay known."""
    raise RuntimeError("activities that are still to be done are never taken away")
