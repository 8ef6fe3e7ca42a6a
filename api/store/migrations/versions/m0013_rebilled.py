"""Transactions that a credited invoice released, to be billed again."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Instant, Whole

revision: Final = "rebilled"
down_revision: Final = "recurring_steps"


def upgrade() -> None:
    """Creates the table, whose rows stay."""
    op.create_table(
        "rebilled",
        Column("invoice", Text, nullable=False),
        Column("item", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("serial", Whole, autoincrement=False, nullable=False),
        Column("change", Text, nullable=False),
        Column("released_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        Column("because", Text, nullable=False),
        ForeignKeyConstraint(["invoice"], ["issued.number"], name=op.f("fk_rebilled_invoice")),
        ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_rebilled_item")),
        PrimaryKeyConstraint("invoice", "item", "kind", "serial", "change", name=op.f("pk_rebilled")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_rebilled_item"), "rebilled", ["item"], unique=False)
    if op.get_context().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger rebilled_refuse_{verb} before {verb} on rebilled "
                f"begin select raise(abort, 'rebilled is append-only: {verb} is refused'); end"
            )
        return
    op.execute(
        "create function rebilled_refuse() returns trigger language plpgsql as $$ "
        "begin raise exception 'rebilled is append-only: % is refused', lower(tg_op); end $$"
    )
    op.execute("create trigger rebilled_refuse before update or delete on rebilled for each row execute function rebilled_refuse()")
    op.execute("create trigger rebilled_refuse_truncate before truncate on rebilled for each statement execute function rebilled_refuse()")


def downgrade() -> None:
    """Refuses: what was billed again must stay known as long as its invoices."""
    raise RuntimeError("the table says what was billed again: it is never taken away")
