"""What became of prepaid amounts."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Day, Instant, Whole

revision: Final = "prepaid_amounts"
down_revision: Final = "reminders"
_TABLE: Final = "prepaid_movements"


def upgrade() -> None:
    """Creates the table; its rows stay as they are."""
    op.create_table(
        _TABLE,
        _text("document"),
        _whole("line"),
        *(_text(name) for name in ("kind", "item")),
        _whole("amount"),
        Column("moved_on", Day, nullable=False),
        *(_text(name) for name in ("transaction", "category", "rate")),
        Column("recorded_at", Instant, nullable=False),
        CheckConstraint("kind in ('sold', 'refunded', 'drawn', 'returned', 'lapsed')", name=op.f(f"ck_{_TABLE}_kind")),
        ForeignKeyConstraint(["item"], ["items.id"], name=op.f(f"fk_{_TABLE}_item")),
        PrimaryKeyConstraint("document", "line", name=op.f(f"pk_{_TABLE}")),
        sqlite_strict=True,
    )
    op.create_index(op.f(f"ix_{_TABLE}_item_recorded_at"), _TABLE, ["item", "recorded_at"], unique=False)
    _refuse_changes(_TABLE)


def downgrade() -> None:
    """Refuses: what customers paid in advance must stay known."""
    raise RuntimeError("prepaid amounts are never taken away")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _whole(name: str) -> Column[object]:
    return Column(name, Whole, autoincrement=False, nullable=False)


def _refuse_changes(table: str) -> None:
    if op.get_context().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger {table}_refuse_{verb} before {verb} on {table} "
                f"begin select raise(abort, '{table} is append-only: {verb} is refused'); end"
            )
        return
    op.execute(
        f"create function {table}_refuse() returns trigger language plpgsql as $$ "
        f"begin raise exception '{table} is append-only: % is refused', lower(tg_op); end $$"
    )
    op.execute(f"create trigger {table}_refuse before update or delete on {table} for each row execute function {table}_refuse()")
    op.execute(f"create trigger {table}_refuse_truncate before truncate on {table} for each statement execute function {table}_refuse()")
