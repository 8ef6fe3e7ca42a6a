"""Locks of what a request names, taken before it is read: what then is compared or decided stays so until the transaction ends.

Whatever else a verb locks comes later, so each of these first locks what its verbs lock before it: the orders of an invoice, then it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import ColumnElement, or_, select

from api.store import (
    access_tables,
    issued_documents,
    orders,
    people_tables,
    reminder_tables,
    rulebook_tables,
    rulebooks,
    tables,
    webhook_tables,
)
from api.store.sql import Writing

_LONGEST_NUMBER: Final = 9


def lock_named(connection: Writing, resource: str, name: str) -> None:
    """Locks what a resource names so, where there is such a thing. SQLite has one writer, and nothing to lock."""
    if connection.dialect.name == "sqlite":
        return
    _LOCKS[resource](connection, name)


def lockable() -> frozenset[str]:
    """The resources whose things can be locked."""
    return frozenset(_LOCKS)


def _row(*columns: ColumnElement[str]) -> Callable[[Writing, str], None]:
    """Locks the rows that have a name in one of some columns; other rows may refer to them meanwhile."""

    def lock(connection: Writing, name: str) -> None:
        connection.execute(select(columns[0]).where(or_(*(each == name for each in columns))).with_for_update(key_share=True)).all()

    return lock


def _invoice(connection: Writing, name: str) -> None:
    invoices = issued_documents.find_invoices(connection, numbers=[name])
    if invoices:
        orders.lock_all(connection, invoices[0].orders)
        issued_documents.lock_issued(connection, name)


def _payments(connection: Writing, _name: str) -> None:
    issued_documents.reserve_place(connection, "payment", "payment", None)


def _run(connection: Writing, name: str) -> None:
    if name.isascii() and name.isdecimal() and len(name) <= _LONGEST_NUMBER:
        connection.execute(select(tables.runs.c.number).where(tables.runs.c.number == int(name)).with_for_update(key_share=True)).all()


def _versions(connection: Writing, _name: str) -> None:
    rulebooks.lock_publishing(connection)


_LOCKS: Final[Mapping[str, Callable[[Writing, str], None]]] = {
    "contacts": _row(people_tables.contacts.c.id),
    "customers": _row(tables.customers.c.id),
    "drafts": _row(rulebook_tables.rulebook_drafts.c.author),
    "invoices": _invoice,
    "keys": _row(access_tables.api_keys.c.name, access_tables.api_keys.c.prefix),
    "opportunities": _row(tables.opportunities.c.id),
    "orders": _row(tables.orders.c.id),
    "payments": _payments,
    "reminders": _row(reminder_tables.reminders.c.id),
    "quotes": _row(tables.quotes.c.number),
    "rulebooks": _versions,
    "runs": _run,
    "outbox": _row(tables.outbox.c.key),
    "users": _row(people_tables.users.c.name),
    "webhooks": _row(webhook_tables.webhooks.c.name),
}
