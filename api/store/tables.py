"""The tables of the store: typed columns for queries, canonical JSON for immutable documents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from api.store.sql import Day, Instant, Whole, YesNo

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _table(name: str, *parts: SchemaItem) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


def _text(name: str, *, key: bool = False, needed: bool = True, of: str | None = None) -> Column[str]:
    links = [ForeignKey(of)] if of else []
    return Column(name, Text, *links, primary_key=key, nullable=not (needed or key))


def _whole(name: str, *, key: bool = False, needed: bool = True) -> Column[int]:
    return Column(name, Whole, primary_key=key, nullable=not (needed or key), autoincrement=False)


def _day(name: str, *, needed: bool = True) -> Column[date]:
    return Column(name, Day, nullable=not needed)


def _instant(name: str, *, needed: bool = True) -> Column[datetime]:
    return Column(name, Instant, nullable=not needed)


def _one_of(column: str, *choices: str) -> CheckConstraint:
    return CheckConstraint(f"{column} in ({', '.join(repr(choice) for choice in choices)})", name=column)


# ---------------------------------------------------------------- the installation and its rulebooks

installation = _table("installation", _whole("one", key=True), _text("id"), _instant("made_at"), CheckConstraint("one = 1", name="one"))

rulebooks = _table(
    "rulebooks",
    _text("fingerprint", key=True),
    _text("texts_hash", key=True),
    _instant("kept_at"),
    _text("texts"),
)

# ---------------------------------------------------------------- customers, opportunities and quotes

customers = _table(
    "customers",
    _text("id", key=True),
    _text("name"),
    _text("country"),
    _text("language"),
    _text("kind"),
    _text("segment", needed=False),
    _text("vat_number", needed=False),
    _text("vat_number_state"),
    _day("vat_checked_on", needed=False),
    _text("email", needed=False),
    _text("document"),
)

opportunities = _table(
    "opportunities",
    _text("id", key=True),
    _text("customer", needed=False, of="customers.id"),
    _text("prospect_name", needed=False),
    _text("prospect_town", needed=False),
    _text("prospect_contact", needed=False),
    _text("what"),
    _text("stage"),
    _text("state"),
    _whole("amount"),
    _text("currency"),
    _day("expected_close"),
    _text("owner"),
    _text("reason", needed=False),
    _text("next_step", needed=False),
    _day("next_step_on", needed=False),
    _one_of("state", "open", "won", "lost", "cancelled"),
    CheckConstraint("(customer is null) <> (prospect_name is null)", name="customer_or_prospect"),
)

opportunity_changes = _table(
    "opportunity_changes",
    _text("opportunity", key=True, of="opportunities.id"),
    _whole("sequence", key=True),
    _text("field", key=True),
    _text("before", needed=False),
    _text("after", needed=False),
    _day("changed_on"),
    _instant("changed_at"),
    _text("author"),
)

quotes = _table(
    "quotes",
    _text("number", key=True),
    _whole("version", key=True),
    _text("customer", of="customers.id"),
    _text("opportunity", needed=False, of="opportunities.id"),
    _day("quoted_on"),
    _day("valid_until"),
    _text("rulebook"),
    _instant("made_at"),
    _text("document"),
)

quote_steps = _table(
    "quote_steps",
    _text("number", key=True),
    _whole("version", key=True),
    _whole("sequence", key=True),
    _text("state"),
    _day("stepped_on"),
    _instant("stepped_at"),
    _text("author"),
    _text("note", needed=False),
    _one_of("state", "draft", "approval-needed", "approved", "sent", "accepted", "refused", "expired", "superseded"),
)

# ---------------------------------------------------------------- orders and transactions

orders = _table(
    "orders",
    _text("id", key=True),
    _text("type"),
    _text("customer", of="customers.id"),
    _text("state"),
    _text("currency"),
    _day("signed_on", needed=False),
    _text("purchase_order", needed=False),
    _day("invoiced_elsewhere_until", needed=False),
    _text("source", needed=False),
    _whole("revision"),
    _day("planned_through", needed=False),
    _text("planned_under", needed=False),
    _one_of("state", "pending", "active", "suspended", "ended", "cancelled"),
    Index(None, "customer", "type"),
)

items = _table(
    "items",
    _text("id", key=True),
    _text("order", of="orders.id"),
    _whole("position"),
    _text("product"),
    _whole("quantity"),
    _text("state"),
    _text("billing_process", needed=False),
    _text("billing_type", needed=False),
    _day("starts_on", needed=False),
    _day("activated_on", needed=False),
    _day("ends_before", needed=False),
    _text("supply_kind"),
    _text("vat_class"),
    _text("revenue_account"),
    _whole("negotiated_price", needed=False),
    _text("source", needed=False),
    _text("details"),
    _one_of("state", "pending", "active", "suspended", "ended", "cancelled"),
    UniqueConstraint("order", "position"),
)

order_events = _table(
    "order_events",
    _text("order", key=True, of="orders.id"),
    _whole("position", key=True),
    _text("event"),
    _day("happens_on"),
    Column("reported", YesNo, nullable=False),
)

order_steps = _table(
    "order_steps",
    _text("order", key=True, of="orders.id"),
    _whole("position", key=True),
    _day("stepped_on"),
    _text("what"),
    _text("items"),
    _text("source", needed=False),
)

transactions = _table(
    "transactions",
    _text("identity", key=True),
    _text("order", of="orders.id"),
    _text("item", of="items.id"),
    _text("customer", of="customers.id"),
    _text("order_type"),
    _text("product"),
    _text("kind"),
    _whole("number", needed=False),
    _text("change", needed=False),
    _day("service_from", needed=False),
    _day("service_until", needed=False),
    _day("billing_date", needed=False),
    _day("invoiceable_from", needed=False),
    Column("expected", YesNo, nullable=False),
    _whole("quantity"),
    _whole("list_net"),
    _whole("net"),
    _text("currency"),
    _text("purchase_order", needed=False),
    _text("state"),
    _text("held_because", needed=False),
    _text("invoice", needed=False),
    _text("document"),
    _one_of("kind", "recurring", "change", "one-time", "instalment", "insertion"),
    _one_of("state", "planned", "held", "invoiced", "elsewhere", "cancelled"),
    CheckConstraint("(state = 'invoiced') = (invoice is not null)", name="invoiced_on"),
    Index(None, "state", "invoiceable_from"),
    Index(None, "order"),
    Index(None, "invoice"),
)

# ---------------------------------------------------------------- issued documents

series = _table(
    "series",
    _text("name", key=True),
    _text("kind"),
    _whole("last"),
    _day("last_issued_on", needed=False),
    _text("last_hash"),
)

issued = _table(
    "issued",
    _text("number", key=True),
    _text("kind"),
    _text("series", of="series.name"),
    _whole("sequence"),
    _day("issued_on"),
    _text("customer", of="customers.id"),
    _text("order_type"),
    _text("month", needed=False),
    _text("corrects", needed=False, of="issued.number"),
    _whole("net"),
    _whole("vat"),
    _whole("gross"),
    _text("currency"),
    _text("rulebook"),
    _whole("run", needed=False),
    _instant("issued_at"),
    _text("document"),
    Column("xml", LargeBinary, nullable=False),
    _text("predecessor_hash"),
    _text("hash"),
    _one_of("kind", "invoice", "credit-note"),
    UniqueConstraint("series", "sequence"),
    Index(None, "corrects"),
    Index(None, "customer"),
)

journal_entries = _table(
    "journal_entries",
    _text("number", key=True, of="issued.number"),
    _day("posted_on"),
    _text("customer"),
    _text("document"),
    Index(None, "posted_on"),
)

renditions = _table(
    "renditions",
    _text("document", key=True),
    _text("kind", key=True),
    _whole("edition", key=True),
    _instant("made_at"),
    Column("content", LargeBinary, nullable=False),
    _text("hash"),
    _one_of("kind", "invoice", "credit-note", "quote"),
)

outbox = _table(
    "outbox",
    _text("key", key=True),
    _text("document"),
    _text("channel"),
    _text("state"),
    _text("held_because", needed=False),
    _text("installation"),
    _instant("written_at"),
    _instant("due_at"),
    _instant("leased_until", needed=False),
    _whole("attempts"),
    _text("last_answer", needed=False),
    _one_of("state", "held", "queued", "accepted", "delivered", "rejected", "dead"),
    UniqueConstraint("document", "channel"),
    Index(None, "state", "due_at"),
)

runs = _table(
    "runs",
    _whole("number", key=True),
    _day("due_through"),
    _day("issued_on"),
    _text("narrowed_to"),
    _text("rulebook"),
    _text("state"),
    _whole("issued"),
    _whole("held"),
    _instant("started_at"),
    _instant("ended_at", needed=False),
    _one_of("state", "running", "done"),
)

# ---------------------------------------------------------------- imported files

imported = _table(
    "imported",
    _text("kind", key=True),
    _text("key", key=True),
    _text("content_hash"),
    _instant("imported_at"),
)

APPEND_ONLY: Final = ("rulebooks", "quotes", "quote_steps", "opportunity_changes", "issued", "journal_entries", "renditions")
"""Tables whose rows are never changed or deleted: triggers refuse it on both databases."""
