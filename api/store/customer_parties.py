"""What a customer has beside its fields: further addresses, names in other systems, and those that were merged into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

from sqlalchemy import delete, select, update

from api.store import sales_tables, tables
from api.store.sql import Reading, Writing, chunks, tolerant_insert

CustomerState = Literal["prospect", "customer", "merged"]
AddressKind = Literal["delivery", "invoice", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyState:
    """Whether somebody is a prospect or a customer, or was merged into another one, and when."""

    state: CustomerState
    merged_into: str | None
    merged_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAddress:
    """A further address of a customer, by name: where goods go, or where somebody else is."""

    name: str
    kind: AddressKind
    recipient: str | None
    street: str
    postcode: str
    town: str
    country: str

    def __str__(self) -> str:
        where = f"{self.street}, {self.postcode} {self.town}, {self.country}"
        return f"{self.kind}: {self.recipient}, {where}" if self.recipient else f"{self.kind}: {where}"


def state_of(connection: Reading, name: str) -> PartyState | None:
    """The state of a customer; None where there is none of this id."""
    return states(connection, [name]).get(name)


def states(connection: Reading, names: Iterable[str]) -> dict[str, PartyState]:
    """The states of some customers, by id."""
    table = tables.customers.c
    query = select(table.id, table.state, table.merged_into, table.merged_on)
    rows = (row for some in chunks(names) for row in connection.execute(query.where(table.id.in_(some))))
    return {row.id: PartyState(state=row.state, merged_into=row.merged_into, merged_on=row.merged_on) for row in rows}


def set_state(connection: Writing, name: str, state: CustomerState) -> None:
    """Makes a locked prospect a customer, or a customer a prospect."""
    connection.execute(update(tables.customers).where(tables.customers.c.id == name).values(state=state))


def mark_merged(connection: Writing, name: str, into: str, on: date) -> None:
    """Marks a locked customer as merged into another; those that were merged into it before follow."""
    table = tables.customers
    follows = (table.c.id == name) | (table.c.merged_into == name)
    connection.execute(update(table).where(table.c.id == name).values(state="merged", merged_on=on))
    connection.execute(update(table).where(follows).values(merged_into=into))


def merged_into(connection: Reading, name: str) -> tuple[str, ...]:
    """The ids of the customers that were merged into one."""
    table = tables.customers.c
    return tuple(connection.execute(select(table.id).where(table.merged_into == name).order_by(table.id)).scalars())


def addresses(connection: Reading, customer: str) -> tuple[NamedAddress, ...]:
    """The further addresses of a customer, by name."""
    table = sales_tables.customer_addresses.c
    query = select(*(table[name] for name in NamedAddress.__dataclass_fields__)).where(table.customer == customer).order_by(table.name)
    return tuple(NamedAddress(**row) for row in connection.execute(query).mappings())


def store_address(connection: Writing, customer: str, name: str, address: NamedAddress | None) -> None:
    """Stores an address of a locked customer in the place of the one of that name; None removes it."""
    table = sales_tables.customer_addresses
    connection.execute(delete(table).where(table.c.customer == customer, table.c.name == name))
    if address is not None:
        connection.execute(table.insert().values(customer=customer, **asdict(address)))


def references(connection: Reading, customer: str) -> dict[str, str]:
    """The names of a customer in other systems, by system; of several in one system, the first."""
    table = sales_tables.customer_references.c
    query = select(table.system, table.reference).where(table.customer == customer).order_by(table.system, table.reference.desc())
    return {row.system: row.reference for row in connection.execute(query)}


def customer_of_reference(connection: Reading, system: str, reference: str) -> str | None:
    """The customer that another system knows by a name; None where nobody is."""
    table = sales_tables.customer_references.c
    query = select(table.customer).where(table.system == system, table.reference == reference)
    return connection.execute(query).scalar()


def store_reference(connection: Writing, customer: str, system: str, reference: str | None) -> bool:
    """Stores the name of a locked customer in another system, or removes it; gives whether it is free, or its own."""
    table = sales_tables.customer_references
    connection.execute(delete(table).where(table.c.customer == customer, table.c.system == system))
    if reference is None:
        return True
    row = {"system": system, "reference": reference, "customer": customer}
    inserting = tolerant_insert(connection, table).values(row).on_conflict_do_nothing().returning(table.c.customer)
    return connection.execute(inserting).scalar() is not None


def remove(connection: Writing, customer: str) -> None:
    """Deletes the addresses of a customer and its names in other systems, when its data are erased."""
    for table in (sales_tables.customer_addresses, sales_tables.customer_references):
        connection.execute(delete(table).where(table.c.customer == customer))
