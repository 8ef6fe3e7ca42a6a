"""The orders in which something may have to be done before it is invoiced, found by the database; most orders only wait for a day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import and_, func, or_, select

from api.store import orders, tables
from api.store.sql import Reading
from api.store.transaction_rows import IS_OPEN
from engine.documents.order import Order, OrderType

_AT_ONCE = 100


def to_look_at(
    connection: Reading, today: date, *, types: Collection[OrderType], after: str | None = None, from_: str | None = None
) -> Iterator[Order]:
    """The orders with an item that is not activated or was suspended once, or with something due; in the order of their ids.

    Those of some types, whose instalments wait for events, too, while something of them is open.
    """
    items, transactions = tables.items.c, tables.transactions.c
    find = func.instr if connection.dialect.name == "sqlite" else func.strpos
    is_waiting = and_(items.activated_on.is_(None), items.state.in_(("pending", "suspended")))
    is_suspended = find(items.details, '"suspend":true') > 0
    due = select(transactions.item).where(IS_OPEN, transactions.invoiceable_from <= today)
    is_open = select(1).select_from(tables.transactions).where(IS_OPEN, transactions.item == items.id).exists()
    of_type = select(tables.orders.c.id).where(tables.orders.c.type.in_(types))
    is_possible = or_(is_waiting, is_suspended, items.id.in_(due), and_(items.order.in_(of_type), is_open))
    query = select(items.order).where(is_possible).distinct().order_by(items.order).limit(_AT_ONCE)
    where = items.order >= from_ if from_ is not None else items.order > after if after is not None else None
    while True:
        some = list(connection.execute(query if where is None else query.where(where)).scalars())
        by_id = orders.find(connection, some)
        yield from (by_id[name] for name in some)
        if len(some) < _AT_ONCE:
            return
        where = items.order > some[-1]
