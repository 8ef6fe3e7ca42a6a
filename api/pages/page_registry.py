"""The pages of their own: those that show a record in place of the general page, and those with addresses that no route of the desk has."""

from __future__ import annotations

from typing import Final

from api.pages.account import account_page
from api.pages.account.sessions_page import SESSIONS_PAGE
from api.pages.administration import import_page
from api.pages.administration.installation_pages import DOCTOR_PAGE, SETTINGS_PAGE
from api.pages.customers.customer_page import CUSTOMER_PAGE
from api.pages.deliveries.deliveries_page import DELIVERIES_PAGE
from api.pages.forecast import forecast_page
from api.pages.home import home_page, search_page
from api.pages.invoices import credit_page
from api.pages.invoices.invoice_page import INVOICE_PAGE
from api.pages.orders import activation_page
from api.pages.orders.order_page import ORDER_PAGE
from api.pages.own_routes import OwnRoutes
from api.pages.payments.payment_page import PAYMENT_PAGE
from api.pages.payments.payments_page import PAYMENTS_PAGE
from api.pages.pipeline import pipeline_page
from api.pages.pipeline.opportunity_page import OPPORTUNITY_PAGE
from api.pages.programs.programs_pages import KEYS_PAGE, WEBHOOKS_PAGE
from api.pages.quotes import quote_preview_page
from api.pages.quotes.quote_page import QUOTE_PAGE
from api.pages.records import choice_search, reports_index
from api.pages.records.own_pages import OwnPages
from api.pages.rulebooks.drafts_page import DRAFTS_PAGE
from api.pages.rulebooks.version_page import VERSION_PAGE
from api.pages.rulebooks.versions_page import VERSIONS_PAGE
from api.pages.rules.effect_page import EFFECT_PAGE
from api.pages.runs import held_back_page, preview_page, to_invoice_page
from api.pages.runs.run_page import RUN_PAGE

OWN_PAGES: Final[OwnPages] = {
    "get_customer": CUSTOMER_PAGE,
    "get_order": ORDER_PAGE,
    "get_invoice": INVOICE_PAGE,
    "get_quote": QUOTE_PAGE,
    "get_run": RUN_PAGE,
    "list_rulebooks": VERSIONS_PAGE,
    "get_rulebook": VERSION_PAGE,
    "list_drafts": DRAFTS_PAGE,
    "get_effect": EFFECT_PAGE,
    "get_opportunity": OPPORTUNITY_PAGE,
    "get_payment": PAYMENT_PAGE,
    "list_payments": PAYMENTS_PAGE,
    "list_outbox": DELIVERIES_PAGE,
    "list_keys": KEYS_PAGE,
    "list_webhooks": WEBHOOKS_PAGE,
    "check_installation": DOCTOR_PAGE,
    "list_settings": SETTINGS_PAGE,
    "list_sessions": SESSIONS_PAGE,
}
"""By the name of the route that answers the record."""

OWN_ROUTES: Final[OwnRoutes] = (
    *home_page.ROUTES,
    *account_page.ROUTES,
    *import_page.ROUTES,
    *search_page.ROUTES,
    *pipeline_page.ROUTES,
    *reports_index.ROUTES,
    *choice_search.ROUTES,
    *activation_page.ROUTES,
    *quote_preview_page.ROUTES,
    *credit_page.ROUTES,
    *to_invoice_page.ROUTES,
    *forecast_page.ROUTES,
    *held_back_page.ROUTES,
    *preview_page.ROUTES,
)
"""Before the routes of the desk: a name in a path of theirs takes any text."""
