"""What the transactions of each order come to by day and state, and indices: forecasts and totals of lists need not read every row."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, text

from api.store.sql import CompactDay, Whole

revision: Final = "order_sums"
down_revision: Final = "company_accounts"
_TABLE: Final = "order_sums"
_STATES: Final = {
    "planned": "lines.state = 0 and not lines.expected",
    "expected": "lines.state = 0 and lines.expected",
    "held": "lines.state = 1",
    "invoiced": "lines.state = 2",
    "elsewhere": "lines.state = 3",
    "cancelled": "lines.state = 4",
}
_HAS_OPEN: Final = text("planned_count + expected_count + held_count > 0")
_OF_DUE: Final = ("due_on", "kind", "number", "gross", "net", "vat", "currency", "order_type")
_UNDATED: Final = {
    "sqlite": {"billing_date": "10101", "invoiceable_from": "99991231"},
    "postgresql": {"billing_date": "date '0001-01-01'", "invoiceable_from": "date '9999-12-31'"},
}
_IS_EXPECTED: Final = text("expected and kind in (5, 6, 7)")


def upgrade() -> None:
    """Creates the table and adds up what is stored."""
    op.create_table(
        _TABLE,
        Column("billing_date", CompactDay, autoincrement=False, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("order_type", "order")),
        Column("invoiceable_from", CompactDay, autoincrement=False, nullable=False),
        *(Column(f"{state}_net", Whole, autoincrement=False, nullable=False) for state in _STATES),
        *(Column(f"{state}_count", Integer, autoincrement=False, nullable=False) for state in _STATES),
        ForeignKeyConstraint(["order"], ["orders.id"], name=op.f(f"fk_{_TABLE}_order")),
        PrimaryKeyConstraint("billing_date", "order_type", "order", "invoiceable_from", name=op.f(f"pk_{_TABLE}")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    names = ", ".join(f"{state}_{what}" for what in ("net", "count") for state in _STATES)
    sums = ", ".join(f"sum(case when {is_it} then {what} else 0 end)" for what in ("net", "1") for is_it in _STATES.values())
    undated = _UNDATED[op.get_context().dialect.name]
    billed, invoiceable = (f"coalesce(lines.{name}, {day})" for name, day in undated.items())
    op.execute(
        f'insert into {_TABLE} (billing_date, order_type, "order", invoiceable_from, {names}) '
        f"select {billed}, orders.type, orders.id, {invoiceable}, {sums} from transactions as lines "
        'join items on items.id = lines.item join orders on orders.id = items."order" group by 1, 2, 3, 4'
    )
    op.create_index(op.f(f"ix_{_TABLE}_order_billing_date"), _TABLE, ["order", "billing_date"])
    op.create_index(
        "ix_transactions_expected_usage", "transactions", ["billing_date"], sqlite_where=_IS_EXPECTED, postgresql_where=_IS_EXPECTED
    )
    op.create_index("ix_issued_due", "issued", list(_OF_DUE))
    op.create_index(f"ix_{_TABLE}_open", _TABLE, ["invoiceable_from"], sqlite_where=_HAS_OPEN, postgresql_where=_HAS_OPEN)


def downgrade() -> None:
    """Takes the table and the indices away."""
    op.drop_index("ix_issued_due", "issued")
    op.drop_index("ix_transactions_expected_usage", "transactions")
    op.drop_table(_TABLE)
