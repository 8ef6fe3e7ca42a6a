"""Customers in the store: each as a JSON document, with columns for queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from api.store import sales_tables, tables
from api.store.histories import CREATED, Change, changes, record, record_created
from api.store.sql import Reading, Writing, canonical_json, chunks, insert_absent, rows_after
from engine.documents.party import Address, Customer

HELD = "held_because"
_ADDRESS = tuple(Address.model_fields)
_OWN = "attributes/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why a customer is billed nothing, since when, and who decided it."""

    because: str
    on: date
    by: str


def find(connection: Reading, ids: Iterable[str] | None = None) -> dict[str, Customer]:
    """Customers by id, in the order of their ids; all where no ids are given."""
    query = select(tables.customers.c.document).order_by(tables.customers.c.id)
    if ids is None:
        texts = list(connection.execute(query).scalars())
    else:
        texts = [text for some in chunks(ids) for text in connection.execute(query.where(tables.customers.c.id.in_(some))).scalars()]
    return {customer.id: customer for customer in map(Customer.model_validate_json, texts)}


def of_state(connection: Reading, state: str) -> dict[str, str]:
    """The ids of all customers in a state, and into whom they were merged; empty texts for those that were not."""
    table = tables.customers.c
    rows = connection.execute(select(table.id, table.merged_into).where(table.state == state))
    return {row.id: row.merged_into or "" for row in rows}


def find_with_holds(connection: Reading, ids: Iterable[str]) -> tuple[dict[str, Customer], dict[str, str]]:
    """Customers by id, and why some of them are on hold."""
    table = tables.customers.c
    query = select(table.id, table.document, table.held_because).order_by(table.id)
    rows = [row for some in chunks(ids) for row in connection.execute(query.where(table.id.in_(some)))]
    holds = {row.id: row.held_because for row in rows if row.held_because is not None}
    return {row.id: Customer.model_validate_json(row.document) for row in rows}, holds


def hold_of(connection: Reading, name: str) -> Hold | None:
    """The hold of a customer; None where it has none."""
    table = tables.customers.c
    row = connection.execute(select(table.held_because, table.held_on, table.held_by).where(table.id == name)).one()
    return None if row.held_because is None else Hold(because=row.held_because, on=row.held_on, by=row.held_by)


def lock(connection: Writing, name: str) -> Customer | None:
    """A customer, locked until the end of the transaction; None where there is none. Orders and invoices may name it meanwhile."""
    table = tables.customers.c
    document = connection.execute(select(table.document).where(table.id == name).with_for_update(key_share=True)).scalar()
    return None if document is None else Customer.model_validate_json(document)


def each(connection: Reading, *, after: str | None = None) -> Iterator[Customer]:
    """The customers in the order of their ids, from the one after an id on, without those that were merged; some are in memory at once."""
    table = tables.customers.c
    for row in rows_after(connection, select(table.id, table.document).where(table.state != "merged"), table.id, after):
        yield Customer.model_validate_json(row["document"])


def with_orders(connection: Reading, some: int, *, after: str | None = None, from_: str | None = None) -> Iterator[tuple[str, ...]]:
    """The customers with orders, in their order, after one or from one on, so many at a time."""
    name = tables.orders.c.customer
    where = name >= from_ if from_ is not None else name > after if after is not None else None
    query = select(name).distinct().order_by(name).limit(some)
    while names := tuple(connection.execute(query if where is None else query.where(where)).scalars()):
        yield names
        where = name > names[-1]


def names_of(connection: Reading, ids: Iterable[str]) -> dict[str, str]:
    """The names of customers by id."""
    table = tables.customers.c
    query = select(table.id, table.name)
    return {row.id: row.name for some in chunks(ids) for row in connection.execute(query.where(table.id.in_(some)))}


def replace(connection: Writing, customer: Customer) -> None:
    """Replaces a customer; issued documents have their own copy."""
    connection.execute(update(tables.customers).where(tables.customers.c.id == customer.id).values(_row(customer)))


def create(connection: Writing, created: Iterable[Customer], made: Change, *, is_prospect: bool = False) -> tuple[str, ...]:
    """Inserts new customers or prospects with the first entry of their history; gives the ids that others took meanwhile."""
    rows = {customer.id: customer for customer in created}
    if not rows:
        return ()
    state = {"state": "prospect" if is_prospect else "customer"}
    present = rows.keys() - insert_absent(connection, tables.customers, [_row(customer) | state for customer in rows.values()])
    record_created(connection, sales_tables.customer_changes, {name: one.name for name, one in rows.items() if name not in present}, made)
    return tuple(sorted(present))


def change(connection: Writing, before: Customer, after: Customer, made: Change) -> tuple[str, ...]:
    """Replaces a locked customer and records the history of its fields; gives those that changed."""
    fields, changed = _flat(before), _flat(after)
    differing = {name: (fields.get(name), changed.get(name)) for name in fields | changed if fields.get(name) != changed.get(name)}
    if differing:
        replace(connection, after)
        record(connection, sales_tables.customer_changes, after.id, differing, made)
    return tuple(differing)


def set_hold(connection: Writing, name: str, because: str | None, made: Change) -> None:
    """Puts a locked customer on hold, or releases it, with its history."""
    before = hold_of(connection, name)
    held = because is not None
    values = {"held_because": because, "held_on": made.on if held else None, "held_by": made.author if held else None}
    connection.execute(update(tables.customers).where(tables.customers.c.id == name).values(values))
    record(connection, sales_tables.customer_changes, name, {HELD: (before.because if before else None, because)}, made)


def as_of(connection: Reading, now: Customer, day: date) -> Customer | None:
    """A customer as it was at the end of a day: later changes are undone, newest first; None where it was created later."""
    fields = _flat(now)
    for row in reversed(changes(connection, sales_tables.customer_changes, now.id)):
        if row["changed_on"] > day:
            if row["field"] == CREATED:
                return None
            fields[row["field"]] = row["before"]
    given: dict[str, object] = {name: text for name, text in fields.items() if name in Customer.model_fields and text is not None}
    given["address"] = {name: fields[name] for name in _ADDRESS}
    given["attributes"] = {name.removeprefix(_OWN): text for name, text in fields.items() if name.startswith(_OWN) and text is not None}
    return Customer.model_validate({"id": now.id} | given)


def _flat(customer: Customer) -> dict[str, str | None]:
    """The fields of a customer as text, those of its address and its own ones among them."""
    tree = customer.model_dump(mode="json", exclude={"id"})
    address, own = tree.pop("address"), tree.pop("attributes")
    fields = {**tree, **address, **{f"{_OWN}{name}": text for name, text in own.items()}}
    return {name: _text(part) for name, part in fields.items()}


def _text(part: object) -> str | None:
    return None if part is None else str(part).lower() if isinstance(part, bool) else str(part)


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
