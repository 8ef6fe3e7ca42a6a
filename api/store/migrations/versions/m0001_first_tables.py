"""The first tables of the store, and the triggers that refuse to change or delete what was issued."""

from __future__ import annotations

from typing import Final, TypeVar

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, LargeBinary, PrimaryKeyConstraint, Text, UniqueConstraint
from sqlalchemy.types import TypeEngine

from api.store.sql import Day, Instant, Whole, YesNo

Held = TypeVar("Held")
revision: Final = "first_tables"
down_revision: Final = None

# As of this migration; api.store.tables may name others later.
APPEND_ONLY: Final = ("rulebooks", "quotes", "quote_steps", "opportunity_changes", "issued", "journal_entries", "renditions")


def upgrade() -> None:
    """Creates the tables and their triggers."""
    _create_tables()
    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    """Refuses: issued documents must be kept for ten years."""
    raise RuntimeError("the first tables hold what was issued: they are never taken away")


def refuse_changes(table: str) -> None:
    """Makes the triggers that refuse to change or delete the rows of a table."""
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


def _columns(kind: type[TypeEngine[Held]] | TypeEngine[Held], *names: str, nullable: bool = False) -> list[Column[Held]]:
    return [Column(name, kind, nullable=nullable) for name in names]


def _create_tables() -> None:
    op.create_table(
        "customers",
        *_columns(Text, "id", "name", "country", "language", "kind"),
        *_columns(Text, "segment", "vat_number", nullable=True),
        Column("vat_number_state", Text, nullable=False),
        Column("vat_checked_on", Day, nullable=True),
        Column("email", Text, nullable=True),
        Column("document", Text, nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sqlite_strict=True,
    )
    op.create_table(
        "imported",
        *_columns(Text, "kind", "key", "content_hash"),
        Column("imported_at", Instant, nullable=False),
        PrimaryKeyConstraint("kind", "key", name=op.f("pk_imported")),
        sqlite_strict=True,
    )
    op.create_table(
        "installation",
        Column("one", Whole, autoincrement=False, nullable=False),
        Column("id", Text, nullable=False),
        Column("made_at", Instant, nullable=False),
        CheckConstraint("one = 1", name=op.f("ck_installation_one")),
        PrimaryKeyConstraint("one", name=op.f("pk_installation")),
        sqlite_strict=True,
    )
    op.create_table(
        "outbox",
        *_columns(Text, "key", "document", "channel", "state"),
        Column("held_because", Text, nullable=True),
        Column("installation", Text, nullable=False),
        *_columns(Instant, "written_at", "due_at"),
        Column("leased_until", Instant, nullable=True),
        Column("attempts", Whole, autoincrement=False, nullable=False),
        Column("last_answer", Text, nullable=True),
        CheckConstraint("state in ('held', 'queued', 'accepted', 'delivered', 'rejected', 'dead')", name=op.f("ck_outbox_state")),
        PrimaryKeyConstraint("key", name=op.f("pk_outbox")),
        UniqueConstraint("document", "channel", name=op.f("uq_outbox_document_channel")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_outbox_state_due_at"), "outbox", ["state", "due_at"], unique=False)
    op.create_table(
        "quote_steps",
        Column("number", Text, nullable=False),
        Column("version", Whole, autoincrement=False, nullable=False),
        Column("sequence", Whole, autoincrement=False, nullable=False),
        Column("state", Text, nullable=False),
        Column("stepped_on", Day, nullable=False),
        Column("stepped_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        Column("note", Text, nullable=True),
        CheckConstraint(
            "state in ('draft', 'approval-needed', 'approved', 'sent', 'accepted', 'refused', 'expired', 'superseded')",
            name=op.f("ck_quote_steps_state"),
        ),
        PrimaryKeyConstraint("number", "version", "sequence", name=op.f("pk_quote_steps")),
        sqlite_strict=True,
    )
    op.create_table(
        "renditions",
        *_columns(Text, "document", "kind"),
        Column("edition", Whole, autoincrement=False, nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Column("hash", Text, nullable=False),
        CheckConstraint("kind in ('invoice', 'credit-note', 'quote')", name=op.f("ck_renditions_kind")),
        PrimaryKeyConstraint("document", "kind", "edition", name=op.f("pk_renditions")),
        sqlite_strict=True,
    )
    op.create_table(
        "rulebooks",
        *_columns(Text, "fingerprint", "texts_hash"),
        Column("kept_at", Instant, nullable=False),
        Column("texts", Text, nullable=False),
        PrimaryKeyConstraint("fingerprint", "texts_hash", name=op.f("pk_rulebooks")),
        sqlite_strict=True,
    )
    op.create_table(
        "runs",
        Column("number", Whole, autoincrement=False, nullable=False),
        *_columns(Day, "due_through", "issued_on"),
        *_columns(Text, "narrowed_to", "rulebook", "state"),
        Column("issued", Whole, autoincrement=False, nullable=False),
        Column("held", Whole, autoincrement=False, nullable=False),
        Column("started_at", Instant, nullable=False),
        Column("ended_at", Instant, nullable=True),
        CheckConstraint("state in ('running', 'done')", name=op.f("ck_runs_state")),
        PrimaryKeyConstraint("number", name=op.f("pk_runs")),
        sqlite_strict=True,
    )
    op.create_table(
        "series",
        *_columns(Text, "name", "kind"),
        Column("last", Whole, autoincrement=False, nullable=False),
        Column("last_issued_on", Day, nullable=True),
        Column("last_hash", Text, nullable=False),
        PrimaryKeyConstraint("name", name=op.f("pk_series")),
        sqlite_strict=True,
    )
    op.create_table(
        "issued",
        *_columns(Text, "number", "kind", "series"),
        Column("sequence", Whole, autoincrement=False, nullable=False),
        Column("issued_on", Day, nullable=False),
        *_columns(Text, "customer", "order_type"),
        *_columns(Text, "month", "corrects", nullable=True),
        Column("net", Whole, autoincrement=False, nullable=False),
        Column("vat", Whole, autoincrement=False, nullable=False),
        Column("gross", Whole, autoincrement=False, nullable=False),
        *_columns(Text, "currency", "rulebook"),
        Column("run", Whole, autoincrement=False, nullable=True),
        Column("issued_at", Instant, nullable=False),
        Column("document", Text, nullable=False),
        Column("xml", LargeBinary, nullable=False),
        *_columns(Text, "predecessor_hash", "hash"),
        CheckConstraint("kind in ('invoice', 'credit-note')", name=op.f("ck_issued_kind")),
        ForeignKeyConstraint(["corrects"], ["issued.number"], name=op.f("fk_issued_corrects")),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_issued_customer")),
        ForeignKeyConstraint(["series"], ["series.name"], name=op.f("fk_issued_series")),
        PrimaryKeyConstraint("number", name=op.f("pk_issued")),
        UniqueConstraint("series", "sequence", name=op.f("uq_issued_series_sequence")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_issued_corrects"), "issued", ["corrects"], unique=False)
    op.create_index(op.f("ix_issued_customer"), "issued", ["customer"], unique=False)
    op.create_table(
        "opportunities",
        Column("id", Text, nullable=False),
        *_columns(Text, "customer", "prospect_name", "prospect_town", "prospect_contact", nullable=True),
        *_columns(Text, "what", "stage", "state"),
        Column("amount", Whole, autoincrement=False, nullable=False),
        Column("currency", Text, nullable=False),
        Column("expected_close", Day, nullable=False),
        Column("owner", Text, nullable=False),
        *_columns(Text, "reason", "next_step", nullable=True),
        Column("next_step_on", Day, nullable=True),
        CheckConstraint("state in ('open', 'won', 'lost', 'cancelled')", name=op.f("ck_opportunities_state")),
        CheckConstraint("(customer is null) <> (prospect_name is null)", name=op.f("ck_opportunities_customer_or_prospect")),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_opportunities_customer")),
        PrimaryKeyConstraint("id", name=op.f("pk_opportunities")),
        sqlite_strict=True,
    )
    op.create_table(
        "orders",
        *_columns(Text, "id", "type", "customer", "state", "currency"),
        Column("signed_on", Day, nullable=True),
        Column("purchase_order", Text, nullable=True),
        Column("invoiced_elsewhere_until", Day, nullable=True),
        Column("source", Text, nullable=True),
        Column("revision", Whole, autoincrement=False, nullable=False),
        Column("planned_through", Day, nullable=True),
        Column("planned_under", Text, nullable=True),
        CheckConstraint("state in ('pending', 'active', 'suspended', 'ended', 'cancelled')", name=op.f("ck_orders_state")),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_orders_customer")),
        PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_orders_customer_type"), "orders", ["customer", "type"], unique=False)
    op.create_table(
        "items",
        *_columns(Text, "id", "order"),
        Column("position", Whole, autoincrement=False, nullable=False),
        Column("product", Text, nullable=False),
        Column("quantity", Whole, autoincrement=False, nullable=False),
        Column("state", Text, nullable=False),
        *_columns(Text, "billing_process", "billing_type", nullable=True),
        *_columns(Day, "starts_on", "activated_on", "ends_before", nullable=True),
        *_columns(Text, "supply_kind", "vat_class", "revenue_account"),
        Column("negotiated_price", Whole, autoincrement=False, nullable=True),
        Column("source", Text, nullable=True),
        Column("details", Text, nullable=False),
        CheckConstraint("state in ('pending', 'active', 'suspended', 'ended', 'cancelled')", name=op.f("ck_items_state")),
        ForeignKeyConstraint(["order"], ["orders.id"], name=op.f("fk_items_order")),
        PrimaryKeyConstraint("id", name=op.f("pk_items")),
        UniqueConstraint("order", "position", name=op.f("uq_items_order_position")),
        sqlite_strict=True,
    )
    op.create_table(
        "journal_entries",
        Column("number", Text, nullable=False),
        Column("posted_on", Day, nullable=False),
        *_columns(Text, "customer", "document"),
        ForeignKeyConstraint(["number"], ["issued.number"], name=op.f("fk_journal_entries_number")),
        PrimaryKeyConstraint("number", name=op.f("pk_journal_entries")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_journal_entries_posted_on"), "journal_entries", ["posted_on"], unique=False)
    op.create_table(
        "opportunity_changes",
        Column("opportunity", Text, nullable=False),
        Column("sequence", Whole, autoincrement=False, nullable=False),
        Column("field", Text, nullable=False),
        *_columns(Text, "before", "after", nullable=True),
        Column("changed_on", Day, nullable=False),
        Column("changed_at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        ForeignKeyConstraint(["opportunity"], ["opportunities.id"], name=op.f("fk_opportunity_changes_opportunity")),
        PrimaryKeyConstraint("opportunity", "sequence", "field", name=op.f("pk_opportunity_changes")),
        sqlite_strict=True,
    )
    op.create_table(
        "order_events",
        Column("order", Text, nullable=False),
        Column("position", Whole, autoincrement=False, nullable=False),
        Column("event", Text, nullable=False),
        Column("happens_on", Day, nullable=False),
        Column("reported", YesNo, nullable=False),
        ForeignKeyConstraint(["order"], ["orders.id"], name=op.f("fk_order_events_order")),
        PrimaryKeyConstraint("order", "position", name=op.f("pk_order_events")),
        sqlite_strict=True,
    )
    op.create_table(
        "order_steps",
        Column("order", Text, nullable=False),
        Column("position", Whole, autoincrement=False, nullable=False),
        Column("stepped_on", Day, nullable=False),
        *_columns(Text, "what", "items"),
        Column("source", Text, nullable=True),
        ForeignKeyConstraint(["order"], ["orders.id"], name=op.f("fk_order_steps_order")),
        PrimaryKeyConstraint("order", "position", name=op.f("pk_order_steps")),
        sqlite_strict=True,
    )
    op.create_table(
        "quotes",
        Column("number", Text, nullable=False),
        Column("version", Whole, autoincrement=False, nullable=False),
        Column("customer", Text, nullable=False),
        Column("opportunity", Text, nullable=True),
        *_columns(Day, "quoted_on", "valid_until"),
        Column("rulebook", Text, nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("document", Text, nullable=False),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_quotes_customer")),
        ForeignKeyConstraint(["opportunity"], ["opportunities.id"], name=op.f("fk_quotes_opportunity")),
        PrimaryKeyConstraint("number", "version", name=op.f("pk_quotes")),
        sqlite_strict=True,
    )
    op.create_table(
        "transactions",
        *_columns(Text, "identity", "order", "item", "customer", "order_type", "product", "kind"),
        Column("number", Whole, autoincrement=False, nullable=True),
        Column("change", Text, nullable=True),
        *_columns(Day, "service_from", "service_until", "billing_date", "invoiceable_from", nullable=True),
        Column("expected", YesNo, nullable=False),
        Column("quantity", Whole, autoincrement=False, nullable=False),
        Column("list_net", Whole, autoincrement=False, nullable=False),
        Column("net", Whole, autoincrement=False, nullable=False),
        Column("currency", Text, nullable=False),
        Column("purchase_order", Text, nullable=True),
        Column("state", Text, nullable=False),
        *_columns(Text, "held_because", "invoice", nullable=True),
        Column("document", Text, nullable=False),
        CheckConstraint("(state = 'invoiced') = (invoice is not null)", name=op.f("ck_transactions_invoiced_on")),
        CheckConstraint("kind in ('recurring', 'change', 'one-time', 'instalment', 'insertion')", name=op.f("ck_transactions_kind")),
        CheckConstraint("state in ('planned', 'held', 'invoiced', 'elsewhere', 'cancelled')", name=op.f("ck_transactions_state")),
        ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_transactions_customer")),
        ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_transactions_item")),
        ForeignKeyConstraint(["order"], ["orders.id"], name=op.f("fk_transactions_order")),
        PrimaryKeyConstraint("identity", name=op.f("pk_transactions")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_transactions_invoice"), "transactions", ["invoice"], unique=False)
    op.create_index(op.f("ix_transactions_order"), "transactions", ["order"], unique=False)
    op.create_index(op.f("ix_transactions_state_invoiceable_from"), "transactions", ["state", "invoiceable_from"], unique=False)
