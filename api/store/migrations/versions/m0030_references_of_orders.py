"""The customer's own references of orders, which count before that of the customer."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, Text

revision: Final = "references_of_orders"
down_revision: Final = "e_invoice_rules"


def upgrade() -> None:
    """Adds the column; earlier orders have the reference of their customers."""
    op.add_column("orders", Column("buyer_reference", Text, nullable=True))


def downgrade() -> None:
    """Removes the column."""
    op.drop_column("orders", "buyer_reference")
