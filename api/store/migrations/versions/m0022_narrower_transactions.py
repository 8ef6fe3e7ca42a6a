"""Transactions in PostgreSQL take fewer bytes: wide columns stand first, so that nothing is padded, and serials have four bytes.

SQLite stores each integer in as few bytes as it needs, without padding: there nothing changes.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, text

from api.store.sql import Coded, CompactDay, Whole, YesNo

revision: Final = "narrower_transactions"
down_revision: Final = "sales"

# As of this migration; api.store.tables may name others later.
_KINDS: Final = Coded("change", "insertion", "instalment", "one-time", "recurring", "usage", "commitment", "drawdown")
_STATES: Final = Coded("planned", "held", "invoiced", "elsewhere", "cancelled")
_DAYS: Final = ("service_from", "service_until", "billing_date", "invoiceable_from")
_KEY: Final = ("item", "kind", "serial", "change")
_FILLED: Final = 98
"""Percent of a page of the key. It need not have more room: keys do not change, so that a new version of a row replaces the former."""
_INDICES: Final = {"invoiceable_from": "state < 2", "invoice": "invoice is not null"}


def upgrade() -> None:
    """Makes the table anew and moves every transaction into it."""
    if op.get_context().dialect.name == "sqlite":
        return
    op.execute("set local statement_timeout = 0")  # it takes as long as there are transactions
    for name in _INDICES:
        op.drop_index(op.f(f"ix_transactions_{name}"), table_name="transactions")
    op.rename_table("transactions", "former_transactions")
    op.execute("alter table former_transactions rename constraint pk_transactions to pk_former_transactions")
    narrow = op.create_table(
        "transactions",
        *(Column(name, Whole, autoincrement=False, nullable=False) for name in ("quantity", "list_net", "net")),
        *(Column(name, CompactDay, nullable=True) for name in _DAYS),
        Column("serial", Integer, autoincrement=False, nullable=False),
        Column("kind", _KINDS, nullable=False),
        Column("state", _STATES, nullable=False),
        Column("expected", YesNo, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("item", "change")),
        *(Column(name, Text, nullable=True) for name in ("held_because", "invoice")),
        CheckConstraint("kind >= 0 and kind < 8", name=op.f("ck_transactions_kind")),
        CheckConstraint("state >= 0 and state < 5", name=op.f("ck_transactions_state")),
        CheckConstraint("(state = 2) = (invoice is not null)", name=op.f("ck_transactions_invoiced_on")),
        ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_transactions_item")),
        PrimaryKeyConstraint(*_KEY, name=op.f("pk_transactions")),
    )
    op.execute(f"alter index pk_transactions set (fillfactor = {_FILLED})")
    names = ", ".join(column.name for column in narrow.columns)
    moved = op.get_bind().execute(
        text(f"insert into transactions ({names}) select {names} from former_transactions order by {', '.join(_KEY)}")
    )
    op.drop_table("former_transactions")
    for name, only in _INDICES.items():
        op.create_index(op.f(f"ix_transactions_{name}"), "transactions", [name], postgresql_where=text(only))
    if moved.rowcount:
        op.execute("analyze transactions")


def downgrade() -> None:
    """Refuses: the wider table says nothing more."""
    raise RuntimeError("the wider table of transactions says nothing more: it is never made again")
