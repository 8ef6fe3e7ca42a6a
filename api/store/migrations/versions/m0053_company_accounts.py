"""The accounts of the company as which people sign in: bound to a person by their subject at the first time."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Instant

revision: Final = "company_accounts"
down_revision: Final = "held_transactions"
_TABLE: Final = "company_accounts"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        _TABLE,
        Column("issuer", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("user", Text, nullable=False),
        Column("bound_at", Instant, nullable=False),
        ForeignKeyConstraint(["user"], ["users.name"], name=op.f(f"fk_{_TABLE}_user")),
        PrimaryKeyConstraint("issuer", "subject", name=op.f(f"pk_{_TABLE}")),
        sqlite_strict=True,
    )
    op.create_index(f"uq_{_TABLE}_user_issuer", _TABLE, ["user", "issuer"], unique=True)


def downgrade() -> None:
    """Takes it away."""
    op.drop_table(_TABLE)
