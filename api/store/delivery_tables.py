"""The tables of what left the house: the log of deliveries, the place from which an installation sends, and how far statuses were read."""

from __future__ import annotations

from sqlalchemy import Index

from api.store.columns import instant, one_of, sentence, table, text, whole

delivery_log = table(
    "delivery_log",
    text("id", key=True),
    text("document"),
    text("channel"),
    whole("delivery"),
    text("event"),
    text("recipient", needed=False),
    text("reference", needed=False),
    sentence("note"),
    instant("logged_at"),
    text("author"),
    one_of("event", "requested", "held", "failed", "accepted", "delivered", "rejected", "dead", "skipped"),
    Index(None, "document", "id"),
    Index(None, "recipient", "logged_at"),
    Index(None, "channel", "reference"),
)
"""Ids begin with the moment. A delivery is one sending of a document by one channel, from 1; it may take several attempts, and several
recipients. The reference is what the receiving system knows it by: a Message-ID, or the id of an access point."""

sending_places = table("sending_places", text("installation", key=True), text("place"), instant("since"))
"""Where the database was when this installation sent something for the first time: a copy elsewhere sends nothing."""

status_cursors = table("status_cursors", text("channel", key=True), text("cursor"))
"""How far the statuses of a channel were read."""
