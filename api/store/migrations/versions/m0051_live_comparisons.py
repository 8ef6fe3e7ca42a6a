"""Comparisons of live orders that go on in the background, and who changed a draft last."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, PrimaryKeyConstraint, Text

from api.store.sql import Instant, Whole

revision: Final = "live_comparisons"
down_revision: Final = "rulebook_drafts"
_TABLE: Final = "live_comparisons"
_DRAFTS: Final = "rulebook_drafts"


def upgrade() -> None:
    """Creates the table, and the column of drafts."""
    op.create_table(
        _TABLE,
        Column("author", Text, nullable=False),
        Column("token", Text, nullable=False),
        Column("compared", Text, nullable=False),
        Column("texts_hash", Text, nullable=False),
        Column("started_at", Instant, nullable=False),
        Column("beat_at", Instant, nullable=False),
        Column("state", Text, nullable=False),
        Column("done", Whole, nullable=False),
        Column("total", Whole, nullable=False),
        Column("answer", Text, nullable=True),
        CheckConstraint("state in ('running', 'done', 'stopped', 'cut-off', 'refused')", name=op.f(f"ck_{_TABLE}_state")),
        PrimaryKeyConstraint("author", name=op.f(f"pk_{_TABLE}")),
        sqlite_strict=True,
    )
    op.add_column(_DRAFTS, Column("changed_by", Text, nullable=True))


def downgrade() -> None:
    """Takes both away."""
    op.drop_column(_DRAFTS, "changed_by")
    op.drop_table(_TABLE)
