"""Snapshots of the forecast in the store: the lines of all transactions, compressed, those of some orders and one month together.

A line takes a few bytes, since like items have like lines.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Select, func, not_, or_, select

from api.store import orders as stored_orders
from api.store import report_tables, tables
from api.store.sql import Reading, Writing, canonical_json, chunks, day_number, day_of_number
from api.store.transaction_rows import IS_OPEN, KEY, TABLE, Key, joined
from engine.dates import Period
from engine.documents.forecast_snapshot import ForecastLine, LineNow, Snapshot
from engine.money import Currency, Money

UNDATED: Final = ""
"""The month of what has no billing date yet."""
_ITEMS_AT_ONCE: Final = 1_000
_COUNTED: Final = ("planned", "held", "invoiced")


_Lines = dict[str, dict[str, list[tuple[int, int, str, int, int]]]]
"""By order and item: kind, serial, change, billing date, net."""


class OrderThen(NamedTuple):
    """How many steps the history of an order had when a snapshot was stored, and how often its plan had changed (None: not recorded)."""

    steps: int
    plan_revision: int | None


class InvoicedSums(NamedTuple):
    """What is invoiced, in minor units, and how many transactions are not."""

    net: int
    open: int


@dataclass(slots=True)
class _Month:
    """The lines of some orders in one month."""

    lines: _Lines = field(default_factory=dict)
    transactions: int = 0
    net: int = 0


def append(
    connection: Writing, name: str, *, on: date, at: datetime, author: str, rulebook: str, planned_through: date, currency: Currency
) -> Snapshot:
    """Stores the transactions that a forecast counts under a name, which must be new; some orders are in memory at once."""
    head = {"name": name, "stored_on": on, "stored_at": at, "author": author, "rulebook": rulebook, "planned_through": planned_through}
    connection.execute(report_tables.forecast_snapshots.insert().values(**head, currency=currency.code))
    for part, orders in enumerate(_parts(connection)):
        revisions = stored_orders.plan_revisions(connection, orders)  # before the lines: a change in between is then found later
        steps = dict.fromkeys(orders, 0) | _steps(connection, orders)
        content = {order: (steps[order], revisions[order]) for order in orders}
        connection.execute(report_tables.snapshot_orders.insert().values(snapshot=name, part=part, content=_packed(content)))
        rows = [
            {
                "snapshot": name,
                "month": month,
                "part": part,
                "transactions": each.transactions,
                "net": each.net,
                "content": _packed(each.lines),
            }
            for month, each in _by_month(connection, orders, planned_through).items()
        ]
        if rows:
            connection.execute(report_tables.snapshot_months.insert(), rows)
    return next(iter(find(connection, name)))


def find(connection: Reading, name: str | None = None) -> tuple[Snapshot, ...]:
    """All snapshots, the oldest first, or that of a name."""
    heads, months = report_tables.forecast_snapshots.c, report_tables.snapshot_months.c
    query = select(months.snapshot, func.sum(months.transactions).label("transactions"), func.sum(months.net).label("net"))
    if name is not None:
        query = query.where(months.snapshot == name)
    sums = {row.snapshot: (int(row.transactions), int(row.net)) for row in connection.execute(query.group_by(months.snapshot))}
    result = []
    wanted = select(report_tables.forecast_snapshots).order_by(heads.stored_at, heads.name)
    for row in connection.execute(wanted if name is None else wanted.where(heads.name == name)).mappings():
        transactions, net = sums.get(row["name"], (0, 0))
        currency = Currency.of(row["currency"])
        known = {name: row[name] for name in ("name", "stored_on", "stored_at", "author", "rulebook", "planned_through")}
        result.append(Snapshot(**known, currency=currency, transactions=transactions, net=Money(net, currency)))
    return tuple(result)


def orders_of(connection: Reading, name: str) -> Iterator[tuple[int, dict[str, OrderThen]]]:
    """The orders in each part of a snapshot; the last orders of a part come before the first of the next."""
    table = report_tables.snapshot_orders.c
    parts = connection.execute(select(table.part).where(table.snapshot == name).order_by(table.part)).scalars().all()
    for part in parts:
        content = connection.execute(select(table.content).where(table.snapshot == name, table.part == part)).scalar_one()
        known: dict[str, int | tuple[int, int]] = json.loads(zlib.decompress(content))
        yield part, {order: OrderThen(each, None) if isinstance(each, int) else OrderThen(*each) for order, each in known.items()}


def net_of(connection: Reading, name: str, *, month: str | None = None) -> int:
    """What a snapshot comes to, in minor units, in one month or in all."""
    table = report_tables.snapshot_months.c
    query = select(func.coalesce(func.sum(table.net), 0)).where(table.snapshot == name)
    return int(connection.execute(query if month is None else query.where(table.month == month)).scalar_one())


def lines_of(connection: Reading, name: str, part: int, *, month: str | None = None) -> dict[str, dict[str, ForecastLine]]:
    """The lines of one part of a snapshot by order and identity, of one month or of all."""
    table = report_tables.snapshot_months.c
    query = select(table.content).where(table.snapshot == name, table.part == part)
    if month is not None:
        query = query.where(table.month == month)
    result: dict[str, dict[str, ForecastLine]] = {}
    for content in connection.execute(query).scalars():
        orders: _Lines = json.loads(zlib.decompress(content))
        for order, items in orders.items():
            of_order = result.setdefault(order, {})
            for item, lines in items.items():
                for kind, serial, change, billed, net in lines:
                    identity = Key(item, tables.KINDS[kind], serial, change).identity
                    of_order[identity] = ForecastLine(identity, item, day_of_number(billed) if billed else None, net)
    return result


def lines_now(
    connection: Reading, orders: Iterable[str], *, start: date | None = None, until: date | None = None
) -> dict[str, list[LineNow]]:
    """The stored transactions of some orders, by order; with days only those with a billing date in [start, until)."""
    columns = TABLE.c
    dates = (columns.billing_date, columns.invoiceable_from)
    names = (*dates, columns.net, columns.state, columns.held_because, columns.invoice, tables.orders.c.id)
    result: dict[str, list[LineNow]] = {}
    for some in chunks(orders):
        query: Select[tuple[object, ...]] = joined(select(*KEY, *names)).where(tables.orders.c.id.in_(some))
        if start is not None:
            query = query.where(columns.billing_date >= start)
        if until is not None:
            query = query.where(columns.billing_date < until)
        for row in connection.execute(query):
            line = ForecastLine(Key(row.item, row.kind, row.serial, row.change).identity, row.item, row.billing_date, row.net)
            result.setdefault(row.id, []).append(LineNow(line, row.invoiceable_from, row.state, row.held_because, row.invoice))
    return result


def invoiced_sums(connection: Reading, through: date, *, period: Period | None = None, orders: Iterable[str] | None = None) -> InvoicedSums:
    """The sums of what a snapshot planned through a day counts, of some orders or of all; in a period, that of its billing dates."""
    columns = TABLE.c
    is_invoiced = columns.state == "invoiced"
    net, count = func.sum(columns.net).filter(is_invoiced), func.count().filter(not_(is_invoiced))
    query = select(func.coalesce(net, 0).label("net"), count.label("open")).where(columns.state.in_(_COUNTED), *_reaching(through, period))
    if orders is None:
        row = connection.execute(query.select_from(TABLE)).one()
        return InvoicedSums(int(row.net), row.open)
    rows = [connection.execute(joined(query).where(tables.orders.c.id.in_(some))).one() for some in chunks(orders)]
    return InvoicedSums(sum(int(row.net) for row in rows), sum(row.open for row in rows))


def orders_with_open(connection: Reading, through: date, period: Period) -> frozenset[str]:
    """The orders with a transaction that a snapshot planned through a day counts in a period, and that is not invoiced."""
    query = joined(select(tables.orders.c.id).distinct())
    is_early = TABLE.c.invoiceable_from < period.until  # no lead is negative: the index of open ones finds them
    query = query.where(IS_OPEN, is_early, *_reaching(through, period))
    return frozenset(connection.execute(query).scalars())


def _reaching(through: date, period: Period | None = None) -> list[ColumnElement[bool]]:
    """The conditions of what a forecast through a day counts: what may be invoiced by then, or has no day yet, and instalments."""
    columns = TABLE.c
    reaches = or_(columns.invoiceable_from <= through, columns.invoiceable_from.is_(None), columns.kind == "instalment")
    return [reaches] if period is None else [reaches, columns.billing_date >= period.start, columns.billing_date < period.until]


def _parts(connection: Reading) -> Iterator[list[str]]:
    """The orders in parts of about so many items as are in memory at once."""
    orders: list[str] = []
    items = 0
    of_items = tables.items.c.order
    for order, count in connection.execute(select(of_items, func.count()).group_by(of_items).order_by(of_items)).all():
        if orders and items + count > _ITEMS_AT_ONCE:
            yield orders
            orders, items = [], 0
        orders.append(order)
        items += count
    if orders:
        yield orders


def _steps(connection: Reading, orders: Iterable[str]) -> dict[str, int]:
    table, result = tables.order_steps.c, dict[str, int]()
    for some in chunks(orders):
        query = select(table.order, func.count().label("steps")).where(table.order.in_(some)).group_by(table.order)
        result |= {row.order: row.steps for row in connection.execute(query)}
    return result


def _by_month(connection: Reading, orders: Collection[str], through: date) -> dict[str, _Month]:
    columns, months = TABLE.c, dict[str, _Month]()
    for some in chunks(orders):
        query: Select[tuple[object, ...]] = joined(select(*KEY, columns.billing_date, columns.net, tables.orders.c.id)).order_by(*KEY)
        rows = connection.execute(query.where(tables.orders.c.id.in_(some), columns.state.in_(_COUNTED), *_reaching(through)))
        for row in rows:
            billed = row.billing_date
            month = months.setdefault(f"{billed:%Y-%m}" if billed else UNDATED, _Month())
            line = (tables.KINDS.index(row.kind), row.serial, row.change, day_number(billed) if billed else 0, row.net)
            month.lines.setdefault(row.id, {}).setdefault(row.item, []).append(line)
            month.transactions += 1
            month.net += row.net
    return months


def _packed(content: Mapping[str, object]) -> bytes:
    return zlib.compress(canonical_json(content).encode())
