"""The keys of stored documents: whether one is stored, and which one somebody may have meant who mistyped it."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Final

from sqlalchemy import Column, literal, select

from api.store import access_tables, payment_tables, people_tables, reminder_tables, report_tables, tables, usage_tables, webhook_tables
from api.store.sql import Reading, chunks

_KEYS: Final[Mapping[str, Column[str]]] = {
    "contact": people_tables.contacts.c.id,
    "customer": tables.customers.c.id,
    "forecast": report_tables.forecast_snapshots.c.name,
    "invoice": tables.issued.c.number,
    "item": tables.items.c.id,
    "key": access_tables.api_keys.c.name,
    "opportunity": tables.opportunities.c.id,
    "order": tables.orders.c.id,
    "payment": payment_tables.payments.c.id,
    "quote": tables.quotes.c.number,
    "reminder": reminder_tables.reminders.c.id,
    "charge": reminder_tables.charges.c.number,
    "usage": usage_tables.usage_reports.c.id,
    "user": people_tables.users.c.name,
    "webhook": webhook_tables.webhooks.c.name,
}
"""By kind of document: the column of its key."""
_CHARACTERS: Final = string.ascii_letters + string.digits + "-_./"
_LONGEST: Final = 40


def is_stored(connection: Reading, what: str, name: str) -> bool:
    """Whether a document of a kind has a key."""
    column = _KEYS[what]
    return connection.execute(select(literal(1)).select_from(column.table).where(column == name).limit(1)).first() is not None


def nearest_key(connection: Reading, what: str, name: str) -> str | None:
    """The one key of a kind of document that is a typing mistake away from a name; None where there is none, or more than one.

    Each is looked up by itself, so that a table of any length answers at once. Another digit is no mistake that shows: nobody can
    tell which one was meant.
    """
    column = _KEYS.get(what)
    if column is None or not 2 <= len(name) <= _LONGEST or not name.isprintable() or is_stored(connection, what, name):
        return None  # what is stored was looked for on a day before it was
    matches: set[str] = set()
    for some in chunks(_mistaken_for(name)):
        matches |= set(connection.execute(select(column).where(column.in_(some)).distinct().limit(2)).scalars())
    return matches.pop() if len(matches) == 1 else None


def _mistaken_for(name: str) -> set[str]:
    """What a name may stand for: with other capitals, or with one character more, less, moved or other than it has."""
    parts = [(name[:at], name[at:]) for at in range(len(name) + 1)]
    others = {name.upper(), name.lower(), name.strip()}
    less = {left + right[1:] for left, right in parts if right}
    moved = {left + right[1] + right[0] + right[2:] for left, right in parts if len(right) > 1}
    more = {left + one + right for left, right in parts for one in _CHARACTERS}
    changed = {
        left + one + right[1:] for left, right in parts if right for one in _CHARACTERS if not (one.isdigit() and right[0].isdigit())
    }
    return (others | less | moved | more | changed) - {name, ""}
