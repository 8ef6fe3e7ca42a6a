"""Erasures in the store: what was erased, when, by whom and why, without the data; and what still needs a person's data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import delete, false, or_, select, update

from api.store import people_tables, quotes, sales_records, sales_tables, tables
from api.store.sql import Reading, Writing, canonical_json
from engine.documents.party import DELIVERY_SET, Customer

ErasureKind = Literal["customer", "contact", "prospect"]
Whose = tuple[ErasureKind, str]
"""Whose data: a kind and an id; a prospect has the id of its opportunity."""
Need = Literal["order", "transaction", "quote", "opportunity", "invoice"]
"""What may still need a person's data."""
_PERSONAL = ("prospect_name", "prospect_town", "prospect_contact", "what", "next_step", "attributes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One erasure: whose data, on which day, by whom, and why."""

    kind: ErasureKind
    id: str
    erased_on: date
    author: str
    because: str


def record(connection: Writing, made: Iterable[Erasure], *, at: datetime) -> None:
    """Appends erasures; their rows are never changed."""
    connection.execute(people_tables.erasures.insert(), [{**asdict(each), "erased_at": at} for each in made])


def find(connection: Reading, kind: ErasureKind | None = None) -> tuple[Erasure, ...]:
    """The erasures in the order of their instants; those of one kind where it is given."""
    table = people_tables.erasures
    query = select(table.c.kind, table.c.id, table.c.erased_on, table.c.author, table.c.because).order_by(table.c.erased_at, table.c.id)
    if kind is not None:
        query = query.where(table.c.kind == kind)
    return tuple(Erasure(**row) for row in connection.execute(query).mappings())


def among(connection: Reading, named: Iterable[Whose] | None = None) -> frozenset[Whose]:
    """Whose data were erased, of all or of those named."""
    table = people_tables.erasures.c
    query = select(table.kind, table.id)
    if named is not None:
        query = query.where(or_(false(), *((table.kind == kind) & (table.id == name) for kind, name in named)))
    return frozenset((row.kind, row.id) for row in connection.execute(query))


def erase_customer(connection: Writing, erased: Customer) -> None:
    """Puts an erased customer in the place of the stored one, empties its history, and deletes what was noted.

    Issued documents have their own copy; the evidence of VAT numbers stays with them.
    """
    table = tables.customers
    document = canonical_json(erased.model_dump(mode="json"))
    values = {"name": erased.name, "vat_number": None, "vat_number_state": "unknown", "vat_checked_on": None, "email": None}
    values |= dict.fromkeys(("held_because", "held_on", "held_by"))
    connection.execute(update(table).where(table.c.id == erased.id).values(values | {"document": document}))
    history = sales_tables.customer_changes
    connection.execute(update(history).where(history.c.customer == erased.id).values(before=None, after=None))
    sales_records.remove_activities(connection, "customer", erased.id)


def erase_prospect(connection: Writing, opportunity: str, name: str) -> None:
    """Puts a name in the place of a prospect's data and of what was written of the opportunity, and empties their history."""
    changes, prospects = sales_tables.opportunity_changes, tables.opportunities
    values = {"prospect_name": name, "prospect_town": None, "prospect_contact": None, "prospect_stored_until": None}
    values |= {"what": name, "next_step": None, "attributes": canonical_json({})}
    connection.execute(update(prospects).where(prospects.c.id == opportunity).values(values))
    history = update(changes).where(changes.c.opportunity == opportunity, changes.c.field.in_(_PERSONAL))
    connection.execute(history.values(before=None, after=None))
    sales_records.remove_activities(connection, "opportunity", opportunity)


def clear_deliveries(connection: Writing, customer: str) -> None:
    """Removes from the orders of an erased customer where they were delivered, and from their histories what that was called."""
    orders, steps = tables.orders, tables.order_steps
    own = select(orders.c.id).where(orders.c.customer == customer)
    connection.execute(update(steps).where(steps.c.order.in_(own), steps.c.what == DELIVERY_SET).values(because=None))
    connection.execute(update(orders).where(orders.c.customer == customer).values(deliver_to=None))


def delete_quotes(connection: Writing, customer: str) -> None:
    """Deletes the quotes of an erased customer that were never accepted, with steps, PDFs and messages; accepted ones stay as agreed."""
    table, steps, printed, sent = tables.quotes, tables.quote_steps, tables.renditions, tables.outbox
    accepted = select(steps.c.number).where(steps.c.state == "accepted")
    query = select(table.c.number, table.c.version).where(table.c.customer == customer, table.c.number.not_in(accepted))
    for row in connection.execute(query).all():
        connection.execute(delete(table).where(table.c.number == row.number, table.c.version == row.version))
        connection.execute(delete(sent).where(sent.c.document == f"quotes/{row.number}/{row.version}"))
        name = f"{row.number} version {row.version}"
        connection.execute(delete(printed).where(printed.c.kind == "quote", printed.c.document == name))
    connection.execute(delete(steps).where(steps.c.number.not_in(select(table.c.number))))


def needs_of_customer(connection: Reading, customer: str) -> Iterator[tuple[Need, str]]:
    """What still needs the data of a customer, as kind and id: orders, amounts to be invoiced, quotes, opportunities, open invoices."""
    orders, transactions, possible, former = tables.orders, tables.transactions, tables.opportunities, tables.former_invoices
    running = select(orders.c.id).where(orders.c.customer == customer, orders.c.state.in_(("pending", "active", "suspended")))
    yield from (("order", name) for name in connection.execute(running.order_by(orders.c.id)).scalars())
    due = select(orders.c.id).join(tables.items, tables.items.c.order == orders.c.id)
    due = due.join(transactions, transactions.c.item == tables.items.c.id)
    due = due.where(orders.c.customer == customer, transactions.c.state.in_(("planned", "held"))).distinct().order_by(orders.c.id)
    yield from (("transaction", name) for name in connection.execute(due).scalars())
    numbers = select(tables.quotes.c.number).where(tables.quotes.c.customer == customer).distinct().order_by(tables.quotes.c.number)
    for number in connection.execute(numbers).scalars().all():
        if quotes.find(connection, number)[-1].state not in ("accepted", "refused", "expired", "superseded"):
            yield ("quote", number)
    chances = select(possible.c.id).where(possible.c.customer == customer, possible.c.state == "open").order_by(possible.c.id)
    yield from (("opportunity", name) for name in connection.execute(chances).scalars())
    unpaid = select(former.c.number).where(former.c.customer == customer).order_by(former.c.number)
    yield from (("invoice", name) for name in connection.execute(unpaid).scalars())
