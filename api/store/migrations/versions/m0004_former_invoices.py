"""A table of the open invoices of a former system."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Day, Whole

revision: Final = "former_invoices"
down_revision: Final = "ends_as_changes"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "former_invoices",
        Column("number", Text, nullable=False),
        Column("customer", Text, nullable=False),
        Column("issued_on", Day, nullable=False),
        Column("due_on", Day, nullable=False),
        Column("gross", Whole, autoincrement=False, nullable=False),
        Column("open", Whole, autoincrement=False, nullable=False),
        Column("currency", Text, nullable=False),
        Column("structured_communication", Text, nullable=True),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_former_invoices_customer")),
        PrimaryKeyConstraint("number", name=op.f("pk_former_invoices")),
        sqlite_strict=True,
    )
    for column in ("customer", "structured_communication"):
        op.create_index(op.f(f"ix_former_invoices_{column}"), "former_invoices", [column], unique=False)


def downgrade() -> None:
    """Removes the table."""
    op.drop_table("former_invoices")
