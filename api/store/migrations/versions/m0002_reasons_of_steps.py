"""Who took a step of an order's history, and why."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, Text

revision: Final = "reasons_of_steps"
down_revision: Final = "first_tables"


def upgrade() -> None:
    """Adds the columns; earlier steps have neither."""
    for name in ("author", "because"):
        op.add_column("order_steps", Column(name, Text, nullable=True))


def downgrade() -> None:
    """Removes the columns."""
    for name in ("because", "author"):
        op.drop_column("order_steps", name)
