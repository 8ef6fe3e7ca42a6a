"""Where a few words lead: customers, opportunities, quotes, orders and documents whose number begins so, or whose name has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from sqlalchemy import Column, ColumnElement, Table, func, null, or_, select, true

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """Where things of a kind are stored, and what tells them from others."""

    of: Table
    number: Column[str]
    name: Column[str] | None = None
    customer: ColumnElement[str] = tables.customers.c.name
    words: tuple[Column[str], ...] = ()
    on: Column[date] | None = None


_CUSTOMER_NAME: Final = tables.customers.c.name
_NAMED: Final[Mapping[Kind, _Named]] = {
    "opportunity": _Named(
        of=tables.opportunities,
        number=tables.opportunities.c.id,
        name=tables.opportunities.c.what,
        customer=func.coalesce(_CUSTOMER_NAME, tables.opportunities.c.prospect_name),
        words=(tables.opportunities.c.stage,),
    ),
    "quote": _Named(of=tables.quotes, number=tables.quotes.c.number),
    "order": _Named(of=tables.orders, number=tables.orders.c.id, words=(tables.orders.c.type, tables.orders.c.state)),
    "invoice": _Named(of=tables.issued, number=tables.issued.c.number, words=(tables.issued.c.kind,), on=tables.issued.c.issued_on),
}


class Named(NamedTuple):
    """Something that fits, and what tells it from others."""

    number: str
    name: str | None
    customer: str | None
    words: tuple[str, ...]
    """Words of the program or the rulebook, such as its state."""
    on: date | None


def hits(connection: Reading, words: str, most: int) -> Iterator[tuple[Kind, str, str]]:
    """The kind, the number and the name of what fits, at most so many of each kind."""
    for kind, number, name in _PLACES:
        shown = [number] if name is None else [number, name]
        for row in connection.execute(select(*shown).where(_fits(number, name, words)).distinct().order_by(number).limit(most)):
            yield kind, row[0], " ".join(row)


def customers_named(connection: Reading, words: str, most: int) -> tuple[str, ...]:
    """The ids of the first customers that fit, also by their VAT number; those that were merged into others are left out."""
    columns = tables.customers.c
    fits, number = _fits(columns.id, columns.name, words), re.sub(r"[\s.-]", "", words)
    fits = or_(fits, _begins(columns.vat_number, number)) if number else fits
    query = select(columns.id).where(fits if words else true(), columns.merged_into.is_(None)).order_by(columns.id).limit(most)
    return tuple(connection.execute(query).scalars())


def named(connection: Reading, kind: Kind, words: str, most: int) -> Iterator[Named]:
    """What fits of one kind, at most so many: by its number, its name, or that of its customer."""
    place = _NAMED[kind]
    nothing = null()
    columns = (place.number, nothing if place.name is None else place.name, place.customer, nothing if place.on is None else place.on)
    rows = select(*columns, *place.words).select_from(place.of)
    rows = rows.outerjoin(tables.customers, place.of.c.customer == tables.customers.c.id).distinct().order_by(place.number).limit(most)
    if words:
        rows = rows.where(or_(_fits(place.number, place.name, words), _within(place.customer, words)))
    for number, name, customer, on, *rest in connection.execute(rows):
        yield Named(number, name, customer, tuple(rest), on)


def _fits(number: Column[str], name: Column[str] | None, words: str) -> ColumnElement[bool]:
    begins = _begins(number, words)
    return begins if name is None else or_(begins, _within(name, words))


def _begins(column: Column[str], words: str) -> ColumnElement[bool]:
    return column.ilike(f"{_escaped(words)}%", escape="\\")


def _within(column: ColumnElement[str], words: str) -> ColumnElement[bool]:
    return column.ilike(f"%{_escaped(words)}%", escape="\\")


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
