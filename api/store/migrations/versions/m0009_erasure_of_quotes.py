"""Quotes of an erased customer may be deleted, if they were never accepted, with their steps and renditions."""

from __future__ import annotations

from typing import Final

from alembic import op

revision: Final = "erasure_of_quotes"
down_revision: Final = "own_fields"

IS_DELETED_WITH: Final = {
    "quotes": (
        "exists (select 1 from erasures where erasures.kind = 'customer' and erasures.id = old.customer) and not exists "
        "(select 1 from quote_steps where quote_steps.number = old.number and quote_steps.state = 'accepted')"
    ),
    "quote_steps": "not exists (select 1 from quotes where quotes.number = old.number)",
    "renditions": (
        "old.kind = 'quote' and not exists (select 1 from quotes where quotes.number || ' version ' || quotes.version = old.document)"
    ),
}
"""When a row may be deleted: a quote of an erased customer that was never accepted, and what belongs to no quote any more."""


def upgrade() -> None:
    """Lets these rows be deleted and nothing else."""
    for table, condition in IS_DELETED_WITH.items():
        if op.get_context().dialect.name == "sqlite":
            op.execute(f"drop trigger {table}_refuse_delete")
            op.execute(
                f"create trigger {table}_refuse_delete before delete on {table} when not ({condition}) "
                f"begin select raise(abort, '{table} is append-only: delete is refused'); end"
            )
        else:
            op.execute(
                f"create or replace function {table}_refuse() returns trigger language plpgsql as $$ begin "
                f"if tg_op = 'DELETE' then if {condition} then return old; end if; end if; "
                f"raise exception '{table} is append-only: % is refused', lower(tg_op); end $$"
            )


def downgrade() -> None:
    """Refuses: what was erased must stay possible to erase."""
    raise RuntimeError("the triggers that let erased quotes be deleted are never taken away")
