"""The tables of the service: keys, accounts of the company, answers by idempotency key, and the audit trail."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, LargeBinary

from api.store.columns import day, instant, one_of, table, text, whole

api_keys = table(
    "api_keys",
    text("prefix", key=True),
    text("name"),
    text("role"),
    text("scopes"),
    text("user", needed=False, of="users.name"),
    text("hash"),
    instant("created_at"),
    text("created_by"),
    instant("last_used_at", needed=False),
    instant("revoked_at", needed=False),
    text("revoked_by", needed=False),
    one_of("role", "sales", "billing", "accounting", "analyst", "admin"),
    Index("uq_api_keys_name", "name", unique=True),
    Index("uq_api_keys_hash", "hash", unique=True),
)
"""A key is known by its prefix; of the key itself only the SHA-256 is stored."""

sessions = table(
    "sessions",
    text("key", key=True, of="api_keys.prefix"),
    instant("ends_at"),
    text("browser"),
)
"""Those keys that a browser holds for a person who signed in, until they end."""

passwords = table(
    "passwords",
    text("user", key=True, of="users.name"),
    text("hash"),
    whole("failures"),
    instant("locked_until", needed=False),
    instant("changed_at"),
)
"""The passwords of people, hashed by Argon2; wrong ones in a row lock them for a while."""

company_accounts = table(
    "company_accounts",
    text("issuer", key=True),
    text("subject", key=True),
    text("user", of="users.name"),
    instant("bound_at"),
    Index("uq_company_accounts_user_issuer", "user", "issuer", unique=True),
)
"""The accounts of the company as which people sign in; a person has one at each provider."""

stored_answers = table(
    "stored_answers",
    text("caller", key=True),
    text("key", key=True),
    text("request_hash"),
    whole("status", needed=False),
    text("headers", needed=False),
    Column("body", LargeBinary, nullable=True),
    instant("stored_at"),
    text("claimed_by", needed=False),
    Index(None, "stored_at"),
)
"""Answers by the caller's idempotency key; without a status while the verb is being done, by the worker that claimed it."""

audit_trail = table(
    "audit_trail",
    text("id", key=True),
    instant("at"),
    day("on"),
    text("actor_kind"),
    text("actor"),
    text("key", needed=False),
    text("action"),
    text("resource"),
    text("fields"),
    text("request", needed=False),
    one_of("actor_kind", "key", "user", "command"),
    Index(None, "resource"),
)
"""Who did what, when: ids begin with the moment, so that their order is that of the entries."""

APPEND_ONLY: Final = ("audit_trail",)
"""Those whose rows are never changed or deleted."""
