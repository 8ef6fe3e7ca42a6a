"""Parts of payments that write an invoice off: its net amount, and its VAT."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Day, Instant, Whole

revision: Final = "write_offs"
down_revision: Final = "accounting_records"
_TABLE: Final = "payment_allocations"
_CHECK: Final = "ck_payment_allocations_kind"
_KINDS: Final = "kind in ('payment', 'difference', 'cash-discount', 'write-off', 'write-off-vat')"


def upgrade() -> None:
    """Lets parts be of the new kinds."""
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
    for verb in ("update", "delete"):
        op.execute(
            f"create trigger {_TABLE}_refuse_{verb} before {verb} on {_TABLE} "
            f"begin select raise(abort, '{_TABLE} is append-only: {verb} is refused'); end"
        )


def downgrade() -> None:
    """Refuses: what was written off must stay known."""
    raise RuntimeError("what was written off is never taken away")
