"""The worker that has claimed an idempotency key, for verbs that take several transactions."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, Text

revision: Final = "claimed_answers"
down_revision: Final = "opportunities"


def upgrade() -> None:
    """Adds the column; what is stored already has its answers."""
    op.add_column("stored_answers", Column("claimed_by", Text, nullable=True))


def downgrade() -> None:
    """Refuses: a claim must stay known."""
    raise RuntimeError("the claim of a key is never taken away")
