"""Fields of a company's own on opportunities, quotes and orders."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, Text

revision: Final = "own_fields"
down_revision: Final = "contracts_mandates_users"


def upgrade() -> None:
    """Adds the columns; earlier records have no such fields."""
    for table in ("opportunities", "quotes", "orders"):
        op.add_column(table, Column("attributes", Text, nullable=False, server_default="{}"))


def downgrade() -> None:
    """Removes the columns."""
    for table in ("orders", "quotes", "opportunities"):
        op.drop_column(table, "attributes")
