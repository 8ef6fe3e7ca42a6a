"""Orders in the store: items, events and history in tables, written and read as one document."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import BindParameter, RowMapping, Table, bindparam, delete, func, select, update

from api.store import tables, usage_reports, usage_tables
from api.store.prepaid_movements import with_ledgers
from api.store.sql import ROWS_AT_ONCE, Reading, Writing, canonical_json, chunks, insert_absent
from api.store.transaction_rows import PlanState
from engine.documents.order import ITEMS, AnyItem, Order, OrderItem, OrderType
from engine.documents.order_step import OrderEvent, OrderStep
from engine.documents.party import DeliveryAddress
from engine.documents.usage_report import UsageReport
from engine.money import Currency, Price, Quantity

_OWN_COLUMNS: Final = {"order", "position", "quantity", "negotiated_price", "details"}
_ORDER_COLUMNS: Final = ("signed_on", "purchase_order", "payment_terms", "buyer_reference", "invoiced_elsewhere_until")
_ITEM_COLUMNS: Final = tuple(column.name for column in tables.items.columns if column.name not in _OWN_COLUMNS)
_BESIDE: Final = {*_ITEM_COLUMNS, "type", "currency", "quantity", "negotiated_price"}
"""What does not stand in `details`: what of an item is never asked for by itself is there as JSON, such as what only its type has."""
_some: Final[BindParameter[str]] = bindparam("some", expanding=True)
_LOCKED: Final = select(tables.orders.c.id).where(tables.orders.c.id.in_(_some)).order_by(tables.orders.c.id).with_for_update()
_SOME: Final = select(tables.orders).where(tables.orders.c.id.in_(_some)).order_by(tables.orders.c.id)
_PARTS: Final = (tables.items, tables.order_events, tables.order_steps)
_EVERY_PART: Final = {table: select(table).order_by(table.c.order, table.c.position) for table in _PARTS}
_PARTS_OF_SOME: Final = {table: query.where(table.c.order.in_(_some)) for table, query in _EVERY_PART.items()}
_AT_FIRST: Final = 50  # then twice as many each time: pages are short
_ANY_REPORT: Final = select(usage_tables.usage_reports.c.id).limit(1)
_Reports = Mapping[tuple[str, str], Sequence[UsageReport]]
"""The usage reports by customer and product."""


def find(
    connection: Reading, ids: Iterable[str] | None = None, *, customer: str | None = None, type_: str | None = None
) -> dict[str, Order]:
    """Orders by id, in the order of their ids; filtered by customer or type."""
    query = select(tables.orders).order_by(tables.orders.c.id) if ids is None else _SOME
    if customer is not None:
        query = query.where(tables.orders.c.customer == customer)
    if type_ is not None:
        query = query.where(tables.orders.c.type == type_)
    if ids is None:
        return _assembled(connection, connection.execute(query).mappings().all(), is_filtered=customer is not None or type_ is not None)
    by_id: dict[str, Order] = {}
    for some in chunks(ids):
        rows = connection.execute(query, {"some": some}).mappings().all()
        by_id |= _assembled(connection, rows, is_filtered=True)
    return by_id


def each(
    connection: Reading, *, after: str | None = None, from_: str | None = None, customer: str | None = None, type_: str | None = None,
    types: Collection[OrderType] | None = None, product: str | None = None,
) -> Iterator[Order]:  # fmt: skip
    """Orders, some at once, in the order of their ids, after one or from one on, of a customer, of types, or with an item of a product."""
    table, items = tables.orders.c, tables.items.c
    name = table.id if product is None else items.order
    query, many = select(name).order_by(name).distinct(), _AT_FIRST
    if product is not None:
        query = query.where(items.product == product)
        if customer is not None or type_ is not None or types is not None:
            query = query.join(tables.orders, table.id == items.order)
    for column, sought in ((table.customer, None if customer is None else {customer}), (table.type, types if type_ is None else {type_})):
        if sought is not None:
            query = query.where(column.in_(sought))
    where = name >= from_ if from_ is not None else name > after if after is not None else None
    while True:
        some = list(connection.execute((query if where is None else query.where(where)).limit(many)).scalars())
        by_id = find(connection, some)
        yield from (by_id[order] for order in some)
        if len(some) < many:
            return
        where, many = name > some[-1], min(2 * many, ROWS_AT_ONCE)


def of_type(connection: Reading, type_: OrderType) -> Collection[Order]:
    """The orders of a type."""
    return find(connection, type_=type_).values()


def ids(connection: Reading, *, customers: Iterable[str] | None = None) -> tuple[str, ...]:
    """The ids of all orders, in their order, or of those of some customers."""
    query = select(tables.orders.c.id).order_by(tables.orders.c.id)
    queries = [query] if customers is None else [query.where(tables.orders.c.customer.in_(some)) for some in chunks(customers)]
    return tuple(name for each in queries for name in connection.execute(each).scalars())


def lock(connection: Writing, order: str) -> Order | None:
    """One order, locked until the transaction ends; None where the id is unknown."""
    row = connection.execute(select(tables.orders.c.id).where(tables.orders.c.id == order).with_for_update()).first()
    return find(connection, [order])[order] if row else None


def lock_all(connection: Writing, ids: Iterable[str]) -> None:
    """Locks orders in the order of their ids; to be called before changing their transactions, so that no deadlock occurs."""
    if connection.dialect.name == "sqlite":
        return  # a transaction that writes has locked the whole database
    for some in chunks(ids):
        connection.execute(_LOCKED, {"some": some}).all()


def order_of_item(connection: Reading, item: str) -> str | None:
    """The id of the order that contains an item; None where there is no such item."""
    return connection.execute(select(tables.items.c.order).where(tables.items.c.id == item)).scalar()


def has_product(connection: Reading, product: str) -> bool:
    """Whether an item has a product."""
    return connection.execute(select(tables.items.c.id).where(tables.items.c.product == product).limit(1)).first() is not None


def append(connection: Writing, orders: Iterable[Order]) -> None:
    """Inserts new orders with their items, events and history."""
    orders = list(orders)
    if orders:
        connection.execute(tables.orders.insert(), [_order_row(order) | {"revision": 1, "plan_revision": 0} for order in orders])
        _append_parts(connection, orders)


def create(connection: Writing, order: Order) -> bool:
    """Inserts a new order; False where another has its id."""
    is_fresh = bool(insert_absent(connection, tables.orders, [_order_row(order) | {"revision": 1, "plan_revision": 0}]))
    _append_parts(connection, [order] if is_fresh else [])
    return is_fresh


def replace(connection: Writing, order: Order) -> None:
    """Replaces an order and marks it as not planned."""
    unplanned = dict.fromkeys(("planned_through", "planned_under", "plan_lasts_until"))
    values = _order_row(order) | {"revision": tables.orders.c.revision + 1, **unplanned}
    connection.execute(update(tables.orders).where(tables.orders.c.id == order.id).values(values))
    for table in (tables.order_events, tables.order_steps):
        connection.execute(delete(table).where(table.c.order == order.id))
    existing = set(connection.execute(select(tables.items.c.id).where(tables.items.c.order == order.id)).scalars())
    fresh = [(position, item) for position, item in enumerate(order.items, start=1) if item.id not in existing]
    for position, item in enumerate(order.items, start=1):
        if item.id in existing:
            connection.execute(update(tables.items).where(tables.items.c.id == item.id).values(_item_row(order, position, item)))
    _insert(connection, tables.items, [_item_row(order, position, item) for position, item in fresh])
    _insert(connection, tables.order_events, _event_rows(order))
    _insert(connection, tables.order_steps, _step_rows(order))


def unplanned(
    connection: Reading,
    plan: PlanState,
    *,
    customer: str | None = None,
    customers: tuple[str, ...] | None = None,
    type_: str | None = None,
    ids: tuple[str, ...] | None = None,
) -> tuple[str, ...]:
    """The ids of the orders whose plan does not reach a day, or was made under another rulebook; narrowed to some."""
    table = tables.orders.c
    query = select(table.id).where(plan.is_missed).order_by(table.id)
    for column, sought in ((table.customer, customer), (table.type, type_)):
        if sought is not None:
            query = query.where(column == sought)
    for column, some in ((table.customer, customers), (table.id, ids)):
        if some is not None:
            query = query.where(column.in_(some))
    return tuple(connection.execute(query).scalars())


def items_by_customer(connection: Reading, ids: Iterable[str]) -> dict[str, int]:
    """How many items each customer has in some orders."""
    table, result = tables.orders.c, dict[str, int]()
    for some in chunks(ids):
        query = select(table.customer, func.count()).join(tables.items, tables.items.c.order == table.id)
        for customer, count in connection.execute(query.where(table.id.in_(some)).group_by(table.customer)):
            result[customer] = result.get(customer, 0) + count
    return result


def mark_planned(connection: Writing, ids: Iterable[str], plan: PlanState, *, changed: Iterable[str]) -> None:
    """Records the day through which orders are planned, and the rulebook; those whose plan changed get its next revision."""
    for some in chunks(ids):
        values = {"planned_through": plan.through, "planned_under": plan.fingerprint, "plan_lasts_until": None}
        connection.execute(update(tables.orders).where(tables.orders.c.id.in_(some)).values(values))
    for some in chunks(changed):
        connection.execute(
            update(tables.orders).where(tables.orders.c.id.in_(some)).values(plan_revision=tables.orders.c.plan_revision + 1)
        )


def plan_revisions(connection: Reading, ids: Iterable[str] | None = None, *, customer: str | None = None) -> dict[str, int]:
    """How often the plan of each order changed, in the order of the ids; of some orders, of those of a customer, or of all."""
    table = tables.orders.c
    query = select(table.id, table.plan_revision).order_by(table.id)
    if customer is not None:
        query = query.where(table.customer == customer)
    queries = [query] if ids is None else [query.where(table.id.in_(some)) for some in chunks(ids)]
    return {row.id: row.plan_revision for each in queries for row in connection.execute(each)}


def planned_through(connection: Reading, ids: Iterable[str]) -> dict[str, date]:
    """The day through which each order is planned; those that are not planned are absent."""
    table = tables.orders.c
    queries = (
        select(table.id, table.planned_through).where(table.id.in_(some), table.planned_through.is_not(None)) for some in chunks(ids)
    )
    return {row.id: row.planned_through for each in queries for row in connection.execute(each)}


def _append_parts(connection: Writing, orders: Sequence[Order]) -> None:
    items = [_item_row(order, position, item) for order in orders for position, item in enumerate(order.items, start=1)]
    _insert(connection, tables.items, items)
    _insert(connection, tables.order_events, [row for order in orders for row in _event_rows(order)])
    _insert(connection, tables.order_steps, [row for order in orders for row in _step_rows(order)])


def _insert(connection: Writing, table: Table, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        connection.execute(table.insert(), list(rows))


def _assembled(connection: Reading, rows: Sequence[RowMapping], *, is_filtered: bool) -> dict[str, Order]:
    """The orders of some rows with their parts; reads the whole tables of parts unless the rows are filtered."""
    order_ids = [row["id"] for row in rows] if is_filtered else None
    items, events, steps = (_by_order(connection, table, order_ids) for table in _PARTS)
    reports: _Reports = {}
    if connection.execute(_ANY_REPORT).first() is not None:
        reports = usage_reports.of_customers(connection, {row["customer"] for row in rows} if is_filtered else None)
    made = {row["id"]: _order(row, items[row["id"]], events[row["id"]], steps[row["id"]], reports) for row in rows}
    return with_ledgers(connection, made) if any(order.has_prepaid for order in made.values()) else made


def _by_order(connection: Reading, table: Table, ids: Sequence[str] | None) -> defaultdict[str, list[RowMapping]]:
    by_order: defaultdict[str, list[RowMapping]] = defaultdict(list)
    query = _EVERY_PART[table] if ids is None else _PARTS_OF_SOME[table]
    for some in [None] if ids is None else chunks(ids):
        for row in connection.execute(query, {} if some is None else {"some": some}).mappings():
            by_order[row["order"]].append(row)
    return by_order


def _order(
    row: RowMapping, items: Sequence[RowMapping], events: Sequence[RowMapping], steps: Sequence[RowMapping], reports: _Reports
) -> Order:
    currency = Currency.of(row["currency"])
    return Order(
        currency=currency,
        id=row["id"],
        type=row["type"],
        customer=row["customer"],
        **{name: row[name] for name in _ORDER_COLUMNS},
        deliver_to=None if row["deliver_to"] is None else DeliveryAddress.model_validate_json(row["deliver_to"]),
        attributes=json.loads(row["attributes"]),
        items=tuple(_item(item, row["type"], currency, reports.get((row["customer"], item["product"]), ())) for item in items),
        events=tuple(OrderEvent(event=event["event"], on=event["happens_on"], reported=event["reported"]) for event in events),
        history=tuple(
            OrderStep(
                on=step["stepped_on"],
                what=step["what"],
                items=tuple(json.loads(step["items"])),
                **{name: step[name] for name in ("source", "author", "because")},
            )
            for step in steps
        ),
        source=row["source"],
    )


def _item(row: RowMapping, order_type: OrderType, currency: Currency, reports: Sequence[UsageReport]) -> AnyItem:
    price = row["negotiated_price"]
    fields = {name: row[name] for name in _ITEM_COLUMNS}
    return ITEMS[order_type].model_validate(
        fields
        | json.loads(row["details"])
        | {
            "currency": currency,
            "quantity": Quantity(row["quantity"]),
            "negotiated_price": None if price is None else Price(price, currency),
            **({"usage": reports} if reports else {}),
        }
    )


def _order_row(order: Order) -> dict[str, object]:
    return {
        "id": order.id,
        "type": order.type,
        "customer": order.customer,
        "state": order.state,
        "currency": order.currency.code,
        **{name: getattr(order, name) for name in _ORDER_COLUMNS},
        "deliver_to": order.deliver_to and canonical_json(order.deliver_to.model_dump(mode="json")),
        "attributes": canonical_json(order.attributes),
        "source": order.source,
    }


def _item_row(order: Order, position: int, item: OrderItem) -> dict[str, object]:
    price = item.negotiated_price
    return {name: getattr(item, name) for name in _ITEM_COLUMNS} | {
        "order": order.id,
        "position": position,
        "quantity": item.quantity.micros,
        "negotiated_price": None if price is None else price.micros,
        "details": canonical_json(item.model_dump(mode="json", exclude=_BESIDE)),
    }


def _event_rows(order: Order) -> list[dict[str, object]]:
    return [
        {"order": order.id, "position": position, "event": event.event, "happens_on": event.on, "reported": event.reported}
        for position, event in enumerate(order.events, start=1)
    ]


def _step_rows(order: Order) -> list[dict[str, object]]:
    return [
        {
            "order": order.id,
            "position": position,
            "stepped_on": step.on,
            "items": canonical_json(list(step.items)),
            **{name: getattr(step, name) for name in ("what", "source", "author", "because")},
        }
        for position, step in enumerate(order.history, start=1)
    ]
