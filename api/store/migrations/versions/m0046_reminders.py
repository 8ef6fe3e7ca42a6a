"""Reminders, the levels that claims reached, fees and interest, and documents of which nobody is reminded."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.sql import Day, Instant, Whole

revision: Final = "reminders"
down_revision: Final = "index_of_tax_points"
_LASTING: Final = ("reminders", "reminder_levels", "charges", "charge_cancellations", "reminder_holds")


def upgrade() -> None:
    """Creates the tables; their rows stay as they are."""
    op.create_table(
        "reminders",
        *_texts("id", "customer"),
        _day("reminded_on"),
        _text("procedure"),
        _whole("level"),
        *_texts("channel", "language"),
        _day("pay_until"),
        _text("currency"),
        *(_whole(name) for name in ("open", "costs")),
        *_texts("rulebook", "document"),
        *_recorded(),
        CheckConstraint("channel in ('email', 'post')", name=op.f("ck_reminders_channel")),
        PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sqlite_strict=True,
    )
    op.create_table(
        "reminder_levels",
        _text("document"),
        _day("due_on"),
        _whole("level"),
        _text("reminder"),
        _whole("interest"),
        ForeignKeyConstraint(["reminder"], ["reminders.id"], name=op.f("fk_reminder_levels_reminder")),
        PrimaryKeyConstraint("document", "due_on", "level", name=op.f("pk_reminder_levels")),
        sqlite_strict=True,
    )
    op.create_table(
        "charges",
        *_texts("number", "reminder", "document", "kind"),
        *(_day(name) for name in ("charged_on", "due_on")),
        _text("currency"),
        _whole("amount"),
        CheckConstraint("kind in ('fee', 'interest')", name=op.f("ck_charges_kind")),
        ForeignKeyConstraint(["reminder"], ["reminders.id"], name=op.f("fk_charges_reminder")),
        PrimaryKeyConstraint("number", name=op.f("pk_charges")),
        sqlite_strict=True,
    )
    op.create_table(
        "charge_cancellations",
        _text("charge"),
        _day("cancelled_on"),
        _text("because"),
        *_recorded(),
        ForeignKeyConstraint(["charge"], ["charges.number"], name=op.f("fk_charge_cancellations_charge")),
        PrimaryKeyConstraint("charge", name=op.f("pk_charge_cancellations")),
        sqlite_strict=True,
    )
    op.create_table(
        "reminder_holds",
        _text("document"),
        _whole("sequence"),
        _text("kind"),
        _day("held_on"),
        Column("until", Day, nullable=True),
        _text("because"),
        *_recorded(),
        CheckConstraint("kind in ('disputed', 'promised', 'released')", name=op.f("ck_reminder_holds_kind")),
        PrimaryKeyConstraint("document", "sequence", name=op.f("pk_reminder_holds")),
        sqlite_strict=True,
    )
    for table, columns in (
        ("reminders", ["customer", "id"]),
        ("reminder_levels", ["reminder"]),
        ("charges", ["reminder"]),
        ("charges", ["document"]),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)
    for table in _LASTING:
        _refuse_changes(table)


def downgrade() -> None:
    """Refuses: what customers were asked must stay known."""
    raise RuntimeError("reminders are never taken away")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _texts(*names: str) -> list[Column[str]]:
    return [_text(name) for name in names]


def _day(name: str) -> Column[object]:
    return Column(name, Day, nullable=False)


def _whole(name: str) -> Column[object]:
    return Column(name, Whole, autoincrement=False, nullable=False)


def _recorded() -> list[Column[object]]:
    return [Column("recorded_at", Instant, nullable=False), Column("author", Text, nullable=False)]


def _refuse_changes(table: str) -> None:
    if op.get_context().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger {table}_refuse_{verb} before {verb} on {table} "
                f"begin select raise(abort, '{table} is append-only: {verb} is refused'); end"
            )
        return
    op.execute(
        f"create function {table}_refuse() returns trigger language plpgsql as $$ "
        f"begin raise exception '{table} is append-only: % is refused', lower(tg_op); end $$"
    )
    op.execute(f"create trigger {table}_refuse before update or delete on {table} for each row execute function {table}_refuse()")
    op.execute(f"create trigger {table}_refuse_truncate before truncate on {table} for each statement execute function {table}_refuse()")
