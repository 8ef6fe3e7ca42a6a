"""Contacts in the store: personal data in columns of their own, with the day until which they are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import RowMapping, delete, select

from api.store import people_tables
from api.store.sql import Reading, Writing, canonical_json, chunks, insert_absent, rows_after
from engine.documents.contact import Contact

_PLAIN = ("id", "customer", "opportunity", "name", "role", "email", "phone", "stored_until")


def find(
    connection: Reading, ids: Iterable[str] | None = None, *, customer: str | None = None, opportunity: str | None = None
) -> dict[str, Contact]:
    """Contacts by id, in the order of their ids; some of them, or those of a customer or an opportunity. Erased ones are absent."""
    query = select(people_tables.contacts).order_by(people_tables.contacts.c.id)
    if customer is not None:
        query = query.where(people_tables.contacts.c.customer == customer)
    if opportunity is not None:
        query = query.where(people_tables.contacts.c.opportunity == opportunity)
    queries = [query] if ids is None else [query.where(people_tables.contacts.c.id.in_(some)) for some in chunks(ids)]
    return {row["id"]: _contact(row) for each in queries for row in connection.execute(each).mappings()}


def each(connection: Reading, *, after: str | None = None, customer: str | None = None, past: date | None = None) -> Iterator[Contact]:
    """The contacts in the order of their ids, after one; of a customer, or those whose data are stored until before a day."""
    table = people_tables.contacts
    query = select(table)
    if customer is not None:
        query = query.where(table.c.customer == customer)
    if past is not None:
        query = query.where(table.c.stored_until < past)
    return map(_contact, rows_after(connection, query, table.c.id, after))


def append(connection: Writing, contact: Contact) -> bool:
    """Inserts a new contact; gives whether its id was free."""
    return bool(insert_absent(connection, people_tables.contacts, [_row(contact)]))


def store(connection: Writing, contacts: Iterable[Contact]) -> None:
    """Stores contacts; one of the same id is replaced."""
    given = list(contacts)
    remove(connection, [one.id for one in given])
    if given:
        connection.execute(people_tables.contacts.insert(), [_row(one) for one in given])


def remove(connection: Writing, ids: Iterable[str]) -> None:
    """Deletes contacts."""
    for some in chunks(ids):
        connection.execute(delete(people_tables.contacts).where(people_tables.contacts.c.id.in_(some)))


def _row(contact: Contact) -> dict[str, object]:
    return {name: getattr(contact, name) for name in _PLAIN} | {"attributes": canonical_json(contact.attributes)}


def _contact(row: RowMapping) -> Contact:
    return Contact.model_validate({name: row[name] for name in _PLAIN} | {"attributes": json.loads(row["attributes"])})
