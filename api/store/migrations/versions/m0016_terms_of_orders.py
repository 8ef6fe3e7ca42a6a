"""Payment terms of orders, which count before those of their customer."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, Text

revision: Final = "terms_of_orders"
down_revision: Final = "hashes_of_transactions"


def upgrade() -> None:
    """Adds the column; earlier orders have the terms of their customers."""
    op.add_column("orders", Column("payment_terms", Text, nullable=True))


def downgrade() -> None:
    """Removes the column."""
    op.drop_column("orders", "payment_terms")
