"""An index of the transactions that are held back: few of very many, and counted on the start page."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import text

revision: Final = "held_transactions"
down_revision: Final = "live_comparisons"
_INDEX: Final = "ix_transactions_held"
_IS_HELD: Final = text("state = 1")


def upgrade() -> None:
    """Creates the index."""
    op.create_index(_INDEX, "transactions", ["item"], sqlite_where=_IS_HELD, postgresql_where=_IS_HELD)


def downgrade() -> None:
    """Takes it away."""
    op.drop_index(_INDEX, "transactions")
