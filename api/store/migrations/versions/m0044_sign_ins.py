"""Passwords of people, and the sessions of their browsers."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Instant, Whole

revision: Final = "sign_ins"
down_revision: Final = "accounting_entries"


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "sessions",
        Column("key", Text, nullable=False),
        Column("ends_at", Instant, nullable=False),
        Column("browser", Text, nullable=False),
        ForeignKeyConstraint(["key"], ["api_keys.prefix"], name=op.f("fk_sessions_key")),
        PrimaryKeyConstraint("key", name=op.f("pk_sessions")),
        sqlite_strict=True,
    )
    op.create_table(
        "passwords",
        Column("user", Text, nullable=False),
        Column("hash", Text, nullable=False),
        Column("failures", Whole, autoincrement=False, nullable=False),
        Column("locked_until", Instant, nullable=True),
        Column("changed_at", Instant, nullable=False),
        ForeignKeyConstraint(["user"], ["users.name"], name=op.f("fk_passwords_user")),
        PrimaryKeyConstraint("user", name=op.f("pk_passwords")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Takes them away."""
    op.drop_table("passwords")
    op.drop_table("sessions")
