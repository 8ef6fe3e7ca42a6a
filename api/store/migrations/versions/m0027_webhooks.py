"""Webhooks and their events."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, PrimaryKeyConstraint, Text

from api.store.sql import Instant

revision: Final = "webhooks"
down_revision: Final = "customer_parties"


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "webhooks",
        *(Column(name, Text, nullable=False) for name in ("name", "url", "events", "state", "secret")),
        Column("former_secret", Text, nullable=True),
        Column("former_until", Instant, nullable=True),
        Column("made_at", Instant, nullable=False),
        Column("made_by", Text, nullable=False),
        CheckConstraint("state in ('active', 'stopped')", name=op.f("ck_webhooks_state")),
        PrimaryKeyConstraint("name", name=op.f("pk_webhooks")),
        sqlite_strict=True,
    )
    op.create_table(
        "events",
        *(Column(name, Text, nullable=False) for name in ("id", "kind", "resource")),
        Column("happened_at", Instant, nullable=False),
        Column("body", Text, nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Refuses: what is announced must stay known."""
    raise RuntimeError("what was announced is never taken away")
