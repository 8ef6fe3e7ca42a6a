"""Differences of exchange as parts of payments, and documents of which payment is doubtful."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Day, Instant, Whole

revision: Final = "exchange_and_doubt"
down_revision: Final = "columns_of_documents"
_TABLE: Final = "payment_allocations"
_CHECK: Final = "ck_payment_allocations_kind"
_KINDS: Final = "kind in ('payment', 'difference', 'cash-discount', 'write-off', 'write-off-vat', 'charge', 'exchange')"
_DOUBTS: Final = "doubtful_documents"


def upgrade() -> None:
    """Creates the table, whose rows stay as they are, lets parts be of the new kind, and orders charges by their numbers."""
    op.create_table(
        _DOUBTS,
        Column("document", Text, nullable=False),
        Column("sequence", Whole, autoincrement=False, nullable=False),
        Column("state", Text, nullable=False),
        Column("allowance", Whole, autoincrement=False, nullable=False),
        Column("since", Day, nullable=False),
        Column("because", Text, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        CheckConstraint("state in ('doubtful', 'ended')", name=op.f(f"ck_{_DOUBTS}_state")),
        CheckConstraint("allowance between 0 and 1000000", name=op.f(f"ck_{_DOUBTS}_allowance")),
        PrimaryKeyConstraint("document", "sequence", name=op.f(f"pk_{_DOUBTS}")),
        sqlite_strict=True,
    )
    _refuse_changes(_DOUBTS)
    for column in ("reminder", "document"):  # charges are listed in the order of their numbers
        op.drop_index(op.f(f"ix_charges_{column}"), table_name="charges")
        op.create_index(op.f(f"ix_charges_{column}_number"), "charges", [column, "number"], unique=False)
    if op.get_context().dialect.name == "sqlite":
        _kinds_in_sqlite()
        return
    op.drop_constraint(op.f(_CHECK), _TABLE, type_="check")
    op.create_check_constraint(op.f(_CHECK), _TABLE, _KINDS)


def _kinds_in_sqlite() -> None:
    """SQLite changes no constraint: the table is made anew, its rows are copied, and it refuses changes again."""
    op.drop_index(op.f(f"ix_{_TABLE}_document"), table_name=_TABLE)
    for verb in ("update", "delete"):
        op.execute(f"drop trigger {_TABLE}_refuse_{verb}")
    op.rename_table(_TABLE, f"former_{_TABLE}")
    op.create_table(
        _TABLE,
        Column("payment", Text, nullable=False),
        Column("sequence", Whole, autoincrement=False, nullable=False),
        Column("document", Text, nullable=False),
        Column("amount", Whole, autoincrement=False, nullable=False),
        Column("kind", Text, nullable=False),
        Column("allocated_on", Day, nullable=False),
        Column("allocated_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        CheckConstraint(_KINDS, name=op.f(_CHECK)),
        ForeignKeyConstraint(["payment"], ["payments.id"], name=op.f(f"fk_{_TABLE}_payment")),
        PrimaryKeyConstraint("payment", "sequence", name=op.f(f"pk_{_TABLE}")),
        sqlite_strict=True,
    )
    op.execute(f"insert into {_TABLE} select * from former_{_TABLE}")
    op.drop_table(f"former_{_TABLE}")
    op.create_index(op.f(f"ix_{_TABLE}_document"), _TABLE, ["document"], unique=False)
    _refuse_changes(_TABLE)


def downgrade() -> None:
    """Refuses: what was settled must stay known."""
    raise RuntimeError("what was settled is never taken away")


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
