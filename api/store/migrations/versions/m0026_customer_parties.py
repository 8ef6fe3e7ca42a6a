"""Prospects among customers, customers merged into others, their further addresses, and their names in other systems."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Day

revision: Final = "customer_parties"
down_revision: Final = "drafts_of_quotes"


def upgrade() -> None:
    """Adds the columns and creates the tables."""
    op.add_column("customers", Column("state", Text, nullable=False, server_default="customer"))
    op.add_column("customers", Column("merged_into", Text, nullable=True))
    op.add_column("customers", Column("merged_on", Day, nullable=True))
    op.create_index(op.f("ix_customers_merged_into"), "customers", ["merged_into"], unique=False)
    op.create_table(
        "customer_addresses",
        *(Column(name, Text, nullable=False) for name in ("customer", "name", "kind")),
        Column("recipient", Text, nullable=True),
        *(Column(name, Text, nullable=False) for name in ("street", "postcode", "town", "country")),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_customer_addresses_customer")),
        PrimaryKeyConstraint("customer", "name", name=op.f("pk_customer_addresses")),
        sqlite_strict=True,
    )
    op.create_table(
        "customer_references",
        *(Column(name, Text, nullable=False) for name in ("system", "reference", "customer")),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_customer_references_customer")),
        PrimaryKeyConstraint("system", "reference", name=op.f("pk_customer_references")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_customer_references_customer"), "customer_references", ["customer"], unique=False)


def downgrade() -> None:
    """Refuses: a name of a merged customer must stay known."""
    raise RuntimeError("what was merged is never taken apart")
