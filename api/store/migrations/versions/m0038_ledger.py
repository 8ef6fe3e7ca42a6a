"""Journal entries of payments and of income by month, with their postings, and the periods that are closed."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Day, Instant, Whole

revision: Final = "ledger"
down_revision: Final = "indices_of_sales"
_LASTING: Final = ("ledger_entries", "ledger_postings", "closed_periods")


def upgrade() -> None:
    """Creates the tables; their rows stay as they are."""
    op.create_table(
        "ledger_entries",
        *(Column(name, Text, nullable=False) for name in ("kind", "source", "subject")),
        Column("posted_on", Day, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("customer", "document")),
        Column("recorded_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        PrimaryKeyConstraint("kind", "source", name=op.f("pk_ledger_entries")),
        sqlite_strict=True,
    )
    op.create_table(
        "ledger_postings",
        *(Column(name, Text, nullable=False) for name in ("kind", "source")),
        Column("line", Whole, autoincrement=False, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("role", "account", "customer", "document")),
        Column("amount", Whole, autoincrement=False, nullable=False),
        ForeignKeyConstraint(["kind", "source"], ["ledger_entries.kind", "ledger_entries.source"], name=op.f("fk_ledger_postings_kind")),
        PrimaryKeyConstraint("kind", "source", "line", name=op.f("pk_ledger_postings")),
        sqlite_strict=True,
    )
    op.create_table(
        "closed_periods",
        *(Column(name, Text, nullable=False) for name in ("kind", "period")),
        *(Column(name, Day, nullable=False) for name in ("first_day", "last_day", "closed_on")),
        Column("closed_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        CheckConstraint("kind in ('month', 'vat')", name=op.f("ck_closed_periods_kind")),
        PrimaryKeyConstraint("kind", "period", name=op.f("pk_closed_periods")),
        sqlite_strict=True,
    )
    for table, columns in (
        ("ledger_entries", ["posted_on", "source", "kind"]),
        ("ledger_entries", ["subject"]),
        ("ledger_postings", ["document"]),
        ("ledger_postings", ["role", "customer"]),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)
    for table in _LASTING:
        _refuse_changes(table)


def downgrade() -> None:
    """Refuses: what was posted must stay known."""
    raise RuntimeError("journal entries are never taken away")


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
