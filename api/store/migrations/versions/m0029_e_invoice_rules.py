"""The rules of e-invoices that are added."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, Text

from api.store.sql import Instant, Whole

revision: Final = "e_invoice_rules"
down_revision: Final = "deliveries"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "e_invoice_rules",
        *(Column(name, Text, nullable=False) for name in ("name", "version", "scope", "source", "digest")),
        Column("assertions", Whole, nullable=False),
        Column("added_at", Instant, nullable=False),
        Column("added_by", Text, nullable=False),
        Column("stylesheet", Text, nullable=False),
        PrimaryKeyConstraint("name", name=op.f("pk_e_invoice_rules")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Drops the table: those of the program are in force again."""
    op.drop_table("e_invoice_rules")
