"""Short labels for people: of what they can do and see from a page, by the name of the route, and of fields and columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from api.http.route_declarations import Route
from api.output.sheets import head
from engine.phrases import Language, Phrase, as_written, phrase, say

_ABBREVIATIONS: Final = re.compile(r"\b(vat|id|mrr|arr|xml|pdf|url|iban|bic)\b", re.IGNORECASE)
_LABELS: Final[Mapping[str, Phrase]] = {
    "create_customer": phrase("New customer"),
    "change_customer": phrase("Edit"),
    "hold_customer": phrase("Put on hold"),
    "release_customer": phrase("Release the hold"),
    "note_customer": phrase("Add a note"),
    "check_vat_number": phrase("Record a VAT check"),
    "ask_register": phrase("Check in VIES"),
    "customer_history": phrase("History"),
    "erase_customer": phrase("Erase personal data"),
    "get_statement": phrase("Statement of account"),
    "print_statement": phrase("Statement (PDF)"),
    "get_reminder": phrase("What is overdue"),
    "print_reminder": phrase("Reminder (PDF)"),
    "print_draft": phrase("Draft of the next invoice (PDF)"),
    "customer_activity_list": phrase("Activities"),
    "add_customer_activity": phrase("Add an activity"),
    "finish_customer_activity": phrase("Complete an activity"),
    "set_address": phrase("Add an address"),
    "remove_address": phrase("Remove an address"),
    "set_reference": phrase("Set a reference"),
    "merge_customers": phrase("Merge"),
    "create_contact": phrase("New contact"),
    "change_contact": phrase("Edit"),
    "erase_contact": phrase("Erase"),
    "open_opportunity": phrase("New opportunity"),
    "change_opportunity": phrase("Edit"),
    "register_prospect": phrase("Register as a customer"),
    "set_primary": phrase("Choose the main quote"),
    "move_opportunity": phrase("Move to a stage"),
    "win_opportunity": phrase("Mark as won"),
    "lose_opportunity": phrase("Mark as lost"),
    "cancel_opportunity": phrase("Give up"),
    "reopen_opportunity": phrase("Reopen"),
    "erase_prospect": phrase("Erase personal data"),
    "opportunity_activity_list": phrase("Activities"),
    "add_opportunity_activity": phrase("Add an activity"),
    "finish_opportunity_activity": phrase("Complete an activity"),
    "quote_history": phrase("Versions"),
    "explain_quote": phrase("Explanation"),
    "compare_quote": phrase("Compare billing types and plans"),
    "print_quote": phrase("Quote (PDF)"),
    "make_quote": phrase("New quote"),
    "make_version": phrase("New version"),
    "add_quoted_line": phrase("Add a line"),
    "change_line": phrase("Edit a line"),
    "remove_line": phrase("Remove a line"),
    "submit_quote": phrase("Submit"),
    "approve_quote": phrase("Approve"),
    "send_quote": phrase("Send by e-mail"),
    "note_sent": phrase("Mark as sent"),
    "refuse_quote": phrase("Mark as refused"),
    "accept_quote": phrase("Accept"),
    "preview_acceptance": phrase("Preview the acceptance"),
    "get_link": phrase("Link for the customer"),
    "erase_reply": phrase("Erase personal data of replies"),
    "quote_deliveries": phrase("Deliveries"),
    "deliver_quote": phrase("Send again"),
    "print_order": phrase("Confirmation (PDF)"),
    "enter_order": phrase("New order"),
    "activate_order": phrase("Activate"),
    "order_deliveries": phrase("Deliveries"),
    "confirm_order": phrase("Send the confirmation"),
    "report_event": phrase("Report an event"),
    "cancel_order": phrase("Cancel"),
    "add_line": phrase("Add a line"),
    "set_fields": phrase("Set own fields"),
    "set_terms": phrase("Set payment terms"),
    "set_delivery": phrase("Set the delivery address"),
    "give_notice": phrase("Record a notice"),
    "agree_contract": phrase("Agree contract terms"),
    "undo_step": phrase("Undo the last step"),
    "move_step": phrase("Move the last step"),
    "suspend_item": phrase("Suspend"),
    "resume_item": phrase("Resume"),
    "end_item": phrase("End"),
    "change_item": phrase("Change quantity, price or billing"),
    "swap_item": phrase("Swap the product"),
    "cancel_item": phrase("Cancel"),
    "preview_verb": phrase("Preview a change"),
    "activate_item": phrase("Activate"),
    "report_usage": phrase("Report usage"),
    "get_progress": phrase("Progress"),
    "start_billing": phrase("Start a run"),
    "resume_run": phrase("Resume the run"),
    "preview_credit": phrase("Preview a credit note"),
    "payment_candidates": phrase("What it may settle"),
    "list_forecasts": phrase("Stored forecasts"),
    "store_forecast": phrase("Store the forecast"),
    "retry_run": phrase("Send again what failed"),
    "print_run_invoices": phrase("Print the PDFs that are missing"),
    "print_invoice": phrase("Document (PDF)"),
    "get_xml": phrase("E-invoice (XML)"),
    "explain_invoice": phrase("Explanation"),
    "credit_invoice": phrase("Credit"),
    "rebill_invoice": phrase("Bill again"),
    "get_deliveries": phrase("Deliveries"),
    "deliver_invoice": phrase("Send again"),
    "dispute_invoice": phrase("Mark as disputed"),
    "promise_invoice": phrase("Note a promise to pay"),
    "release_invoice": phrase("Lift dispute or promise"),
    "doubt_invoice": phrase("Mark as doubtful"),
    "enter_payment": phrase("Enter a payment"),
    "match_payment": phrase("Match"),
    "release_payment": phrase("Unmatch"),
    "refund_payment": phrase("Enter a refund"),
    "exchange_payment": phrase("Enter the amount credited"),
    "write_off": phrase("Write off"),
    "import_bank_statements": phrase("Import a bank file"),
    "print_letter": phrase("Letter (PDF)"),
    "preview_reminders": phrase("Preview reminders"),
    "remind_customers": phrase("Make reminders"),
    "cancel_charge": phrase("Cancel the charge"),
    "deliver_reminder": phrase("Send again"),
    "post_payments": phrase("Post payments"),
    "close_month": phrase("Close a month"),
    "close_vat": phrase("Close a VAT period"),
    "get_pack": phrase("Pack of the month (ZIP)"),
    "retry_one_booking": phrase("Book again"),
    "check_accounting": phrase("Check the accounting tool"),
    "reconcile_accounting": phrase("Compare with the accounting tool"),
    "read_accounting_payments": phrase("Read payments of the accounting tool"),
    "check_e_invoice": phrase("Check an e-invoice"),
    "add_official_rules": phrase("Add official rules"),
    "remove_official_rules": phrase("Remove official rules"),
    "get_files": phrase("Files"),
    "publish_rulebook": phrase("Publish"),
    "withdraw_rulebook": phrase("Withdraw"),
    "approve_rulebook": phrase("Publish it"),
    "roll_back": phrase("Roll back to this version"),
    "get_effect": phrase("Effect on live orders"),
    "get_patch": phrase("Patch"),
    "change_draft": phrase("Edit"),
    "start_effect": phrase("Compare live orders"),
    "stop_effect": phrase("Stop the comparison"),
    "rebase_draft": phrase("Rebase on the version in force"),
    "discard_draft": phrase("Discard"),
    "propose_draft": phrase("Propose"),
    "add_user": phrase("New person"),
    "change_user": phrase("Edit"),
    "reset_password": phrase("New password"),
    "unbind_user": phrase("Unbind the company account"),
    "list_sessions": phrase("Sessions"),
    "end_sessions": phrase("End all sessions"),
    "create_key": phrase("New key"),
    "revoke_key": phrase("Revoke"),
    "create_webhook": phrase("New webhook"),
    "test_webhook": phrase("Send a test event"),
    "rotate_webhook": phrase("New secret"),
    "change_webhook": phrase("Stop or start"),
    "delete_webhook": phrase("Delete"),
    "import_records": phrase("Import"),
    "try_import": phrase("Try an import"),
    "check_installation": phrase("Checks of the installation"),
    "list_settings": phrase("Settings"),
    "retry_message": phrase("Retry now"),
    "skip_message": phrase("Skip"),
    "reject_message": phrase("Mark as not arrived"),
}
_FIELDS: Final[Mapping[str, Phrase]] = {
    "order_by": phrase("Sort by"),
    "workers": phrase("Processes at work"),
    "shards": phrase("Parts"),
    "bookings": phrase("Bookings"),
    "e-invoices": phrase("Rules of e-invoices"),
    "in_force_from": phrase("In force from"),
    "rolls_back_to": phrase("Rolls back to"),
    "system": phrase("System"),
    "year_change": phrase("Change over a year"),
}
"""Fields whose names are words of programmers, or may be read otherwise."""

_OF_ACCOUNTS: Final[Mapping[str, Phrase]] = {
    "sign_on": phrase("Taken over from the company account"),
    "sign_on_bound": phrase("Bound to a company account"),
    "sign_on_refused": phrase("Another company account was refused"),
}
"""What the audit trail says of people who sign in at the company; no button does it."""


_VALUES: Final[Mapping[str, str]] = {
    "part-paid": "partly paid",
    "write-off-vat": "VAT written off",
    "intra-community": "intra-Community",
    "co-contractor": "co-contractor",
    "factur-x": "Factur-X",
}
"""Words of the program that are written otherwise in English than with spaces."""
_SEVERAL_WORDS: Final = re.compile(r"[a-z]+(?:-[a-z]+)+")


def value_label(value: str, language: Language) -> str:
    """A word of the program, such as the state `to-invoice`, in words of the language: `to invoice`."""
    if language != "en":
        return say(as_written(value), language)
    return _VALUES.get(value) or (value.replace("-", " ") if _SEVERAL_WORDS.fullmatch(value) else value)


def label_of(route: Route, language: Language) -> str:
    """The text of the button or the link that leads to a route: two or three words of the language."""
    return say(_LABELS[route.name], language)


def action_label(action: str, language: Language) -> str:
    """What was done, as its button says it; the name of a command as it is."""
    label = _LABELS.get(action) or _OF_ACCOUNTS.get(action)
    return action if label is None else say(label, language)


def field_label(name: str, language: Language) -> str:
    """The label of a field or a column, of its name in JSON and CSV: `VAT number` of `vat_number`."""
    if name in _FIELDS:
        return say(_FIELDS[name], language)
    text = _ABBREVIATIONS.sub(lambda word: word[0].upper(), head(name, language))
    return text[:1].upper() + text[1:]
