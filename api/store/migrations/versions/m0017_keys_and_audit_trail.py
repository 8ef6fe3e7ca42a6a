"""Keys of the service, answers by idempotency key, and the audit trail, whose rows stay."""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, LargeBinary, PrimaryKeyConstraint, Text

from api.store.migrations.versions.m0001_first_tables import refuse_changes
from api.store.sql import Day, Instant, Whole

revision: Final = "keys_and_audit_trail"
down_revision: Final = "terms_of_orders"
_ROLES: Final = "role in ('sales', 'billing', 'accounting', 'analyst', 'admin')"


def upgrade() -> None:
    """Creates the tables and the triggers of the audit trail."""
    op.create_table(
        "api_keys",
        *(Column(name, Text, nullable=False) for name in ("prefix", "name", "role", "scopes")),
        Column("user", Text, nullable=True),
        Column("hash", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("created_by", Text, nullable=False),
        Column("last_used_at", Instant, nullable=True),
        Column("revoked_at", Instant, nullable=True),
        Column("revoked_by", Text, nullable=True),
        CheckConstraint(_ROLES, name=op.f("ck_api_keys_role")),
        ForeignKeyConstraint(["user"], ["users.name"], name=op.f("fk_api_keys_user")),
        PrimaryKeyConstraint("prefix", name=op.f("pk_api_keys")),
        sqlite_strict=True,
    )
    op.create_index("uq_api_keys_name", "api_keys", ["name"], unique=True)
    op.create_index("uq_api_keys_hash", "api_keys", ["hash"], unique=True)
    op.create_table(
        "stored_answers",
        *(Column(name, Text, nullable=False) for name in ("caller", "key", "request_hash")),
        Column("status", Whole, autoincrement=False, nullable=True),
        Column("headers", Text, nullable=True),
        Column("body", LargeBinary, nullable=True),
        Column("stored_at", Instant, nullable=False),
        PrimaryKeyConstraint("caller", "key", name=op.f("pk_stored_answers")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_stored_answers_stored_at"), "stored_answers", ["stored_at"], unique=False)
    op.create_table(
        "audit_trail",
        Column("id", Text, nullable=False),
        Column("at", Instant, nullable=False),
        Column("on", Day, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("actor_kind", "actor")),
        Column("key", Text, nullable=True),
        *(Column(name, Text, nullable=False) for name in ("action", "resource", "fields")),
        Column("request", Text, nullable=True),
        CheckConstraint("actor_kind in ('key', 'user', 'command')", name=op.f("ck_audit_trail_actor_kind")),
        PrimaryKeyConstraint("id", name=op.f("pk_audit_trail")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_audit_trail_resource"), "audit_trail", ["resource"], unique=False)
    refuse_changes("audit_trail")


def downgrade() -> None:
    """Refuses: who did what must stay known."""
    raise RuntimeError("the audit trail is never taken away")
