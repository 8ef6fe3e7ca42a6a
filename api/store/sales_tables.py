"""The tables of sales: the history of customers, evidence of their VAT numbers, and what was done and noted about whom."""

from __future__ import annotations

from typing import Final

from api.store.columns import day, instant, one_of, table, text, whole

customer_changes = table(
    "customer_changes",
    text("customer", key=True, of="customers.id"),
    whole("sequence", key=True),
    text("field", key=True),
    text("before", needed=False),
    text("after", needed=False),
    day("changed_on"),
    instant("changed_at"),
    text("author"),
)

vat_checks = table(
    "vat_checks",
    text("customer", key=True, of="customers.id"),
    whole("sequence", key=True),
    text("vat_number"),
    day("checked_on"),
    text("result"),
    text("consultation", needed=False),
    text("checked_by"),
    instant("recorded_at"),
    text("author"),
    one_of("result", "valid", "invalid"),
)

activities = table(
    "activities",
    text("about", key=True),
    text("name", key=True),
    whole("sequence", key=True),
    text("kind"),
    text("text"),
    day("done_on"),
    text("done_by"),
    instant("recorded_at"),
    text("author"),
    one_of("about", "customer", "opportunity"),
    one_of("kind", "note", "call", "meeting", "mail"),
)
"""What was done and noted; `about` and `name` say about which customer or opportunity. An erasure deletes them."""

APPEND_ONLY: Final = ("customer_changes", "vat_checks")
"""Those whose rows are never changed or deleted; an erasure may empty what a change of a customer says."""
