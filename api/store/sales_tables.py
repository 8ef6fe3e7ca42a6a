"""The tables of sales: histories of customers and opportunities, evidence of VAT numbers, and what was done and noted."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Index

from api.store.columns import day, history, instant, one_of, sentence, table, text, whole

customer_changes = history("customer_changes", "customer", of="customers.id")
opportunity_changes = history("opportunity_changes", "opportunity", of="opportunities.id")

customer_addresses = table(
    "customer_addresses",
    text("customer", key=True, of="customers.id"),
    text("name", key=True),
    text("kind"),
    text("recipient", needed=False),
    text("street"),
    text("postcode"),
    text("town"),
    text("country"),
)

customer_references = table(
    "customer_references",
    text("system", key=True),
    text("reference", key=True),
    text("customer", of="customers.id"),
    Index(None, "customer"),
)
"""The names of customers in other systems, such as a CRM."""

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
    text("source", needed=False),
    text("requester", needed=False),
    text("name", needed=False),
    text("address", needed=False),
    sentence("because"),
    one_of("result", "valid", "invalid", "unknown"),
)
"""Evidence of VAT numbers, by hand and from registers; `unknown`: a register had no answer, and `because` says why."""

activities = table(
    "activities",
    text("about", key=True),
    text("name", key=True),
    whole("sequence", key=True),
    text("kind"),
    text("text"),
    text("owner", needed=False),
    day("due_on", needed=False),
    day("done_on", needed=False),
    text("done_by", needed=False),
    instant("recorded_at"),
    text("author"),
    one_of("about", "customer", "opportunity"),
    CheckConstraint("(done_on is null) = (done_by is null)", name="done"),
    one_of("kind", "note", "call", "meeting", "mail"),
)
"""What is to be done, was done and noted; `about` and `name` say about which customer or opportunity. An erasure deletes them."""

quote_replies = table(
    "quote_replies",
    text("number", key=True),
    whole("version", key=True),
    text("link"),
    text("reply"),
    text("name", needed=False),
    text("purchase_order", needed=False),
    text("note", needed=False),
    text("chosen"),
    text("language"),
    text("pdf_hash"),
    instant("shown_at"),
    day("replied_on"),
    instant("replied_at"),
    text("address", needed=False),
    text("user_agent", needed=False),
    sentence("because"),
    day("stored_until", needed=False),
    day("erased_on", needed=False),
    text("erased_by", needed=False),
    text("erased_because", needed=False),
    one_of("reply", "accepted", "agreed", "declined"),
    CheckConstraint("(erased_on is null) = (erased_by is null)", name="erased"),
)
"""What customers replied on the links of their quotes, one reply a version, with the evidence of it. `agreed`: somebody of ours must finish
the acceptance, `because` says why. An erasure empties what is personal and says who decided it."""

APPEND_ONLY: Final = ("customer_changes", "opportunity_changes", "vat_checks")
"""Those whose rows are never changed or deleted; an erasure may empty what a change says."""
