"""The terms that were agreed for an item, mandates, and users."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Day, Instant, Whole

revision: Final = "contracts_mandates_users"
down_revision: Final = "contacts_and_erasures"


def upgrade() -> None:
    """Creates the tables and columns; items that were agreed before have the terms of their billing process."""
    for name in ("term_months", "notice_months"):
        op.add_column("items", Column(name, Whole, nullable=True))
    op.add_column("items", Column("renewal", Text, nullable=True))
    op.create_table(
        "mandates",
        Column("reference", Text, nullable=False),
        Column("customer", Text, nullable=False),
        Column("iban", Text, nullable=False),
        Column("signed_on", Day, nullable=False),
        Column("state", Text, nullable=False),
        CheckConstraint("state in ('active', 'ended')", name=op.f("ck_mandates_state")),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_mandates_customer")),
        PrimaryKeyConstraint("reference", name=op.f("pk_mandates")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_mandates_customer"), "mandates", ["customer"], unique=False)
    op.create_table(
        "users",
        Column("name", Text, nullable=False),
        Column("full_name", Text, nullable=False),
        Column("email", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("made_at", Instant, nullable=False),
        CheckConstraint("role in ('sales', 'billing', 'accounting', 'analyst', 'admin')", name=op.f("ck_users_role")),
        CheckConstraint("state in ('active', 'disabled')", name=op.f("ck_users_state")),
        PrimaryKeyConstraint("name", name=op.f("pk_users")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Removes the tables and columns."""
    op.drop_table("users")
    op.drop_table("mandates")
    for name in ("renewal", "notice_months", "term_months"):
        op.drop_column("items", name)
