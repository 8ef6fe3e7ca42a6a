"""Indices in the order of lists: customers by name, orders by customer and signature, documents by customer and day."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import text

revision: Final = "indices_of_lists"
down_revision: Final = "references_of_orders"
_ADDED: Final = {"customers": ("name", "id"), "orders": ("customer", "id"), "issued": ("issued_on", "number")}


def upgrade() -> None:
    """Creates them; one of them begins as another did, which goes."""
    for table, columns in _ADDED.items():
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)
    op.create_index(op.f("ix_orders_signed_on_id"), "orders", [text("coalesce(signed_on, '0001-01-01')"), "id"], unique=False)
    op.drop_index(op.f("ix_issued_customer"), table_name="issued")
    op.create_index(op.f("ix_issued_customer_number"), "issued", ["customer", "number"], unique=False)


def downgrade() -> None:
    """Leaves the indices as they were."""
    op.drop_index(op.f("ix_issued_customer_number"), table_name="issued")
    op.create_index(op.f("ix_issued_customer"), "issued", ["customer"], unique=False)
    op.drop_index(op.f("ix_orders_signed_on_id"), table_name="orders")
    for table, columns in _ADDED.items():
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
