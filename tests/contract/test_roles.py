"""Every route of the desk by every role: what is declared, against a table that nobody generates."""

import re

from api.desk.access import RESOURCES
from api.http.route_declarations import Route
from api.http.routes.registry import all_routes
from api.store.users import ROLES
from tests.contract.desk_over_http import DeskOverHttp

OPEN_REPORTS = (
    "events",
    "conversion",
    "advice",
    "activities",
    "to_invoice",
    "forecast",
    "pipeline",
    "held_back",
    "slots",
    "mrr",
    "reconciliation",
    "renewals",
)
_OF_FINANCE = ("open_items", "ageing", "doubtful", "prepaid", "vat", "vat_documents", "ic_listing", "annual_listing", "oss_return")
ALL = "sales billing accounting analyst admin"
SELLING, ORDERING, BILLS = "sales admin", "sales billing admin", "billing accounting admin"
ALLOWED = {
    **dict.fromkeys(("list_webhooks", "get_webhook", "create_webhook", "rotate_webhook", "change_webhook"), "admin"),
    **dict.fromkeys(("delete_webhook", "test_webhook"), "admin"),
    **dict.fromkeys(
        ("list_outbox", "export_outbox", "get_message", "retry_message", "skip_message", "reject_message", "deliver_invoice"), BILLS
    ),
    "get_deliveries": ALL,
    **dict.fromkeys(("check_e_invoice", "list_official_rules"), ALL),
    **dict.fromkeys(("add_official_rules", "remove_official_rules"), "admin"),
    **dict.fromkeys(("list_payments", "export_payments", "get_payment", "enter_payment", "match_payment", "release_payment"), BILLS),
    **dict.fromkeys(("refund_payment", "exchange_payment"), BILLS),
    "print_draft": ALL,
    "import_bank_statements": BILLS,
    **dict.fromkeys(("list_bookings", "export_bookings", "retry_one_booking", "check_accounting"), "accounting admin"),
    **dict.fromkeys(("reconcile_accounting", "read_accounting_payments"), "accounting admin"),
    "write_off": BILLS,
    **dict.fromkeys(("post_payments", "close_month", "close_vat", "get_pack"), BILLS),
    **dict.fromkeys(
        ("list_reminders", "export_reminders", "list_charges", "export_charges", "get_sent_reminder", "print_letter", "preview_reminders"),
        BILLS,
    ),
    **dict.fromkeys(("remind_customers", "deliver_reminder", "cancel_charge"), BILLS),
    **dict.fromkeys(("dispute_invoice", "promise_invoice", "release_invoice", "doubt_invoice"), BILLS),
    **dict.fromkeys(
        (
            "list_drafts",
            "get_draft",
            "get_effect",
            "start_effect",
            "stop_effect",
            "get_patch",
            "change_draft",
            "rebase_draft",
            "discard_draft",
        ),
        "analyst admin",
    ),
    "propose_draft": "analyst admin",
    "list_customers": ALL,
    "export_customers": ALL,
    "get_customer": ALL,
    "erase_customer": ORDERING,
    "list_contacts": ALL,
    "export_contacts": ALL,
    "get_contact": ALL,
    "erase_contact": ORDERING,
    **dict.fromkeys(("list_replies", "export_replies", "erase_reply"), ORDERING),
    "list_mandates": BILLS,
    "export_mandates": BILLS,
    "list_opportunities": ALL,
    "export_opportunities": ALL,
    "get_opportunity": ALL,
    "open_opportunity": SELLING,
    "change_opportunity": SELLING,
    "move_opportunity": SELLING,
    "win_opportunity": SELLING,
    "lose_opportunity": SELLING,
    "reopen_opportunity": SELLING,
    "erase_prospect": SELLING,
    "cancel_opportunity": SELLING,
    "set_primary": SELLING,
    "opportunity_activity_list": ALL,
    "add_opportunity_activity": SELLING,
    "finish_opportunity_activity": SELLING,
    "set_address": ORDERING,
    "remove_address": ORDERING,
    "set_reference": ORDERING,
    "find_reference": ALL,
    "merge_customers": ORDERING,
    "register_prospect": SELLING,
    "create_contact": ORDERING,
    "change_contact": ORDERING,
    "customer_activity_list": ALL,
    "add_customer_activity": ORDERING,
    "finish_customer_activity": ORDERING,
    "list_quotes": ALL,
    "export_quotes": ALL,
    "get_quote": ALL,
    "explain_quote": ALL,
    "print_quote": ALL,
    "get_link": SELLING,
    **dict.fromkeys(("get_statement", "print_statement", "get_reminder", "print_reminder"), ALL),
    **dict.fromkeys(("deliver_quote", "note_sent"), SELLING),
    **dict.fromkeys(("quote_deliveries", "order_deliveries"), ALL),
    "confirm_order": ORDERING,
    "make_quote": SELLING,
    "make_version": SELLING,
    "approve_quote": ALL,
    "quote_history": ALL,
    "compare_quote": ALL,
    **dict.fromkeys(("add_quoted_line", "change_line", "remove_line", "submit_quote", "preview_acceptance"), SELLING),
    "send_quote": SELLING,
    "refuse_quote": SELLING,
    "accept_quote": SELLING,
    "customer_history": ALL,
    "create_customer": "sales billing admin",
    "change_customer": "sales billing admin",
    "hold_customer": "sales billing accounting admin",
    "release_customer": "sales billing accounting admin",
    "note_customer": "sales billing accounting admin",
    "check_vat_number": "billing accounting admin",
    "ask_register": "billing accounting admin",
    "list_orders": ALL,
    "export_orders": ALL,
    "get_order": ALL,
    "print_order": ALL,
    "enter_order": ORDERING,
    "activate_order": ORDERING,
    "list_items": ALL,
    "export_items": ALL,
    "get_item": ALL,
    "activate_item": ORDERING,
    **dict.fromkeys(
        (
            *("cancel_order", "report_event", "add_line", "set_fields", "set_terms", "set_delivery", "give_notice", "agree_contract"),
            *("undo_step", "move_step", "preview_verb"),
            *("suspend_item", "resume_item", "end_item", "change_item", "swap_item", "cancel_item"),
        ),
        ORDERING,
    ),
    "list_transactions": ALL,
    "export_transactions": ALL,
    "list_usage": ALL,
    "export_usage": ALL,
    "get_usage": ALL,
    "report_usage": "sales billing admin",
    "list_runs": ALL,
    "export_runs": ALL,
    "get_run": ALL,
    "get_progress": ALL,
    "start_billing": "billing admin",
    "resume_run": "billing admin",
    "list_forecasts": ALL,
    "store_forecast": "billing accounting analyst admin",
    "payment_candidates": "billing accounting admin",
    "preview_credit": "billing accounting admin",
    "retry_run": "billing accounting admin",
    "print_run_invoices": "billing accounting admin",
    "list_invoices": ALL,
    "export_invoices": ALL,
    "get_invoice": ALL,
    "print_invoice": ALL,
    "get_xml": ALL,
    "explain_invoice": ALL,
    "credit_invoice": BILLS,
    "rebill_invoice": "billing admin",
    **{f"{verb}_{report}": ALL for report in OPEN_REPORTS for verb in ("report", "export")},
    "report_journal": BILLS,
    "export_journal": BILLS,
    **dict.fromkeys((f"{verb}_{name}" for verb in ("report", "export") for name in _OF_FINANCE), BILLS),
    "list_rulebooks": ALL,
    "get_rulebook": ALL,
    "get_files": ALL,
    "withdraw_rulebook": "analyst admin",
    "approve_rulebook": "analyst admin",
    "roll_back": "analyst admin",
    "publish_rulebook": "analyst admin",
    "list_users": "admin",
    "export_users": "admin",
    "get_user": "admin",
    "add_user": "admin",
    "change_user": "admin",
    "reset_password": "admin",
    "unbind_user": "admin",
    "list_sessions": "admin",
    "end_sessions": "admin",
    "list_keys": "admin",
    "get_key": "admin",
    "create_key": "admin",
    "revoke_key": "admin",
    "try_import": "admin",
    "import_records": "admin",
    "check_installation": "admin",
    "list_settings": "admin",
    "list_audit": "admin",
    "export_audit": "admin",
}
"""Who may send what."""
ROUTES = {route.name: route for route in all_routes()}


def test_the_table_names_every_route() -> None:
    assert len(ROUTES) == len(all_routes()), "each operation has its own name"
    assert sorted(ALLOWED) == sorted(ROUTES)
    assert {route.resource for route in ROUTES.values()} <= set(RESOURCES), "a scope can name each resource"


def test_a_route_opens_to_its_roles_and_to_no_other(lone: DeskOverHttp) -> None:
    opened = {name: [role for role in ROLES if _gets_in(lone, ROUTES[name], role)] for name in ALLOWED}
    assert opened == {name: [role for role in ROLES if role in roles.split()] for name, roles in ALLOWED.items()}


def test_no_route_opens_without_a_key(lone: DeskOverHttp) -> None:
    for route in ROUTES.values():
        assert lone.client.request(route.method, address_of(route)).status_code == 401, route.path


def _gets_in(http: DeskOverHttp, route: Route, role: str) -> bool:
    """Whether a role gets as far as a mistake in its request."""
    status = http.of(role).call(route.method, f"{address_of(route)}?none=1").status_code
    assert status in (403, 422), (route.path, role, status)
    return status != 403


def address_of(route: Route) -> str:
    """An address of a route, where there is nothing."""
    return re.sub(r"\{\w+\}", "none", route.path.replace("{format}", "csv"))
