"""Where orders are delivered, where that is another address of their customers."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, Text

revision: Final = "deliveries_of_orders"
down_revision: Final = "quote_replies"


def upgrade() -> None:
    """Adds the column; earlier orders are delivered to their customers."""
    op.add_column("orders", Column("deliver_to", Text, nullable=True))


def downgrade() -> None:
    """Removes the column."""
    op.drop_column("orders", "deliver_to")
