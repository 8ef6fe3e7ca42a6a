"""Transactions in the store: found, summed, claimed and marked. Planned ones follow the plan, invoiced ones never change.

The store keeps figures; the priced line and the reasons are made anew from the order and the rulebook, when a transaction is drafted or
explained.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    extract,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy import column as column_of
from sqlalchemy.dialects.postgresql import ARRAY

from api.store import order_sums, tables
from api.store.rebilling_tables import rebilled
from api.store.sql import Reading, Writing, chunks
from api.store.transaction_rows import (
    IS_BOUND,
    IS_OPEN,
    KEY,
    OPEN,
    TABLE,
    Key,
    TransactionFilter,
    bound,
    conditions,
    figures_of_row,
    find_selected,
    joined,
)
from engine.dates import month_after
from engine.documents.forecast_sum import ForecastSum
from engine.documents.insertion_sum import InsertionSum
from engine.documents.order import Order
from engine.documents.transaction_figures import TransactionFigures

_KEYS_AT_ONCE: Final = 200
_DAY: Final = timedelta(days=1)
_PLACES: Final = {"held": 2, "invoiced": 3}
"""Where a forecast counts what is in some states."""
_RELEASED: Final = (
    update(TABLE).where(IS_BOUND, TABLE.c.invoice == bindparam("on_invoice")).values(state="planned", held_because=None, invoice=None)
)


def find(connection: Reading, criteria: TransactionFilter) -> tuple[TransactionFigures, ...]:
    """The matching transactions, in the order of customer, order, item position, billing date and identity."""
    return tuple(map(figures_of_row, sorted(find_selected(connection, criteria), key=attrgetter("place"))))


def find_next(connection: Reading, orders: tuple[str, ...], on: date) -> tuple[TransactionFigures, ...]:
    """The open transactions of orders that may be invoiced on a day, that have no billing date, or that come first of their item."""
    other = TABLE.alias("other")
    is_open: ColumnElement[bool] = literal_column(f"other.{tables.IS_OPEN}")
    first = select(func.min(other.c.billing_date)).where(other.c.item == TABLE.c.item, is_open).scalar_subquery()
    wanted = or_(TABLE.c.billing_date.is_(None), TABLE.c.invoiceable_from <= on, TABLE.c.billing_date <= first)
    rows = find_selected(connection, TransactionFilter(orders=orders, states=OPEN), wanted)
    return tuple(map(figures_of_row, sorted(rows, key=attrgetter("place"))))


def count_by_customer(connection: Reading, criteria: TransactionFilter) -> dict[str, int]:
    """How many matching transactions each customer has."""
    if criteria.states == OPEN and order_sums.covers(criteria):
        by_customer: dict[str, int] = {}
        for one in order_sums.sums(connection, criteria, ("customer",), date.min):
            by_customer[one.customer or ""] = by_customer.get(one.customer or "", 0) + one.transactions
        return by_customer
    customer = tables.orders.c.customer
    query = joined(select(customer, func.count().label("matching"))).where(*conditions(criteria)).group_by(customer)
    return {row.customer: row.matching for row in connection.execute(query)}


def count_by_state(connection: Reading, criteria: TransactionFilter, on: date) -> dict[str, int]:
    """How many transactions match, by their state on a day: what is planned and due is to be invoiced."""
    if order_sums.covers(criteria):
        return {state: count for state, (count, _) in order_sums.by_state(connection, criteria, on).items()}
    due = and_(TABLE.c.state == "planned", func.coalesce(TABLE.c.invoiceable_from <= on, False), not_(TABLE.c.expected)).label("due")
    query = select(TABLE.c.state, due, func.count().label("many")).group_by(TABLE.c.state, due)
    query = joined(query) if criteria.is_of_orders else query.select_from(TABLE)
    rows = connection.execute(query.where(*conditions(criteria)))
    return {"to-invoice" if row.due else row.state: row.many for row in rows}


def totals(connection: Reading, criteria: TransactionFilter, *, is_later: bool = False, on: date) -> tuple[int, int]:
    """How many transactions match, and their net in minor units; `is_later`: without what is due on a day."""
    due = and_(func.coalesce(TABLE.c.invoiceable_from <= on, False), not_(TABLE.c.expected))
    if order_sums.covers(criteria) and (not is_later or criteria.states == ("planned",)):
        by_state = order_sums.by_state(connection, criteria, on)
        amounts = [by_state.get("planned", (0, 0))] if is_later else list(by_state.values())
        return sum(count for count, _ in amounts), sum(net for _, net in amounts)
    query, items = select(func.count(), func.coalesce(func.sum(TABLE.c.net), 0)).select_from(TABLE), tables.items.c
    if criteria.is_of_orders:
        query = query.join(tables.items, items.id == TABLE.c.item).join(tables.orders, tables.orders.c.id == items.order)
    row = connection.execute(query.where(*conditions(criteria), *([not_(due)] if is_later else []))).one()
    return int(row[0]), int(row[1])


def next_due(connection: Reading, criteria: TransactionFilter, *, after: date) -> tuple[date, int] | None:
    """The first day after another one from which something that matches may be invoiced, and its net in minor units; None: never."""
    columns = TABLE.c
    later = (IS_OPEN, columns.invoiceable_from > after, not_(columns.expected), *conditions(criteria))
    query = select(columns.invoiceable_from, func.sum(columns.net)).where(*later)
    query = joined(query) if criteria.is_of_orders else query.select_from(TABLE)
    row = connection.execute(query.group_by(columns.invoiceable_from).order_by(columns.invoiceable_from).limit(1)).first()
    return None if row is None or row[0] is None else (row[0], int(row[1]))


def orders_with(connection: Reading, criteria: TransactionFilter, first: str = "") -> list[str]:
    """The orders with a matching transaction, from a name on."""
    if order_sums.covers(criteria):
        return order_sums.orders_with(connection, criteria, first)
    items, orders = tables.items.c, tables.orders.c
    query = select(items.order).distinct().select_from(TABLE).join(tables.items, items.id == TABLE.c.item)
    query = query.join(tables.orders, orders.id == items.order).where(*conditions(criteria), items.order >= first)
    return list(connection.execute(query).scalars())


def sums(connection: Reading, criteria: TransactionFilter, by: Sequence[str], on: date) -> list[ForecastSum]:
    """The sums of the matching transactions that a forecast on a day counts, grouped by the database."""
    if order_sums.covers(criteria, by):
        return order_sums.sums(connection, criteria, by, on)
    return sums_of_rows(connection, criteria, by, on)


def sums_of_rows(connection: Reading, criteria: TransactionFilter, by: Sequence[str], on: date) -> list[ForecastSum]:
    """The same from each transaction."""
    columns, orders, items = TABLE.c, tables.orders.c, tables.items.c
    is_due = and_(columns.invoiceable_from <= on, not_(columns.expected))
    keys = {"order-type": orders.type, "family": items.product, "customer": orders.customer, "order": orders.id}
    chosen = [column.label(f"key_{at}") for at, (name, column) in enumerate(keys.items()) if name in by]
    missing = [null().label(f"key_{at}") for at, name in enumerate(keys) if name not in by]
    when = _in_month(connection) if "month" in by else columns.billing_date.is_(None)
    groups = [when.label("when"), columns.state, is_due.label("is_due"), *chosen]
    totals = (func.sum(columns.net).label("net"), func.count().label("transactions"))
    query: Select[tuple[object, ...]] = select(*groups, *missing, *totals)
    query = joined(query) if chosen or criteria.is_of_orders else query.select_from(TABLE)
    query = query.where(*conditions(criteria), columns.state.in_(("planned", "held", "invoiced"))).group_by(*groups)
    return [
        ForecastSum(
            _month_of(row.when) if "month" in by else None if row.when else "",
            *(row.key_0, row.key_1, row.key_2, _PLACES.get(row.state, int(bool(row.is_due))), int(row.net), row.transactions, row.key_3),
        )
        for row in connection.execute(query)
    ]


def _in_month(connection: Reading) -> ColumnElement[int] | ColumnElement[date]:
    """What tells the month of a billing date: in PostgreSQL the day, since it knows how many there are, and of no other expression."""
    billed = TABLE.c.billing_date
    return _month(connection, billed) if connection.dialect.name == "sqlite" else billed


def _month_of(when: int | date | None) -> str | None:
    """The month of a day or of a number YYYYMM."""
    return None if when is None else f"{when:%Y-%m}" if isinstance(when, date) else f"{when // 100}-{when % 100:02}"


def insertions(
    connection: Reading, criteria: TransactionFilter, products: Iterable[str], *, start: date, until: date
) -> list[InsertionSum]:
    """The slots that the matching insertions of some products take by product and month, summed by the database."""
    columns, product = TABLE.c, tables.items.c.product
    month = _month(connection, columns.service_from).label("month")
    query: Select[tuple[object, ...]] = joined(select(product, month, func.sum(columns.quantity).label("micros")))
    within = (
        columns.kind == "insertion",
        columns.service_from >= start.replace(day=1),
        columns.service_from < month_after((until - _DAY).replace(day=1), 1),
    )
    query = query.where(*conditions(criteria), *within).group_by(product, month)
    return [
        InsertionSum(row.product, f"{row.month // 100}-{row.month % 100:02}", int(row.micros))
        for some in chunks(products)
        for row in connection.execute(query.where(product.in_(some)))
    ]


def merge(
    stored: Iterable[TransactionFigures], planned: Iterable[tuple[Order, Iterable[TransactionFigures]]]
) -> tuple[TransactionFigures, ...]:
    """Stored transactions and those of other orders that were planned in memory, in the order in which `find` gives them."""
    result = list(stored)
    for order, of_order in planned:
        places = {item.id: place for place, item in enumerate(order.items, start=1)}
        placed = [(places[one.item], one.billing_date or date.min, Key.of(one.item, one.amount), one) for one in of_order]
        result += [one for *_, one in sorted(placed, key=lambda row: row[:-1])]
    return tuple(sorted(result, key=lambda one: (one.customer, one.order)))


def numbers(connection: Reading, identities: Iterable[str]) -> dict[str, str]:
    """The invoice number of each of some transactions; those on none are absent."""
    by_key = {Key.parsed(identity): identity for identity in identities}
    result: dict[str, str] = {}
    for row in _rows_of(connection, _NUMBERS, by_key):
        result[by_key[key_of_row(row)]] = row.invoice
    return result


def invoiced(connection: Reading, orders: Iterable[str]) -> dict[str, frozenset[str]]:
    """The identities of the invoiced transactions of some orders, by item."""
    result: dict[str, set[str]] = {}
    for some in chunks(orders):
        for one in find(connection, TransactionFilter(orders=tuple(some), states=("invoiced",))):
            result.setdefault(one.item, set()).add(one.identity)
    return {item: frozenset(identities) for item, identities in result.items()}


def release(connection: Writing, identities: Iterable[str], number: str, *, at: datetime, author: str, because: str) -> int:
    """Takes transactions off a credited invoice, to be billed again, and records it where all are on it; gives how many are."""
    keys = sorted(map(Key.parsed, identities))
    count = connection.execute(_RELEASED, [bound(key) | {"on_invoice": number} for key in keys]).rowcount
    order_sums.refresh_items(connection, {key.item for key in keys})
    if count == len(keys):
        record = {"invoice": number, "released_at": at, "author": author, "because": because}
        connection.execute(rebilled.insert(), [{**key._asdict(), **record} for key in keys])
    return count


def released(connection: Reading, orders: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The invoices that released each transaction of some orders, to be billed again, the oldest first."""
    items = tables.items.c
    query = select(rebilled).join(tables.items, items.id == rebilled.c.item).order_by(rebilled.c.released_at, rebilled.c.invoice)
    result: dict[str, tuple[str, ...]] = {}
    for row in (row for some in chunks(orders) for row in connection.execute(query.where(items.order.in_(some)))):
        identity = Key(row.item, row.kind, row.serial, row.change).identity
        result[identity] = (*result.get(identity, ()), row.invoice)
    return result


def mark_held(connection: Writing, held: Iterable[tuple[str, str | None]]) -> None:
    """Sets why open transactions are held back; None releases them."""
    keys = {Key.parsed(identity): why or None for identity, why in held}
    rows = [{**bound(key), "new_state": "held" if why else "planned", "why": why} for key, why in keys.items()]
    if rows:
        state, why = bindparam("new_state", type_=TABLE.c.state.type), bindparam("why", type_=TABLE.c.held_because.type)
        connection.execute(update(TABLE).where(IS_BOUND, IS_OPEN).values(state=state, held_because=why), rows)
        order_sums.refresh_items(connection, {key.item for key in keys})


def _month(connection: Reading, day: ColumnElement[date]) -> ColumnElement[int]:
    """The month of a day as YYYYMM."""
    if connection.dialect.name == "sqlite":
        return type_coerce(day, Integer).op("/", return_type=Integer())(100)
    return cast(extract("year", day) * 100 + extract("month", day), Integer)


def key_of_row(row: Row[tuple[object, ...]]) -> Key:
    """The key of a row with its columns."""
    return Key(row.item, row.kind, row.serial, row.change)


def _rows_of(
    connection: Reading, queries: Mapping[str, Select[tuple[object, ...]]], keys: Iterable[Key]
) -> Iterator[Row[tuple[object, ...]]]:
    """The rows of a query with some keys: one statement for all, and no other row is read."""
    unique = sorted(set(keys))
    statement = queries[connection.dialect.name]
    for at in range(0, len(unique), _KEYS_AT_ONCE):
        some = unique[at : at + _KEYS_AT_ONCE]
        if connection.dialect.name == "sqlite":
            yield from connection.execute(
                statement, {"keys": json.dumps([(item, tables.KINDS.index(kind), *rest) for item, kind, *rest in some])}
            )
        else:
            parts = zip(KEY, zip(*some, strict=True), strict=True)
            yield from connection.execute(statement, {f"keys_{column.name}": list(part) for column, part in parts})


def _by_keys(query: Select[tuple[object, ...]]) -> Mapping[str, Select[tuple[object, ...]]]:
    """A query narrowed to the keys given with it, by dialect: arrays of their parts in PostgreSQL, an array of JSON in SQLite."""
    given = func.json_each(bindparam("keys", type_=Text)).table_valued("value", name="wanted")
    parts = [func.json_extract(given.c.value, f"$[{at}]") for at in range(len(KEY))]
    arrays = (bindparam(f"keys_{column.name}", type_=ARRAY(column.type)) for column in KEY)
    wanted = func.unnest(*arrays).table_valued(*(column_of(column.name, column.type) for column in KEY)).render_derived(name="wanted")
    return {
        "sqlite": query.where(*(type_coerce(column, Text) == part for column, part in zip(KEY, parts, strict=True))),
        "postgresql": query.where(*(column == wanted.c[column.name] for column in KEY)),
    }


_NUMBERS: Final = _by_keys(select(*KEY, TABLE.c.invoice).where(TABLE.c.invoice.is_not(None)))
