"""The actions on orders, with what each changed as it was before, from which they can be taken back."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Instant, Whole

revision: Final = "order_actions"
down_revision: Final = "usage_reports"


def upgrade() -> None:
    """Creates the table, whose rows stay."""
    op.create_table(
        "order_actions",
        Column("order", Text, nullable=False),
        Column("position", Whole, autoincrement=False, nullable=False),
        Column("steps", Whole, autoincrement=False, nullable=False),
        Column("verb", Text, nullable=True),
        Column("before", Text, nullable=False),
        Column("undoes", Whole, autoincrement=False, nullable=True),
        Column("recorded_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        ForeignKeyConstraint(["order"], ["orders.id"], name=op.f("fk_order_actions_order")),
        PrimaryKeyConstraint("order", "position", name=op.f("pk_order_actions")),
        sqlite_strict=True,
    )
    if op.get_context().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger order_actions_refuse_{verb} before {verb} on order_actions "
                f"begin select raise(abort, 'order_actions is append-only: {verb} is refused'); end"
            )
        return
    op.execute(
        "create function order_actions_refuse() returns trigger language plpgsql as $$ "
        "begin raise exception 'order_actions is append-only: % is refused', lower(tg_op); end $$"
    )
    op.execute(
        "create trigger order_actions_refuse before update or delete on order_actions for each row execute function order_actions_refuse()"
    )
    op.execute(
        "create trigger order_actions_refuse_truncate before truncate on order_actions "
        "for each statement execute function order_actions_refuse()"
    )


def downgrade() -> None:
    """Refuses: what was taken back must stay known as long as its order."""
    raise RuntimeError("the table says what was changed and taken back: it is never removed")
