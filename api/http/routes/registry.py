"""The resources of the desk over HTTP: each has a module, and one line here."""

from __future__ import annotations

from typing import Final

from api.http.route_declarations import Resource, Route
from api.http.routes.account_routes import customers_with_accounts
from api.http.routes.accounting import accounting
from api.http.routes.activity_routes import customer_activities, opportunity_activities
from api.http.routes.administration import administration
from api.http.routes.audit import audit
from api.http.routes.bank_statements import bank_statements
from api.http.routes.contacts import contacts, mandates
from api.http.routes.customer_parties import customer_parties
from api.http.routes.drafts import drafts
from api.http.routes.e_invoices import e_invoices
from api.http.routes.forecasts import forecasts
from api.http.routes.imports import imports
from api.http.routes.invoices import invoices
from api.http.routes.items import items
from api.http.routes.journal_routes import journal
from api.http.routes.keys import keys
from api.http.routes.link_routes import quotes_with_links
from api.http.routes.opportunities import opportunities
from api.http.routes.outbox import outbox
from api.http.routes.payments import payments
from api.http.routes.reminders import reminders
from api.http.routes.report_routes import reports
from api.http.routes.rulebooks import rulebooks
from api.http.routes.runs import runs
from api.http.routes.transactions import transactions
from api.http.routes.usage_reporting import usage
from api.http.routes.users import users
from api.http.routes.verbs_of_orders import ORDERS_WITH_VERBS
from api.http.routes.webhooks import webhooks

RESOURCES: Final[tuple[Resource, ...]] = (
    customers_with_accounts,
    customer_activities,
    customer_parties,
    contacts,
    mandates,
    opportunities,
    opportunity_activities,
    quotes_with_links,
    ORDERS_WITH_VERBS,
    items,
    transactions,
    usage,
    runs,
    invoices,
    payments,
    bank_statements,
    reminders,
    journal,
    accounting,
    e_invoices,
    reports,
    forecasts,
    rulebooks,
    drafts,
    users,
    keys,
    webhooks,
    outbox,
    audit,
    imports,
    administration,
)
"""In the order of the reference page."""


def all_routes() -> tuple[Route, ...]:
    """Every route of the desk."""
    return tuple(route for resource in RESOURCES for route in resource.routes)
