"""Customers in the store: each as a JSON document, with columns for queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select, update

from api.store import tables
from api.store.sql import Reading, Writing, canonical_json, chunks, rows_after
from engine.documents.party import Customer


def find(connection: Reading, ids: Iterable[str] | None = None) -> dict[str, Customer]:
    """Customers by id, in the order of their ids; all where no ids are given."""
    query = select(tables.customers.c.document).order_by(tables.customers.c.id)
    if ids is None:
        texts = list(connection.execute(query).scalars())
    else:
        texts = [text for some in chunks(ids) for text in connection.execute(query.where(tables.customers.c.id.in_(some))).scalars()]
    return {customer.id: customer for customer in map(Customer.model_validate_json, texts)}


def each(connection: Reading, *, after: str | None = None) -> Iterator[Customer]:
    """The customers in the order of their ids, from the one after an id on; some are in memory at once."""
    table = tables.customers.c
    for row in rows_after(connection, select(table.id, table.document), table.id, after):
        yield Customer.model_validate_json(row["document"])


def with_orders(connection: Reading, some: int, *, after: str | None = None, from_: str | None = None) -> Iterator[tuple[str, ...]]:
    """The customers with orders, in their order, after one or from one on, so many at a time."""
    name = tables.orders.c.customer
    where = name >= from_ if from_ is not None else name > after if after is not None else None
    query = select(name).distinct().order_by(name).limit(some)
    while names := tuple(connection.execute(query if where is None else query.where(where)).scalars()):
        yield names
        where = name > names[-1]


def append(connection: Writing, customers: Iterable[Customer]) -> None:
    """Inserts new customers."""
    rows = [_row(customer) for customer in customers]
    if rows:
        connection.execute(tables.customers.insert(), rows)


def replace(connection: Writing, customer: Customer) -> None:
    """Replaces a customer; issued documents have their own copy."""
    connection.execute(update(tables.customers).where(tables.customers.c.id == customer.id).values(_row(customer)))


def _row(customer: Customer) -> dict[str, object]:
    return {
        "id": customer.id,
        "name": customer.name,
        "country": customer.address.country,
        "language": customer.language,
        "kind": customer.kind,
        "segment": customer.segment,
        "vat_number": customer.vat_number,
        "vat_number_state": customer.vat_number_state,
        "vat_checked_on": customer.vat_checked_on,
        "email": customer.email,
        "document": canonical_json(customer.model_dump(mode="json")),
    }


def orders_by_segment(connection: Reading) -> tuple[str, ...]:
    """The ids of all orders, segment after segment of their customers: orders of one segment have prices in common."""
    buyers, orders = tables.customers.c, tables.orders.c
    query = select(orders.id).join(tables.customers, buyers.id == orders.customer).order_by(buyers.segment, orders.id)
    return tuple(connection.execute(query).scalars())
