"""The steps of recurring revenue; the orders are planned again by the next command that writes, which makes their steps."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Coded, CompactDay

revision: Final = "recurring_steps"
down_revision: Final = "rulebook_versions"

_MOVEMENTS: Final = Coded("new", "increment", "decrease", "suspended", "reactivated", "price", "lost")
"""As of this migration; engine.documents.recurring_step may name others later."""


def upgrade() -> None:
    """Creates the table, and the index of items by product."""
    op.create_table(
        "recurring_steps",
        Column("item", Text, nullable=False),
        Column("on", CompactDay, autoincrement=False, nullable=False),
        Column("movement", _MOVEMENTS, nullable=False),
        Column("numerator", Text, nullable=False),
        Column("denominator", Text, nullable=False),
        ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_recurring_steps_item")),
        PrimaryKeyConstraint("item", "on", "movement", name=op.f("pk_recurring_steps")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute("update orders set planned_through = null, planned_under = null")
    op.create_index(op.f("ix_items_product_order"), "items", ["product", "order"], unique=False)


def downgrade() -> None:
    """Removes the table."""
    op.drop_index(op.f("ix_items_product_order"), table_name="items")
    op.drop_table("recurring_steps")
