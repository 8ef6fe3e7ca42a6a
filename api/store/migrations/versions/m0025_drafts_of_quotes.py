"""Drafts of quotes may be changed, steps of quotes say more than their state, and users may approve what rules ask them to."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import Column, Text

from api.store.migrations.versions.m0009_erasure_of_quotes import IS_DELETED_WITH

revision: Final = "drafts_of_quotes"
down_revision: Final = "claimed_answers"
_SAME: Final = ("number", "version", "customer", "made_at")
_IS_DRAFT: Final = " and ".join(
    (
        *(f"new.{column} = old.{column}" for column in _SAME),
        "exists (select 1 from quote_steps where quote_steps.number = old.number and quote_steps.version = old.version)",
        "not exists (select 1 from quote_steps where quote_steps.number = old.number and quote_steps.version = old.version "
        "and quote_steps.state <> 'draft')",
    )
)


def upgrade() -> None:
    """Adds the columns, and lets a quote be changed as long as it was never anything else than a draft."""
    op.add_column("quote_steps", Column("details", Text, nullable=True))
    op.add_column("users", Column("approves", Text, nullable=True))
    if op.get_context().dialect.name == "sqlite":
        op.execute("drop trigger quotes_refuse_update")
        op.execute(
            f"create trigger quotes_refuse_update before update on quotes when not ({_IS_DRAFT}) "
            "begin select raise(abort, 'quotes is append-only: update is refused'); end"
        )
        return
    op.execute(
        "create or replace function quotes_refuse() returns trigger language plpgsql as $$ begin "
        f"if tg_op = 'DELETE' then if {IS_DELETED_WITH['quotes']} then return old; end if; end if; "
        f"if tg_op = 'UPDATE' then if {_IS_DRAFT} then return new; end if; end if; "
        "raise exception 'quotes is append-only: % is refused', lower(tg_op); end $$"
    )


def downgrade() -> None:
    """Refuses: what was agreed in steps and drafts stays."""
    raise RuntimeError("the drafts of quotes are never taken away")
