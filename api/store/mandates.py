"""Mandates in the store: at most one of a customer is active."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from api.store import people_tables
from api.store.sql import Reading, Writing, chunks
from engine.documents.mandate import Mandate


def find(connection: Reading, *, customer: str | None = None, references: Iterable[str] | None = None) -> dict[str, Mandate]:
    """Mandates by reference: all, those of a customer, or those of some references."""
    table = people_tables.mandates
    query = select(table).order_by(table.c.reference)
    if customer is not None:
        query = query.where(table.c.customer == customer)
    queries = [query] if references is None else [query.where(table.c.reference.in_(some)) for some in chunks(references)]
    return {row["reference"]: Mandate.model_validate(dict(row)) for each in queries for row in connection.execute(each).mappings()}


def store(connection: Writing, customer: str, mandate: Mandate | None) -> None:
    """Makes a mandate the active one of a customer, or none; those that were active before are ended."""
    table = people_tables.mandates
    if mandate is not None:
        connection.execute(delete(table).where(table.c.reference == mandate.reference))
    connection.execute(update(table).where(table.c.customer == customer).values(state="ended"))
    if mandate is not None:
        connection.execute(table.insert().values(mandate.model_dump(exclude={"signed_on"}) | {"signed_on": mandate.signed_on}))


def remove(connection: Writing, customer: str) -> None:
    """Deletes the mandates of a customer, when its data are erased."""
    connection.execute(delete(people_tables.mandates).where(people_tables.mandates.c.customer == customer))
