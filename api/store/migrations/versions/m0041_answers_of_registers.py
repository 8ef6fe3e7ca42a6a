"""What registers answer about VAT numbers: for whom they were asked, the name and address there, and why there was no answer."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Day, Instant, SentenceText, Whole

revision: Final = "answers_of_registers"
down_revision: Final = "write_offs"
_TABLE: Final = "vat_checks"
_CHECK: Final = "ck_vat_checks_result"
_RESULTS: Final = "result in ('valid', 'invalid', 'unknown')"
_FORMER: Final = ("customer", "sequence", "vat_number", "checked_on", "result", "consultation", "checked_by", "recorded_at", "author")
_TEXTS: Final = ("source", "requester", "name", "address")


def upgrade() -> None:
    """Adds the columns, and lets an answer be unknown."""
    if op.get_context().dialect.name == "sqlite":
        _anew_in_sqlite()
        return
    for column in _new_columns():
        op.add_column(_TABLE, column)
    op.drop_constraint(op.f(_CHECK), _TABLE, type_="check")
    op.create_check_constraint(op.f(_CHECK), _TABLE, _RESULTS)


def _new_columns() -> list[Column[str]]:
    return [*(Column(name, Text, nullable=True) for name in _TEXTS), Column("because", SentenceText, nullable=True)]


def _anew_in_sqlite() -> None:
    """SQLite changes no constraint: the table is made anew, its rows are copied, and it refuses changes again."""
    for verb in ("update", "delete"):
        op.execute(f"drop trigger {_TABLE}_refuse_{verb}")
    op.rename_table(_TABLE, f"former_{_TABLE}")
    op.create_table(
        _TABLE,
        Column("customer", Text, nullable=False),
        Column("sequence", Whole, autoincrement=False, nullable=False),
        Column("vat_number", Text, nullable=False),
        Column("checked_on", Day, nullable=False),
        Column("result", Text, nullable=False),
        Column("consultation", Text, nullable=True),
        Column("checked_by", Text, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        *_new_columns(),
        CheckConstraint(_RESULTS, name=op.f(_CHECK)),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f(f"fk_{_TABLE}_customer")),
        PrimaryKeyConstraint("customer", "sequence", name=op.f(f"pk_{_TABLE}")),
        sqlite_strict=True,
    )
    names = ", ".join(_FORMER)
    op.execute(f"insert into {_TABLE} ({names}) select {names} from former_{_TABLE}")
    op.drop_table(f"former_{_TABLE}")
    for verb in ("update", "delete"):
        op.execute(
            f"create trigger {_TABLE}_refuse_{verb} before {verb} on {_TABLE} "
            f"begin select raise(abort, '{_TABLE} is append-only: {verb} is refused'); end"
        )


def downgrade() -> None:
    """Refuses: evidence stays."""
    raise RuntimeError("evidence of VAT numbers is never taken away")
