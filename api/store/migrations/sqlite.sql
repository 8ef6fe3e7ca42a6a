-- revision: order_sums

CREATE TABLE alembic_version (
version_num VARCHAR(32) NOT NULL,
CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE customers (
id TEXT NOT NULL,
name TEXT NOT NULL,
country TEXT NOT NULL,
language TEXT NOT NULL,
kind TEXT NOT NULL,
segment TEXT,
vat_number TEXT,
vat_number_state TEXT NOT NULL,
vat_checked_on TEXT,
email TEXT,
document TEXT NOT NULL, held_because TEXT, held_on TEXT, held_by TEXT, state TEXT DEFAULT 'customer' NOT NULL, merged_into TEXT, merged_on TEXT,
CONSTRAINT pk_customers PRIMARY KEY (id)
)
STRICT;

CREATE TABLE imported (
kind TEXT NOT NULL,
"key" TEXT NOT NULL,
content_hash TEXT NOT NULL,
imported_at TEXT NOT NULL,
CONSTRAINT pk_imported PRIMARY KEY (kind, "key")
)
STRICT;

CREATE TABLE installation (
one INTEGER NOT NULL,
id TEXT NOT NULL,
made_at TEXT NOT NULL,
CONSTRAINT pk_installation PRIMARY KEY (one),
CONSTRAINT ck_installation_one CHECK (one = 1)
)
STRICT;

CREATE TABLE quote_steps (
number TEXT NOT NULL,
version INTEGER NOT NULL,
sequence INTEGER NOT NULL,
state TEXT NOT NULL,
stepped_on TEXT NOT NULL,
stepped_at TEXT NOT NULL,
author TEXT NOT NULL,
note TEXT, details TEXT,
CONSTRAINT pk_quote_steps PRIMARY KEY (number, version, sequence),
CONSTRAINT ck_quote_steps_state CHECK (state in ('draft', 'approval-needed', 'approved', 'sent', 'accepted', 'refused', 'expired', 'superseded'))
)
STRICT;

CREATE TABLE renditions (
document TEXT NOT NULL,
kind TEXT NOT NULL,
edition INTEGER NOT NULL,
made_at TEXT NOT NULL,
content BLOB NOT NULL,
hash TEXT NOT NULL,
CONSTRAINT pk_renditions PRIMARY KEY (document, kind, edition),
CONSTRAINT ck_renditions_kind CHECK (kind in ('invoice', 'credit-note', 'quote'))
)
STRICT;

CREATE TABLE rulebooks (
fingerprint TEXT NOT NULL,
texts_hash TEXT NOT NULL,
kept_at TEXT NOT NULL,
texts TEXT NOT NULL,
CONSTRAINT pk_rulebooks PRIMARY KEY (fingerprint, texts_hash)
)
STRICT;

CREATE TABLE runs (
number INTEGER NOT NULL,
due_through TEXT NOT NULL,
issued_on TEXT NOT NULL,
narrowed_to TEXT NOT NULL,
rulebook TEXT NOT NULL,
state TEXT NOT NULL,
issued INTEGER NOT NULL,
held INTEGER NOT NULL,
started_at TEXT NOT NULL,
ended_at TEXT, resumed INTEGER DEFAULT '0' NOT NULL, resumed_at TEXT,
CONSTRAINT pk_runs PRIMARY KEY (number),
CONSTRAINT ck_runs_state CHECK (state in ('running', 'done'))
)
STRICT;

CREATE TABLE series (
name TEXT NOT NULL,
kind TEXT NOT NULL,
last INTEGER NOT NULL,
last_issued_on TEXT,
last_hash TEXT NOT NULL,
CONSTRAINT pk_series PRIMARY KEY (name)
)
STRICT;

CREATE TABLE issued (
number TEXT NOT NULL,
kind TEXT NOT NULL,
series TEXT NOT NULL,
sequence INTEGER NOT NULL,
issued_on TEXT NOT NULL,
customer TEXT NOT NULL,
order_type TEXT NOT NULL,
month TEXT,
corrects TEXT,
net INTEGER NOT NULL,
vat INTEGER NOT NULL,
gross INTEGER NOT NULL,
currency TEXT NOT NULL,
rulebook TEXT NOT NULL,
run INTEGER,
issued_at TEXT NOT NULL,
document TEXT NOT NULL,
xml BLOB NOT NULL,
predecessor_hash TEXT NOT NULL,
hash TEXT NOT NULL, transaction_hashes TEXT, due_on TEXT, tax_point TEXT, buyer_name TEXT, buyer_vat_number TEXT, channel TEXT, lines INTEGER,
CONSTRAINT pk_issued PRIMARY KEY (number),
CONSTRAINT ck_issued_kind CHECK (kind in ('invoice', 'credit-note')),
CONSTRAINT fk_issued_corrects FOREIGN KEY(corrects) REFERENCES issued (number),
CONSTRAINT fk_issued_customer FOREIGN KEY(customer) REFERENCES customers (id),
CONSTRAINT fk_issued_series FOREIGN KEY(series) REFERENCES series (name),
CONSTRAINT uq_issued_series_sequence UNIQUE (series, sequence)
)
STRICT;

CREATE INDEX ix_issued_corrects ON issued (corrects);

CREATE TABLE opportunities (
id TEXT NOT NULL,
customer TEXT,
prospect_name TEXT,
prospect_town TEXT,
prospect_contact TEXT,
what TEXT NOT NULL,
stage TEXT NOT NULL,
state TEXT NOT NULL,
amount INTEGER NOT NULL,
currency TEXT NOT NULL,
expected_close TEXT NOT NULL,
owner TEXT NOT NULL,
reason TEXT,
next_step TEXT,
next_step_on TEXT, prospect_stored_until TEXT, attributes TEXT DEFAULT '{}' NOT NULL, source TEXT, amounts TEXT DEFAULT '{}' NOT NULL, primary_quote TEXT,
CONSTRAINT pk_opportunities PRIMARY KEY (id),
CONSTRAINT ck_opportunities_state CHECK (state in ('open', 'won', 'lost', 'cancelled')),
CONSTRAINT ck_opportunities_customer_or_prospect CHECK ((customer is null) <> (prospect_name is null)),
CONSTRAINT fk_opportunities_customer FOREIGN KEY(customer) REFERENCES customers (id)
)
STRICT;

CREATE TABLE orders (
id TEXT NOT NULL,
type TEXT NOT NULL,
customer TEXT NOT NULL,
state TEXT NOT NULL,
currency TEXT NOT NULL,
signed_on TEXT,
purchase_order TEXT,
invoiced_elsewhere_until TEXT,
source TEXT,
revision INTEGER NOT NULL,
planned_through TEXT,
planned_under TEXT, attributes TEXT DEFAULT '{}' NOT NULL, payment_terms TEXT, plan_revision INTEGER DEFAULT '0' NOT NULL, plan_lasts_until TEXT, buyer_reference TEXT, deliver_to TEXT,
CONSTRAINT pk_orders PRIMARY KEY (id),
CONSTRAINT ck_orders_state CHECK (state in ('pending', 'active', 'suspended', 'ended', 'cancelled')),
CONSTRAINT fk_orders_customer FOREIGN KEY(customer) REFERENCES customers (id)
)
STRICT;

CREATE INDEX ix_orders_customer_type ON orders (customer, type);

CREATE TABLE items (
id TEXT NOT NULL,
"order" TEXT NOT NULL,
position INTEGER NOT NULL,
product TEXT NOT NULL,
quantity INTEGER NOT NULL,
state TEXT NOT NULL,
billing_process TEXT,
billing_type TEXT,
starts_on TEXT,
activated_on TEXT,
ends_before TEXT,
supply_kind TEXT NOT NULL,
vat_class TEXT NOT NULL,
revenue_account TEXT NOT NULL,
negotiated_price INTEGER,
source TEXT,
details TEXT NOT NULL, term_months INTEGER, notice_months INTEGER, renewal TEXT,
CONSTRAINT pk_items PRIMARY KEY (id),
CONSTRAINT ck_items_state CHECK (state in ('pending', 'active', 'suspended', 'ended', 'cancelled')),
CONSTRAINT fk_items_order FOREIGN KEY("order") REFERENCES orders (id),
CONSTRAINT uq_items_order_position UNIQUE ("order", position)
)
STRICT;

CREATE TABLE journal_entries (
number TEXT NOT NULL,
posted_on TEXT NOT NULL,
customer TEXT NOT NULL,
document TEXT NOT NULL,
CONSTRAINT pk_journal_entries PRIMARY KEY (number),
CONSTRAINT fk_journal_entries_number FOREIGN KEY(number) REFERENCES issued (number)
)
STRICT;

CREATE TABLE opportunity_changes (
opportunity TEXT NOT NULL,
sequence INTEGER NOT NULL,
field TEXT NOT NULL,
"before" TEXT,
"after" TEXT,
changed_on TEXT NOT NULL,
changed_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_opportunity_changes PRIMARY KEY (opportunity, sequence, field),
CONSTRAINT fk_opportunity_changes_opportunity FOREIGN KEY(opportunity) REFERENCES opportunities (id)
)
STRICT;

CREATE TABLE order_events (
"order" TEXT NOT NULL,
position INTEGER NOT NULL,
event TEXT NOT NULL,
happens_on TEXT NOT NULL,
reported INTEGER NOT NULL,
CONSTRAINT pk_order_events PRIMARY KEY ("order", position),
CONSTRAINT fk_order_events_order FOREIGN KEY("order") REFERENCES orders (id)
)
STRICT;

CREATE TABLE order_steps (
"order" TEXT NOT NULL,
position INTEGER NOT NULL,
stepped_on TEXT NOT NULL,
what TEXT NOT NULL,
items TEXT NOT NULL,
source TEXT, author TEXT, because TEXT,
CONSTRAINT pk_order_steps PRIMARY KEY ("order", position),
CONSTRAINT fk_order_steps_order FOREIGN KEY("order") REFERENCES orders (id)
)
STRICT;

CREATE TABLE quotes (
number TEXT NOT NULL,
version INTEGER NOT NULL,
customer TEXT NOT NULL,
opportunity TEXT,
quoted_on TEXT NOT NULL,
valid_until TEXT NOT NULL,
rulebook TEXT NOT NULL,
made_at TEXT NOT NULL,
document TEXT NOT NULL, attributes TEXT DEFAULT '{}' NOT NULL,
CONSTRAINT pk_quotes PRIMARY KEY (number, version),
CONSTRAINT fk_quotes_customer FOREIGN KEY(customer) REFERENCES customers (id),
CONSTRAINT fk_quotes_opportunity FOREIGN KEY(opportunity) REFERENCES opportunities (id)
)
STRICT;

CREATE TRIGGER rulebooks_refuse_update before update on rulebooks begin select raise(abort, 'rulebooks is append-only: update is refused'); end;

CREATE TRIGGER rulebooks_refuse_delete before delete on rulebooks begin select raise(abort, 'rulebooks is append-only: delete is refused'); end;

CREATE TRIGGER quote_steps_refuse_update before update on quote_steps begin select raise(abort, 'quote_steps is append-only: update is refused'); end;

CREATE TRIGGER opportunity_changes_refuse_delete before delete on opportunity_changes begin select raise(abort, 'opportunity_changes is append-only: delete is refused'); end;

CREATE TRIGGER issued_refuse_delete before delete on issued begin select raise(abort, 'issued is append-only: delete is refused'); end;

CREATE TRIGGER journal_entries_refuse_update before update on journal_entries begin select raise(abort, 'journal_entries is append-only: update is refused'); end;

CREATE TRIGGER journal_entries_refuse_delete before delete on journal_entries begin select raise(abort, 'journal_entries is append-only: delete is refused'); end;

CREATE TRIGGER renditions_refuse_update before update on renditions begin select raise(abort, 'renditions is append-only: update is refused'); end;

CREATE TABLE former_invoices (
number TEXT NOT NULL,
customer TEXT NOT NULL,
issued_on TEXT NOT NULL,
due_on TEXT NOT NULL,
gross INTEGER NOT NULL,
open INTEGER NOT NULL,
currency TEXT NOT NULL,
structured_communication TEXT,
CONSTRAINT pk_former_invoices PRIMARY KEY (number),
CONSTRAINT fk_former_invoices_customer FOREIGN KEY(customer) REFERENCES customers (id)
)
STRICT;

CREATE INDEX ix_former_invoices_customer ON former_invoices (customer);

CREATE INDEX ix_former_invoices_structured_communication ON former_invoices (structured_communication);

CREATE TABLE contacts (
id TEXT NOT NULL,
customer TEXT,
opportunity TEXT,
name TEXT NOT NULL,
role TEXT,
email TEXT,
phone TEXT,
stored_until TEXT,
attributes TEXT NOT NULL,
CONSTRAINT pk_contacts PRIMARY KEY (id),
CONSTRAINT ck_contacts_customer_or_opportunity CHECK ((customer is null) <> (opportunity is null)),
CONSTRAINT fk_contacts_customer FOREIGN KEY(customer) REFERENCES customers (id),
CONSTRAINT fk_contacts_opportunity FOREIGN KEY(opportunity) REFERENCES opportunities (id)
)
STRICT;

CREATE TABLE erasures (
kind TEXT NOT NULL,
id TEXT NOT NULL,
erased_on TEXT NOT NULL,
erased_at TEXT NOT NULL,
author TEXT NOT NULL,
because TEXT NOT NULL,
CONSTRAINT pk_erasures PRIMARY KEY (kind, id),
CONSTRAINT ck_erasures_kind CHECK (kind in ('customer', 'contact', 'prospect'))
)
STRICT;

CREATE TRIGGER erasures_refuse_update before update on erasures begin select raise(abort, 'erasures is append-only: update is refused'); end;

CREATE TRIGGER erasures_refuse_delete before delete on erasures begin select raise(abort, 'erasures is append-only: delete is refused'); end;

CREATE TRIGGER opportunity_changes_refuse_update before update on opportunity_changes when not (old.field in ('prospect_name', 'prospect_town', 'prospect_contact', 'what', 'next_step', 'attributes') and new.before is null and new.after is null and new.opportunity = old.opportunity and new.sequence = old.sequence and new.field = old.field and new.changed_on = old.changed_on and new.changed_at = old.changed_at and new.author = old.author) begin select raise(abort, 'opportunity_changes is append-only: update is refused'); end;

CREATE TABLE mandates (
reference TEXT NOT NULL,
customer TEXT NOT NULL,
iban TEXT NOT NULL,
signed_on TEXT NOT NULL,
state TEXT NOT NULL,
CONSTRAINT pk_mandates PRIMARY KEY (reference),
CONSTRAINT ck_mandates_state CHECK (state in ('active', 'ended')),
CONSTRAINT fk_mandates_customer FOREIGN KEY(customer) REFERENCES customers (id)
)
STRICT;

CREATE TABLE users (
name TEXT NOT NULL,
full_name TEXT NOT NULL,
email TEXT NOT NULL,
role TEXT NOT NULL,
state TEXT NOT NULL,
made_at TEXT NOT NULL, approves TEXT,
CONSTRAINT pk_users PRIMARY KEY (name),
CONSTRAINT ck_users_role CHECK (role in ('sales', 'billing', 'accounting', 'analyst', 'admin')),
CONSTRAINT ck_users_state CHECK (state in ('active', 'disabled'))
)
STRICT;

CREATE TRIGGER quotes_refuse_delete before delete on quotes when not (exists (select 1 from erasures where erasures.kind = 'customer' and erasures.id = old.customer) and not exists (select 1 from quote_steps where quote_steps.number = old.number and quote_steps.state = 'accepted')) begin select raise(abort, 'quotes is append-only: delete is refused'); end;

CREATE TRIGGER quote_steps_refuse_delete before delete on quote_steps when not (not exists (select 1 from quotes where quotes.number = old.number)) begin select raise(abort, 'quote_steps is append-only: delete is refused'); end;

CREATE TRIGGER renditions_refuse_delete before delete on renditions when not (old.kind = 'quote' and not exists (select 1 from quotes where quotes.number || ' version ' || quotes.version = old.document)) begin select raise(abort, 'renditions is append-only: delete is refused'); end;

CREATE TABLE forecast_snapshots (
name TEXT NOT NULL,
stored_on TEXT NOT NULL,
stored_at TEXT NOT NULL,
author TEXT NOT NULL,
rulebook TEXT NOT NULL,
planned_through TEXT NOT NULL,
currency TEXT NOT NULL,
CONSTRAINT pk_forecast_snapshots PRIMARY KEY (name)
)
STRICT;

CREATE TABLE snapshot_orders (
snapshot TEXT NOT NULL,
part INTEGER NOT NULL,
content BLOB NOT NULL,
CONSTRAINT pk_snapshot_orders PRIMARY KEY (snapshot, part),
CONSTRAINT fk_snapshot_orders_snapshot FOREIGN KEY(snapshot) REFERENCES forecast_snapshots (name)
)
STRICT;

CREATE TABLE snapshot_months (
snapshot TEXT NOT NULL,
part INTEGER NOT NULL,
month TEXT NOT NULL,
transactions INTEGER NOT NULL,
net INTEGER NOT NULL,
content BLOB NOT NULL,
CONSTRAINT pk_snapshot_months PRIMARY KEY (snapshot, part, month),
CONSTRAINT fk_snapshot_months_snapshot FOREIGN KEY(snapshot) REFERENCES forecast_snapshots (name)
)
STRICT;

CREATE TRIGGER forecast_snapshots_refuse_update before update on forecast_snapshots begin select raise(abort, 'forecast_snapshots is append-only: update is refused'); end;

CREATE TRIGGER forecast_snapshots_refuse_delete before delete on forecast_snapshots begin select raise(abort, 'forecast_snapshots is append-only: delete is refused'); end;

CREATE TRIGGER snapshot_orders_refuse_update before update on snapshot_orders begin select raise(abort, 'snapshot_orders is append-only: update is refused'); end;

CREATE TRIGGER snapshot_orders_refuse_delete before delete on snapshot_orders begin select raise(abort, 'snapshot_orders is append-only: delete is refused'); end;

CREATE TRIGGER snapshot_months_refuse_update before update on snapshot_months begin select raise(abort, 'snapshot_months is append-only: update is refused'); end;

CREATE TRIGGER snapshot_months_refuse_delete before delete on snapshot_months begin select raise(abort, 'snapshot_months is append-only: delete is refused'); end;

CREATE TABLE rulebook_versions (
number INTEGER NOT NULL,
fingerprint TEXT NOT NULL,
texts_hash TEXT NOT NULL,
wanted_from TEXT NOT NULL,
compared_with INTEGER,
rolls_back_to INTEGER,
checks TEXT NOT NULL,
year_change INTEGER,
currency TEXT NOT NULL,
changes TEXT,
CONSTRAINT pk_rulebook_versions PRIMARY KEY (number),
CONSTRAINT fk_rulebook_versions_fingerprint_texts_hash FOREIGN KEY(fingerprint, texts_hash) REFERENCES rulebooks (fingerprint, texts_hash)
)
STRICT;

CREATE TABLE rulebook_version_steps (
number INTEGER NOT NULL,
sequence INTEGER NOT NULL,
state TEXT NOT NULL,
in_force_from TEXT,
stepped_on TEXT NOT NULL,
stepped_at TEXT NOT NULL,
author TEXT NOT NULL,
note TEXT,
CONSTRAINT pk_rulebook_version_steps PRIMARY KEY (number, sequence),
CONSTRAINT ck_rulebook_version_steps_published_from CHECK ((state = 'published') = (in_force_from is not null)),
CONSTRAINT ck_rulebook_version_steps_state CHECK (state in ('proposed', 'published', 'withdrawn')),
CONSTRAINT fk_rulebook_version_steps_number FOREIGN KEY(number) REFERENCES rulebook_versions (number)
)
STRICT;

CREATE TRIGGER rulebook_versions_refuse_update before update on rulebook_versions begin select raise(abort, 'rulebook_versions is append-only: update is refused'); end;

CREATE TRIGGER rulebook_versions_refuse_delete before delete on rulebook_versions begin select raise(abort, 'rulebook_versions is append-only: delete is refused'); end;

CREATE TRIGGER rulebook_version_steps_refuse_update before update on rulebook_version_steps begin select raise(abort, 'rulebook_version_steps is append-only: update is refused'); end;

CREATE TRIGGER rulebook_version_steps_refuse_delete before delete on rulebook_version_steps begin select raise(abort, 'rulebook_version_steps is append-only: delete is refused'); end;

CREATE TABLE recurring_steps (
item TEXT NOT NULL,
"on" INTEGER NOT NULL,
movement INTEGER NOT NULL,
numerator TEXT NOT NULL,
denominator TEXT NOT NULL,
CONSTRAINT pk_recurring_steps PRIMARY KEY (item, "on", movement),
CONSTRAINT fk_recurring_steps_item FOREIGN KEY(item) REFERENCES items (id)
)
WITHOUT ROWID,
STRICT;

CREATE INDEX ix_items_product_order ON items (product, "order");

CREATE TABLE rebilled (
invoice TEXT NOT NULL,
item TEXT NOT NULL,
kind TEXT NOT NULL,
serial INTEGER NOT NULL,
change TEXT NOT NULL,
released_at TEXT NOT NULL,
author TEXT NOT NULL,
because TEXT NOT NULL,
CONSTRAINT pk_rebilled PRIMARY KEY (invoice, item, kind, serial, change),
CONSTRAINT fk_rebilled_invoice FOREIGN KEY(invoice) REFERENCES issued (number),
CONSTRAINT fk_rebilled_item FOREIGN KEY(item) REFERENCES items (id)
)
STRICT;

CREATE INDEX ix_rebilled_item ON rebilled (item);

CREATE TRIGGER rebilled_refuse_update before update on rebilled begin select raise(abort, 'rebilled is append-only: update is refused'); end;

CREATE TRIGGER rebilled_refuse_delete before delete on rebilled begin select raise(abort, 'rebilled is append-only: delete is refused'); end;

CREATE TABLE run_shards (
run INTEGER NOT NULL,
number INTEGER NOT NULL,
customers TEXT NOT NULL,
state TEXT NOT NULL,
worker TEXT,
leased_until TEXT,
held INTEGER NOT NULL,
CONSTRAINT pk_run_shards PRIMARY KEY (run, number),
CONSTRAINT ck_run_shards_state CHECK (state in ('waiting', 'leased', 'done')),
CONSTRAINT fk_run_shards_run FOREIGN KEY(run) REFERENCES runs (number)
)
STRICT;

CREATE INDEX ix_issued_run ON issued (run);

CREATE TABLE api_keys (
prefix TEXT NOT NULL,
name TEXT NOT NULL,
role TEXT NOT NULL,
scopes TEXT NOT NULL,
user TEXT,
hash TEXT NOT NULL,
created_at TEXT NOT NULL,
created_by TEXT NOT NULL,
last_used_at TEXT,
revoked_at TEXT,
revoked_by TEXT,
CONSTRAINT pk_api_keys PRIMARY KEY (prefix),
CONSTRAINT ck_api_keys_role CHECK (role in ('sales', 'billing', 'accounting', 'analyst', 'admin')),
CONSTRAINT fk_api_keys_user FOREIGN KEY(user) REFERENCES users (name)
)
STRICT;

CREATE UNIQUE INDEX uq_api_keys_name ON api_keys (name);

CREATE UNIQUE INDEX uq_api_keys_hash ON api_keys (hash);

CREATE TABLE stored_answers (
caller TEXT NOT NULL,
"key" TEXT NOT NULL,
request_hash TEXT NOT NULL,
status INTEGER,
headers TEXT,
body BLOB,
stored_at TEXT NOT NULL, claimed_by TEXT,
CONSTRAINT pk_stored_answers PRIMARY KEY (caller, "key")
)
STRICT;

CREATE INDEX ix_stored_answers_stored_at ON stored_answers (stored_at);

CREATE TABLE audit_trail (
id TEXT NOT NULL,
at TEXT NOT NULL,
"on" TEXT NOT NULL,
actor_kind TEXT NOT NULL,
actor TEXT NOT NULL,
"key" TEXT,
action TEXT NOT NULL,
resource TEXT NOT NULL,
fields TEXT NOT NULL,
request TEXT,
CONSTRAINT pk_audit_trail PRIMARY KEY (id),
CONSTRAINT ck_audit_trail_actor_kind CHECK (actor_kind in ('key', 'user', 'command'))
)
STRICT;

CREATE INDEX ix_audit_trail_resource ON audit_trail (resource);

CREATE TRIGGER audit_trail_refuse_update before update on audit_trail begin select raise(abort, 'audit_trail is append-only: update is refused'); end;

CREATE TRIGGER audit_trail_refuse_delete before delete on audit_trail begin select raise(abort, 'audit_trail is append-only: delete is refused'); end;

CREATE INDEX ix_journal_entries_posted_on_number ON journal_entries (posted_on, number);

CREATE TABLE usage_reports (
id TEXT NOT NULL,
item TEXT NOT NULL,
used_from INTEGER NOT NULL,
used_until INTEGER NOT NULL,
quantity INTEGER NOT NULL,
corrects TEXT,
recorded_on INTEGER NOT NULL,
recorded_at TEXT NOT NULL,
author TEXT NOT NULL,
sequence INTEGER NOT NULL,
late INTEGER NOT NULL,
after_term INTEGER NOT NULL,
CONSTRAINT pk_usage_reports PRIMARY KEY (id),
CONSTRAINT ck_usage_reports_used CHECK (used_from < used_until),
CONSTRAINT ck_usage_reports_quantity CHECK (quantity >= 0 or corrects is not null),
CONSTRAINT fk_usage_reports_item FOREIGN KEY(item) REFERENCES items (id)
)
STRICT;

CREATE INDEX ix_usage_reports_item_used_from ON usage_reports (item, used_from);

CREATE TRIGGER usage_reports_refuse_update before update on usage_reports begin select raise(abort, 'usage_reports is append-only: update is refused'); end;

CREATE TRIGGER usage_reports_refuse_delete before delete on usage_reports begin select raise(abort, 'usage_reports is append-only: delete is refused'); end;

CREATE TABLE transactions (
item TEXT NOT NULL,
kind INTEGER NOT NULL,
serial INTEGER NOT NULL,
change TEXT NOT NULL,
service_from INTEGER,
service_until INTEGER,
billing_date INTEGER,
invoiceable_from INTEGER,
expected INTEGER NOT NULL,
quantity INTEGER NOT NULL,
list_net INTEGER NOT NULL,
net INTEGER NOT NULL,
state INTEGER NOT NULL,
held_because TEXT,
invoice TEXT,
CONSTRAINT pk_transactions PRIMARY KEY (item, kind, serial, change),
CONSTRAINT ck_transactions_kind CHECK (kind >= 0 and kind < 8),
CONSTRAINT ck_transactions_state CHECK (state >= 0 and state < 5),
CONSTRAINT ck_transactions_invoiced_on CHECK ((state = 2) = (invoice is not null)),
CONSTRAINT fk_transactions_item FOREIGN KEY(item) REFERENCES items (id)
)
WITHOUT ROWID,
STRICT;

CREATE INDEX ix_transactions_invoiceable_from ON transactions (invoiceable_from) WHERE state < 2;

CREATE INDEX ix_transactions_invoice ON transactions (invoice) WHERE invoice is not null;

CREATE TABLE order_actions (
"order" TEXT NOT NULL,
position INTEGER NOT NULL,
steps INTEGER NOT NULL,
verb TEXT,
"before" TEXT NOT NULL,
undoes INTEGER,
recorded_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_order_actions PRIMARY KEY ("order", position),
CONSTRAINT fk_order_actions_order FOREIGN KEY("order") REFERENCES orders (id)
)
STRICT;

CREATE TRIGGER order_actions_refuse_update before update on order_actions begin select raise(abort, 'order_actions is append-only: update is refused'); end;

CREATE TRIGGER order_actions_refuse_delete before delete on order_actions begin select raise(abort, 'order_actions is append-only: delete is refused'); end;

CREATE TABLE customer_changes (
customer TEXT NOT NULL,
sequence INTEGER NOT NULL,
field TEXT NOT NULL,
"before" TEXT,
"after" TEXT,
changed_on TEXT NOT NULL,
changed_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_customer_changes PRIMARY KEY (customer, sequence, field),
CONSTRAINT fk_customer_changes_customer FOREIGN KEY(customer) REFERENCES customers (id)
)
STRICT;

CREATE TRIGGER customer_changes_refuse_delete before delete on customer_changes begin select raise(abort, 'customer_changes is append-only: delete is refused'); end;

CREATE TRIGGER customer_changes_refuse_update before update on customer_changes when not (new.before is null and new.after is null and new.customer = old.customer and new.sequence = old.sequence and new.field = old.field and new.changed_on = old.changed_on and new.changed_at = old.changed_at and new.author = old.author) begin select raise(abort, 'customer_changes is append-only: update is refused'); end;

CREATE TABLE activities (
about TEXT NOT NULL,
name TEXT NOT NULL,
sequence INTEGER NOT NULL,
kind TEXT NOT NULL,
text TEXT NOT NULL,
owner TEXT,
due_on TEXT,
done_on TEXT,
done_by TEXT,
recorded_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_activities PRIMARY KEY (about, name, sequence),
CONSTRAINT ck_activities_about CHECK (about in ('customer', 'opportunity')),
CONSTRAINT ck_activities_done CHECK ((done_on is null) = (done_by is null)),
CONSTRAINT ck_activities_kind CHECK (kind in ('note', 'call', 'meeting', 'mail'))
)
STRICT;

CREATE TRIGGER quotes_refuse_update before update on quotes when not (new.number = old.number and new.version = old.version and new.customer = old.customer and new.made_at = old.made_at and exists (select 1 from quote_steps where quote_steps.number = old.number and quote_steps.version = old.version) and not exists (select 1 from quote_steps where quote_steps.number = old.number and quote_steps.version = old.version and quote_steps.state <> 'draft')) begin select raise(abort, 'quotes is append-only: update is refused'); end;

CREATE INDEX ix_customers_merged_into ON customers (merged_into);

CREATE TABLE customer_addresses (
customer TEXT NOT NULL,
name TEXT NOT NULL,
kind TEXT NOT NULL,
recipient TEXT,
street TEXT NOT NULL,
postcode TEXT NOT NULL,
town TEXT NOT NULL,
country TEXT NOT NULL,
CONSTRAINT pk_customer_addresses PRIMARY KEY (customer, name),
CONSTRAINT fk_customer_addresses_customer FOREIGN KEY(customer) REFERENCES customers (id)
)
STRICT;

CREATE TABLE customer_references (
system TEXT NOT NULL,
reference TEXT NOT NULL,
customer TEXT NOT NULL,
CONSTRAINT pk_customer_references PRIMARY KEY (system, reference),
CONSTRAINT fk_customer_references_customer FOREIGN KEY(customer) REFERENCES customers (id)
)
STRICT;

CREATE INDEX ix_customer_references_customer ON customer_references (customer);

CREATE TABLE webhooks (
name TEXT NOT NULL,
url TEXT NOT NULL,
events TEXT NOT NULL,
state TEXT NOT NULL,
secret TEXT NOT NULL,
former_secret TEXT,
former_until TEXT,
made_at TEXT NOT NULL,
made_by TEXT NOT NULL,
CONSTRAINT pk_webhooks PRIMARY KEY (name),
CONSTRAINT ck_webhooks_state CHECK (state in ('active', 'stopped'))
)
STRICT;

CREATE TABLE events (
id TEXT NOT NULL,
kind TEXT NOT NULL,
resource TEXT NOT NULL,
happened_at TEXT NOT NULL,
body TEXT NOT NULL,
CONSTRAINT pk_events PRIMARY KEY (id)
)
STRICT;

CREATE TABLE "outbox" (
"key" TEXT NOT NULL,
document TEXT NOT NULL,
channel TEXT NOT NULL,
state TEXT NOT NULL,
held_because TEXT,
installation TEXT NOT NULL,
written_at TEXT NOT NULL,
due_at TEXT NOT NULL,
leased_until TEXT,
attempts INTEGER NOT NULL,
last_answer TEXT,
delivery INTEGER DEFAULT 1 NOT NULL,
reference TEXT,
CONSTRAINT pk_outbox PRIMARY KEY ("key"),
CONSTRAINT ck_outbox_state CHECK (state in ('held', 'queued', 'accepted', 'delivered', 'rejected', 'dead', 'skipped')),
CONSTRAINT uq_outbox_document_channel UNIQUE (document, channel)
)
STRICT;

CREATE INDEX ix_outbox_state_due_at ON outbox (state, due_at);

CREATE INDEX ix_outbox_channel_state_due_at ON outbox (channel, state, due_at);

CREATE TABLE delivery_log (
id TEXT NOT NULL,
document TEXT NOT NULL,
channel TEXT NOT NULL,
delivery INTEGER NOT NULL,
event TEXT NOT NULL,
recipient TEXT,
reference TEXT,
note TEXT,
logged_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_delivery_log PRIMARY KEY (id),
CONSTRAINT ck_delivery_log_event CHECK (event in ('requested', 'held', 'failed', 'accepted', 'delivered', 'rejected', 'dead', 'skipped'))
)
STRICT;

CREATE INDEX ix_delivery_log_document_id ON delivery_log (document, id);

CREATE INDEX ix_delivery_log_recipient_logged_at ON delivery_log (recipient, logged_at);

CREATE INDEX ix_delivery_log_channel_reference ON delivery_log (channel, reference);

CREATE TABLE sending_places (
installation TEXT NOT NULL,
place TEXT NOT NULL,
since TEXT NOT NULL,
CONSTRAINT pk_sending_places PRIMARY KEY (installation)
)
STRICT;

CREATE TABLE status_cursors (
channel TEXT NOT NULL,
cursor TEXT NOT NULL,
CONSTRAINT pk_status_cursors PRIMARY KEY (channel)
)
STRICT;

CREATE TABLE e_invoice_rules (
name TEXT NOT NULL,
version TEXT NOT NULL,
scope TEXT NOT NULL,
source TEXT NOT NULL,
digest TEXT NOT NULL,
assertions INTEGER NOT NULL,
added_at TEXT NOT NULL,
added_by TEXT NOT NULL,
stylesheet TEXT NOT NULL,
CONSTRAINT pk_e_invoice_rules PRIMARY KEY (name)
)
STRICT;

CREATE INDEX ix_customers_name_id ON customers (name, id);

CREATE INDEX ix_orders_customer_id ON orders (customer, id);

CREATE INDEX ix_issued_issued_on_number ON issued (issued_on, number);

CREATE INDEX ix_orders_signed_on_id ON orders (coalesce(signed_on, '0001-01-01'), id);

CREATE INDEX ix_issued_customer_number ON issued (customer, number);

CREATE TABLE quote_replies (
number TEXT NOT NULL,
version INTEGER NOT NULL,
link TEXT NOT NULL,
reply TEXT NOT NULL,
name TEXT,
purchase_order TEXT,
note TEXT,
chosen TEXT NOT NULL,
language TEXT NOT NULL,
pdf_hash TEXT NOT NULL,
shown_at TEXT NOT NULL,
replied_on TEXT NOT NULL,
replied_at TEXT NOT NULL,
address TEXT,
user_agent TEXT,
because TEXT,
stored_until TEXT,
erased_on TEXT,
erased_by TEXT,
erased_because TEXT,
CONSTRAINT pk_quote_replies PRIMARY KEY (number, version),
CONSTRAINT ck_quote_replies_reply CHECK (reply in ('accepted', 'agreed', 'declined')),
CONSTRAINT ck_quote_replies_erased CHECK ((erased_on is null) = (erased_by is null))
)
STRICT;

CREATE TABLE bank_statements (
iban TEXT NOT NULL,
currency TEXT NOT NULL,
format TEXT NOT NULL,
name TEXT NOT NULL,
new_balance INTEGER NOT NULL,
new_balance_on TEXT NOT NULL,
imported_on TEXT NOT NULL,
imported_at TEXT NOT NULL,
author TEXT NOT NULL,
document TEXT NOT NULL,
CONSTRAINT pk_bank_statements PRIMARY KEY (iban, currency, format, name)
)
STRICT;

CREATE TABLE payments (
id TEXT NOT NULL,
source TEXT NOT NULL,
source_id TEXT NOT NULL,
iban TEXT NOT NULL,
currency TEXT NOT NULL,
amount INTEGER NOT NULL,
entry_date TEXT NOT NULL,
value_date TEXT,
payer_iban TEXT,
payer_name TEXT NOT NULL,
reference TEXT,
text TEXT NOT NULL,
likeness TEXT NOT NULL,
state TEXT NOT NULL,
rule TEXT,
because TEXT,
documents TEXT NOT NULL,
unallocated INTEGER NOT NULL,
recorded_on TEXT NOT NULL,
recorded_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_payments PRIMARY KEY (id),
CONSTRAINT ck_payments_state CHECK (state in ('matched', 'proposed', 'held', 'unmatched', 'paid-out')),
CONSTRAINT ck_payments_unallocated CHECK (amount < 0 or (unallocated >= 0 and unallocated <= amount))
)
STRICT;

CREATE INDEX ix_payments_likeness ON payments (likeness);

CREATE INDEX ix_payments_state_id ON payments (state, id);

CREATE INDEX ix_payments_payer_iban ON payments (payer_iban);

CREATE TABLE payment_evidences (
source TEXT NOT NULL,
source_id TEXT NOT NULL,
payment TEXT NOT NULL,
recorded_at TEXT NOT NULL,
CONSTRAINT pk_payment_evidences PRIMARY KEY (source, source_id),
CONSTRAINT fk_payment_evidences_payment FOREIGN KEY(payment) REFERENCES payments (id),
CONSTRAINT uq_payment_evidences_payment_source UNIQUE (payment, source)
)
STRICT;

CREATE TRIGGER bank_statements_refuse_update before update on bank_statements begin select raise(abort, 'bank_statements is append-only: update is refused'); end;

CREATE TRIGGER bank_statements_refuse_delete before delete on bank_statements begin select raise(abort, 'bank_statements is append-only: delete is refused'); end;

CREATE TRIGGER payment_evidences_refuse_update before update on payment_evidences begin select raise(abort, 'payment_evidences is append-only: update is refused'); end;

CREATE TRIGGER payment_evidences_refuse_delete before delete on payment_evidences begin select raise(abort, 'payment_evidences is append-only: delete is refused'); end;

CREATE INDEX ix_payments_surplus ON payments (id) WHERE state = 'matched' and unallocated > 0;

CREATE INDEX ix_customers_country_id ON customers (country, id);

CREATE INDEX ix_opportunities_customer_id ON opportunities (customer, id);

CREATE INDEX ix_opportunities_amount_id ON opportunities (amount, id);

CREATE INDEX ix_opportunities_expected_close_id ON opportunities (expected_close, id);

CREATE INDEX ix_opportunities_owner_id ON opportunities (owner, id);

CREATE INDEX ix_quotes_customer_number_version ON quotes (customer, number, version);

CREATE INDEX ix_contacts_customer_id ON contacts (customer, id);

CREATE INDEX ix_contacts_opportunity_id ON contacts (opportunity, id);

CREATE INDEX ix_contacts_name_id ON contacts (name, id);

CREATE INDEX ix_mandates_customer_reference ON mandates (customer, reference);

CREATE INDEX ix_mandates_signed_on_reference ON mandates (signed_on, reference);

CREATE INDEX ix_contacts_stored_until_id ON contacts (coalesce(stored_until, '0001-01-01'), id);

CREATE TABLE ledger_entries (
kind TEXT NOT NULL,
source TEXT NOT NULL,
subject TEXT NOT NULL,
posted_on TEXT NOT NULL,
customer TEXT NOT NULL,
document TEXT NOT NULL,
recorded_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_ledger_entries PRIMARY KEY (kind, source)
)
STRICT;

CREATE TABLE ledger_postings (
kind TEXT NOT NULL,
source TEXT NOT NULL,
line INTEGER NOT NULL,
role TEXT NOT NULL,
account TEXT NOT NULL,
customer TEXT NOT NULL,
document TEXT NOT NULL,
amount INTEGER NOT NULL,
CONSTRAINT pk_ledger_postings PRIMARY KEY (kind, source, line),
CONSTRAINT fk_ledger_postings_kind FOREIGN KEY(kind, source) REFERENCES ledger_entries (kind, source)
)
STRICT;

CREATE TABLE closed_periods (
kind TEXT NOT NULL,
period TEXT NOT NULL,
first_day TEXT NOT NULL,
last_day TEXT NOT NULL,
closed_on TEXT NOT NULL,
closed_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_closed_periods PRIMARY KEY (kind, period),
CONSTRAINT ck_closed_periods_kind CHECK (kind in ('month', 'vat'))
)
STRICT;

CREATE INDEX ix_ledger_entries_posted_on_source_kind ON ledger_entries (posted_on, source, kind);

CREATE INDEX ix_ledger_entries_subject ON ledger_entries (subject);

CREATE INDEX ix_ledger_postings_document ON ledger_postings (document);

CREATE INDEX ix_ledger_postings_role_customer ON ledger_postings (role, customer);

CREATE TRIGGER ledger_entries_refuse_update before update on ledger_entries begin select raise(abort, 'ledger_entries is append-only: update is refused'); end;

CREATE TRIGGER ledger_entries_refuse_delete before delete on ledger_entries begin select raise(abort, 'ledger_entries is append-only: delete is refused'); end;

CREATE TRIGGER ledger_postings_refuse_update before update on ledger_postings begin select raise(abort, 'ledger_postings is append-only: update is refused'); end;

CREATE TRIGGER ledger_postings_refuse_delete before delete on ledger_postings begin select raise(abort, 'ledger_postings is append-only: delete is refused'); end;

CREATE TRIGGER closed_periods_refuse_update before update on closed_periods begin select raise(abort, 'closed_periods is append-only: update is refused'); end;

CREATE TRIGGER closed_periods_refuse_delete before delete on closed_periods begin select raise(abort, 'closed_periods is append-only: delete is refused'); end;

CREATE TABLE accounting_records (
document TEXT NOT NULL,
tool TEXT NOT NULL,
state TEXT NOT NULL,
id TEXT,
number TEXT,
net INTEGER NOT NULL,
vat INTEGER NOT NULL,
gross INTEGER NOT NULL,
hash TEXT NOT NULL,
because TEXT,
changed_at TEXT NOT NULL,
CONSTRAINT pk_accounting_records PRIMARY KEY (document, tool),
CONSTRAINT ck_accounting_records_state CHECK (state in ('sent', 'booked', 'refused', 'unknown', 'lost')),
CONSTRAINT fk_accounting_records_document FOREIGN KEY(document) REFERENCES issued (number)
)
STRICT;

CREATE INDEX ix_accounting_records_tool_id ON accounting_records (tool, id);

CREATE INDEX ix_accounting_records_tool_state_document ON accounting_records (tool, state, document);

CREATE TABLE vat_checks (
customer TEXT NOT NULL,
sequence INTEGER NOT NULL,
vat_number TEXT NOT NULL,
checked_on TEXT NOT NULL,
result TEXT NOT NULL,
consultation TEXT,
checked_by TEXT NOT NULL,
recorded_at TEXT NOT NULL,
author TEXT NOT NULL,
source TEXT,
requester TEXT,
name TEXT,
address TEXT,
because TEXT,
CONSTRAINT pk_vat_checks PRIMARY KEY (customer, sequence),
CONSTRAINT ck_vat_checks_result CHECK (result in ('valid', 'invalid', 'unknown')),
CONSTRAINT fk_vat_checks_customer FOREIGN KEY(customer) REFERENCES customers (id)
)
STRICT;

CREATE TRIGGER vat_checks_refuse_update before update on vat_checks begin select raise(abort, 'vat_checks is append-only: update is refused'); end;

CREATE TRIGGER vat_checks_refuse_delete before delete on vat_checks begin select raise(abort, 'vat_checks is append-only: delete is refused'); end;

CREATE TABLE payment_refunds (
outgoing TEXT NOT NULL,
sequence INTEGER NOT NULL,
incoming TEXT NOT NULL,
amount INTEGER NOT NULL,
recorded_on TEXT NOT NULL,
recorded_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_payment_refunds PRIMARY KEY (outgoing, sequence),
CONSTRAINT fk_payment_refunds_outgoing FOREIGN KEY(outgoing) REFERENCES payments (id),
CONSTRAINT fk_payment_refunds_incoming FOREIGN KEY(incoming) REFERENCES payments (id)
)
STRICT;

CREATE INDEX ix_payment_refunds_incoming ON payment_refunds (incoming);

CREATE INDEX ix_payments_amount_iban ON payments (amount, iban);

CREATE TRIGGER payment_refunds_refuse_update before update on payment_refunds begin select raise(abort, 'payment_refunds is append-only: update is refused'); end;

CREATE TRIGGER payment_refunds_refuse_delete before delete on payment_refunds begin select raise(abort, 'payment_refunds is append-only: delete is refused'); end;

CREATE TABLE accounting_entries (
kind TEXT NOT NULL,
source TEXT NOT NULL,
tool TEXT NOT NULL,
state TEXT NOT NULL,
id TEXT,
number TEXT,
amount INTEGER NOT NULL,
hash TEXT NOT NULL,
because TEXT,
changed_at TEXT NOT NULL,
CONSTRAINT pk_accounting_entries PRIMARY KEY (kind, source, tool),
CONSTRAINT ck_accounting_entries_state CHECK (state in ('sent', 'booked', 'refused', 'unknown', 'lost')),
CONSTRAINT fk_accounting_entries_kind_source FOREIGN KEY(kind, source) REFERENCES ledger_entries (kind, source)
)
STRICT;

CREATE INDEX ix_accounting_entries_tool_state_source ON accounting_entries (tool, state, source);

CREATE TABLE sessions (
"key" TEXT NOT NULL,
ends_at TEXT NOT NULL,
browser TEXT NOT NULL,
CONSTRAINT pk_sessions PRIMARY KEY ("key"),
CONSTRAINT fk_sessions_key FOREIGN KEY("key") REFERENCES api_keys (prefix)
)
STRICT;

CREATE TABLE passwords (
user TEXT NOT NULL,
hash TEXT NOT NULL,
failures INTEGER NOT NULL,
locked_until TEXT,
changed_at TEXT NOT NULL,
CONSTRAINT pk_passwords PRIMARY KEY (user),
CONSTRAINT fk_passwords_user FOREIGN KEY(user) REFERENCES users (name)
)
STRICT;

CREATE TABLE reminders (
id TEXT NOT NULL,
customer TEXT NOT NULL,
reminded_on TEXT NOT NULL,
procedure TEXT NOT NULL,
level INTEGER NOT NULL,
channel TEXT NOT NULL,
language TEXT NOT NULL,
pay_until TEXT NOT NULL,
currency TEXT NOT NULL,
open INTEGER NOT NULL,
costs INTEGER NOT NULL,
rulebook TEXT NOT NULL,
document TEXT NOT NULL,
recorded_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_reminders PRIMARY KEY (id),
CONSTRAINT ck_reminders_channel CHECK (channel in ('email', 'post'))
)
STRICT;

CREATE TABLE reminder_levels (
document TEXT NOT NULL,
due_on TEXT NOT NULL,
level INTEGER NOT NULL,
reminder TEXT NOT NULL,
interest INTEGER NOT NULL,
CONSTRAINT pk_reminder_levels PRIMARY KEY (document, due_on, level),
CONSTRAINT fk_reminder_levels_reminder FOREIGN KEY(reminder) REFERENCES reminders (id)
)
STRICT;

CREATE TABLE charges (
number TEXT NOT NULL,
reminder TEXT NOT NULL,
document TEXT NOT NULL,
kind TEXT NOT NULL,
charged_on TEXT NOT NULL,
due_on TEXT NOT NULL,
currency TEXT NOT NULL,
amount INTEGER NOT NULL,
CONSTRAINT pk_charges PRIMARY KEY (number),
CONSTRAINT ck_charges_kind CHECK (kind in ('fee', 'interest')),
CONSTRAINT fk_charges_reminder FOREIGN KEY(reminder) REFERENCES reminders (id)
)
STRICT;

CREATE TABLE charge_cancellations (
charge TEXT NOT NULL,
cancelled_on TEXT NOT NULL,
because TEXT NOT NULL,
recorded_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_charge_cancellations PRIMARY KEY (charge),
CONSTRAINT fk_charge_cancellations_charge FOREIGN KEY(charge) REFERENCES charges (number)
)
STRICT;

CREATE TABLE reminder_holds (
document TEXT NOT NULL,
sequence INTEGER NOT NULL,
kind TEXT NOT NULL,
held_on TEXT NOT NULL,
until TEXT,
because TEXT NOT NULL,
recorded_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_reminder_holds PRIMARY KEY (document, sequence),
CONSTRAINT ck_reminder_holds_kind CHECK (kind in ('disputed', 'promised', 'released'))
)
STRICT;

CREATE INDEX ix_reminders_customer_id ON reminders (customer, id);

CREATE INDEX ix_reminder_levels_reminder ON reminder_levels (reminder);

CREATE TRIGGER reminders_refuse_update before update on reminders begin select raise(abort, 'reminders is append-only: update is refused'); end;

CREATE TRIGGER reminders_refuse_delete before delete on reminders begin select raise(abort, 'reminders is append-only: delete is refused'); end;

CREATE TRIGGER reminder_levels_refuse_update before update on reminder_levels begin select raise(abort, 'reminder_levels is append-only: update is refused'); end;

CREATE TRIGGER reminder_levels_refuse_delete before delete on reminder_levels begin select raise(abort, 'reminder_levels is append-only: delete is refused'); end;

CREATE TRIGGER charges_refuse_update before update on charges begin select raise(abort, 'charges is append-only: update is refused'); end;

CREATE TRIGGER charges_refuse_delete before delete on charges begin select raise(abort, 'charges is append-only: delete is refused'); end;

CREATE TRIGGER charge_cancellations_refuse_update before update on charge_cancellations begin select raise(abort, 'charge_cancellations is append-only: update is refused'); end;

CREATE TRIGGER charge_cancellations_refuse_delete before delete on charge_cancellations begin select raise(abort, 'charge_cancellations is append-only: delete is refused'); end;

CREATE TRIGGER reminder_holds_refuse_update before update on reminder_holds begin select raise(abort, 'reminder_holds is append-only: update is refused'); end;

CREATE TRIGGER reminder_holds_refuse_delete before delete on reminder_holds begin select raise(abort, 'reminder_holds is append-only: delete is refused'); end;

CREATE TABLE prepaid_movements (
document TEXT NOT NULL,
line INTEGER NOT NULL,
kind TEXT NOT NULL,
item TEXT NOT NULL,
amount INTEGER NOT NULL,
moved_on TEXT NOT NULL,
"transaction" TEXT NOT NULL,
category TEXT NOT NULL,
rate TEXT NOT NULL,
recorded_at TEXT NOT NULL,
CONSTRAINT pk_prepaid_movements PRIMARY KEY (document, line),
CONSTRAINT ck_prepaid_movements_kind CHECK (kind in ('sold', 'refunded', 'drawn', 'returned', 'lapsed')),
CONSTRAINT fk_prepaid_movements_item FOREIGN KEY(item) REFERENCES items (id)
)
STRICT;

CREATE INDEX ix_prepaid_movements_item_recorded_at ON prepaid_movements (item, recorded_at);

CREATE TRIGGER prepaid_movements_refuse_update before update on prepaid_movements begin select raise(abort, 'prepaid_movements is append-only: update is refused'); end;

CREATE TRIGGER prepaid_movements_refuse_delete before delete on prepaid_movements begin select raise(abort, 'prepaid_movements is append-only: delete is refused'); end;

CREATE TABLE posting_sums (
number TEXT NOT NULL,
account TEXT NOT NULL,
vat_code TEXT NOT NULL,
debit INTEGER NOT NULL,
credit INTEGER NOT NULL,
CONSTRAINT pk_posting_sums PRIMARY KEY (number, account, vat_code),
CONSTRAINT fk_posting_sums_number FOREIGN KEY(number) REFERENCES issued (number)
)
WITHOUT ROWID,
STRICT;

CREATE TRIGGER issued_refuse_update before update on issued begin select raise(abort, 'issued is append-only: update is refused'); end;

CREATE INDEX ix_issued_tax_point_issued_at ON issued (tax_point, issued_at);

CREATE TRIGGER posting_sums_refuse_update before update on posting_sums begin select raise(abort, 'posting_sums is append-only: update is refused'); end;

CREATE TRIGGER posting_sums_refuse_delete before delete on posting_sums begin select raise(abort, 'posting_sums is append-only: delete is refused'); end;

CREATE TABLE doubtful_documents (
document TEXT NOT NULL,
sequence INTEGER NOT NULL,
state TEXT NOT NULL,
allowance INTEGER NOT NULL,
since TEXT NOT NULL,
because TEXT NOT NULL,
recorded_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_doubtful_documents PRIMARY KEY (document, sequence),
CONSTRAINT ck_doubtful_documents_state CHECK (state in ('doubtful', 'ended')),
CONSTRAINT ck_doubtful_documents_allowance CHECK (allowance between 0 and 1000000)
)
STRICT;

CREATE TRIGGER doubtful_documents_refuse_update before update on doubtful_documents begin select raise(abort, 'doubtful_documents is append-only: update is refused'); end;

CREATE TRIGGER doubtful_documents_refuse_delete before delete on doubtful_documents begin select raise(abort, 'doubtful_documents is append-only: delete is refused'); end;

CREATE INDEX ix_charges_reminder_number ON charges (reminder, number);

CREATE INDEX ix_charges_document_number ON charges (document, number);

CREATE TABLE payment_allocations (
payment TEXT NOT NULL,
sequence INTEGER NOT NULL,
document TEXT NOT NULL,
amount INTEGER NOT NULL,
kind TEXT NOT NULL,
allocated_on TEXT NOT NULL,
allocated_at TEXT NOT NULL,
author TEXT NOT NULL,
CONSTRAINT pk_payment_allocations PRIMARY KEY (payment, sequence),
CONSTRAINT ck_payment_allocations_kind CHECK (kind in ('payment', 'difference', 'cash-discount', 'write-off', 'write-off-vat', 'charge', 'exchange')),
CONSTRAINT fk_payment_allocations_payment FOREIGN KEY(payment) REFERENCES payments (id)
)
STRICT;

CREATE INDEX ix_payment_allocations_document ON payment_allocations (document);

CREATE TRIGGER payment_allocations_refuse_update before update on payment_allocations begin select raise(abort, 'payment_allocations is append-only: update is refused'); end;

CREATE TRIGGER payment_allocations_refuse_delete before delete on payment_allocations begin select raise(abort, 'payment_allocations is append-only: delete is refused'); end;

CREATE TABLE rulebook_drafts (
author TEXT NOT NULL,
base INTEGER,
is_shared INTEGER NOT NULL,
changed_at TEXT NOT NULL,
files TEXT NOT NULL, changed_by TEXT,
CONSTRAINT pk_rulebook_drafts PRIMARY KEY (author),
CONSTRAINT fk_rulebook_drafts_base FOREIGN KEY(base) REFERENCES rulebook_versions (number)
)
STRICT;

CREATE TABLE live_comparisons (
author TEXT NOT NULL,
token TEXT NOT NULL,
compared TEXT NOT NULL,
texts_hash TEXT NOT NULL,
started_at TEXT NOT NULL,
beat_at TEXT NOT NULL,
state TEXT NOT NULL,
done INTEGER NOT NULL,
total INTEGER NOT NULL,
answer TEXT,
CONSTRAINT pk_live_comparisons PRIMARY KEY (author),
CONSTRAINT ck_live_comparisons_state CHECK (state in ('running', 'done', 'stopped', 'cut-off', 'refused'))
)
STRICT;

CREATE INDEX ix_transactions_held ON transactions (item) WHERE state = 1;

CREATE TABLE company_accounts (
issuer TEXT NOT NULL,
subject TEXT NOT NULL,
user TEXT NOT NULL,
bound_at TEXT NOT NULL,
CONSTRAINT pk_company_accounts PRIMARY KEY (issuer, subject),
CONSTRAINT fk_company_accounts_user FOREIGN KEY(user) REFERENCES users (name)
)
STRICT;

CREATE UNIQUE INDEX uq_company_accounts_user_issuer ON company_accounts (user, issuer);

CREATE TABLE order_sums (
billing_date INTEGER NOT NULL,
order_type TEXT NOT NULL,
"order" TEXT NOT NULL,
invoiceable_from INTEGER NOT NULL,
planned_net INTEGER NOT NULL,
expected_net INTEGER NOT NULL,
held_net INTEGER NOT NULL,
invoiced_net INTEGER NOT NULL,
elsewhere_net INTEGER NOT NULL,
cancelled_net INTEGER NOT NULL,
planned_count INTEGER NOT NULL,
expected_count INTEGER NOT NULL,
held_count INTEGER NOT NULL,
invoiced_count INTEGER NOT NULL,
elsewhere_count INTEGER NOT NULL,
cancelled_count INTEGER NOT NULL,
CONSTRAINT pk_order_sums PRIMARY KEY (billing_date, order_type, "order", invoiceable_from),
CONSTRAINT fk_order_sums_order FOREIGN KEY("order") REFERENCES orders (id)
)
WITHOUT ROWID,
STRICT;

CREATE INDEX ix_order_sums_order_billing_date ON order_sums ("order", billing_date);

CREATE INDEX ix_transactions_expected_usage ON transactions (billing_date) WHERE expected and kind in (5, 6, 7);

CREATE INDEX ix_issued_due ON issued (due_on, kind, number, gross, net, vat, currency, order_type);

CREATE INDEX ix_order_sums_open ON order_sums (invoiceable_from) WHERE planned_count + expected_count + held_count > 0;

INSERT INTO alembic_version VALUES ('order_sums');
