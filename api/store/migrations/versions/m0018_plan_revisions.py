"""Orders count how often their plan changed, so that a snapshot is compared only with those; the journal is read by day and number."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column

from api.store.sql import Whole

revision: Final = "plan_revisions"
down_revision: Final = "keys_and_audit_trail"


def upgrade() -> None:
    """Adds the column, and puts the number into the index of journal entries."""
    op.add_column("orders", Column("plan_revision", Whole, nullable=False, server_default="0"))
    op.drop_index(op.f("ix_journal_entries_posted_on"), table_name="journal_entries")
    op.create_index(op.f("ix_journal_entries_posted_on_number"), "journal_entries", ["posted_on", "number"], unique=False)


def downgrade() -> None:
    """Removes what was added."""
    op.drop_index(op.f("ix_journal_entries_posted_on_number"), table_name="journal_entries")
    op.create_index(op.f("ix_journal_entries_posted_on"), "journal_entries", ["posted_on"], unique=False)
    op.drop_column("orders", "plan_revision")
