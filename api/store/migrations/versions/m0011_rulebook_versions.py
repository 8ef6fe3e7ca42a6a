"""The published versions of the rulebook, and the steps of each: proposed, published, withdrawn."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Text

from api.store.migrations.versions.m0001_first_tables import refuse_changes
from api.store.sql import Day, Instant, Whole

revision: Final = "rulebook_versions"
down_revision: Final = "forecast_snapshots"


def upgrade() -> None:
    """Creates both tables. A database without a version publishes the rulebook of the next command that writes."""
    op.create_table(
        "rulebook_versions",
        Column("number", Whole, autoincrement=False, nullable=False),
        Column("fingerprint", Text, nullable=False),
        Column("texts_hash", Text, nullable=False),
        Column("wanted_from", Day, nullable=False),
        Column("compared_with", Whole, autoincrement=False, nullable=True),
        Column("rolls_back_to", Whole, autoincrement=False, nullable=True),
        Column("checks", Text, nullable=False),
        Column("year_change", Whole, autoincrement=False, nullable=True),
        Column("currency", Text, nullable=False),
        Column("changes", Text, nullable=True),
        ForeignKeyConstraint(
            ["fingerprint", "texts_hash"],
            ["rulebooks.fingerprint", "rulebooks.texts_hash"],
            name=op.f("fk_rulebook_versions_fingerprint_texts_hash"),
        ),
        PrimaryKeyConstraint("number", name=op.f("pk_rulebook_versions")),
        sqlite_strict=True,
    )
    op.create_table(
        "rulebook_version_steps",
        Column("number", Whole, autoincrement=False, nullable=False),
        Column("sequence", Whole, autoincrement=False, nullable=False),
        Column("state", Text, nullable=False),
        Column("in_force_from", Day, nullable=True),
        Column("stepped_on", Day, nullable=False),
        Column("stepped_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        Column("note", Text, nullable=True),
        CheckConstraint("(state = 'published') = (in_force_from is not null)", name=op.f("ck_rulebook_version_steps_published_from")),
        CheckConstraint("state in ('proposed', 'published', 'withdrawn')", name=op.f("ck_rulebook_version_steps_state")),
        ForeignKeyConstraint(["number"], ["rulebook_versions.number"], name=op.f("fk_rulebook_version_steps_number")),
        PrimaryKeyConstraint("number", "sequence", name=op.f("pk_rulebook_version_steps")),
        sqlite_strict=True,
    )
    for table in ("rulebook_versions", "rulebook_version_steps"):
        refuse_changes(table)


def downgrade() -> None:
    """Refuses: which version was in force on a day must be kept as long as the documents that it made."""
    raise RuntimeError("the versions of the rulebook explain what was issued: they are never taken away")
