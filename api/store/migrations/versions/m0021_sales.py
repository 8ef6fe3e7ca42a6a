"""Customers on hold, their history, evidence of their VAT numbers, activities, and where an opportunity came from."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.migrations.versions.m0001_first_tables import refuse_changes
from api.store.sql import Day, Instant, Whole

revision: Final = "sales"
down_revision: Final = "order_actions"
_HISTORY: Final = "customer_changes"
_SAME: Final = ("customer", "sequence", "field", "changed_on", "changed_at", "author")
_IS_ERASURE: Final = " and ".join(("new.before is null", "new.after is null", *(f"new.{column} = old.{column}" for column in _SAME)))


def upgrade() -> None:
    """Adds the columns and tables, and lets what a change of a customer said be emptied and nothing else."""
    for name, kind in (("held_because", Text), ("held_on", Day), ("held_by", Text)):
        op.add_column("customers", Column(name, kind, nullable=True))
    op.add_column("opportunities", Column("source", Text, nullable=True))
    op.create_table(
        _HISTORY,
        *_keys("customer"),
        Column("field", Text, nullable=False),
        Column("before", Text, nullable=True),
        Column("after", Text, nullable=True),
        Column("changed_on", Day, nullable=False),
        Column("changed_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_customer_changes_customer")),
        PrimaryKeyConstraint("customer", "sequence", "field", name=op.f("pk_customer_changes")),
        sqlite_strict=True,
    )
    op.create_table(
        "vat_checks",
        *_keys("customer"),
        Column("vat_number", Text, nullable=False),
        Column("checked_on", Day, nullable=False),
        Column("result", Text, nullable=False),
        Column("consultation", Text, nullable=True),
        Column("checked_by", Text, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        CheckConstraint("result in ('valid', 'invalid')", name=op.f("ck_vat_checks_result")),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_vat_checks_customer")),
        PrimaryKeyConstraint("customer", "sequence", name=op.f("pk_vat_checks")),
        sqlite_strict=True,
    )
    op.create_table(
        "activities",
        *_keys("about", "name"),
        *(Column(name, Text, nullable=False) for name in ("kind", "text")),
        Column("done_on", Day, nullable=False),
        Column("done_by", Text, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        CheckConstraint("about in ('customer', 'opportunity')", name=op.f("ck_activities_about")),
        CheckConstraint("kind in ('note', 'call', 'meeting', 'mail')", name=op.f("ck_activities_kind")),
        PrimaryKeyConstraint("about", "name", "sequence", name=op.f("pk_activities")),
        sqlite_strict=True,
    )
    refuse_changes("vat_checks")
    refuse_changes(_HISTORY)
    if op.get_context().dialect.name == "sqlite":
        op.execute(f"drop trigger {_HISTORY}_refuse_update")
        op.execute(
            f"create trigger {_HISTORY}_refuse_update before update on {_HISTORY} when not ({_IS_ERASURE}) "
            f"begin select raise(abort, '{_HISTORY} is append-only: update is refused'); end"
        )
        return
    op.execute(f"drop trigger {_HISTORY}_refuse on {_HISTORY}")
    op.execute(
        f"create trigger {_HISTORY}_refuse before update on {_HISTORY} for each row when (not ({_IS_ERASURE})) "
        f"execute function {_HISTORY}_refuse()"
    )
    op.execute(f"create trigger {_HISTORY}_refuse_delete before delete on {_HISTORY} for each row execute function {_HISTORY}_refuse()")


def downgrade() -> None:
    """Refuses: the evidence of VAT numbers must stay known."""
    raise RuntimeError("the evidence of VAT numbers is never taken away")


def _keys(*names: str) -> list[Column[str] | Column[int]]:
    return [*(Column(name, Text, nullable=False) for name in names), Column("sequence", Whole, autoincrement=False, nullable=False)]
