"""Replies of customers on the links of their quotes, in the store: one a version, with the evidence of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import RowMapping, select, tuple_, update

from api.store import sales_tables, tables
from api.store.sql import Reading, Writing, canonical_json, chunks, tolerant_insert

ReplyKind = Literal["accepted", "agreed", "declined"]
_TABLE: Final = sales_tables.quote_replies
_PERSONAL: Final = ("name", "note", "address", "user_agent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a customer replied to a version of a quote, and the evidence of it."""

    number: str
    version: int
    link: str
    """The id of the link."""
    reply: ReplyKind
    """`agreed`: it agreed, and somebody of ours must finish the acceptance."""
    name: str | None
    purchase_order: str | None
    note: str | None
    """Why it declined."""
    chosen: tuple[int, ...]
    """The optional and alternative lines that it chose."""
    language: str
    """In which the page was shown."""
    pdf_hash: str
    """SHA-256 of the PDF that was shown."""
    shown_at: datetime
    replied_on: date
    replied_at: datetime
    address: str | None
    """The IP address from which it came."""
    user_agent: str | None
    because: str | None
    """Why the acceptance is not finished."""
    stored_until: date | None
    """The last day on which what is personal may be stored."""
    erased_on: date | None = None
    erased_by: str | None = None
    erased_because: str | None = None


def append(connection: Writing, reply: Reply) -> bool:
    """Inserts the reply to a version; False where there is one."""
    row = asdict(reply) | {"chosen": canonical_json(list(reply.chosen))}
    statement = tolerant_insert(connection, _TABLE).values(row).on_conflict_do_nothing()
    return connection.execute(statement).rowcount == 1


def of_quote(connection: Reading, number: str) -> dict[int, Reply]:
    """The replies to the versions of a quote."""
    rows = connection.execute(select(_TABLE).where(_TABLE.c.number == number).order_by(_TABLE.c.version)).mappings()
    return {row["version"]: _reply(row) for row in rows}


def some(connection: Reading, keys: Iterable[str]) -> dict[str, Reply]:
    """The replies to some versions, by number and version in five digits: `Q2027-0001:00002`."""
    replies = dict[str, Reply]()
    for part in chunks(keys):
        pairs = [(number, int(version)) for number, _, version in (key.rpartition(":") for key in part)]
        rows = connection.execute(select(_TABLE).where(tuple_(_TABLE.c.number, _TABLE.c.version).in_(pairs))).mappings()
        replies |= {f"{row['number']}:{row['version']:05}": _reply(row) for row in rows}
    return replies


def erase(connection: Writing, numbers: Iterable[str], *, on: date, by: str, because: str) -> int:
    """Empties what is personal in the replies to some quotes, but for those that are empty already; gives how many."""
    values = {**dict.fromkeys(_PERSONAL), "erased_on": on, "erased_by": by, "erased_because": because}
    statement = update(_TABLE).where(_TABLE.c.erased_on.is_(None)).values(values)
    return sum(connection.execute(statement.where(_TABLE.c.number.in_(some))).rowcount for some in chunks(numbers))


def quotes_of(connection: Reading, customers: Iterable[str]) -> list[str]:
    """The numbers of the quotes of some customers that have replies."""
    table = tables.quotes.c
    query = select(table.number).join(_TABLE, _TABLE.c.number == table.number).distinct().order_by(table.number)
    return [number for some in chunks(customers) for number in connection.execute(query.where(table.customer.in_(some))).scalars()]


def running_orders(connection: Reading, number: str) -> list[str]:
    """The orders that run and have items from a quote."""
    orders, items = tables.orders.c, tables.items.c
    is_from = items.source.like(f"{number} version %")
    query = (
        select(orders.id).join(tables.items, items.order == orders.id).where(is_from, orders.state.in_(("pending", "active", "suspended")))
    )
    return list(connection.execute(query.distinct().order_by(orders.id)).scalars())


def _reply(row: RowMapping) -> Reply:
    return Reply(**{**row, "chosen": tuple(json.loads(row["chosen"]))})
