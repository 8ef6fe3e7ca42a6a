"""The steps of recurring revenue in the store: exact fractions, summed outside the database, so that nothing is rounded before the sum."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, case, delete, func, literal, select, type_coerce

from api.store import tables
from api.store.report_tables import recurring_steps
from api.store.sql import Reading, Writing, chunks, day_number, insert_many
from api.store.transaction_rows import PlanState
from engine.documents.recurring_step import MOVEMENTS, RecurringStep

KEYS: Final[Mapping[str, ColumnElement[object]]] = {
    "order-type": tables.orders.c.type,
    "family": tables.items.c.product,
    "customer": tables.orders.c.customer,
    "segment": func.coalesce(tables.customers.c.segment, ""),
}
"""By what revenue is grouped; a family by its products."""
OPENING: Final = "opening"
"""The movement of what moved before the first day."""


class RecurringSum(NamedTuple):
    """What the steps of one group and movement (or before the first day: opening) come to, exact, in units of the currency."""

    group: tuple[str, ...]
    movement: str
    amount: Fraction


def replace(connection: Writing, steps: Mapping[str, Sequence[RecurringStep]]) -> None:
    """Stores the steps of items in place of those that they have."""
    stored: dict[str, set[tuple[object, ...]]] = {}
    for some in chunks(steps):
        for row in connection.execute(select(recurring_steps).where(recurring_steps.c.item.in_(some))):
            stored.setdefault(row.item, set()).add(tuple(row)[1:])
    changed = {}
    for item, of_item in steps.items():
        after = {(step.on, step.movement, str(step.amount.numerator), str(step.amount.denominator)) for step in of_item}
        if after != stored.get(item, set()):
            changed[item] = of_item
    for some in chunks(item for item in changed if item in stored):
        connection.execute(delete(recurring_steps).where(recurring_steps.c.item.in_(some)))
    is_compact = connection.dialect.name == "sqlite"
    rows = [
        (
            item,
            day_number(step.on) if is_compact else step.on,
            MOVEMENTS.index(step.movement),
            str(step.amount.numerator),
            str(step.amount.denominator),
        )
        for item, of_item in changed.items()
        for step in of_item
    ]
    if rows:
        insert_many(connection, recurring_steps, tuple(column.name for column in recurring_steps.columns), rows)


def find(connection: Reading, item: str) -> tuple[RecurringStep, ...]:
    """The steps of one item, the earliest first."""
    rows = connection.execute(
        select(recurring_steps).where(recurring_steps.c.item == item).order_by(recurring_steps.c.on, recurring_steps.c.movement)
    )
    return tuple(RecurringStep(row.on, row.movement, Fraction(int(row.numerator), int(row.denominator))) for row in rows)


def sums(
    connection: Reading,
    by: Iterable[str],
    *,
    first: date,
    last: date,
    customers: Collection[str] | None = None,
    plan: PlanState | None = None,
) -> list[RecurringSum]:
    """The sums of the steps through a day, those before the first day as opening; `plan`: only of orders with this state of the plan."""
    groups: list[ColumnElement[object]] = [KEYS[name].label(f"key{at}") for at, name in enumerate(by)]
    when = case((recurring_steps.c.on < first, literal(-1)), else_=type_coerce(recurring_steps.c.movement, Integer)).label("column")
    fraction = (recurring_steps.c.numerator, recurring_steps.c.denominator)
    query: Select[tuple[object, ...]] = select(*groups).add_columns(when, *fraction, func.count().label("steps"))
    query = query.select_from(recurring_steps)
    if groups or plan is not None or customers is not None:
        query = query.join(tables.items, tables.items.c.id == recurring_steps.c.item).join(
            tables.orders, tables.orders.c.id == tables.items.c.order
        )
    if "segment" in by:
        query = query.join(tables.customers, tables.customers.c.id == tables.orders.c.customer)
    query = query.where(recurring_steps.c.on <= last)
    if customers is not None:
        query = query.where(tables.orders.c.customer.in_(customers))
    if plan is not None:
        query = query.where(plan.is_reached)
    by_denominator: dict[tuple[tuple[str, ...], int, int], int] = {}
    for row in connection.execute(query.group_by(*groups, when, *fraction)):
        key = (tuple(map(str, row[: len(groups)])), row.column, int(row.denominator))
        by_denominator[key] = by_denominator.get(key, 0) + int(row.numerator) * row.steps
    result: dict[tuple[tuple[str, ...], int], Fraction] = {}
    for (group, column, denominator), numerator in by_denominator.items():
        result[group, column] = result.get((group, column), Fraction(0)) + Fraction(numerator, denominator)
    return [RecurringSum(group, OPENING if at < 0 else MOVEMENTS[at], amount) for (group, at), amount in result.items()]
