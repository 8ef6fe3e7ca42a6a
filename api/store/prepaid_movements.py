"""What became of prepaid amounts in the store: appended with the documents that sell, draw and refund, and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar, get_args

from sqlalchemy import Row, Select, case, func, select

from api.store import tables
from api.store.sql import Reading, Writing, chunks
from api.store.transaction_rows import TABLE, Key
from api.store.usage_tables import prepaid_movements
from engine.documents.order import Order
from engine.documents.prepaid import MovementKind, PrepaidBalance, PrepaidLedger, PrepaidMovement, balance_of
from engine.money import Currency, Money, Percent

_MOVED = prepaid_movements.c


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidAmount:
    """A prepaid amount that was sold, with the names of its item's order, customer and product, and what became of it."""

    item: str
    order: str
    customer: str
    product: str
    sold_on: date
    balance: PrepaidBalance


def append(connection: Writing, movements: Sequence[PrepaidMovement], *, at: datetime) -> None:
    """Stores movements."""
    if movements:
        connection.execute(
            prepaid_movements.insert(),
            [
                {
                    "document": one.document,
                    "line": one.line,
                    "kind": one.kind,
                    "item": one.item,
                    "amount": one.amount.minor,
                    "moved_on": one.on,
                    "transaction": one.transaction,
                    "category": one.category,
                    "rate": str(one.rate),
                    "recorded_at": at,
                }
                for one in movements
            ],
        )


def with_ledgers(connection: Reading, orders: Mapping[str, Order]) -> dict[str, Order]:
    """Orders with what became of their prepaid amounts, and which of their usage is invoiced."""
    names = [name for name, order in orders.items() if order.has_prepaid]
    if not names:
        return dict(orders)
    movements: dict[str, list[PrepaidMovement]] = {}
    billed: dict[str, set[str]] = {}
    items = tables.items.c
    for some in chunks(names):
        query = select(prepaid_movements, items.order).join(tables.items, items.id == _MOVED.item).where(items.order.in_(some))
        for row in connection.execute(query.order_by(_MOVED.recorded_at, _MOVED.document, _MOVED.line)):
            movements.setdefault(row.order, []).append(_movement(row, orders[row.order].currency))
        invoiced = select(TABLE.c.item, TABLE.c.kind, TABLE.c.serial, TABLE.c.change, items.order).join(
            tables.items, items.id == TABLE.c.item
        )
        for row in connection.execute(invoiced.where(items.order.in_(some), TABLE.c.kind == "usage", TABLE.c.state == "invoiced")):
            billed.setdefault(row.order, set()).add(Key(row.item, row.kind, row.serial, row.change).identity)
    ledgers = {name: PrepaidLedger(movements=tuple(movements.get(name, ())), billed=frozenset(billed.get(name, ()))) for name in names}
    return {name: order.replace(prepaid=ledgers[name]) if name in ledgers else order for name, order in orders.items()}


def left_by_order(connection: Reading) -> dict[str, dict[str, int]]:
    """By order, the prepaid amounts of which something is left, in minor units."""
    left, items = func.sum(_MOVED.amount), tables.items.c
    query = select(items.order, _MOVED.item, left.label("left")).join(tables.items, items.id == _MOVED.item)
    result: dict[str, dict[str, int]] = {}
    for row in connection.execute(query.group_by(items.order, _MOVED.item).having(left != 0)):
        result.setdefault(row.order, {})[row.item] = int(row.left)
    return result


def left_of(connection: Reading, customer: str) -> int:
    """What is left of the prepaid amounts of a customer, in minor units."""
    query = select(func.coalesce(func.sum(_MOVED.amount), 0)).join(tables.items, tables.items.c.id == _MOVED.item)
    query = query.join(tables.orders, tables.orders.c.id == tables.items.c.order)
    return int(connection.execute(query.where(tables.orders.c.customer == customer)).scalar_one())


def amounts(
    connection: Reading, *, until: date | None = None, customer: str | None = None, items: Iterable[str] | None = None
) -> Iterator[PrepaidAmount]:
    """The prepaid amounts that were sold, by item, as they were at the end of a day; of a customer, or some items."""
    query = _joined().order_by(_MOVED.item, _MOVED.recorded_at)
    if until is not None:
        query = query.where(_MOVED.moved_on <= until)
    if customer is not None:
        query = query.where(tables.orders.c.customer == customer)
    queries = [query] if items is None else [query.where(_MOVED.item.in_(some)) for some in chunks(items)]
    for each in queries:
        of_item: list[Row[tuple[object, ...]]] = []
        for row in connection.execute(each):
            if of_item and of_item[0].item != row.item:
                yield _amount(of_item)
                of_item = []
            of_item.append(row)
        if of_item:
            yield _amount(of_item)


def listed(
    connection: Reading, *, until: date, customer: str | None, everything: bool, after: str | None, limit: int
) -> list[PrepaidAmount]:  # fmt: skip
    """The prepaid amounts of which something was left at the end of a day, or all, by item, some after one; summed by the database."""
    sums = [func.sum(case((_MOVED.kind == kind, _MOVED.amount), else_=0)).label(kind) for kind in get_args(MovementKind)]
    items, orders = tables.items.c, tables.orders.c
    names = (_MOVED.item, items.order, items.product, orders.customer, orders.currency)
    query = _of_customer(select(*names, func.min(_MOVED.moved_on).label("sold_on"), *sums), until, customer).group_by(*names)
    query = query.order_by(_MOVED.item).limit(limit)
    if not everything:
        query = query.having(func.sum(_MOVED.amount) != 0)
    if after is not None:
        query = query.where(_MOVED.item > after)
    return [_summed(row) for row in connection.execute(query)]


def total_left(connection: Reading, *, until: date, customer: str | None) -> int:
    """What was left of all prepaid amounts, or of those of a customer, at the end of a day, in minor units."""
    query = select(func.coalesce(func.sum(_MOVED.amount), 0)).select_from(prepaid_movements)
    return int(connection.execute(_of_customer(query, until, customer)).scalar_one())


def is_sold(connection: Reading, item: str) -> bool:
    """Whether an item is a prepaid amount that was sold."""
    return connection.execute(select(_MOVED.item).where(_MOVED.item == item).limit(1)).first() is not None


_Q = TypeVar("_Q", bound=tuple[object, ...])


def _of_customer(query: Select[_Q], until: date, customer: str | None) -> Select[_Q]:
    query = query.join(tables.items, tables.items.c.id == _MOVED.item).join(tables.orders, tables.orders.c.id == tables.items.c.order)
    query = query.where(_MOVED.moved_on <= until)
    return query if customer is None else query.where(tables.orders.c.customer == customer)


def _summed(row: Row[tuple[object, ...]]) -> PrepaidAmount:
    currency = Currency.of(row.currency)
    sums = {kind: int(getattr(row, kind)) for kind in get_args(MovementKind)}
    balance = PrepaidBalance(
        sold=Money(sums["sold"], currency),
        refunded=Money(-sums["refunded"], currency),
        drawn=Money(-sums["drawn"] - sums["returned"], currency),
        lapsed=Money(-sums["lapsed"], currency),
        left=Money(sum(sums.values()), currency),
    )
    return PrepaidAmount(item=row.item, order=row.order, customer=row.customer, product=row.product, sold_on=row.sold_on, balance=balance)


def _joined() -> Select[tuple[object, ...]]:
    items, orders = tables.items.c, tables.orders.c
    names = (items.order, items.product, orders.customer, orders.currency)
    return select(prepaid_movements, *names).join(tables.items, items.id == _MOVED.item).join(tables.orders, orders.id == items.order)


def _amount(rows: Sequence[Row[tuple[object, ...]]]) -> PrepaidAmount:
    first = rows[0]
    currency = Currency.of(first.currency)
    balance = balance_of((_movement(row, currency) for row in rows), currency)
    return PrepaidAmount(
        item=first.item, order=first.order, customer=first.customer, product=first.product, sold_on=first.moved_on, balance=balance
    )


def _movement(row: Row[tuple[object, ...]], currency: Currency) -> PrepaidMovement:
    return PrepaidMovement(
        kind=row.kind,
        item=row.item,
        amount=Money(row.amount, currency),
        on=row.moved_on,
        document=row.document,
        line=row.line,
        transaction=row.transaction,
        category=row.category,
        rate=Percent.parse(row.rate),
    )
