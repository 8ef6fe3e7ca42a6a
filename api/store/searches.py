"""Where a few words lead: customers, opportunities, quotes, orders and documents whose number begins so, or whose name has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from sqlalchemy import Column, ColumnElement, Table, or_, select, true

from api.store import tables
from api.store.sql import Reading

Kind = Literal["customer", "opportunity", "quote", "order", "invoice"]
_PLACES: Final[tuple[tuple[Kind, Column[str], Column[str] | None], ...]] = (
    ("customer", tables.customers.c.id, tables.customers.c.name),
    ("opportunity", tables.opportunities.c.id, tables.opportunities.c.what),
    ("quote", tables.quotes.c.number, None),
    ("order", tables.orders.c.id, None),
    ("invoice", tables.issued.c.number, None),
)

_NAMED: Final[Mapping[Kind, tuple[Column[str], Column[str]]]] = {
    kind: (number, tables.customers.c.name if name is None else name) for kind, number, name in _PLACES
}
_CUSTOMERS: Final[Mapping[Kind, tuple[Table, Column[str]]]] = {
    "quote": (tables.quotes, tables.quotes.c.customer),
    "order": (tables.orders, tables.orders.c.customer),
    "invoice": (tables.issued, tables.issued.c.customer),
}
"""What belongs to a customer: its table, and the column that names the customer."""


def hits(connection: Reading, words: str, most: int) -> Iterator[tuple[Kind, str, str]]:
    """The kind, the number and the name of what fits, at most so many of each kind."""
    for kind, number, name in _PLACES:
        shown = [number] if name is None else [number, name]
        for row in connection.execute(select(*shown).where(_fits(number, name, words)).distinct().order_by(number).limit(most)):
            yield kind, row[0], " ".join(row)


def named(connection: Reading, kind: Kind, words: str, most: int) -> tuple[tuple[str, str], ...]:
    """Number and name of what fits, at most so many of one kind; what belongs to a customer has its name. Merged customers are left out."""
    (number, name), (of, customer) = _NAMED[kind], _CUSTOMERS.get(kind, (None, None))
    rows = select(number, name).where(_fits(number, name, words) if words else true()).distinct().order_by(number).limit(most)
    if of is not None and customer is not None:
        rows = rows.select_from(of).outerjoin(tables.customers, customer == tables.customers.c.id)
    if kind == "customer":
        rows = rows.where(tables.customers.c.merged_into.is_(None))
    return tuple((row[0], row[1] or "") for row in connection.execute(rows))


def _fits(number: Column[str], name: Column[str] | None, words: str) -> ColumnElement[bool]:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    begins = number.ilike(f"{escaped}%", escape="\\")
    return begins if name is None else or_(begins, name.ilike(f"%{escaped}%", escape="\\"))
