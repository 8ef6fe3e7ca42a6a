"""How many orders and items are in a state on a day, counted by the database where dates alone tell it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select

from api.store import tables
from api.store.sql import Reading

_RANKS: Final = ("active", "suspended", "pending", "ended", "cancelled")
"""The states of items; an order has the first of those that its items have."""
_DEPENDING: Final = ('"suspend":true', '"first_month"', '"one_off":{')
"""What `details` has of items whose state follows from more than their dates: suspensions, insertions, and lines entered by hand."""
_items = tables.items.c


def count_orders(connection: Reading, conditions: Sequence[ColumnElement[bool]], state: str, day: date) -> tuple[int, list[str]]:
    """How many orders are in a state, and those of which only their items tell it; of the orders for which conditions hold."""
    orders = tables.orders
    is_plain = func.min(case((_is_plain(connection), 1), else_=0)).label("is_plain")
    per_order = select(_items.order.label("order"), is_plain, func.min(_rank(day)).label("rank")).group_by(_items.order).subquery()
    joined = orders.join(per_order, per_order.c.order == orders.c.id)
    plain = select(func.count()).select_from(joined).where(*conditions, per_order.c.is_plain == 1, per_order.c.rank == _RANKS.index(state))
    others = select(orders.c.id).select_from(joined).where(*conditions, per_order.c.is_plain == 0)
    return connection.execute(plain).scalar_one(), list(connection.execute(others).scalars())


def count_items(
    connection: Reading, customer: str | None, product: str | None, state: str | None, day: date
) -> tuple[int, list[tuple[str, str]]]:
    """How many items are in a state, or all, and those of which only more than their dates tells it, each after its order."""
    orders = tables.orders
    joined = tables.items.join(orders, orders.c.id == _items.order)
    conditions = [column == value for column, value in ((orders.c.customer, customer), (_items.product, product)) if value is not None]
    counted = select(func.count()).select_from(joined if customer is not None else tables.items).where(*conditions)
    if state is None:
        return connection.execute(counted).scalar_one(), []
    is_plain = _is_plain(connection)
    others = select(_items.order, _items.id).select_from(joined).where(*conditions, not_(is_plain))
    plain = connection.execute(counted.where(is_plain, _rank(day) == _RANKS.index(state))).scalar_one()
    return plain, [(row[0], row[1]) for row in connection.execute(others)]


def _is_plain(connection: Reading) -> ColumnElement[bool]:
    """Whether the dates of an item alone tell its state."""
    find = func.instr if connection.dialect.name == "sqlite" else func.strpos
    return and_(*(find(_items.details, text) == 0 for text in _DEPENDING))


def _rank(day: date) -> ColumnElement[int]:
    """The place among the states of that of a plain item on a day."""
    is_pending = or_(_items.activated_on.is_(None), _items.activated_on > day)
    return case(
        (_items.state == "cancelled", _RANKS.index("cancelled")),
        (is_pending, _RANKS.index("pending")),
        (_items.ends_before <= day, _RANKS.index("ended")),
        else_=_RANKS.index("active"),
    )
