"""Invoices hold the hashes of their transactions, so that a change of any column of these is found."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, Text

revision: Final = "hashes_of_transactions"
down_revision: Final = "shards_of_runs"


def upgrade() -> None:
    """Adds the column; of invoices that were issued before, it stays empty: the lines alone tell of their transactions."""
    op.add_column("issued", Column("transaction_hashes", Text, nullable=True))


def downgrade() -> None:
    """Refuses: the hash chain covers the column."""
    raise RuntimeError("the hash chain covers the hashes of transactions: they are never taken away")
