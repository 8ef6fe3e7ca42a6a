"""Replies of customers on the links of their quotes, with the evidence of each."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, PrimaryKeyConstraint, Text

from api.store.sql import Day, Instant, Whole

revision: Final = "quote_replies"
down_revision: Final = "indices_of_lists"


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "quote_replies",
        Column("number", Text, nullable=False),
        Column("version", Whole, autoincrement=False, nullable=False),
        Column("link", Text, nullable=False),
        Column("reply", Text, nullable=False),
        *(Column(name, Text, nullable=True) for name in ("name", "purchase_order", "note")),
        *(Column(name, Text, nullable=False) for name in ("chosen", "language", "pdf_hash")),
        Column("shown_at", Instant, nullable=False),
        Column("replied_on", Day, nullable=False),
        Column("replied_at", Instant, nullable=False),
        *(Column(name, Text, nullable=True) for name in ("address", "user_agent", "because")),
        *(Column(name, Day, nullable=True) for name in ("stored_until", "erased_on")),
        *(Column(name, Text, nullable=True) for name in ("erased_by", "erased_because")),
        CheckConstraint("reply in ('accepted', 'agreed', 'declined')", name=op.f("ck_quote_replies_reply")),
        CheckConstraint("(erased_on is null) = (erased_by is null)", name=op.f("ck_quote_replies_erased")),
        PrimaryKeyConstraint("number", "version", name=op.f("pk_quote_replies")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Refuses: what customers replied must stay known."""
    raise RuntimeError("what customers replied is never taken away")
