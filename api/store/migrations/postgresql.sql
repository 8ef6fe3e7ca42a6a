-- revision: order_sums

CREATE FUNCTION audit_trail_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'audit_trail is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION bank_statements_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'bank_statements is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION charge_cancellations_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'charge_cancellations is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION charges_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'charges is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION closed_periods_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'closed_periods is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION customer_changes_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'customer_changes is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION doubtful_documents_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'doubtful_documents is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION erasures_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'erasures is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION forecast_snapshots_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'forecast_snapshots is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION issued_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'issued is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION journal_entries_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'journal_entries is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION ledger_entries_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'ledger_entries is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION ledger_postings_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'ledger_postings is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION opportunity_changes_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'opportunity_changes is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION order_actions_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'order_actions is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION payment_allocations_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'payment_allocations is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION payment_evidences_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'payment_evidences is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION payment_refunds_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'payment_refunds is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION posting_sums_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'posting_sums is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION prepaid_movements_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'prepaid_movements is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION quote_steps_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin if tg_op = 'DELETE' then if not exists (select 1 from quotes where quotes.number = old.number) then return old; end if; end if; raise exception 'quote_steps is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION quotes_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin if tg_op = 'DELETE' then if exists (select 1 from erasures where erasures.kind = 'customer' and erasures.id = old.customer) and not exists (select 1 from quote_steps where quote_steps.number = old.number and quote_steps.state = 'accepted') then return old; end if; end if; if tg_op = 'UPDATE' then if new.number = old.number and new.version = old.version and new.customer = old.customer and new.made_at = old.made_at and exists (select 1 from quote_steps where quote_steps.number = old.number and quote_steps.version = old.version) and not exists (select 1 from quote_steps where quote_steps.number = old.number and quote_steps.version = old.version and quote_steps.state <> 'draft') then return new; end if; end if; raise exception 'quotes is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION rebilled_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'rebilled is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION reminder_holds_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'reminder_holds is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION reminder_levels_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'reminder_levels is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION reminders_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'reminders is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION renditions_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin if tg_op = 'DELETE' then if old.kind = 'quote' and not exists (select 1 from quotes where quotes.number || ' version ' || quotes.version = old.document) then return old; end if; end if; raise exception 'renditions is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION rulebook_version_steps_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'rulebook_version_steps is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION rulebook_versions_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'rulebook_versions is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION rulebooks_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'rulebooks is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION snapshot_months_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'snapshot_months is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION snapshot_orders_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'snapshot_orders is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION usage_reports_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'usage_reports is append-only: % is refused', lower(tg_op); end $$;

CREATE FUNCTION vat_checks_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'vat_checks is append-only: % is refused', lower(tg_op); end $$;

CREATE TABLE accounting_entries (
    kind text NOT NULL,
    source text NOT NULL,
    tool text NOT NULL,
    state text NOT NULL,
    id text,
    number text,
    amount bigint NOT NULL,
    hash text NOT NULL,
    because text,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_accounting_entries_state CHECK ((state = ANY (ARRAY['sent'::text, 'booked'::text, 'refused'::text, 'unknown'::text, 'lost'::text])))
);

CREATE TABLE accounting_records (
    document text NOT NULL,
    tool text NOT NULL,
    state text NOT NULL,
    id text,
    number text,
    net bigint NOT NULL,
    vat bigint NOT NULL,
    gross bigint NOT NULL,
    hash text NOT NULL,
    because text,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_accounting_records_state CHECK ((state = ANY (ARRAY['sent'::text, 'booked'::text, 'refused'::text, 'unknown'::text, 'lost'::text])))
);

CREATE TABLE activities (
    about text NOT NULL,
    name text NOT NULL,
    sequence bigint NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    owner text,
    due_on date,
    done_on date,
    done_by text,
    recorded_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    CONSTRAINT ck_activities_about CHECK ((about = ANY (ARRAY['customer'::text, 'opportunity'::text]))),
    CONSTRAINT ck_activities_done CHECK (((done_on IS NULL) = (done_by IS NULL))),
    CONSTRAINT ck_activities_kind CHECK ((kind = ANY (ARRAY['note'::text, 'call'::text, 'meeting'::text, 'mail'::text])))
);

CREATE TABLE alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE api_keys (
    prefix text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    scopes text NOT NULL,
    "user" text,
    hash text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    revoked_by text,
    CONSTRAINT ck_api_keys_role CHECK ((role = ANY (ARRAY['sales'::text, 'billing'::text, 'accounting'::text, 'analyst'::text, 'admin'::text])))
);

CREATE TABLE audit_trail (
    id text NOT NULL,
    at timestamp with time zone NOT NULL,
    "on" date NOT NULL,
    actor_kind text NOT NULL,
    actor text NOT NULL,
    key text,
    action text NOT NULL,
    resource text NOT NULL,
    fields text NOT NULL,
    request text,
    CONSTRAINT ck_audit_trail_actor_kind CHECK ((actor_kind = ANY (ARRAY['key'::text, 'user'::text, 'command'::text])))
);

CREATE TABLE bank_statements (
    iban text NOT NULL,
    currency text NOT NULL,
    format text NOT NULL,
    name text NOT NULL,
    new_balance bigint NOT NULL,
    new_balance_on date NOT NULL,
    imported_on date NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    document text NOT NULL
);

CREATE TABLE charge_cancellations (
    charge text NOT NULL,
    cancelled_on date NOT NULL,
    because text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    author text NOT NULL
);

CREATE TABLE charges (
    number text NOT NULL,
    reminder text NOT NULL,
    document text NOT NULL,
    kind text NOT NULL,
    charged_on date NOT NULL,
    due_on date NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT ck_charges_kind CHECK ((kind = ANY (ARRAY['fee'::text, 'interest'::text])))
);

CREATE TABLE closed_periods (
    kind text NOT NULL,
    period text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    closed_on date NOT NULL,
    closed_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    CONSTRAINT ck_closed_periods_kind CHECK ((kind = ANY (ARRAY['month'::text, 'vat'::text])))
);

CREATE TABLE company_accounts (
    issuer text NOT NULL,
    subject text NOT NULL,
    "user" text NOT NULL,
    bound_at timestamp with time zone NOT NULL
);

CREATE TABLE contacts (
    id text NOT NULL,
    customer text,
    opportunity text,
    name text NOT NULL,
    role text,
    email text,
    phone text,
    stored_until date,
    attributes text NOT NULL,
    CONSTRAINT ck_contacts_customer_or_opportunity CHECK (((customer IS NULL) <> (opportunity IS NULL)))
);

CREATE TABLE customer_addresses (
    customer text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    recipient text,
    street text NOT NULL,
    postcode text NOT NULL,
    town text NOT NULL,
    country text NOT NULL
);

CREATE TABLE customer_changes (
    customer text NOT NULL,
    sequence bigint NOT NULL,
    field text NOT NULL,
    before text,
    after text,
    changed_on date NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    author text NOT NULL
);

CREATE TABLE customer_references (
    system text NOT NULL,
    reference text NOT NULL,
    customer text NOT NULL
);

CREATE TABLE customers (
    id text NOT NULL,
    name text NOT NULL,
    country text NOT NULL,
    language text NOT NULL,
    kind text NOT NULL,
    segment text,
    vat_number text,
    vat_number_state text NOT NULL,
    vat_checked_on date,
    email text,
    document text NOT NULL,
    held_because text,
    held_on date,
    held_by text,
    state text DEFAULT 'customer'::text NOT NULL,
    merged_into text,
    merged_on date
);

CREATE TABLE delivery_log (
    id text NOT NULL,
    document text NOT NULL,
    channel text NOT NULL,
    delivery bigint NOT NULL,
    event text NOT NULL,
    recipient text,
    reference text,
    note text,
    logged_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    CONSTRAINT ck_delivery_log_event CHECK ((event = ANY (ARRAY['requested'::text, 'held'::text, 'failed'::text, 'accepted'::text, 'delivered'::text, 'rejected'::text, 'dead'::text, 'skipped'::text])))
);

CREATE TABLE doubtful_documents (
    document text NOT NULL,
    sequence bigint NOT NULL,
    state text NOT NULL,
    allowance bigint NOT NULL,
    since date NOT NULL,
    because text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    CONSTRAINT ck_doubtful_documents_allowance CHECK (((allowance >= 0) AND (allowance <= 1000000))),
    CONSTRAINT ck_doubtful_documents_state CHECK ((state = ANY (ARRAY['doubtful'::text, 'ended'::text])))
);

CREATE TABLE e_invoice_rules (
    name text NOT NULL,
    version text NOT NULL,
    scope text NOT NULL,
    source text NOT NULL,
    digest text NOT NULL,
    assertions bigint NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by text NOT NULL,
    stylesheet text NOT NULL
);

CREATE TABLE erasures (
    kind text NOT NULL,
    id text NOT NULL,
    erased_on date NOT NULL,
    erased_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    because text NOT NULL,
    CONSTRAINT ck_erasures_kind CHECK ((kind = ANY (ARRAY['customer'::text, 'contact'::text, 'prospect'::text])))
);

CREATE TABLE events (
    id text NOT NULL,
    kind text NOT NULL,
    resource text NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    body text NOT NULL
);

CREATE TABLE forecast_snapshots (
    name text NOT NULL,
    stored_on date NOT NULL,
    stored_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    rulebook text NOT NULL,
    planned_through date NOT NULL,
    currency text NOT NULL
);

CREATE TABLE former_invoices (
    number text NOT NULL,
    customer text NOT NULL,
    issued_on date NOT NULL,
    due_on date NOT NULL,
    gross bigint NOT NULL,
    open bigint NOT NULL,
    currency text NOT NULL,
    structured_communication text
);

CREATE TABLE imported (
    kind text NOT NULL,
    key text NOT NULL,
    content_hash text NOT NULL,
    imported_at timestamp with time zone NOT NULL
);

CREATE TABLE installation (
    one bigint NOT NULL,
    id text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_installation_one CHECK ((one = 1))
);

CREATE TABLE issued (
    number text NOT NULL,
    kind text NOT NULL,
    series text NOT NULL,
    sequence bigint NOT NULL,
    issued_on date NOT NULL,
    customer text NOT NULL,
    order_type text NOT NULL,
    month text,
    corrects text,
    net bigint NOT NULL,
    vat bigint NOT NULL,
    gross bigint NOT NULL,
    currency text NOT NULL,
    rulebook text NOT NULL,
    run bigint,
    issued_at timestamp with time zone NOT NULL,
    document text NOT NULL,
    xml bytea NOT NULL,
    predecessor_hash text NOT NULL,
    hash text NOT NULL,
    transaction_hashes text,
    due_on date,
    tax_point date,
    buyer_name text,
    buyer_vat_number text,
    channel text,
    lines bigint,
    CONSTRAINT ck_issued_kind CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit-note'::text])))
);

CREATE TABLE items (
    id text NOT NULL,
    "order" text NOT NULL,
    "position" bigint NOT NULL,
    product text NOT NULL,
    quantity bigint NOT NULL,
    state text NOT NULL,
    billing_process text,
    billing_type text,
    starts_on date,
    activated_on date,
    ends_before date,
    supply_kind text NOT NULL,
    vat_class text NOT NULL,
    revenue_account text NOT NULL,
    negotiated_price bigint,
    source text,
    details text NOT NULL,
    term_months bigint,
    notice_months bigint,
    renewal text,
    CONSTRAINT ck_items_state CHECK ((state = ANY (ARRAY['pending'::text, 'active'::text, 'suspended'::text, 'ended'::text, 'cancelled'::text])))
);

CREATE TABLE journal_entries (
    number text NOT NULL,
    posted_on date NOT NULL,
    customer text NOT NULL,
    document text NOT NULL
);

CREATE TABLE ledger_entries (
    kind text NOT NULL,
    source text NOT NULL,
    subject text NOT NULL,
    posted_on date NOT NULL,
    customer text NOT NULL,
    document text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    author text NOT NULL
);

CREATE TABLE ledger_postings (
    kind text NOT NULL,
    source text NOT NULL,
    line bigint NOT NULL,
    role text NOT NULL,
    account text NOT NULL,
    customer text NOT NULL,
    document text NOT NULL,
    amount bigint NOT NULL
);

CREATE TABLE live_comparisons (
    author text NOT NULL,
    token text NOT NULL,
    compared text NOT NULL,
    texts_hash text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    beat_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    done bigint NOT NULL,
    total bigint NOT NULL,
    answer text,
    CONSTRAINT ck_live_comparisons_state CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'stopped'::text, 'cut-off'::text, 'refused'::text])))
);

CREATE TABLE mandates (
    reference text NOT NULL,
    customer text NOT NULL,
    iban text NOT NULL,
    signed_on date NOT NULL,
    state text NOT NULL,
    CONSTRAINT ck_mandates_state CHECK ((state = ANY (ARRAY['active'::text, 'ended'::text])))
);

CREATE TABLE opportunities (
    id text NOT NULL,
    customer text,
    prospect_name text,
    prospect_town text,
    prospect_contact text,
    what text NOT NULL,
    stage text NOT NULL,
    state text NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL,
    expected_close date NOT NULL,
    owner text NOT NULL,
    reason text,
    next_step text,
    next_step_on date,
    prospect_stored_until date,
    attributes text DEFAULT '{}'::text NOT NULL,
    source text,
    amounts text DEFAULT '{}'::text NOT NULL,
    primary_quote text,
    CONSTRAINT ck_opportunities_customer_or_prospect CHECK (((customer IS NULL) <> (prospect_name IS NULL))),
    CONSTRAINT ck_opportunities_state CHECK ((state = ANY (ARRAY['open'::text, 'won'::text, 'lost'::text, 'cancelled'::text])))
);

CREATE TABLE opportunity_changes (
    opportunity text NOT NULL,
    sequence bigint NOT NULL,
    field text NOT NULL,
    before text,
    after text,
    changed_on date NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    author text NOT NULL
);

CREATE TABLE order_actions (
    "order" text NOT NULL,
    "position" bigint NOT NULL,
    steps bigint NOT NULL,
    verb text,
    before text NOT NULL,
    undoes bigint,
    recorded_at timestamp with time zone NOT NULL,
    author text NOT NULL
);

CREATE TABLE order_events (
    "order" text NOT NULL,
    "position" bigint NOT NULL,
    event text NOT NULL,
    happens_on date NOT NULL,
    reported boolean NOT NULL
);

CREATE TABLE order_steps (
    "order" text NOT NULL,
    "position" bigint NOT NULL,
    stepped_on date NOT NULL,
    what text NOT NULL,
    items text NOT NULL,
    source text,
    author text,
    because text
);

CREATE TABLE order_sums (
    billing_date date NOT NULL,
    order_type text NOT NULL,
    "order" text NOT NULL,
    invoiceable_from date NOT NULL,
    planned_net bigint NOT NULL,
    expected_net bigint NOT NULL,
    held_net bigint NOT NULL,
    invoiced_net bigint NOT NULL,
    elsewhere_net bigint NOT NULL,
    cancelled_net bigint NOT NULL,
    planned_count integer NOT NULL,
    expected_count integer NOT NULL,
    held_count integer NOT NULL,
    invoiced_count integer NOT NULL,
    elsewhere_count integer NOT NULL,
    cancelled_count integer NOT NULL
);

CREATE TABLE orders (
    id text NOT NULL,
    type text NOT NULL,
    customer text NOT NULL,
    state text NOT NULL,
    currency text NOT NULL,
    signed_on date,
    purchase_order text,
    invoiced_elsewhere_until date,
    source text,
    revision bigint NOT NULL,
    planned_through date,
    planned_under text,
    attributes text DEFAULT '{}'::text NOT NULL,
    payment_terms text,
    plan_revision bigint DEFAULT '0'::bigint NOT NULL,
    plan_lasts_until date,
    buyer_reference text,
    deliver_to text,
    CONSTRAINT ck_orders_state CHECK ((state = ANY (ARRAY['pending'::text, 'active'::text, 'suspended'::text, 'ended'::text, 'cancelled'::text])))
);

CREATE TABLE outbox (
    key text NOT NULL,
    document text NOT NULL,
    channel text NOT NULL,
    state text NOT NULL,
    held_because text,
    installation text NOT NULL,
    written_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    leased_until timestamp with time zone,
    attempts bigint NOT NULL,
    last_answer text,
    delivery bigint DEFAULT 1 NOT NULL,
    reference text,
    CONSTRAINT ck_outbox_state CHECK ((state = ANY (ARRAY['held'::text, 'queued'::text, 'accepted'::text, 'delivered'::text, 'rejected'::text, 'dead'::text, 'skipped'::text])))
);

CREATE TABLE passwords (
    "user" text NOT NULL,
    hash text NOT NULL,
    failures bigint NOT NULL,
    locked_until timestamp with time zone,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE payment_allocations (
    payment text NOT NULL,
    sequence bigint NOT NULL,
    document text NOT NULL,
    amount bigint NOT NULL,
    kind text NOT NULL,
    allocated_on date NOT NULL,
    allocated_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    CONSTRAINT ck_payment_allocations_kind CHECK ((kind = ANY (ARRAY['payment'::text, 'difference'::text, 'cash-discount'::text, 'write-off'::text, 'write-off-vat'::text, 'charge'::text, 'exchange'::text])))
);

CREATE TABLE payment_evidences (
    source text NOT NULL,
    source_id text NOT NULL,
    payment text NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE payment_refunds (
    outgoing text NOT NULL,
    sequence bigint NOT NULL,
    incoming text NOT NULL,
    amount bigint NOT NULL,
    recorded_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    author text NOT NULL
);

CREATE TABLE payments (
    id text NOT NULL,
    source text NOT NULL,
    source_id text NOT NULL,
    iban text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    entry_date date NOT NULL,
    value_date date,
    payer_iban text,
    payer_name text NOT NULL,
    reference text,
    text text NOT NULL,
    likeness text NOT NULL,
    state text NOT NULL,
    rule text,
    because text,
    documents text NOT NULL,
    unallocated bigint NOT NULL,
    recorded_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    CONSTRAINT ck_payments_state CHECK ((state = ANY (ARRAY['matched'::text, 'proposed'::text, 'held'::text, 'unmatched'::text, 'paid-out'::text]))),
    CONSTRAINT ck_payments_unallocated CHECK (((amount < 0) OR ((unallocated >= 0) AND (unallocated <= amount))))
);

CREATE TABLE posting_sums (
    number text NOT NULL,
    account text NOT NULL,
    vat_code text NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL
);

CREATE TABLE prepaid_movements (
    document text NOT NULL,
    line bigint NOT NULL,
    kind text NOT NULL,
    item text NOT NULL,
    amount bigint NOT NULL,
    moved_on date NOT NULL,
    transaction text NOT NULL,
    category text NOT NULL,
    rate text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_prepaid_movements_kind CHECK ((kind = ANY (ARRAY['sold'::text, 'refunded'::text, 'drawn'::text, 'returned'::text, 'lapsed'::text])))
);

CREATE TABLE quote_replies (
    number text NOT NULL,
    version bigint NOT NULL,
    link text NOT NULL,
    reply text NOT NULL,
    name text,
    purchase_order text,
    note text,
    chosen text NOT NULL,
    language text NOT NULL,
    pdf_hash text NOT NULL,
    shown_at timestamp with time zone NOT NULL,
    replied_on date NOT NULL,
    replied_at timestamp with time zone NOT NULL,
    address text,
    user_agent text,
    because text,
    stored_until date,
    erased_on date,
    erased_by text,
    erased_because text,
    CONSTRAINT ck_quote_replies_erased CHECK (((erased_on IS NULL) = (erased_by IS NULL))),
    CONSTRAINT ck_quote_replies_reply CHECK ((reply = ANY (ARRAY['accepted'::text, 'agreed'::text, 'declined'::text])))
);

CREATE TABLE quote_steps (
    number text NOT NULL,
    version bigint NOT NULL,
    sequence bigint NOT NULL,
    state text NOT NULL,
    stepped_on date NOT NULL,
    stepped_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    note text,
    details text,
    CONSTRAINT ck_quote_steps_state CHECK ((state = ANY (ARRAY['draft'::text, 'approval-needed'::text, 'approved'::text, 'sent'::text, 'accepted'::text, 'refused'::text, 'expired'::text, 'superseded'::text])))
);

CREATE TABLE quotes (
    number text NOT NULL,
    version bigint NOT NULL,
    customer text NOT NULL,
    opportunity text,
    quoted_on date NOT NULL,
    valid_until date NOT NULL,
    rulebook text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    document text NOT NULL,
    attributes text DEFAULT '{}'::text NOT NULL
);

CREATE TABLE rebilled (
    invoice text NOT NULL,
    item text NOT NULL,
    kind text NOT NULL,
    serial bigint NOT NULL,
    change text NOT NULL,
    released_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    because text NOT NULL
);

CREATE TABLE recurring_steps (
    item text NOT NULL,
    "on" date NOT NULL,
    movement smallint NOT NULL,
    numerator text NOT NULL,
    denominator text NOT NULL
);

CREATE TABLE reminder_holds (
    document text NOT NULL,
    sequence bigint NOT NULL,
    kind text NOT NULL,
    held_on date NOT NULL,
    until date,
    because text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    CONSTRAINT ck_reminder_holds_kind CHECK ((kind = ANY (ARRAY['disputed'::text, 'promised'::text, 'released'::text])))
);

CREATE TABLE reminder_levels (
    document text NOT NULL,
    due_on date NOT NULL,
    level bigint NOT NULL,
    reminder text NOT NULL,
    interest bigint NOT NULL
);

CREATE TABLE reminders (
    id text NOT NULL,
    customer text NOT NULL,
    reminded_on date NOT NULL,
    procedure text NOT NULL,
    level bigint NOT NULL,
    channel text NOT NULL,
    language text NOT NULL,
    pay_until date NOT NULL,
    currency text NOT NULL,
    open bigint NOT NULL,
    costs bigint NOT NULL,
    rulebook text NOT NULL,
    document text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    CONSTRAINT ck_reminders_channel CHECK ((channel = ANY (ARRAY['email'::text, 'post'::text])))
);

CREATE TABLE renditions (
    document text NOT NULL,
    kind text NOT NULL,
    edition bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    content bytea NOT NULL,
    hash text NOT NULL,
    CONSTRAINT ck_renditions_kind CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit-note'::text, 'quote'::text])))
);

CREATE TABLE rulebook_drafts (
    author text NOT NULL,
    base bigint,
    is_shared boolean NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    files text NOT NULL,
    changed_by text
);

CREATE TABLE rulebook_version_steps (
    number bigint NOT NULL,
    sequence bigint NOT NULL,
    state text NOT NULL,
    in_force_from date,
    stepped_on date NOT NULL,
    stepped_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    note text,
    CONSTRAINT ck_rulebook_version_steps_published_from CHECK (((state = 'published'::text) = (in_force_from IS NOT NULL))),
    CONSTRAINT ck_rulebook_version_steps_state CHECK ((state = ANY (ARRAY['proposed'::text, 'published'::text, 'withdrawn'::text])))
);

CREATE TABLE rulebook_versions (
    number bigint NOT NULL,
    fingerprint text NOT NULL,
    texts_hash text NOT NULL,
    wanted_from date NOT NULL,
    compared_with bigint,
    rolls_back_to bigint,
    checks text NOT NULL,
    year_change bigint,
    currency text NOT NULL,
    changes text
);

CREATE TABLE rulebooks (
    fingerprint text NOT NULL,
    texts_hash text NOT NULL,
    kept_at timestamp with time zone NOT NULL,
    texts text NOT NULL
);

CREATE TABLE run_shards (
    run bigint NOT NULL,
    number bigint NOT NULL,
    customers text NOT NULL,
    state text NOT NULL,
    worker text,
    leased_until timestamp with time zone,
    held bigint NOT NULL,
    CONSTRAINT ck_run_shards_state CHECK ((state = ANY (ARRAY['waiting'::text, 'leased'::text, 'done'::text])))
);

CREATE TABLE runs (
    number bigint NOT NULL,
    due_through date NOT NULL,
    issued_on date NOT NULL,
    narrowed_to text NOT NULL,
    rulebook text NOT NULL,
    state text NOT NULL,
    issued bigint NOT NULL,
    held bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    resumed bigint DEFAULT '0'::bigint NOT NULL,
    resumed_at timestamp with time zone,
    CONSTRAINT ck_runs_state CHECK ((state = ANY (ARRAY['running'::text, 'done'::text])))
);

CREATE TABLE sending_places (
    installation text NOT NULL,
    place text NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE series (
    name text NOT NULL,
    kind text NOT NULL,
    last bigint NOT NULL,
    last_issued_on date,
    last_hash text NOT NULL
);

CREATE TABLE sessions (
    key text NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    browser text NOT NULL
);

CREATE TABLE snapshot_months (
    snapshot text NOT NULL,
    part bigint NOT NULL,
    month text NOT NULL,
    transactions bigint NOT NULL,
    net bigint NOT NULL,
    content bytea NOT NULL
);

CREATE TABLE snapshot_orders (
    snapshot text NOT NULL,
    part bigint NOT NULL,
    content bytea NOT NULL
);

CREATE TABLE status_cursors (
    channel text NOT NULL,
    cursor text NOT NULL
);

CREATE TABLE stored_answers (
    caller text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    status bigint,
    headers text,
    body bytea,
    stored_at timestamp with time zone NOT NULL,
    claimed_by text
);

CREATE TABLE transactions (
    quantity bigint NOT NULL,
    list_net bigint NOT NULL,
    net bigint NOT NULL,
    service_from date,
    service_until date,
    billing_date date,
    invoiceable_from date,
    serial integer NOT NULL,
    kind smallint NOT NULL,
    state smallint NOT NULL,
    expected boolean NOT NULL,
    item text NOT NULL,
    change text NOT NULL,
    held_because text,
    invoice text,
    CONSTRAINT ck_transactions_invoiced_on CHECK (((state = 2) = (invoice IS NOT NULL))),
    CONSTRAINT ck_transactions_kind CHECK (((kind >= 0) AND (kind < 8))),
    CONSTRAINT ck_transactions_state CHECK (((state >= 0) AND (state < 5)))
);

CREATE TABLE usage_reports (
    id text NOT NULL,
    item text NOT NULL,
    used_from date NOT NULL,
    used_until date NOT NULL,
    quantity bigint NOT NULL,
    corrects text,
    recorded_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    sequence bigint NOT NULL,
    late boolean NOT NULL,
    after_term boolean NOT NULL,
    CONSTRAINT ck_usage_reports_quantity CHECK (((quantity >= 0) OR (corrects IS NOT NULL))),
    CONSTRAINT ck_usage_reports_used CHECK ((used_from < used_until))
);

CREATE TABLE users (
    name text NOT NULL,
    full_name text NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    state text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    approves text,
    CONSTRAINT ck_users_role CHECK ((role = ANY (ARRAY['sales'::text, 'billing'::text, 'accounting'::text, 'analyst'::text, 'admin'::text]))),
    CONSTRAINT ck_users_state CHECK ((state = ANY (ARRAY['active'::text, 'disabled'::text])))
);

CREATE TABLE vat_checks (
    customer text NOT NULL,
    sequence bigint NOT NULL,
    vat_number text NOT NULL,
    checked_on date NOT NULL,
    result text NOT NULL,
    consultation text,
    checked_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    author text NOT NULL,
    source text,
    requester text,
    name text,
    address text,
    because text,
    CONSTRAINT ck_vat_checks_result CHECK ((result = ANY (ARRAY['valid'::text, 'invalid'::text, 'unknown'::text])))
);

CREATE TABLE webhooks (
    name text NOT NULL,
    url text NOT NULL,
    events text NOT NULL,
    state text NOT NULL,
    secret text NOT NULL,
    former_secret text,
    former_until timestamp with time zone,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    CONSTRAINT ck_webhooks_state CHECK ((state = ANY (ARRAY['active'::text, 'stopped'::text])))
);

ALTER TABLE ONLY alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY accounting_entries
    ADD CONSTRAINT pk_accounting_entries PRIMARY KEY (kind, source, tool);

ALTER TABLE ONLY accounting_records
    ADD CONSTRAINT pk_accounting_records PRIMARY KEY (document, tool);

ALTER TABLE ONLY activities
    ADD CONSTRAINT pk_activities PRIMARY KEY (about, name, sequence);

ALTER TABLE ONLY api_keys
    ADD CONSTRAINT pk_api_keys PRIMARY KEY (prefix);

ALTER TABLE ONLY audit_trail
    ADD CONSTRAINT pk_audit_trail PRIMARY KEY (id);

ALTER TABLE ONLY bank_statements
    ADD CONSTRAINT pk_bank_statements PRIMARY KEY (iban, currency, format, name);

ALTER TABLE ONLY charge_cancellations
    ADD CONSTRAINT pk_charge_cancellations PRIMARY KEY (charge);

ALTER TABLE ONLY charges
    ADD CONSTRAINT pk_charges PRIMARY KEY (number);

ALTER TABLE ONLY closed_periods
    ADD CONSTRAINT pk_closed_periods PRIMARY KEY (kind, period);

ALTER TABLE ONLY company_accounts
    ADD CONSTRAINT pk_company_accounts PRIMARY KEY (issuer, subject);

ALTER TABLE ONLY contacts
    ADD CONSTRAINT pk_contacts PRIMARY KEY (id);

ALTER TABLE ONLY customer_addresses
    ADD CONSTRAINT pk_customer_addresses PRIMARY KEY (customer, name);

ALTER TABLE ONLY customer_changes
    ADD CONSTRAINT pk_customer_changes PRIMARY KEY (customer, sequence, field);

ALTER TABLE ONLY customer_references
    ADD CONSTRAINT pk_customer_references PRIMARY KEY (system, reference);

ALTER TABLE ONLY customers
    ADD CONSTRAINT pk_customers PRIMARY KEY (id);

ALTER TABLE ONLY delivery_log
    ADD CONSTRAINT pk_delivery_log PRIMARY KEY (id);

ALTER TABLE ONLY doubtful_documents
    ADD CONSTRAINT pk_doubtful_documents PRIMARY KEY (document, sequence);

ALTER TABLE ONLY e_invoice_rules
    ADD CONSTRAINT pk_e_invoice_rules PRIMARY KEY (name);

ALTER TABLE ONLY erasures
    ADD CONSTRAINT pk_erasures PRIMARY KEY (kind, id);

ALTER TABLE ONLY events
    ADD CONSTRAINT pk_events PRIMARY KEY (id);

ALTER TABLE ONLY forecast_snapshots
    ADD CONSTRAINT pk_forecast_snapshots PRIMARY KEY (name);

ALTER TABLE ONLY former_invoices
    ADD CONSTRAINT pk_former_invoices PRIMARY KEY (number);

ALTER TABLE ONLY imported
    ADD CONSTRAINT pk_imported PRIMARY KEY (kind, key);

ALTER TABLE ONLY installation
    ADD CONSTRAINT pk_installation PRIMARY KEY (one);

ALTER TABLE ONLY issued
    ADD CONSTRAINT pk_issued PRIMARY KEY (number);

ALTER TABLE ONLY items
    ADD CONSTRAINT pk_items PRIMARY KEY (id);

ALTER TABLE ONLY journal_entries
    ADD CONSTRAINT pk_journal_entries PRIMARY KEY (number);

ALTER TABLE ONLY ledger_entries
    ADD CONSTRAINT pk_ledger_entries PRIMARY KEY (kind, source);

ALTER TABLE ONLY ledger_postings
    ADD CONSTRAINT pk_ledger_postings PRIMARY KEY (kind, source, line);

ALTER TABLE ONLY live_comparisons
    ADD CONSTRAINT pk_live_comparisons PRIMARY KEY (author);

ALTER TABLE ONLY mandates
    ADD CONSTRAINT pk_mandates PRIMARY KEY (reference);

ALTER TABLE ONLY opportunities
    ADD CONSTRAINT pk_opportunities PRIMARY KEY (id);

ALTER TABLE ONLY opportunity_changes
    ADD CONSTRAINT pk_opportunity_changes PRIMARY KEY (opportunity, sequence, field);

ALTER TABLE ONLY order_actions
    ADD CONSTRAINT pk_order_actions PRIMARY KEY ("order", "position");

ALTER TABLE ONLY order_events
    ADD CONSTRAINT pk_order_events PRIMARY KEY ("order", "position");

ALTER TABLE ONLY order_steps
    ADD CONSTRAINT pk_order_steps PRIMARY KEY ("order", "position");

ALTER TABLE ONLY order_sums
    ADD CONSTRAINT pk_order_sums PRIMARY KEY (billing_date, order_type, "order", invoiceable_from);

ALTER TABLE ONLY orders
    ADD CONSTRAINT pk_orders PRIMARY KEY (id);

ALTER TABLE ONLY outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (key);

ALTER TABLE ONLY passwords
    ADD CONSTRAINT pk_passwords PRIMARY KEY ("user");

ALTER TABLE ONLY payment_allocations
    ADD CONSTRAINT pk_payment_allocations PRIMARY KEY (payment, sequence);

ALTER TABLE ONLY payment_evidences
    ADD CONSTRAINT pk_payment_evidences PRIMARY KEY (source, source_id);

ALTER TABLE ONLY payment_refunds
    ADD CONSTRAINT pk_payment_refunds PRIMARY KEY (outgoing, sequence);

ALTER TABLE ONLY payments
    ADD CONSTRAINT pk_payments PRIMARY KEY (id);

ALTER TABLE ONLY posting_sums
    ADD CONSTRAINT pk_posting_sums PRIMARY KEY (number, account, vat_code);

ALTER TABLE ONLY prepaid_movements
    ADD CONSTRAINT pk_prepaid_movements PRIMARY KEY (document, line);

ALTER TABLE ONLY quote_replies
    ADD CONSTRAINT pk_quote_replies PRIMARY KEY (number, version);

ALTER TABLE ONLY quote_steps
    ADD CONSTRAINT pk_quote_steps PRIMARY KEY (number, version, sequence);

ALTER TABLE ONLY quotes
    ADD CONSTRAINT pk_quotes PRIMARY KEY (number, version);

ALTER TABLE ONLY rebilled
    ADD CONSTRAINT pk_rebilled PRIMARY KEY (invoice, item, kind, serial, change);

ALTER TABLE ONLY recurring_steps
    ADD CONSTRAINT pk_recurring_steps PRIMARY KEY (item, "on", movement);

ALTER TABLE ONLY reminder_holds
    ADD CONSTRAINT pk_reminder_holds PRIMARY KEY (document, sequence);

ALTER TABLE ONLY reminder_levels
    ADD CONSTRAINT pk_reminder_levels PRIMARY KEY (document, due_on, level);

ALTER TABLE ONLY reminders
    ADD CONSTRAINT pk_reminders PRIMARY KEY (id);

ALTER TABLE ONLY renditions
    ADD CONSTRAINT pk_renditions PRIMARY KEY (document, kind, edition);

ALTER TABLE ONLY rulebook_drafts
    ADD CONSTRAINT pk_rulebook_drafts PRIMARY KEY (author);

ALTER TABLE ONLY rulebook_version_steps
    ADD CONSTRAINT pk_rulebook_version_steps PRIMARY KEY (number, sequence);

ALTER TABLE ONLY rulebook_versions
    ADD CONSTRAINT pk_rulebook_versions PRIMARY KEY (number);

ALTER TABLE ONLY rulebooks
    ADD CONSTRAINT pk_rulebooks PRIMARY KEY (fingerprint, texts_hash);

ALTER TABLE ONLY run_shards
    ADD CONSTRAINT pk_run_shards PRIMARY KEY (run, number);

ALTER TABLE ONLY runs
    ADD CONSTRAINT pk_runs PRIMARY KEY (number);

ALTER TABLE ONLY sending_places
    ADD CONSTRAINT pk_sending_places PRIMARY KEY (installation);

ALTER TABLE ONLY series
    ADD CONSTRAINT pk_series PRIMARY KEY (name);

ALTER TABLE ONLY sessions
    ADD CONSTRAINT pk_sessions PRIMARY KEY (key);

ALTER TABLE ONLY snapshot_months
    ADD CONSTRAINT pk_snapshot_months PRIMARY KEY (snapshot, part, month);

ALTER TABLE ONLY snapshot_orders
    ADD CONSTRAINT pk_snapshot_orders PRIMARY KEY (snapshot, part);

ALTER TABLE ONLY status_cursors
    ADD CONSTRAINT pk_status_cursors PRIMARY KEY (channel);

ALTER TABLE ONLY stored_answers
    ADD CONSTRAINT pk_stored_answers PRIMARY KEY (caller, key);

ALTER TABLE ONLY transactions
    ADD CONSTRAINT pk_transactions PRIMARY KEY (item, kind, serial, change) WITH (fillfactor='98');

ALTER TABLE ONLY usage_reports
    ADD CONSTRAINT pk_usage_reports PRIMARY KEY (id);

ALTER TABLE ONLY users
    ADD CONSTRAINT pk_users PRIMARY KEY (name);

ALTER TABLE ONLY vat_checks
    ADD CONSTRAINT pk_vat_checks PRIMARY KEY (customer, sequence);

ALTER TABLE ONLY webhooks
    ADD CONSTRAINT pk_webhooks PRIMARY KEY (name);

ALTER TABLE ONLY issued
    ADD CONSTRAINT uq_issued_series_sequence UNIQUE (series, sequence);

ALTER TABLE ONLY items
    ADD CONSTRAINT uq_items_order_position UNIQUE ("order", "position");

ALTER TABLE ONLY outbox
    ADD CONSTRAINT uq_outbox_document_channel UNIQUE (document, channel);

ALTER TABLE ONLY payment_evidences
    ADD CONSTRAINT uq_payment_evidences_payment_source UNIQUE (payment, source);

CREATE INDEX ix_accounting_entries_tool_state_source ON accounting_entries USING btree (tool, state, source);

CREATE INDEX ix_accounting_records_tool_id ON accounting_records USING btree (tool, id);

CREATE INDEX ix_accounting_records_tool_state_document ON accounting_records USING btree (tool, state, document);

CREATE INDEX ix_audit_trail_resource ON audit_trail USING btree (resource);

CREATE INDEX ix_charges_document_number ON charges USING btree (document, number);

CREATE INDEX ix_charges_reminder_number ON charges USING btree (reminder, number);

CREATE INDEX ix_contacts_customer_id ON contacts USING btree (customer, id);

CREATE INDEX ix_contacts_name_id ON contacts USING btree (name, id);

CREATE INDEX ix_contacts_opportunity_id ON contacts USING btree (opportunity, id);

CREATE INDEX ix_contacts_stored_until_id ON contacts USING btree (COALESCE(stored_until, '0001-01-01'::date), id);

CREATE INDEX ix_customer_references_customer ON customer_references USING btree (customer);

CREATE INDEX ix_customers_country_id ON customers USING btree (country, id);

CREATE INDEX ix_customers_merged_into ON customers USING btree (merged_into);

CREATE INDEX ix_customers_name_id ON customers USING btree (name, id);

CREATE INDEX ix_delivery_log_channel_reference ON delivery_log USING btree (channel, reference);

CREATE INDEX ix_delivery_log_document_id ON delivery_log USING btree (document, id);

CREATE INDEX ix_delivery_log_recipient_logged_at ON delivery_log USING btree (recipient, logged_at);

CREATE INDEX ix_former_invoices_customer ON former_invoices USING btree (customer);

CREATE INDEX ix_former_invoices_structured_communication ON former_invoices USING btree (structured_communication);

CREATE INDEX ix_issued_corrects ON issued USING btree (corrects);

CREATE INDEX ix_issued_customer_number ON issued USING btree (customer, number);

CREATE INDEX ix_issued_due ON issued USING btree (due_on, kind, number, gross, net, vat, currency, order_type);

CREATE INDEX ix_issued_issued_on_number ON issued USING btree (issued_on, number);

CREATE INDEX ix_issued_run ON issued USING btree (run);

CREATE INDEX ix_issued_tax_point_issued_at ON issued USING btree (tax_point, issued_at);

CREATE INDEX ix_items_product_order ON items USING btree (product, "order");

CREATE INDEX ix_journal_entries_posted_on_number ON journal_entries USING btree (posted_on, number);

CREATE INDEX ix_ledger_entries_posted_on_source_kind ON ledger_entries USING btree (posted_on, source, kind);

CREATE INDEX ix_ledger_entries_subject ON ledger_entries USING btree (subject);

CREATE INDEX ix_ledger_postings_document ON ledger_postings USING btree (document);

CREATE INDEX ix_ledger_postings_role_customer ON ledger_postings USING btree (role, customer);

CREATE INDEX ix_mandates_customer_reference ON mandates USING btree (customer, reference);

CREATE INDEX ix_mandates_signed_on_reference ON mandates USING btree (signed_on, reference);

CREATE INDEX ix_opportunities_amount_id ON opportunities USING btree (amount, id);

CREATE INDEX ix_opportunities_customer_id ON opportunities USING btree (customer, id);

CREATE INDEX ix_opportunities_expected_close_id ON opportunities USING btree (expected_close, id);

CREATE INDEX ix_opportunities_owner_id ON opportunities USING btree (owner, id);

CREATE INDEX ix_order_sums_open ON order_sums USING btree (invoiceable_from) WHERE (((planned_count + expected_count) + held_count) > 0);

CREATE INDEX ix_order_sums_order_billing_date ON order_sums USING btree ("order", billing_date);

CREATE INDEX ix_orders_customer_id ON orders USING btree (customer, id);

CREATE INDEX ix_orders_customer_type ON orders USING btree (customer, type);

CREATE INDEX ix_orders_signed_on_id ON orders USING btree (COALESCE(signed_on, '0001-01-01'::date), id);

CREATE INDEX ix_outbox_channel_state_due_at ON outbox USING btree (channel, state, due_at);

CREATE INDEX ix_outbox_state_due_at ON outbox USING btree (state, due_at);

CREATE INDEX ix_payment_allocations_document ON payment_allocations USING btree (document);

CREATE INDEX ix_payment_refunds_incoming ON payment_refunds USING btree (incoming);

CREATE INDEX ix_payments_amount_iban ON payments USING btree (amount, iban);

CREATE INDEX ix_payments_likeness ON payments USING btree (likeness);

CREATE INDEX ix_payments_payer_iban ON payments USING btree (payer_iban);

CREATE INDEX ix_payments_state_id ON payments USING btree (state, id);

CREATE INDEX ix_payments_surplus ON payments USING btree (id) WHERE ((state = 'matched'::text) AND (unallocated > 0));

CREATE INDEX ix_prepaid_movements_item_recorded_at ON prepaid_movements USING btree (item, recorded_at);

CREATE INDEX ix_quotes_customer_number_version ON quotes USING btree (customer, number, version);

CREATE INDEX ix_rebilled_item ON rebilled USING btree (item);

CREATE INDEX ix_reminder_levels_reminder ON reminder_levels USING btree (reminder);

CREATE INDEX ix_reminders_customer_id ON reminders USING btree (customer, id);

CREATE INDEX ix_stored_answers_stored_at ON stored_answers USING btree (stored_at);

CREATE INDEX ix_transactions_expected_usage ON transactions USING btree (billing_date) WHERE (expected AND (kind = ANY (ARRAY[5, 6, 7])));

CREATE INDEX ix_transactions_held ON transactions USING btree (item) WHERE (state = 1);

CREATE INDEX ix_transactions_invoice ON transactions USING btree (invoice) WHERE (invoice IS NOT NULL);

CREATE INDEX ix_transactions_invoiceable_from ON transactions USING btree (invoiceable_from) WHERE (state < 2);

CREATE INDEX ix_usage_reports_item_used_from ON usage_reports USING btree (item, used_from);

CREATE UNIQUE INDEX uq_api_keys_hash ON api_keys USING btree (hash);

CREATE UNIQUE INDEX uq_api_keys_name ON api_keys USING btree (name);

CREATE UNIQUE INDEX uq_company_accounts_user_issuer ON company_accounts USING btree ("user", issuer);

CREATE TRIGGER audit_trail_refuse BEFORE DELETE OR UPDATE ON audit_trail FOR EACH ROW EXECUTE FUNCTION audit_trail_refuse();

CREATE TRIGGER audit_trail_refuse_truncate BEFORE TRUNCATE ON audit_trail FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_refuse();

CREATE TRIGGER bank_statements_refuse BEFORE DELETE OR UPDATE ON bank_statements FOR EACH ROW EXECUTE FUNCTION bank_statements_refuse();

CREATE TRIGGER bank_statements_refuse_truncate BEFORE TRUNCATE ON bank_statements FOR EACH STATEMENT EXECUTE FUNCTION bank_statements_refuse();

CREATE TRIGGER charge_cancellations_refuse BEFORE DELETE OR UPDATE ON charge_cancellations FOR EACH ROW EXECUTE FUNCTION charge_cancellations_refuse();

CREATE TRIGGER charge_cancellations_refuse_truncate BEFORE TRUNCATE ON charge_cancellations FOR EACH STATEMENT EXECUTE FUNCTION charge_cancellations_refuse();

CREATE TRIGGER charges_refuse BEFORE DELETE OR UPDATE ON charges FOR EACH ROW EXECUTE FUNCTION charges_refuse();

CREATE TRIGGER charges_refuse_truncate BEFORE TRUNCATE ON charges FOR EACH STATEMENT EXECUTE FUNCTION charges_refuse();

CREATE TRIGGER closed_periods_refuse BEFORE DELETE OR UPDATE ON closed_periods FOR EACH ROW EXECUTE FUNCTION closed_periods_refuse();

CREATE TRIGGER closed_periods_refuse_truncate BEFORE TRUNCATE ON closed_periods FOR EACH STATEMENT EXECUTE FUNCTION closed_periods_refuse();

CREATE TRIGGER customer_changes_refuse BEFORE UPDATE ON customer_changes FOR EACH ROW WHEN ((NOT ((new.before IS NULL) AND (new.after IS NULL) AND (new.customer = old.customer) AND (new.sequence = old.sequence) AND (new.field = old.field) AND (new.changed_on = old.changed_on) AND (new.changed_at = old.changed_at) AND (new.author = old.author)))) EXECUTE FUNCTION customer_changes_refuse();

CREATE TRIGGER customer_changes_refuse_delete BEFORE DELETE ON customer_changes FOR EACH ROW EXECUTE FUNCTION customer_changes_refuse();

CREATE TRIGGER customer_changes_refuse_truncate BEFORE TRUNCATE ON customer_changes FOR EACH STATEMENT EXECUTE FUNCTION customer_changes_refuse();

CREATE TRIGGER doubtful_documents_refuse BEFORE DELETE OR UPDATE ON doubtful_documents FOR EACH ROW EXECUTE FUNCTION doubtful_documents_refuse();

CREATE TRIGGER doubtful_documents_refuse_truncate BEFORE TRUNCATE ON doubtful_documents FOR EACH STATEMENT EXECUTE FUNCTION doubtful_documents_refuse();

CREATE TRIGGER erasures_refuse BEFORE DELETE OR UPDATE ON erasures FOR EACH ROW EXECUTE FUNCTION erasures_refuse();

CREATE TRIGGER erasures_refuse_truncate BEFORE TRUNCATE ON erasures FOR EACH STATEMENT EXECUTE FUNCTION erasures_refuse();

CREATE TRIGGER forecast_snapshots_refuse BEFORE DELETE OR UPDATE ON forecast_snapshots FOR EACH ROW EXECUTE FUNCTION forecast_snapshots_refuse();

CREATE TRIGGER forecast_snapshots_refuse_truncate BEFORE TRUNCATE ON forecast_snapshots FOR EACH STATEMENT EXECUTE FUNCTION forecast_snapshots_refuse();

CREATE TRIGGER issued_refuse BEFORE DELETE OR UPDATE ON issued FOR EACH ROW EXECUTE FUNCTION issued_refuse();

CREATE TRIGGER issued_refuse_truncate BEFORE TRUNCATE ON issued FOR EACH STATEMENT EXECUTE FUNCTION issued_refuse();

CREATE TRIGGER journal_entries_refuse BEFORE DELETE OR UPDATE ON journal_entries FOR EACH ROW EXECUTE FUNCTION journal_entries_refuse();

CREATE TRIGGER journal_entries_refuse_truncate BEFORE TRUNCATE ON journal_entries FOR EACH STATEMENT EXECUTE FUNCTION journal_entries_refuse();

CREATE TRIGGER ledger_entries_refuse BEFORE DELETE OR UPDATE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_entries_refuse();

CREATE TRIGGER ledger_entries_refuse_truncate BEFORE TRUNCATE ON ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_refuse();

CREATE TRIGGER ledger_postings_refuse BEFORE DELETE OR UPDATE ON ledger_postings FOR EACH ROW EXECUTE FUNCTION ledger_postings_refuse();

CREATE TRIGGER ledger_postings_refuse_truncate BEFORE TRUNCATE ON ledger_postings FOR EACH STATEMENT EXECUTE FUNCTION ledger_postings_refuse();

CREATE TRIGGER opportunity_changes_refuse BEFORE UPDATE ON opportunity_changes FOR EACH ROW WHEN ((NOT ((old.field = ANY (ARRAY['prospect_name'::text, 'prospect_town'::text, 'prospect_contact'::text, 'what'::text, 'next_step'::text, 'attributes'::text])) AND (new.before IS NULL) AND (new.after IS NULL) AND (new.opportunity = old.opportunity) AND (new.sequence = old.sequence) AND (new.field = old.field) AND (new.changed_on = old.changed_on) AND (new.changed_at = old.changed_at) AND (new.author = old.author)))) EXECUTE FUNCTION opportunity_changes_refuse();

CREATE TRIGGER opportunity_changes_refuse_delete BEFORE DELETE ON opportunity_changes FOR EACH ROW EXECUTE FUNCTION opportunity_changes_refuse();

CREATE TRIGGER opportunity_changes_refuse_truncate BEFORE TRUNCATE ON opportunity_changes FOR EACH STATEMENT EXECUTE FUNCTION opportunity_changes_refuse();

CREATE TRIGGER order_actions_refuse BEFORE DELETE OR UPDATE ON order_actions FOR EACH ROW EXECUTE FUNCTION order_actions_refuse();

CREATE TRIGGER order_actions_refuse_truncate BEFORE TRUNCATE ON order_actions FOR EACH STATEMENT EXECUTE FUNCTION order_actions_refuse();

CREATE TRIGGER payment_allocations_refuse BEFORE DELETE OR UPDATE ON payment_allocations FOR EACH ROW EXECUTE FUNCTION payment_allocations_refuse();

CREATE TRIGGER payment_allocations_refuse_truncate BEFORE TRUNCATE ON payment_allocations FOR EACH STATEMENT EXECUTE FUNCTION payment_allocations_refuse();

CREATE TRIGGER payment_evidences_refuse BEFORE DELETE OR UPDATE ON payment_evidences FOR EACH ROW EXECUTE FUNCTION payment_evidences_refuse();

CREATE TRIGGER payment_evidences_refuse_truncate BEFORE TRUNCATE ON payment_evidences FOR EACH STATEMENT EXECUTE FUNCTION payment_evidences_refuse();

CREATE TRIGGER payment_refunds_refuse BEFORE DELETE OR UPDATE ON payment_refunds FOR EACH ROW EXECUTE FUNCTION payment_refunds_refuse();

CREATE TRIGGER payment_refunds_refuse_truncate BEFORE TRUNCATE ON payment_refunds FOR EACH STATEMENT EXECUTE FUNCTION payment_refunds_refuse();

CREATE TRIGGER posting_sums_refuse BEFORE DELETE OR UPDATE ON posting_sums FOR EACH ROW EXECUTE FUNCTION posting_sums_refuse();

CREATE TRIGGER posting_sums_refuse_truncate BEFORE TRUNCATE ON posting_sums FOR EACH STATEMENT EXECUTE FUNCTION posting_sums_refuse();

CREATE TRIGGER prepaid_movements_refuse BEFORE DELETE OR UPDATE ON prepaid_movements FOR EACH ROW EXECUTE FUNCTION prepaid_movements_refuse();

CREATE TRIGGER prepaid_movements_refuse_truncate BEFORE TRUNCATE ON prepaid_movements FOR EACH STATEMENT EXECUTE FUNCTION prepaid_movements_refuse();

CREATE TRIGGER quote_steps_refuse BEFORE DELETE OR UPDATE ON quote_steps FOR EACH ROW EXECUTE FUNCTION quote_steps_refuse();

CREATE TRIGGER quote_steps_refuse_truncate BEFORE TRUNCATE ON quote_steps FOR EACH STATEMENT EXECUTE FUNCTION quote_steps_refuse();

CREATE TRIGGER quotes_refuse BEFORE DELETE OR UPDATE ON quotes FOR EACH ROW EXECUTE FUNCTION quotes_refuse();

CREATE TRIGGER quotes_refuse_truncate BEFORE TRUNCATE ON quotes FOR EACH STATEMENT EXECUTE FUNCTION quotes_refuse();

CREATE TRIGGER rebilled_refuse BEFORE DELETE OR UPDATE ON rebilled FOR EACH ROW EXECUTE FUNCTION rebilled_refuse();

CREATE TRIGGER rebilled_refuse_truncate BEFORE TRUNCATE ON rebilled FOR EACH STATEMENT EXECUTE FUNCTION rebilled_refuse();

CREATE TRIGGER reminder_holds_refuse BEFORE DELETE OR UPDATE ON reminder_holds FOR EACH ROW EXECUTE FUNCTION reminder_holds_refuse();

CREATE TRIGGER reminder_holds_refuse_truncate BEFORE TRUNCATE ON reminder_holds FOR EACH STATEMENT EXECUTE FUNCTION reminder_holds_refuse();

CREATE TRIGGER reminder_levels_refuse BEFORE DELETE OR UPDATE ON reminder_levels FOR EACH ROW EXECUTE FUNCTION reminder_levels_refuse();

CREATE TRIGGER reminder_levels_refuse_truncate BEFORE TRUNCATE ON reminder_levels FOR EACH STATEMENT EXECUTE FUNCTION reminder_levels_refuse();

CREATE TRIGGER reminders_refuse BEFORE DELETE OR UPDATE ON reminders FOR EACH ROW EXECUTE FUNCTION reminders_refuse();

CREATE TRIGGER reminders_refuse_truncate BEFORE TRUNCATE ON reminders FOR EACH STATEMENT EXECUTE FUNCTION reminders_refuse();

CREATE TRIGGER renditions_refuse BEFORE DELETE OR UPDATE ON renditions FOR EACH ROW EXECUTE FUNCTION renditions_refuse();

CREATE TRIGGER renditions_refuse_truncate BEFORE TRUNCATE ON renditions FOR EACH STATEMENT EXECUTE FUNCTION renditions_refuse();

CREATE TRIGGER rulebook_version_steps_refuse BEFORE DELETE OR UPDATE ON rulebook_version_steps FOR EACH ROW EXECUTE FUNCTION rulebook_version_steps_refuse();

CREATE TRIGGER rulebook_version_steps_refuse_truncate BEFORE TRUNCATE ON rulebook_version_steps FOR EACH STATEMENT EXECUTE FUNCTION rulebook_version_steps_refuse();

CREATE TRIGGER rulebook_versions_refuse BEFORE DELETE OR UPDATE ON rulebook_versions FOR EACH ROW EXECUTE FUNCTION rulebook_versions_refuse();

CREATE TRIGGER rulebook_versions_refuse_truncate BEFORE TRUNCATE ON rulebook_versions FOR EACH STATEMENT EXECUTE FUNCTION rulebook_versions_refuse();

CREATE TRIGGER rulebooks_refuse BEFORE DELETE OR UPDATE ON rulebooks FOR EACH ROW EXECUTE FUNCTION rulebooks_refuse();

CREATE TRIGGER rulebooks_refuse_truncate BEFORE TRUNCATE ON rulebooks FOR EACH STATEMENT EXECUTE FUNCTION rulebooks_refuse();

CREATE TRIGGER snapshot_months_refuse BEFORE DELETE OR UPDATE ON snapshot_months FOR EACH ROW EXECUTE FUNCTION snapshot_months_refuse();

CREATE TRIGGER snapshot_months_refuse_truncate BEFORE TRUNCATE ON snapshot_months FOR EACH STATEMENT EXECUTE FUNCTION snapshot_months_refuse();

CREATE TRIGGER snapshot_orders_refuse BEFORE DELETE OR UPDATE ON snapshot_orders FOR EACH ROW EXECUTE FUNCTION snapshot_orders_refuse();

CREATE TRIGGER snapshot_orders_refuse_truncate BEFORE TRUNCATE ON snapshot_orders FOR EACH STATEMENT EXECUTE FUNCTION snapshot_orders_refuse();

CREATE TRIGGER usage_reports_refuse BEFORE DELETE OR UPDATE ON usage_reports FOR EACH ROW EXECUTE FUNCTION usage_reports_refuse();

CREATE TRIGGER usage_reports_refuse_truncate BEFORE TRUNCATE ON usage_reports FOR EACH STATEMENT EXECUTE FUNCTION usage_reports_refuse();

CREATE TRIGGER vat_checks_refuse BEFORE DELETE OR UPDATE ON vat_checks FOR EACH ROW EXECUTE FUNCTION vat_checks_refuse();

CREATE TRIGGER vat_checks_refuse_truncate BEFORE TRUNCATE ON vat_checks FOR EACH STATEMENT EXECUTE FUNCTION vat_checks_refuse();

ALTER TABLE ONLY accounting_entries
    ADD CONSTRAINT fk_accounting_entries_kind_source FOREIGN KEY (kind, source) REFERENCES ledger_entries(kind, source);

ALTER TABLE ONLY accounting_records
    ADD CONSTRAINT fk_accounting_records_document FOREIGN KEY (document) REFERENCES issued(number);

ALTER TABLE ONLY api_keys
    ADD CONSTRAINT fk_api_keys_user FOREIGN KEY ("user") REFERENCES users(name);

ALTER TABLE ONLY charge_cancellations
    ADD CONSTRAINT fk_charge_cancellations_charge FOREIGN KEY (charge) REFERENCES charges(number);

ALTER TABLE ONLY charges
    ADD CONSTRAINT fk_charges_reminder FOREIGN KEY (reminder) REFERENCES reminders(id);

ALTER TABLE ONLY company_accounts
    ADD CONSTRAINT fk_company_accounts_user FOREIGN KEY ("user") REFERENCES users(name);

ALTER TABLE ONLY contacts
    ADD CONSTRAINT fk_contacts_customer FOREIGN KEY (customer) REFERENCES customers(id);

ALTER TABLE ONLY contacts
    ADD CONSTRAINT fk_contacts_opportunity FOREIGN KEY (opportunity) REFERENCES opportunities(id);

ALTER TABLE ONLY customer_addresses
    ADD CONSTRAINT fk_customer_addresses_customer FOREIGN KEY (customer) REFERENCES customers(id);

ALTER TABLE ONLY customer_changes
    ADD CONSTRAINT fk_customer_changes_customer FOREIGN KEY (customer) REFERENCES customers(id);

ALTER TABLE ONLY customer_references
    ADD CONSTRAINT fk_customer_references_customer FOREIGN KEY (customer) REFERENCES customers(id);

ALTER TABLE ONLY former_invoices
    ADD CONSTRAINT fk_former_invoices_customer FOREIGN KEY (customer) REFERENCES customers(id);

ALTER TABLE ONLY issued
    ADD CONSTRAINT fk_issued_corrects FOREIGN KEY (corrects) REFERENCES issued(number);

ALTER TABLE ONLY issued
    ADD CONSTRAINT fk_issued_customer FOREIGN KEY (customer) REFERENCES customers(id);

ALTER TABLE ONLY issued
    ADD CONSTRAINT fk_issued_series FOREIGN KEY (series) REFERENCES series(name);

ALTER TABLE ONLY items
    ADD CONSTRAINT fk_items_order FOREIGN KEY ("order") REFERENCES orders(id);

ALTER TABLE ONLY journal_entries
    ADD CONSTRAINT fk_journal_entries_number FOREIGN KEY (number) REFERENCES issued(number);

ALTER TABLE ONLY ledger_postings
    ADD CONSTRAINT fk_ledger_postings_kind FOREIGN KEY (kind, source) REFERENCES ledger_entries(kind, source);

ALTER TABLE ONLY mandates
    ADD CONSTRAINT fk_mandates_customer FOREIGN KEY (customer) REFERENCES customers(id);

ALTER TABLE ONLY opportunities
    ADD CONSTRAINT fk_opportunities_customer FOREIGN KEY (customer) REFERENCES customers(id);

ALTER TABLE ONLY opportunity_changes
    ADD CONSTRAINT fk_opportunity_changes_opportunity FOREIGN KEY (opportunity) REFERENCES opportunities(id);

ALTER TABLE ONLY order_actions
    ADD CONSTRAINT fk_order_actions_order FOREIGN KEY ("order") REFERENCES orders(id);

ALTER TABLE ONLY order_events
    ADD CONSTRAINT fk_order_events_order FOREIGN KEY ("order") REFERENCES orders(id);

ALTER TABLE ONLY order_steps
    ADD CONSTRAINT fk_order_steps_order FOREIGN KEY ("order") REFERENCES orders(id);

ALTER TABLE ONLY order_sums
    ADD CONSTRAINT fk_order_sums_order FOREIGN KEY ("order") REFERENCES orders(id);

ALTER TABLE ONLY orders
    ADD CONSTRAINT fk_orders_customer FOREIGN KEY (customer) REFERENCES customers(id);

ALTER TABLE ONLY passwords
    ADD CONSTRAINT fk_passwords_user FOREIGN KEY ("user") REFERENCES users(name);

ALTER TABLE ONLY payment_allocations
    ADD CONSTRAINT fk_payment_allocations_payment FOREIGN KEY (payment) REFERENCES payments(id);

ALTER TABLE ONLY payment_evidences
    ADD CONSTRAINT fk_payment_evidences_payment FOREIGN KEY (payment) REFERENCES payments(id);

ALTER TABLE ONLY payment_refunds
    ADD CONSTRAINT fk_payment_refunds_incoming FOREIGN KEY (incoming) REFERENCES payments(id);

ALTER TABLE ONLY payment_refunds
    ADD CONSTRAINT fk_payment_refunds_outgoing FOREIGN KEY (outgoing) REFERENCES payments(id);

ALTER TABLE ONLY posting_sums
    ADD CONSTRAINT fk_posting_sums_number FOREIGN KEY (number) REFERENCES issued(number);

ALTER TABLE ONLY prepaid_movements
    ADD CONSTRAINT fk_prepaid_movements_item FOREIGN KEY (item) REFERENCES items(id);

ALTER TABLE ONLY quotes
    ADD CONSTRAINT fk_quotes_customer FOREIGN KEY (customer) REFERENCES customers(id);

ALTER TABLE ONLY quotes
    ADD CONSTRAINT fk_quotes_opportunity FOREIGN KEY (opportunity) REFERENCES opportunities(id);

ALTER TABLE ONLY rebilled
    ADD CONSTRAINT fk_rebilled_invoice FOREIGN KEY (invoice) REFERENCES issued(number);

ALTER TABLE ONLY rebilled
    ADD CONSTRAINT fk_rebilled_item FOREIGN KEY (item) REFERENCES items(id);

ALTER TABLE ONLY recurring_steps
    ADD CONSTRAINT fk_recurring_steps_item FOREIGN KEY (item) REFERENCES items(id);

ALTER TABLE ONLY reminder_levels
    ADD CONSTRAINT fk_reminder_levels_reminder FOREIGN KEY (reminder) REFERENCES reminders(id);

ALTER TABLE ONLY rulebook_drafts
    ADD CONSTRAINT fk_rulebook_drafts_base FOREIGN KEY (base) REFERENCES rulebook_versions(number);

ALTER TABLE ONLY rulebook_version_steps
    ADD CONSTRAINT fk_rulebook_version_steps_number FOREIGN KEY (number) REFERENCES rulebook_versions(number);

ALTER TABLE ONLY rulebook_versions
    ADD CONSTRAINT fk_rulebook_versions_fingerprint_texts_hash FOREIGN KEY (fingerprint, texts_hash) REFERENCES rulebooks(fingerprint, texts_hash);

ALTER TABLE ONLY run_shards
    ADD CONSTRAINT fk_run_shards_run FOREIGN KEY (run) REFERENCES runs(number);

ALTER TABLE ONLY sessions
    ADD CONSTRAINT fk_sessions_key FOREIGN KEY (key) REFERENCES api_keys(prefix);

ALTER TABLE ONLY snapshot_months
    ADD CONSTRAINT fk_snapshot_months_snapshot FOREIGN KEY (snapshot) REFERENCES forecast_snapshots(name);

ALTER TABLE ONLY snapshot_orders
    ADD CONSTRAINT fk_snapshot_orders_snapshot FOREIGN KEY (snapshot) REFERENCES forecast_snapshots(name);

ALTER TABLE ONLY transactions
    ADD CONSTRAINT fk_transactions_item FOREIGN KEY (item) REFERENCES items(id);

ALTER TABLE ONLY usage_reports
    ADD CONSTRAINT fk_usage_reports_item FOREIGN KEY (item) REFERENCES items(id);

ALTER TABLE ONLY vat_checks
    ADD CONSTRAINT fk_vat_checks_customer FOREIGN KEY (customer) REFERENCES customers(id);

INSERT INTO alembic_version VALUES ('order_sums');
