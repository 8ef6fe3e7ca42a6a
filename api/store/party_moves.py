"""What names a customer in the store, and moves to another one when they are merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Table, delete, func, select, update

from api.store import people_tables, reminder_tables, sales_tables, tables
from api.store.sql import Reading, Writing

MOVES: Final[dict[str, Table]] = {
    "orders": tables.orders,
    "opportunities": tables.opportunities,
    "contacts": people_tables.contacts,
    "mandates": people_tables.mandates,
    "former_invoices": tables.former_invoices,
    "addresses": sales_tables.customer_addresses,
    "references": sales_tables.customer_references,
}
"""What moves, in columns called `customer`."""
STAYS: Final[dict[str, Table]] = {
    "quotes": tables.quotes,
    "invoices": tables.issued,
    "reminders": reminder_tables.reminders,
    "history": sales_tables.customer_changes,
    "vat_checks": sales_tables.vat_checks,
}
"""What is never changed: it is found by the id of the merged one, which says into whom it was merged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """How many of each move to the other customer, and how many stay under the id of the merged one."""

    moves: dict[str, int]
    stays: dict[str, int]


def counts(connection: Reading, customer: str) -> Moved:
    """How many of each kind name a customer."""
    moves, stays = (
        {name: connection.execute(select(func.count()).where(table.c.customer == customer)).scalar_one() for name, table in some.items()}
        for some in (MOVES, STAYS)
    )
    about = sales_tables.activities.c
    activities = select(func.count()).where(about.about == "customer", about.name == customer)
    return Moved(moves=moves | {"activities": connection.execute(activities).scalar_one()}, stays=stays)


def move(connection: Writing, customer: str, into: str) -> None:
    """Moves what names a customer to another; orders and opportunities have a history, and are moved before.

    Of two active mandates, that of the other one stays active. An address whose name is taken there gets the id as well.
    """
    mandates, addresses = people_tables.mandates, sales_tables.customer_addresses
    active = select(mandates.c.reference).where(mandates.c.customer == into, mandates.c.state == "active")
    if connection.execute(active).first() is not None:
        connection.execute(update(mandates).where(mandates.c.customer == customer).values(state="ended"))
    named = select(addresses.c.name).where(addresses.c.customer == into)
    both = [name for name in connection.execute(named).scalars() if name]
    of_it = update(addresses).where(addresses.c.customer == customer, addresses.c.name.in_(both))
    connection.execute(of_it.values(name=addresses.c.name + f" ({customer})"))
    for name in ("contacts", "mandates", "former_invoices", "addresses", "references"):
        table = MOVES[name]
        connection.execute(update(table).where(table.c.customer == customer).values(customer=into))
    _move_activities(connection, customer, into)


def _move_activities(connection: Writing, customer: str, into: str) -> None:
    """Puts the activities of one after those of the other, with the numbers that follow."""
    table = sales_tables.activities
    of_customer = (table.c.about == "customer") & (table.c.name == customer)
    last = select(func.coalesce(func.max(table.c.sequence), 0)).where(table.c.about == "customer", table.c.name == into)
    offset = connection.execute(last).scalar_one()
    rows = [dict(row) for row in connection.execute(select(table).where(of_customer).order_by(table.c.sequence)).mappings()]
    connection.execute(delete(table).where(of_customer))
    moved = [row | {"name": into, "sequence": offset + number} for number, row in enumerate(rows, 1)]
    if moved:
        connection.execute(table.insert(), moved)
