"""Bank statements, payments, their sources, and what they settle."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text, UniqueConstraint

from api.store.sql import Day, Instant, Whole

revision: Final = "payments"
down_revision: Final = "deliveries_of_orders"
_LASTING: Final = ("bank_statements", "payment_evidences", "payment_allocations")


def upgrade() -> None:
    """Creates the tables; the rows of three of them stay as they are."""
    op.create_table(
        "bank_statements",
        *(Column(name, Text, nullable=False) for name in ("iban", "currency", "format", "name")),
        Column("new_balance", Whole, autoincrement=False, nullable=False),
        *(Column(name, Day, nullable=False) for name in ("new_balance_on", "imported_on")),
        Column("imported_at", Instant, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("author", "document")),
        PrimaryKeyConstraint("iban", "currency", "format", "name", name=op.f("pk_bank_statements")),
        sqlite_strict=True,
    )
    _create_payments()
    op.create_table(
        "payment_evidences",
        *(Column(name, Text, nullable=False) for name in ("source", "source_id", "payment")),
        Column("recorded_at", Instant, nullable=False),
        ForeignKeyConstraint(["payment"], ["payments.id"], name=op.f("fk_payment_evidences_payment")),
        PrimaryKeyConstraint("source", "source_id", name=op.f("pk_payment_evidences")),
        UniqueConstraint("payment", "source", name=op.f("uq_payment_evidences_payment_source")),
        sqlite_strict=True,
    )
    op.create_table(
        "payment_allocations",
        Column("payment", Text, nullable=False),
        Column("sequence", Whole, autoincrement=False, nullable=False),
        Column("document", Text, nullable=False),
        Column("amount", Whole, autoincrement=False, nullable=False),
        Column("kind", Text, nullable=False),
        Column("allocated_on", Day, nullable=False),
        Column("allocated_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        CheckConstraint("kind in ('payment', 'difference', 'cash-discount')", name=op.f("ck_payment_allocations_kind")),
        ForeignKeyConstraint(["payment"], ["payments.id"], name=op.f("fk_payment_allocations_payment")),
        PrimaryKeyConstraint("payment", "sequence", name=op.f("pk_payment_allocations")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_payment_allocations_document"), "payment_allocations", ["document"], unique=False)
    for table in _LASTING:
        _refuse_changes(table)


def downgrade() -> None:
    """Refuses: what was paid must stay known."""
    raise RuntimeError("payments are never taken away")


def _create_payments() -> None:
    states = "'matched', 'proposed', 'held', 'unmatched', 'paid-out'"
    op.create_table(
        "payments",
        *(Column(name, Text, nullable=False) for name in ("id", "source", "source_id", "iban", "currency")),
        Column("amount", Whole, autoincrement=False, nullable=False),
        Column("entry_date", Day, nullable=False),
        Column("value_date", Day, nullable=True),
        Column("payer_iban", Text, nullable=True),
        Column("payer_name", Text, nullable=False),
        Column("reference", Text, nullable=True),
        *(Column(name, Text, nullable=False) for name in ("text", "likeness", "state")),
        *(Column(name, Text, nullable=True) for name in ("rule", "because")),
        Column("documents", Text, nullable=False),
        Column("unallocated", Whole, autoincrement=False, nullable=False),
        Column("recorded_on", Day, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        CheckConstraint(f"state in ({states})", name=op.f("ck_payments_state")),
        CheckConstraint("amount < 0 or (unallocated >= 0 and unallocated <= amount)", name=op.f("ck_payments_unallocated")),
        PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sqlite_strict=True,
    )
    for columns in (("likeness",), ("state", "id"), ("payer_iban",)):
        op.create_index(op.f(f"ix_payments_{'_'.join(columns)}"), "payments", list(columns), unique=False)


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
