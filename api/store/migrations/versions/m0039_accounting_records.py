"""What accounting tools have of our documents."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Instant, Whole

revision: Final = "accounting_records"
down_revision: Final = "ledger"
_STATES: Final = "state in ('sent', 'booked', 'refused', 'unknown', 'lost')"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "accounting_records",
        *(Column(name, Text, nullable=False) for name in ("document", "tool", "state")),
        *(Column(name, Text, nullable=True) for name in ("id", "number")),
        *(Column(name, Whole, autoincrement=False, nullable=False) for name in ("net", "vat", "gross")),
        Column("hash", Text, nullable=False),
        Column("because", Text, nullable=True),
        Column("changed_at", Instant, nullable=False),
        CheckConstraint(_STATES, name=op.f("ck_accounting_records_state")),
        ForeignKeyConstraint(["document"], ["issued.number"], name=op.f("fk_accounting_records_document")),
        PrimaryKeyConstraint("document", "tool", name=op.f("pk_accounting_records")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_accounting_records_tool_id"), "accounting_records", ["tool", "id"], unique=False)
    op.create_index(op.f("ix_accounting_records_tool_state_document"), "accounting_records", ["tool", "state", "document"], unique=False)


def downgrade() -> None:
    """Takes it away."""
    op.drop_table("accounting_records")
