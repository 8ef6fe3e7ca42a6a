"""The table of the rules of e-invoices that were added to those of the program."""

from __future__ import annotations

from api.store.columns import instant, table, text, whole

e_invoice_rules = table(
    "e_invoice_rules",
    text("name", key=True),
    text("version"),
    text("scope"),
    text("source"),
    text("digest"),
    whole("assertions"),
    instant("added_at"),
    text("added_by"),
    text("stylesheet"),
)
"""`digest` is that of the file as it was given; `stylesheet` is what was made of it."""
