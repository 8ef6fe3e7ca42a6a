"""The list of credit notes of some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from api.store import tables
from api.store.sql import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCreditNote:
    """What a list says of a credit note; its net in minor units."""

    number: str
    issued_on: date
    customer: str
    corrects: str
    net: int


def find(connection: Reading, since: date, *, until: date | None, customer: str | None) -> tuple[IssuedCreditNote, ...]:
    """The credit notes issued in [since, until), in the order of their numbers."""
    table = tables.issued.c
    of_kind = select(tables.series.c.name).where(tables.series.c.kind == "credit-note")
    query = select(table.number, table.issued_on, table.customer, table.corrects, table.net).where(table.series.in_(of_kind))
    query = query.where(table.issued_on >= since)
    if until is not None:
        query = query.where(table.issued_on < until)
    if customer is not None:
        query = query.where(table.customer == customer)
    rows = connection.execute(query.order_by(table.series, table.sequence)).mappings()
    return tuple(IssuedCreditNote(**row) for row in rows)
