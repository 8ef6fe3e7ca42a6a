"""Where a few words lead: customers, opportunities, quotes, orders and documents whose number begins so, or whose name has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from sqlalchemy import Column, or_, select

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


def hits(connection: Reading, words: str, most: int) -> Iterator[tuple[Kind, str, str]]:
    """The kind, the number and the name of what fits, at most so many of each kind."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    for kind, number, name in _PLACES:
        begins = number.ilike(f"{escaped}%", escape="\\")
        fits = begins if name is None else or_(begins, name.ilike(f"%{escaped}%", escape="\\"))
        shown = [number] if name is None else [number, name]
        for row in connection.execute(select(*shown).where(fits).distinct().order_by(number).limit(most)):
            yield kind, row[0], " ".join(row)
