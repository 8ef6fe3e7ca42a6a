"""The tables of the store: typed columns for queries, canonical JSON for immutable documents."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy import text as sql_text

from api.store import (
    access_tables,
    issued_tables,
    people_tables,
    rebilling_tables,
    report_tables,
    rulebook_tables,
    run_tables,
    usage_tables,
)
from api.store.columns import coded, compact_day, day, instant, one_of, sentence, small, table, text, whole
from api.store.ledger_tables import APPEND_ONLY as _LEDGER
from api.store.payment_tables import APPEND_ONLY as _PAYMENTS
from api.store.reminder_tables import APPEND_ONLY as _REMINDERS
from api.store.sql import Whole, YesNo

IS_OPEN: Final = "state < 2"
"""The condition of what is on no invoice yet, planned or held, as the index of open transactions has it."""
IS_HELD: Final = "state = 1"
"""The same of what is held."""
IS_EXPECTED_USAGE: Final = "expected and kind in (5, 6, 7)"
"""The same of usage, and of what is missing of minimums, of periods that are not over."""
HAS_OPEN: Final = "planned_count + expected_count + held_count > 0"
"""The condition of the days of an order on which something is on no invoice yet."""

# ---------------------------------------------------------------- the installation; its rulebooks are in rulebook_tables.py

installation = table("installation", whole("one", key=True), text("id"), instant("made_at"), CheckConstraint("one = 1", name="one"))

# ---------------------------------------------------------------- customers, opportunities and quotes

customers = table(
    "customers",
    text("id", key=True),
    text("name"),
    text("country"),
    text("language"),
    text("kind"),
    text("segment", needed=False),
    text("vat_number", needed=False),
    text("vat_number_state"),
    day("vat_checked_on", needed=False),
    text("email", needed=False),
    text("held_because", needed=False),
    day("held_on", needed=False),
    text("held_by", needed=False),
    text("state"),
    text("merged_into", needed=False),
    day("merged_on", needed=False),
    text("document"),
    *(Index(None, *columns) for columns in (("merged_into",), ("name", "id"), ("country", "id"))),
)

opportunities = table(
    "opportunities",
    text("id", key=True),
    text("customer", needed=False, of="customers.id"),
    text("prospect_name", needed=False),
    text("prospect_town", needed=False),
    text("prospect_contact", needed=False),
    day("prospect_stored_until", needed=False),
    text("what"),
    text("stage"),
    text("state"),
    whole("amount"),
    text("currency"),
    day("expected_close"),
    text("owner"),
    text("reason", needed=False),
    text("next_step", needed=False),
    day("next_step_on", needed=False),
    text("source", needed=False),
    text("amounts"),
    text("primary_quote", needed=False),
    text("attributes"),
    one_of("state", "open", "won", "lost", "cancelled"),
    CheckConstraint("(customer is null) <> (prospect_name is null)", name="customer_or_prospect"),
    *(Index(None, column, "id") for column in ("customer", "amount", "expected_close", "owner")),
)

quotes = table(
    "quotes",
    text("number", key=True),
    whole("version", key=True),
    text("customer", of="customers.id"),
    text("opportunity", needed=False, of="opportunities.id"),
    day("quoted_on"),
    day("valid_until"),
    text("rulebook"),
    instant("made_at"),
    text("document"),
    text("attributes"),
    Index(None, "customer", "number", "version"),
)

quote_steps = table(
    "quote_steps",
    text("number", key=True),
    whole("version", key=True),
    whole("sequence", key=True),
    text("state"),
    day("stepped_on"),
    instant("stepped_at"),
    text("author"),
    text("note", needed=False),
    text("details", needed=False),
    one_of("state", "draft", "approval-needed", "approved", "sent", "accepted", "refused", "expired", "superseded"),
)

# ---------------------------------------------------------------- orders and transactions

orders = table(
    "orders",
    text("id", key=True),
    text("type"),
    text("customer", of="customers.id"),
    text("state"),
    text("currency"),
    day("signed_on", needed=False),
    *(text(name, needed=False) for name in ("purchase_order", "payment_terms", "buyer_reference", "deliver_to")),
    day("invoiced_elsewhere_until", needed=False),
    text("attributes"),
    text("source", needed=False),
    whole("revision"),
    day("planned_through", needed=False),
    text("planned_under", needed=False),
    whole("plan_revision"),
    day("plan_lasts_until", needed=False),
    one_of("state", "pending", "active", "suspended", "ended", "cancelled"),
    *(Index(None, "customer", column) for column in ("type", "id")),
    Index("ix_orders_signed_on_id", sql_text("coalesce(signed_on, '0001-01-01')"), "id"),
)

items = table(
    "items",
    text("id", key=True),
    text("order", of="orders.id"),
    whole("position"),
    text("product"),
    whole("quantity"),
    text("state"),
    text("billing_process", needed=False),
    text("billing_type", needed=False),
    day("starts_on", needed=False),
    day("activated_on", needed=False),
    day("ends_before", needed=False),
    text("supply_kind"),
    text("vat_class"),
    text("revenue_account"),
    whole("negotiated_price", needed=False),
    whole("term_months", needed=False),
    whole("notice_months", needed=False),
    text("renewal", needed=False),
    text("source", needed=False),
    text("details"),
    one_of("state", "pending", "active", "suspended", "ended", "cancelled"),
    UniqueConstraint("order", "position"),
    Index(None, "product", "order"),
)

order_events = table(
    "order_events",
    text("order", key=True, of="orders.id"),
    whole("position", key=True),
    text("event"),
    day("happens_on"),
    Column("reported", YesNo, nullable=False),
)

order_steps = table(
    "order_steps",
    text("order", key=True, of="orders.id"),
    whole("position", key=True),
    day("stepped_on"),
    text("what"),
    text("items"),
    text("source", needed=False),
    text("author", needed=False),
    text("because", needed=False),
)

KINDS: Final = ("change", "insertion", "instalment", "one-time", "recurring", "usage", "commitment", "drawdown")
"""The kinds of transactions; new ones follow, since their place is what is stored."""
STATES: Final = ("planned", "held", "invoiced", "elsewhere", "cancelled")

transactions = table(
    "transactions",
    whole("quantity"),
    whole("list_net"),
    whole("net"),
    compact_day("service_from", needed=False),
    compact_day("service_until", needed=False),
    compact_day("billing_date", needed=False),
    compact_day("invoiceable_from", needed=False),
    small("serial"),
    coded("kind", KINDS),
    coded("state", STATES),
    Column("expected", YesNo, nullable=False),
    text("item", of="items.id"),
    text("change"),
    sentence("held_because"),
    text("invoice", needed=False),
    PrimaryKeyConstraint("item", "kind", "serial", "change"),
    CheckConstraint(f"kind >= 0 and kind < {len(KINDS)}", name="kind"),
    CheckConstraint(f"state >= 0 and state < {len(STATES)}", name="state"),
    CheckConstraint(f"(state = {STATES.index('invoiced')}) = (invoice is not null)", name="invoiced_on"),
    Index(None, "invoiceable_from", sqlite_where=sql_text(IS_OPEN), postgresql_where=sql_text(IS_OPEN)),
    Index("ix_transactions_held", "item", sqlite_where=sql_text(IS_HELD), postgresql_where=sql_text(IS_HELD)),
    Index(
        "ix_transactions_expected_usage",
        "billing_date",
        sqlite_where=sql_text(IS_EXPECTED_USAGE),
        postgresql_where=sql_text(IS_EXPECTED_USAGE),
    ),
    Index(None, "invoice", sqlite_where=sql_text("invoice is not null"), postgresql_where=sql_text("invoice is not null")),
    by_key=True,
)
"""Transactions in figures. `serial` is the instalment or insertion number, else the first day of service as YYYYMMDD, else 0;
`change` is empty where the transaction comes from no change. Both are part of the key, which is the identity of a transaction.
Wide columns stand before narrow ones, since PostgreSQL begins each at a multiple of its width."""

SUMMED: Final = ("planned", "expected", "held", "invoiced", "elsewhere", "cancelled")
"""The states by which transactions are added up: of what is planned, what is only expected is counted apart."""

order_sums = table(
    "order_sums",
    compact_day("billing_date", key=True),
    text("order_type", key=True),
    text("order", key=True, of="orders.id"),
    compact_day("invoiceable_from", key=True),
    *(whole(f"{state}_net") for state in SUMMED),
    *(small(f"{state}_count") for state in SUMMED),
    Index(None, "order", "billing_date"),
    Index("ix_order_sums_open", "invoiceable_from", sqlite_where=sql_text(HAS_OPEN), postgresql_where=sql_text(HAS_OPEN)),
    by_key=True,
)
"""What the transactions of an order come to by the day on which they are billed, and from which they may be invoiced; where that is not
known yet, the first day of the calendar, and the last. It follows from the transactions, and is written with them; `verify` recalculates
it."""

# ---------------------------------------------------------------- issued documents, in issued_tables.py, and messages about them

series: Final = issued_tables.series
issued: Final = issued_tables.issued
journal_entries: Final = issued_tables.journal_entries
posting_sums: Final = issued_tables.posting_sums
renditions: Final = issued_tables.renditions

outbox = table(
    "outbox",
    text("key", key=True),
    text("document"),
    text("channel"),
    text("state"),
    sentence("held_because"),
    text("installation"),
    instant("written_at"),
    instant("due_at"),
    instant("leased_until", needed=False),
    whole("attempts"),
    text("last_answer", needed=False),
    Column("delivery", Whole, nullable=False, autoincrement=False, server_default=sql_text("1")),
    text("reference", needed=False),
    one_of("state", "held", "queued", "accepted", "delivered", "rejected", "dead", "skipped"),
    UniqueConstraint("document", "channel"),
    Index(None, "state", "due_at"),
    Index(None, "channel", "state", "due_at"),
)

runs: Final = run_tables.runs
run_shards: Final = run_tables.run_shards

# ---------------------------------------------------------------- imported files and open invoices of a former system

former_invoices = table(
    "former_invoices",
    text("number", key=True),
    text("customer", of="customers.id"),
    day("issued_on"),
    day("due_on"),
    whole("gross"),
    whole("open"),
    text("currency"),
    text("structured_communication", needed=False),
    Index(None, "customer"),
    Index(None, "structured_communication"),
)

imported = table(
    "imported",
    text("kind", key=True),
    text("key", key=True),
    text("content_hash"),
    instant("imported_at"),
)

APPEND_ONLY: Final = (
    *rulebook_tables.APPEND_ONLY,
    *("quotes", "quote_steps"),
    *issued_tables.APPEND_ONLY,
    *rebilling_tables.APPEND_ONLY,
    *usage_tables.APPEND_ONLY,
    *people_tables.APPEND_ONLY,
    *report_tables.APPEND_ONLY,
    *access_tables.APPEND_ONLY,
    *(*_PAYMENTS, *_LEDGER, *_REMINDERS),
)
"""Tables whose rows are never changed or deleted: triggers refuse it on both databases.

They let through what an erasure needs: `opportunity_changes` may be emptied of what they say of a prospect, `customer_changes` of what
they say at all, and quotes of an erased customer that were never accepted may be deleted with their steps and renditions.
"""
