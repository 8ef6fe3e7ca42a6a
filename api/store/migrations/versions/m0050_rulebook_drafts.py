"""Drafts of rulebooks."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Instant, Whole, YesNo

revision: Final = "rulebook_drafts"
down_revision: Final = "exchange_and_doubt"
_TABLE: Final = "rulebook_drafts"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        _TABLE,
        Column("author", Text, nullable=False),
        Column("base", Whole, autoincrement=False, nullable=True),
        Column("is_shared", YesNo, nullable=False),
        Column("changed_at", Instant, nullable=False),
        Column("files", Text, nullable=False),
        ForeignKeyConstraint(["base"], ["rulebook_versions.number"], name=op.f(f"fk_{_TABLE}_base")),
        PrimaryKeyConstraint("author", name=op.f(f"pk_{_TABLE}")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Takes it away."""
    op.drop_table(_TABLE)
