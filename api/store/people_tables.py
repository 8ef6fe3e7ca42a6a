"""The tables of people: contacts with personal data in columns of their own, erasures, mandates and users."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql_text

from api.store import sales_tables
from api.store.columns import day, instant, one_of, table, text

contacts = table(
    "contacts",
    text("id", key=True),
    text("customer", needed=False, of="customers.id"),
    text("opportunity", needed=False, of="opportunities.id"),
    text("name"),
    text("role", needed=False),
    text("email", needed=False),
    text("phone", needed=False),
    day("stored_until", needed=False),
    text("attributes"),
    CheckConstraint("(customer is null) <> (opportunity is null)", name="customer_or_opportunity"),
    *(Index(None, column, "id") for column in ("customer", "opportunity", "name")),
    Index("ix_contacts_stored_until_id", sql_text("coalesce(stored_until, '0001-01-01')"), "id"),
)

erasures = table(
    "erasures",
    text("kind", key=True),
    text("id", key=True),
    day("erased_on"),
    instant("erased_at"),
    text("author"),
    text("because"),
    one_of("kind", "customer", "contact", "prospect"),
)

mandates = table(
    "mandates",
    text("reference", key=True),
    text("customer", of="customers.id"),
    text("iban"),
    day("signed_on"),
    text("state"),
    one_of("state", "active", "ended"),
    *(Index(None, column, "reference") for column in ("customer", "signed_on")),
)

users = table(
    "users",
    text("name", key=True),
    text("full_name"),
    text("email"),
    text("role"),
    text("state"),
    instant("made_at"),
    text("approves", needed=False),
    one_of("role", "sales", "billing", "accounting", "analyst", "admin"),
    one_of("state", "active", "disabled"),
)

APPEND_ONLY: Final = ("erasures", *sales_tables.APPEND_ONLY)
"""Those whose rows are never changed or deleted."""
