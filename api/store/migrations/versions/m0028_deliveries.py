"""Deliveries: what became of each message, who received it, and from where an installation sends."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, PrimaryKeyConstraint, Text, text

from api.store.sql import Instant, Whole

revision: Final = "deliveries"
down_revision: Final = "webhooks"
_STATES: Final = "state in ('held', 'queued', 'accepted', 'delivered', 'rejected', 'dead', 'skipped')"
_EVENTS: Final = "event in ('requested', 'held', 'failed', 'accepted', 'delivered', 'rejected', 'dead', 'skipped')"


def upgrade() -> None:
    """Creates the tables, and lets a message be skipped, numbered by delivery, and known by a reference."""
    is_sqlite = op.get_context().dialect.name == "sqlite"
    with op.batch_alter_table("outbox", recreate="always" if is_sqlite else "never", table_kwargs={"sqlite_strict": True}) as batch:
        batch.add_column(Column("delivery", Whole, nullable=False, server_default=text("1")))
        batch.add_column(Column("reference", Text, nullable=True))
        if not is_sqlite:
            batch.drop_constraint(op.f("ck_outbox_state"), type_="check")
        batch.create_check_constraint(op.f("ck_outbox_state"), _STATES)
    op.create_index(op.f("ix_outbox_channel_state_due_at"), "outbox", ["channel", "state", "due_at"], unique=False)
    op.create_table(
        "delivery_log",
        *(Column(name, Text, nullable=False) for name in ("id", "document", "channel")),
        Column("delivery", Whole, autoincrement=False, nullable=False),
        Column("event", Text, nullable=False),
        *(Column(name, Text, nullable=True) for name in ("recipient", "reference", "note")),
        Column("logged_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        CheckConstraint(_EVENTS, name=op.f("ck_delivery_log_event")),
        PrimaryKeyConstraint("id", name=op.f("pk_delivery_log")),
        sqlite_strict=True,
    )
    for columns in (["document", "id"], ["recipient", "logged_at"], ["channel", "reference"]):
        op.create_index(op.f(f"ix_delivery_log_{'_'.join(columns)}"), "delivery_log", columns, unique=False)
    op.create_table(
        "sending_places",
        *(Column(name, Text, nullable=False) for name in ("installation", "place")),
        Column("since", Instant, nullable=False),
        PrimaryKeyConstraint("installation", name=op.f("pk_sending_places")),
        sqlite_strict=True,
    )
    op.create_table(
        "status_cursors",
        *(Column(name, Text, nullable=False) for name in ("channel", "cursor")),
        PrimaryKeyConstraint("channel", name=op.f("pk_status_cursors")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Refuses: what was sent must stay known."""
    raise RuntimeError("what was sent is never taken away")
