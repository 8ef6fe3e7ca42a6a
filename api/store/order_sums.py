"""What the transactions of orders come to by billing day and state: written with each change of them, added up for forecasts and lists.

Who changes transactions holds the locks of their orders, and so those of these rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import add
from typing import Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    RowMapping,
    Select,
    Update,
    and_,
    case,
    delete,
    func,
    literal_column,
    select,
    update,
)

from api.store import tables
from api.store.sql import CompactDay, Reading, Writing, chunks
from api.store.transaction_rows import IS_OPEN, KEY, OPEN, TransactionFilter, conditions
from api.store.transaction_rows import TABLE as TRANSACTIONS
from engine.documents.forecast_sum import ForecastSum

TABLE: Final = tables.order_sums
UNDATED: Final = date.min
"""The day of what has no billing date yet."""
_KEYS: Final[Mapping[str, ColumnElement[str]]] = {
    "order-type": TABLE.c.order_type,
    "customer": tables.orders.c.customer,
    "order": TABLE.c.order,
}
HAS_OPEN: Final[ColumnElement[bool]] = literal_column(tables.HAS_OPEN)
"""The condition of the index of days on which something is open."""
_ZERO, _ONE = (literal_column(each, Integer()) for each in ("0", "1"))
_PARTS: Final = {state: (state, "expected") if state == "planned" else (state,) for state in tables.STATES}
"""What adds up to the sums of a state: of what is planned, what is only expected stands apart."""
_DUE: Final = "to-invoice"
_COLUMNS: Final = {"planned": 0, _DUE: 1, "held": 2, "invoiced": 3}
"""The states that a forecast counts, and where; what is planned and due is to be invoiced."""


def refresh(connection: Writing, orders: Iterable[str]) -> None:
    """Adds up the transactions of some orders anew."""
    names, fresh = [column.name for column in TABLE.columns], added_up(connection.dialect.name)
    for some in chunks(orders):
        connection.execute(delete(TABLE).where(TABLE.c.order.in_(some)))
        connection.execute(TABLE.insert().from_select(names, fresh.where(tables.orders.c.id.in_(some))))


def refresh_items(connection: Writing, items: Iterable[str]) -> None:
    """Adds up the transactions of the orders of some items anew."""
    table = tables.items.c
    queries = (select(table.order).where(table.id.in_(some)) for some in chunks(items))
    refresh(connection, {name for query in queries for name in connection.execute(query).scalars()})


def added_up(dialect: str) -> Select[tuple[object, ...]]:
    """The rows that all transactions come to."""
    orders, items = tables.orders.c, tables.items.c
    billed, invoiceable = _days(dialect)
    keys = (billed, orders.type, orders.id, invoiceable)
    sums = [_sum_of(dialect, part, value) for value in (TRANSACTIONS.c.net, _ONE) for part in tables.SUMMED]
    query: Select[tuple[object, ...]] = select(*keys, *sums).select_from(TRANSACTIONS).join(tables.items, items.id == TRANSACTIONS.c.item)
    return query.join(tables.orders, orders.id == items.order).group_by(*keys)


def moved_to_invoiced(dialect: str, marked: FromClause) -> Update:
    """What counts the open transactions with some keys as invoiced; executed on what they are before they are marked."""
    items, days = tables.items.c, [day.label(f"day_{at}") for at, day in enumerate(_days(dialect))]
    values, parts = {"net": TRANSACTIONS.c.net, "count": _ONE}, tables.SUMMED[:3]
    sums = (_sum_of(dialect, part, value).label(f"{part}_{what}") for what, value in values.items() for part in parts)
    query: Select[tuple[object, ...]] = select(items.order, *days, *sums)
    query = query.select_from(TRANSACTIONS).join(marked, and_(*(column == marked.c[column.name] for column in KEY)))
    query = query.join(tables.items, items.id == TRANSACTIONS.c.item).where(IS_OPEN)
    moved = query.group_by(items.order, *_days(dialect)).subquery("moved")
    after: dict[str, ColumnElement[int]] = {}
    for what in values:
        after |= {f"{part}_{what}": TABLE.c[f"{part}_{what}"] - moved.c[f"{part}_{what}"] for part in parts}
        after[f"invoiced_{what}"] = sum((moved.c[f"{part}_{what}"] for part in parts), TABLE.c[f"invoiced_{what}"])
    is_it = (TABLE.c.order == moved.c.order, TABLE.c.billing_date == moved.c.day_0, TABLE.c.invoiceable_from == moved.c.day_1)
    return update(TABLE).where(*is_it).values(after)


def _days(dialect: str) -> tuple[ColumnElement[date], ColumnElement[date]]:
    """The days by which transactions are added up: of billing, and from which they may be invoiced."""
    written = ("10101", "99991231") if dialect == "sqlite" else (f"date '{UNDATED}'", f"date '{date.max}'")
    columns = (TRANSACTIONS.c.billing_date, TRANSACTIONS.c.invoiceable_from)
    billed, invoiceable = (func.coalesce(column, literal_column(day, CompactDay())) for column, day in zip(columns, written, strict=True))
    return billed, invoiceable


def _sum_of(dialect: str, part: str, value: ColumnElement[int]) -> ColumnElement[int]:
    """The sum of a value of the transactions in a state; what is planned and only expected counts apart."""
    name, expected = TRANSACTIONS.name, tables.STATES.index("planned")
    is_it = f"{name}.state = {expected if part == 'expected' else tables.STATES.index(part)}"
    if part in _PARTS["planned"]:
        is_it += f" and {'' if part == 'expected' else 'not '}{name}.expected"
    return func.sum(case((literal_column(is_it), value), else_=_ZERO))


# ---------------------------------------------------------------- what they come to


def covers(criteria: TransactionFilter, by: Sequence[str] = ()) -> bool:
    """Whether days and states tell what matching transactions come to: they know no products. Few are held, which an index has."""
    is_due = criteria.invoiceable_through is not None and criteria.states != ("planned",)
    return set(by) <= {"month", *_KEYS} and criteria.states != ("held",) and not is_due and not criteria.expected_usage


def by_state(connection: Reading, criteria: TransactionFilter, on: date) -> dict[str, tuple[int, int]]:
    """How many transactions match in each state on a day, and their net; what is planned and due is to be invoiced."""
    query: Select[tuple[object, ...]] = select().add_columns(*_amounts(criteria, on))
    result: dict[str, tuple[int, int]] = {}
    for row in _rows(connection, query, criteria):
        for state, net, count in _each_state(row):
            before = result.get(state, (0, 0))
            result[state] = (before[0] + count, before[1] + net)
    return result


def sums(connection: Reading, criteria: TransactionFilter, by: Sequence[str], on: date) -> list[ForecastSum]:
    """The sums of the matching transactions that a forecast on a day counts."""
    when = TABLE.c.billing_date if "month" in by else case((TABLE.c.billing_date == UNDATED, _ZERO), else_=_ONE)
    keys = {name: column for name, column in _KEYS.items() if name in by}
    chosen = (column.label(name) for name, column in keys.items())
    counted = replace(criteria, states=tuple(state for state in _states(criteria) if state in _COLUMNS))
    query: Select[tuple[object, ...]] = select(when.label("when"), *chosen, *_amounts(counted, on)).group_by(when, *keys.values())
    result: dict[ForecastSum, tuple[int, int]] = {}
    for row in _rows(connection, query, criteria, is_joined="customer" in by):
        of_type, customer, order = (row[name] if name in keys else None for name in _KEYS)
        for state, net, count in _each_state(row):
            key = ForecastSum(_month(row["when"]), of_type, None, customer, _COLUMNS[state], 0, 0, order)
            before = result.get(key, (0, 0))
            result[key] = (before[0] + net, before[1] + count)
    return [key._replace(net=net, transactions=count) for key, (net, count) in result.items()]


def orders_with(connection: Reading, criteria: TransactionFilter, first: str = "") -> list[str]:
    """The orders with a matching transaction, from a name on."""
    some = _added([TABLE.c[f"{part}_count"] for state in _states(criteria) for part in _parts(criteria, state)])
    query: Select[tuple[object, ...]] = select(TABLE.c.order).where(some > _ZERO)
    names = {str(row["order"]) for row in _rows(connection, query, criteria)}  # an index of days finds them, not that of orders
    return [name for name in names if name >= first]


def _month(when: date | int) -> str | None:
    """The month of a day; of the number of a group that is of no month, whether it has days."""
    if isinstance(when, date):
        return None if when == UNDATED else f"{when:%Y-%m}"
    return "" if when else None


def _amounts(criteria: TransactionFilter, on: date) -> Iterator[ColumnElement[int]]:
    """The sums of each state, and what of it is due on a day."""
    for what in ("net", "count"):
        for state in _states(criteria):
            amounts = [TABLE.c[f"{part}_{what}"] for part in _parts(criteria, state)]
            yield func.sum(_added(amounts)).label(f"{state}_{what}")
            if state == "planned":
                yield func.sum(case((TABLE.c.invoiceable_from <= on, amounts[0]), else_=_ZERO)).label(f"{_DUE}_{what}")


def _each_state(row: RowMapping) -> Iterator[tuple[str, int, int]]:
    """Each state of which a row has some transactions, with their net and number."""
    for state in (*tables.STATES, _DUE):
        if row.get(f"{state}_count"):
            net, count = int(row[f"{state}_net"]), int(row[f"{state}_count"])
            if state == "planned":
                net, count = net - int(row[f"{_DUE}_net"]), count - int(row[f"{_DUE}_count"])
            if count:
                yield state, net, count


def _added(amounts: Sequence[ColumnElement[int]]) -> ColumnElement[int]:
    return reduce(add, amounts)


def _states(criteria: TransactionFilter) -> Sequence[str]:
    return tables.STATES if criteria.states is None else criteria.states


def _parts(criteria: TransactionFilter, state: str) -> Sequence[str]:
    """What is only expected cannot be invoiced yet."""
    return _PARTS[state] if criteria.invoiceable_through is None else (state,)


def _rows(
    connection: Reading, query: Select[tuple[object, ...]], criteria: TransactionFilter, *, is_joined: bool = False
) -> Iterator[RowMapping]:
    """The rows of a query of the sums that match; those without a day by a query of their own, since each then reads one range."""
    of_orders = replace(criteria, order_type=None, states=None, billed_from=None, billed_until=None, invoiceable_through=None)
    if of_orders.is_of_orders or criteria.orders is not None or is_joined:
        query = query.join(tables.orders, tables.orders.c.id == TABLE.c.order)
    else:
        query = query.select_from(TABLE)
    of_type = [] if criteria.order_type is None else [TABLE.c.order_type == criteria.order_type]
    for days in _days_of(criteria):
        yield from connection.execute(query.where(*conditions(of_orders), *of_type, *days)).mappings()


def _days_of(criteria: TransactionFilter) -> Iterator[list[ColumnElement[bool]]]:
    """The conditions of days, range by range; an index has those with something open, by the day from which it may be invoiced."""
    billed, invoiceable = TABLE.c.billing_date, TABLE.c.invoiceable_from
    since, until, through = criteria.billed_from, criteria.billed_until, criteria.invoiceable_through
    of_open = [HAS_OPEN] if set(_states(criteria)) <= set(OPEN) else []
    due = [] if through is None else [invoiceable <= through]
    if since is None and until is None:
        yield [*of_open, *due]
        return
    within = [billed != UNDATED if since is None else billed >= since, *([] if until is None else [billed < until])]
    yield [*of_open, *due, *within, *([invoiceable < until] if of_open and until is not None else [])]  # no lead is negative
    if criteria.or_undated:
        yield [*of_open, *due, billed == UNDATED]
