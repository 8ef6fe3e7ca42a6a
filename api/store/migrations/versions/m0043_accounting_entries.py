"""What accounting tools have of journal entries that are not of documents, and messages to the tool about those that are there."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Instant, Whole

revision: Final = "accounting_entries"
down_revision: Final = "refunds"
_STATES: Final = "state in ('sent', 'booked', 'refused', 'unknown', 'lost')"
_MESSAGES: Final = """
insert into outbox (key, document, channel, state, installation, written_at, due_at, attempts)
select 'entries/' || kind || ' ' || source || '|accounting-entries', 'entries/' || kind || ' ' || source, 'accounting-entries', 'queued',
       installation.id, recorded_at, recorded_at, 0
from ledger_entries, installation
"""


def upgrade() -> None:
    """Creates the table, and queues the entries that are there."""
    op.create_table(
        "accounting_entries",
        *(Column(name, Text, nullable=False) for name in ("kind", "source", "tool", "state")),
        *(Column(name, Text, nullable=True) for name in ("id", "number")),
        Column("amount", Whole, autoincrement=False, nullable=False),
        Column("hash", Text, nullable=False),
        Column("because", Text, nullable=True),
        Column("changed_at", Instant, nullable=False),
        CheckConstraint(_STATES, name=op.f("ck_accounting_entries_state")),
        ForeignKeyConstraint(
            ["kind", "source"], ["ledger_entries.kind", "ledger_entries.source"], name=op.f("fk_accounting_entries_kind_source")
        ),
        PrimaryKeyConstraint("kind", "source", "tool", name=op.f("pk_accounting_entries")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_accounting_entries_tool_state_source"), "accounting_entries", ["tool", "state", "source"], unique=False)
    op.execute(_MESSAGES)


def downgrade() -> None:
    """Takes both away."""
    op.execute("delete from outbox where channel = 'accounting-entries'")
    op.drop_table("accounting_entries")
