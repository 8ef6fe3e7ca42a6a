"""Transactions are kept in figures: narrow typed columns without a document, and the identity as their key."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Text,
    column,
    select,
    table,
    text,
)

from api.store.sql import Coded, CompactDay, Day, Whole, YesNo, day_number

revision: Final = "transactions_in_figures"
down_revision: Final = "former_invoices"

# As of this migration; api.store.tables may name others later.
_KINDS: Final = Coded("change", "insertion", "instalment", "one-time", "recurring")
_STATES: Final = Coded("planned", "held", "invoiced", "elsewhere", "cancelled")
_DAYS: Final = ("service_from", "service_until", "billing_date", "invoiceable_from")
_SAME: Final = ("item", "kind", *_DAYS, "expected", "quantity", "list_net", "net", "state", "held_because", "invoice")
_FORMER: Final = table(
    "former_transactions",
    *(column(name, Text) for name in ("identity", "item", "kind", "change", "state", "held_because", "invoice")),
    *(column(name, Day) for name in _DAYS),
    *(column(name, BigInteger) for name in ("number", "quantity", "list_net", "net")),
    column("expected", YesNo),
)
_AT_ONCE: Final = 5_000


def upgrade() -> None:
    """Makes the narrow table and moves every transaction into it."""
    for name in ("ix_transactions_invoice", "ix_transactions_order", "ix_transactions_state_invoiceable_from"):
        op.drop_index(op.f(name), table_name="transactions")
    op.rename_table("transactions", "former_transactions")
    if op.get_context().dialect.name == "postgresql":
        op.execute("alter table former_transactions rename constraint pk_transactions to pk_former_transactions")
    narrow = op.create_table(
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
        CheckConstraint("kind >= 0 and kind < 5", name=op.f("ck_transactions_kind")),
        CheckConstraint("state >= 0 and state < 5", name=op.f("ck_transactions_state")),
        CheckConstraint("(state = 2) = (invoice is not null)", name=op.f("ck_transactions_invoiced_on")),
        ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_transactions_item")),
        PrimaryKeyConstraint("item", "kind", "serial", "change", name=op.f("pk_transactions")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    after = ""
    while rows := _rows(connection, after):
        op.bulk_insert(narrow, [row for _, row in rows])
        after = rows[-1][0]
    op.drop_table("former_transactions")
    _index("invoiceable_from", "state < 2")
    _index("invoice", "invoice is not null")


def downgrade() -> None:
    """Refuses: the former documents are not kept."""
    raise RuntimeError("the former tables held a document of each transaction, which is not kept")


def _rows(connection: Connection, after: str) -> list[tuple[str, dict[str, object]]]:
    query = select(_FORMER).where(_FORMER.c.identity > after).order_by(_FORMER.c.identity).limit(_AT_ONCE)
    return [
        (
            row["identity"],
            {name: row[name] for name in _SAME}
            | {
                "serial": row["number"] or (day_number(row["service_from"]) if row["service_from"] else 0),
                "change": row["change"] or "",
            },
        )
        for row in connection.execute(query).mappings()
    ]


def _index(name: str, only: str | None = None) -> None:
    where = None if only is None else text(only)
    op.create_index(op.f(f"ix_transactions_{name}"), "transactions", [name], sqlite_where=where, postgresql_where=where)
