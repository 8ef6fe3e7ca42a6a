"""The orders in which something may have to be done before it is invoiced, found by the database; most orders only wait for a day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import and_, func, or_, select

from api.store import orders, tables
from api.store.order_sums import HAS_OPEN
from api.store.sql import Reading
from engine.documents.order import Order, OrderType

_AT_ONCE = 100


def to_look_at(
    connection: Reading, today: date, *, types: Collection[OrderType], after: str | None = None, from_: str | None = None
) -> Iterator[Order]:
    """The orders with an item that is not activated or was suspended once, or with something due; in the order of their ids.

    Those of some types, whose instalments wait for events, too, while something of them is open.
    """
    items, sums = tables.items.c, tables.order_sums.c
    find = func.instr if connection.dialect.name == "sqlite" else func.strpos
    is_waiting = and_(items.activated_on.is_(None), items.state.in_(("pending", "suspended")))
    is_suspended = find(items.details, '"suspend":true') > 0
    due = select(sums.order).where(HAS_OPEN, sums.invoiceable_from <= today)
    of_type = select(sums.order).where(HAS_OPEN, sums.order_type.in_(types))
    is_possible = or_(is_waiting, is_suspended, items.order.in_(due), items.order.in_(of_type))
    query = select(items.order).where(is_possible).distinct().order_by(items.order).limit(_AT_ONCE)
    where = items.order >= from_ if from_ is not None else items.order > after if after is not None else None
    while True:
        some = list(connection.execute(query if where is None else query.where(where)).scalars())
        by_id = orders.find(connection, some)
        yield from (by_id[name] for name in some)
        if len(some) < _AT_ONCE:
            return
        where = items.order > some[-1]
