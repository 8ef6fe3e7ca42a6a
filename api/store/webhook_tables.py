"""The tables of webhooks: who wants to be told of what, and the events of which they are told through the outbox."""

from __future__ import annotations

from api.store.columns import instant, one_of, table, text

webhooks = table(
    "webhooks",
    text("name", key=True),
    text("url"),
    text("events"),
    text("state"),
    text("secret"),
    text("former_secret", needed=False),
    instant("former_until", needed=False),
    instant("made_at"),
    text("made_by"),
    one_of("state", "active", "stopped"),
)
"""`events` are the kinds that are wanted, as JSON; what is sent is signed with the secret, and with the former one until it ends."""

events = table(
    "events",
    text("id", key=True),
    text("kind"),
    text("resource"),
    instant("happened_at"),
    text("body"),
)
"""Ids begin with the moment. The body is sent as it stands here; it names things, and says nothing of persons."""
