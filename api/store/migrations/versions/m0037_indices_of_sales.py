"""Indices in the orders of the lists of customers, opportunities, quotes, contacts and mandates, and of those of one customer."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import text

revision: Final = "indices_of_sales"
down_revision: Final = "surplus_of_payments"
_ADDED: Final = (
    ("customers", ("country", "id")),
    *(("opportunities", (column, "id")) for column in ("customer", "amount", "expected_close", "owner")),
    ("quotes", ("customer", "number", "version")),
    *(("contacts", (column, "id")) for column in ("customer", "opportunity", "name")),
    *(("mandates", (column, "reference")) for column in ("customer", "signed_on")),
)
_REPLACED: Final = (("contacts", "customer"), ("contacts", "opportunity"), ("mandates", "customer"))
"""Those that begin as one of the added does."""


def upgrade() -> None:
    """Creates them, in the place of shorter ones."""
    for table, column in _REPLACED:
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
    for table, columns in _ADDED:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)
    op.create_index(op.f("ix_contacts_stored_until_id"), "contacts", [text("coalesce(stored_until, '0001-01-01')"), "id"], unique=False)


def downgrade() -> None:
    """Leaves the indices as they were."""
    op.drop_index(op.f("ix_contacts_stored_until_id"), table_name="contacts")
    for table, columns in reversed(_ADDED):
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
    for table, column in _REPLACED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
