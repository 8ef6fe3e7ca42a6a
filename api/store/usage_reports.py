"""Usage reports in the store: of the items of customers, by id, and listed page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, Select, select

from api.store import tables
from api.store.sql import ROWS_AT_ONCE, Reading, Writing, chunks
from api.store.usage_tables import usage_reports
from engine.documents.usage_report import UsageReport
from engine.money import Quantity

_TABLE = usage_reports


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageFilter:
    """A filter of reports: by item, order, customer, product, and the days on which it was used."""

    item: str | None = None
    order: str | None = None
    customer: str | None = None
    product: str | None = None
    used_from: date | None = None
    used_until: date | None = None
    """The day after the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedReport:
    """A report with the names of its item's order, customer and product."""

    report: UsageReport
    order: str
    customer: str
    product: str
    recorded_at: datetime


def of_customers(connection: Reading, customers: Iterable[str] | None) -> dict[tuple[str, str], tuple[UsageReport, ...]]:
    """The reports of some customers (None: all), by customer and product, in the order of entry."""
    query = _joined().order_by(_TABLE.c.sequence, _TABLE.c.id)
    queries = [query] if customers is None else [query.where(tables.orders.c.customer.in_(some)) for some in chunks(customers)]
    result: dict[tuple[str, str], list[UsageReport]] = {}
    for each in queries:
        for row in connection.execute(each):
            result.setdefault((row.customer, row.product), []).append(_report(row))
    return {key: tuple(reports) for key, reports in result.items()}


def find(connection: Reading, ids: Iterable[str]) -> dict[str, UsageReport]:
    """Reports by id."""
    queries = (select(_TABLE).where(_TABLE.c.id.in_(some)) for some in chunks(ids))
    return {row.id: _report(row) for query in queries for row in connection.execute(query)}


def each(connection: Reading, criteria: UsageFilter, *, after: str | None = None) -> Iterator[ListedReport]:
    """The matching reports in the order of their ids, after an id; some are in memory at once."""
    while True:
        query = _joined().order_by(_TABLE.c.id).limit(ROWS_AT_ONCE)
        for condition in (
            (_TABLE.c.item, criteria.item),
            (tables.orders.c.id, criteria.order),
            (tables.orders.c.customer, criteria.customer),
            (tables.items.c.product, criteria.product),
        ):
            if condition[1] is not None:
                query = query.where(condition[0] == condition[1])
        if criteria.used_from is not None:
            query = query.where(_TABLE.c.used_until > criteria.used_from)
        if criteria.used_until is not None:
            query = query.where(_TABLE.c.used_from < criteria.used_until)
        if after is not None:
            query = query.where(_TABLE.c.id > after)
        rows = connection.execute(query).all()
        for row in rows:
            yield _listed(row)
        if len(rows) < ROWS_AT_ONCE:
            return
        after = rows[-1].id


def listed(connection: Reading, ids: Iterable[str]) -> dict[str, ListedReport]:
    """Reports by id, with the names of their orders, customers and products."""
    queries = (_joined().where(_TABLE.c.id.in_(some)) for some in chunks(ids))
    return {row.id: _listed(row) for query in queries for row in connection.execute(query)}


def append(connection: Writing, reports: Iterable[UsageReport], *, at: datetime) -> None:
    """Stores new reports."""
    rows = [
        {
            "id": one.id,
            "item": one.item,
            "used_from": one.start,
            "used_until": one.until,
            "quantity": one.quantity.micros,
            "corrects": one.corrects,
            "recorded_on": one.recorded_on,
            "recorded_at": at,
            "author": one.author,
            "sequence": one.sequence,
            "late": one.late,
            "after_term": one.after_term,
        }
        for one in reports
    ]
    if rows:
        connection.execute(_TABLE.insert(), rows)


def orders_together(connection: Reading, items: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By item, the orders of its customer with the same product, its own among them."""
    own, other = tables.items.alias("own_items"), tables.items.alias("other_items")
    orders, others = tables.orders.alias("own_orders"), tables.orders.alias("other_orders")
    query = (
        select(own.c.id.label("item"), others.c.id.label("order"))
        .join(orders, orders.c.id == own.c.order)
        .join(others, others.c.customer == orders.c.customer)
        .join(other, (other.c.order == others.c.id) & (other.c.product == own.c.product))
        .distinct()
        .order_by(own.c.id, others.c.id)
    )
    result: dict[str, tuple[str, ...]] = {}
    for some in chunks(items):
        for row in connection.execute(query.where(own.c.id.in_(some))):
            result[row.item] = (*result.get(row.item, ()), row.order)
    return result


def products(connection: Reading, customer: str) -> frozenset[str]:
    """The products of the items of a customer."""
    query = select(tables.items.c.product).join(tables.orders, tables.orders.c.id == tables.items.c.order).distinct()
    return frozenset(connection.execute(query.where(tables.orders.c.customer == customer)).scalars())


def _joined() -> Select[tuple[object, ...]]:
    items, orders = tables.items.c, tables.orders.c
    query: Select[tuple[object, ...]] = select(_TABLE, items.product, orders.id.label("order"), orders.customer)
    return query.join(tables.items, items.id == _TABLE.c.item).join(tables.orders, orders.id == items.order)


def _listed(row: Row[tuple[object, ...]]) -> ListedReport:
    return ListedReport(report=_report(row), order=row.order, customer=row.customer, product=row.product, recorded_at=row.recorded_at)


def _report(row: Row[tuple[object, ...]]) -> UsageReport:
    return UsageReport(
        id=row.id,
        item=row.item,
        start=row.used_from,
        until=row.used_until,
        quantity=Quantity(row.quantity),
        corrects=row.corrects,
        recorded_on=row.recorded_on,
        sequence=row.sequence,
        late=row.late,
        after_term=row.after_term,
        author=row.author,
    )
