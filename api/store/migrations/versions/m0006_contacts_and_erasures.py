"""Contacts, the day until which a prospect's data are kept, and erasures, which the history of opportunities lets through."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Day, Instant

revision: Final = "contacts_and_erasures"
down_revision: Final = "transactions_in_figures"

_HISTORY: Final = "opportunity_changes"
_SAME: Final = ("opportunity", "sequence", "field", "changed_on", "changed_at", "author")
_IS_ERASURE: Final = " and ".join(
    (
        "old.field in ('prospect_name', 'prospect_town', 'prospect_contact', 'what', 'next_step', 'attributes')",
        "new.before is null",
        "new.after is null",
        *(f"new.{column} = old.{column}" for column in _SAME),
    )
)


def upgrade() -> None:
    """Creates the tables, and lets what a change of a prospect's data said be emptied and nothing else."""
    op.create_table(
        "contacts",
        Column("id", Text, nullable=False),
        Column("customer", Text, nullable=True),
        Column("opportunity", Text, nullable=True),
        Column("name", Text, nullable=False),
        Column("role", Text, nullable=True),
        Column("email", Text, nullable=True),
        Column("phone", Text, nullable=True),
        Column("stored_until", Day, nullable=True),
        Column("attributes", Text, nullable=False),
        CheckConstraint("(customer is null) <> (opportunity is null)", name=op.f("ck_contacts_customer_or_opportunity")),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_contacts_customer")),
        ForeignKeyConstraint(["opportunity"], ["opportunities.id"], name=op.f("fk_contacts_opportunity")),
        PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sqlite_strict=True,
    )
    for column in ("customer", "opportunity"):
        op.create_index(op.f(f"ix_contacts_{column}"), "contacts", [column], unique=False)
    op.create_table(
        "erasures",
        Column("kind", Text, nullable=False),
        Column("id", Text, nullable=False),
        Column("erased_on", Day, nullable=False),
        Column("erased_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        Column("because", Text, nullable=False),
        CheckConstraint("kind in ('customer', 'contact', 'prospect')", name=op.f("ck_erasures_kind")),
        PrimaryKeyConstraint("kind", "id", name=op.f("pk_erasures")),
        sqlite_strict=True,
    )
    op.add_column("opportunities", Column("prospect_stored_until", Day, nullable=True))
    if op.get_context().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger erasures_refuse_{verb} before {verb} on erasures "
                f"begin select raise(abort, 'erasures is append-only: {verb} is refused'); end"
            )
        op.execute(f"drop trigger {_HISTORY}_refuse_update")
        op.execute(
            f"create trigger {_HISTORY}_refuse_update before update on {_HISTORY} when not ({_IS_ERASURE}) "
            f"begin select raise(abort, '{_HISTORY} is append-only: update is refused'); end"
        )
        return
    op.execute(
        "create function erasures_refuse() returns trigger language plpgsql as $$ "
        "begin raise exception 'erasures is append-only: % is refused', lower(tg_op); end $$"
    )
    op.execute("create trigger erasures_refuse before update or delete on erasures for each row execute function erasures_refuse()")
    op.execute("create trigger erasures_refuse_truncate before truncate on erasures for each statement execute function erasures_refuse()")
    op.execute(f"drop trigger {_HISTORY}_refuse on {_HISTORY}")
    op.execute(
        f"create trigger {_HISTORY}_refuse before update on {_HISTORY} for each row when (not ({_IS_ERASURE})) "
        f"execute function {_HISTORY}_refuse()"
    )
    op.execute(f"create trigger {_HISTORY}_refuse_delete before delete on {_HISTORY} for each row execute function {_HISTORY}_refuse()")


def downgrade() -> None:
    """Refuses: what was erased must stay known."""
    raise RuntimeError("the record of erasures is never taken away")
