"""An index of the payments of which something is left beside the documents that they settle."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import text

revision: Final = "surplus_of_payments"
down_revision: Final = "payments"


def upgrade() -> None:
    """Creates it."""
    has_surplus = text("state = 'matched' and unallocated > 0")
    op.create_index(op.f("ix_payments_surplus"), "payments", ["id"], unique=False, sqlite_where=has_surplus, postgresql_where=has_surplus)


def downgrade() -> None:
    """Takes it away."""
    op.drop_index(op.f("ix_payments_surplus"), table_name="payments")
