"""Usage reports, the kinds of transactions that come of them, and until when a plan with measured items lasts."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text, text

from api.store.sql import Coded, CompactDay, Day, Instant, Whole, YesNo

revision: Final = "usage_reports"
down_revision: Final = "plan_revisions"

# As of this migration; api.store.tables may name others later.
_KINDS: Final = Coded("change", "insertion", "instalment", "one-time", "recurring", "usage", "commitment", "drawdown")
_STATES: Final = Coded("planned", "held", "invoiced", "elsewhere", "cancelled")
_DAYS: Final = ("service_from", "service_until", "billing_date", "invoiceable_from")


def upgrade() -> None:
    """Creates the table, whose rows stay, adds the column, and lets transactions be of the new kinds."""
    op.add_column("orders", Column("plan_lasts_until", Day, nullable=True))
    op.create_table(
        "usage_reports",
        Column("id", Text, nullable=False),
        Column("item", Text, nullable=False),
        Column("used_from", CompactDay, autoincrement=False, nullable=False),
        Column("used_until", CompactDay, autoincrement=False, nullable=False),
        Column("quantity", Whole, autoincrement=False, nullable=False),
        Column("corrects", Text, nullable=True),
        Column("recorded_on", CompactDay, autoincrement=False, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        Column("sequence", Whole, autoincrement=False, nullable=False),
        Column("late", YesNo, nullable=False),
        Column("after_term", YesNo, nullable=False),
        CheckConstraint("used_from < used_until", name=op.f("ck_usage_reports_used")),
        CheckConstraint("quantity >= 0 or corrects is not null", name=op.f("ck_usage_reports_quantity")),
        ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_usage_reports_item")),
        PrimaryKeyConstraint("id", name=op.f("pk_usage_reports")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_usage_reports_item_used_from"), "usage_reports", ["item", "used_from"], unique=False)
    if op.get_context().dialect.name == "sqlite":
        _refuse_in_sqlite()
        _kinds_in_sqlite()
        return
    op.execute(
        "create function usage_reports_refuse() returns trigger language plpgsql as $$ "
        "begin raise exception 'usage_reports is append-only: % is refused', lower(tg_op); end $$"
    )
    op.execute(
        "create trigger usage_reports_refuse before update or delete on usage_reports for each row execute function usage_reports_refuse()"
    )
    op.execute(
        "create trigger usage_reports_refuse_truncate before truncate on usage_reports "
        "for each statement execute function usage_reports_refuse()"
    )
    op.drop_constraint(op.f("ck_transactions_kind"), "transactions", type_="check")
    op.create_check_constraint(op.f("ck_transactions_kind"), "transactions", "kind >= 0 and kind < 8")


def _refuse_in_sqlite() -> None:
    for verb in ("update", "delete"):
        op.execute(
            f"create trigger usage_reports_refuse_{verb} before {verb} on usage_reports "
            f"begin select raise(abort, 'usage_reports is append-only: {verb} is refused'); end"
        )


def _kinds_in_sqlite() -> None:
    """SQLite changes no constraint: the table is made anew, and its rows are copied."""
    for name in ("invoiceable_from", "invoice"):
        op.drop_index(op.f(f"ix_transactions_{name}"), table_name="transactions")
    op.rename_table("transactions", "former_transactions")
    op.create_table(
        "transactions",
        Column("item", Text, nullable=False),
        Column("kind", _KINDS, nullable=False),
        Column("serial", Whole, autoincrement=False, nullable=False),
        Column("change", Text, nullable=False),
        *(Column(name, CompactDay, nullable=True) for name in _DAYS),
        Column("expected", YesNo, nullable=False),
        *(Column(name, Whole, autoincrement=False, nullable=False) for name in ("quantity", "list_net", "net")),
        Column("state", _STATES, nullable=False),
        *(Column(name, Text, nullable=True) for name in ("held_because", "invoice")),
        CheckConstraint("kind >= 0 and kind < 8", name=op.f("ck_transactions_kind")),
        CheckConstraint("state >= 0 and state < 5", name=op.f("ck_transactions_state")),
        CheckConstraint("(state = 2) = (invoice is not null)", name=op.f("ck_transactions_invoiced_on")),
        ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_transactions_item")),
        PrimaryKeyConstraint("item", "kind", "serial", "change", name=op.f("pk_transactions")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute("insert into transactions select * from former_transactions")
    op.drop_table("former_transactions")
    for name, where in (("invoiceable_from", "state < 2"), ("invoice", "invoice is not null")):
        op.create_index(op.f(f"ix_transactions_{name}"), "transactions", [name], sqlite_where=text(where))


def downgrade() -> None:
    """Refuses: what was reported must stay known as long as its invoices."""
    raise RuntimeError("the table says what was used: it is never taken away")
