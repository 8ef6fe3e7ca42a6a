"""The tables of reminders: letters, the levels that claims reached, fees and interest, and documents of which nobody is reminded."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Index

from api.store.columns import day, instant, one_of, table, text, whole

reminders = table(
    "reminders",
    text("id", key=True),
    text("customer"),
    day("reminded_on"),
    text("procedure"),
    whole("level"),
    text("channel"),
    text("language"),
    day("pay_until"),
    text("currency"),
    whole("open"),
    whole("costs"),
    text("rulebook"),
    text("document"),
    instant("recorded_at"),
    text("author"),
    one_of("channel", "email", "post"),
    Index(None, "customer", "id"),
)
"""Reminders as they were made, without the data of the customer; `document` has their figures and texts."""

reminder_levels = table(
    "reminder_levels",
    text("document", key=True),
    day("due_on", key=True),
    whole("level", key=True),
    text("reminder", of="reminders.id"),
    whole("interest"),
    Index(None, "reminder"),
)
"""Which level a claim reached by which reminder, once: a document, or the part of it that is due on a day."""

charges = table(
    "charges",
    text("number", key=True),
    text("reminder", of="reminders.id"),
    text("document"),
    text("kind"),
    day("charged_on"),
    day("due_on"),
    text("currency"),
    whole("amount"),
    one_of("kind", "fee", "interest"),
    Index(None, "reminder", "number"),
    Index(None, "document", "number"),
)
"""Fees and interest that customers owe beside a document."""

charge_cancellations = table(
    "charge_cancellations",
    text("charge", key=True, of="charges.number"),
    day("cancelled_on"),
    text("because"),
    instant("recorded_at"),
    text("author"),
)
"""Charges that are not owed any more."""

reminder_holds = table(
    "reminder_holds",
    text("document", key=True),
    whole("sequence", key=True),
    text("kind"),
    day("held_on"),
    day("until", needed=False),
    text("because"),
    instant("recorded_at"),
    text("author"),
    one_of("kind", "disputed", "promised", "released"),
)
"""Why nobody is reminded of a document; the last row counts."""

APPEND_ONLY: Final = ("reminders", "reminder_levels", "charges", "charge_cancellations", "reminder_holds")
