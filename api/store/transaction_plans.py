"""The plans of orders in the store: what is planned replaces what is open, and never what was invoiced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import bindparam, delete, update

from api.store import order_sums, tables
from api.store.sql import Reading, Writing, chunks, day_number, insert_many
from api.store.transaction_rows import IS_BOUND, OPEN, TABLE, Key, TransactionFilter, bound, figures_of_row, find_selected
from engine.documents.order import Order
from engine.documents.transaction_figures import PlannedAmount, TransactionFigures

_KIND_CODES: Final = {word: code for code, word in enumerate(tables.KINDS)}
_STATE_CODES: Final = {word: code for code, word in enumerate(tables.STATES)}
_VERY_MANY: Final = 10_000
_COLUMNS: Final = (*Key._fields, *(column.name for column in TABLE.columns if column.name not in Key._fields))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why the open transactions of an item are held though nothing is planned for it, and the day on which it ends."""

    because: str
    until: date | None

    def holds(self, one: TransactionFigures) -> bool:
        """Whether it holds a transaction of the item: an open one that serves before the end."""
        begins = one.amount.service_from
        return one.state in OPEN and (self.until is None or begins is None or begins < self.until)


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of an order: the figures of each item's transactions, and the items that wait because a name left the rulebook."""

    order: Order
    amounts: Mapping[str, Sequence[PlannedAmount]]
    waiting: Mapping[str, Waiting]


class Replanned(NamedTuple):
    """How many transactions differed, and the orders whose plan changed, rather than only going on after the day that it reached."""

    differing: int
    changed: frozenset[str]


def replan(connection: Writing, plans: Iterable[Plan], *, reached: Mapping[str, date] | None = None) -> Replanned:
    """Replaces the open transactions of orders by those of their plans: inserts, updates, deletes.

    Invoiced transactions, here or elsewhere, stay as they are. `reached`: the day through which an order was planned before.
    """
    by_order = {plan.order.id: plan for plan in plans}
    stored = _stored(connection, by_order)
    fresh: list[tuple[object, ...]] = []
    changed: list[TransactionFigures] = []
    gone: list[Key] = []
    orders, differing = set[str](), set[str]()
    driver = _DriverValues(connection.dialect.name)
    for name, plan in by_order.items():
        before = stored.get(name)
        if before is None:
            fresh += driver.rows(plan.amounts)
            orders.add(name)
            differing.add(name)
            continue
        through = (reached or {}).get(name)
        after = {Key.of(one.item, one.amount): one for one in after_planning(before.values(), plan)}
        missing = [key for key in before if key not in after]
        gone += missing
        if missing:
            orders.add(name)
        if after != before:
            differing.add(name)
        for key, one in after.items():
            if key not in before:
                fresh.append(driver.row(one.item, one.amount))
                if not _goes_on(one.amount, through):
                    orders.add(name)
            elif one != before[key]:
                changed.append(one)
                orders.add(name)
    if gone:
        connection.execute(delete(TABLE).where(IS_BOUND, TABLE.c.state != "invoiced"), [bound(key) for key in gone])
    if changed:
        statement = update(TABLE).where(IS_BOUND, TABLE.c.state != "invoiced")
        columns = {name: bindparam(f"new_{name}", type_=TABLE.c[name].type) for name in _COLUMNS[len(Key._fields) :]}
        rows = [bound(Key.of(one.item, one.amount)) | {f"new_{name}": value for name, value in _values(one).items()} for one in changed]
        connection.execute(statement.values(columns), rows)
    if fresh:
        insert_many(connection, TABLE, _COLUMNS, fresh)
    order_sums.refresh(connection, differing)
    return Replanned(len(fresh) + len(changed) + len(gone), frozenset(orders))


def _goes_on(amount: PlannedAmount, through: date | None) -> bool:
    """Whether a new transaction lies after the day through which its order was planned, and is new for no other reason."""
    begins = amount.invoiceable_from
    return through is not None and begins is not None and begins > through and amount.kind != "instalment"


def refresh_statistics(connection: Writing, planned: int) -> None:
    """After very many transactions were planned, lets PostgreSQL sample the tables on which reports are computed.

    By itself it does so up to a minute later, and until then takes them for almost empty: a report looks up row after row.
    """
    if planned >= _VERY_MANY and connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"analyze {TABLE.name}, {tables.items.name}, {tables.orders.name}")


def mark_lasting(connection: Writing, lasting: Mapping[str, date]) -> None:
    """Records until when the plans of some orders last."""
    if lasting:
        table = tables.orders
        statement = update(table).where(table.c.id == bindparam("order_id"))
        statement = statement.values(plan_lasts_until=bindparam("lasts_until", type_=table.c.plan_lasts_until.type))
        connection.execute(statement, [{"order_id": name, "lasts_until": day} for name, day in sorted(lasting.items())])


def after_planning(stored: Iterable[TransactionFigures], plan: Plan) -> Iterator[TransactionFigures]:
    """The transactions of one order as `replan` would leave them.

    A planned one keeps the state of the stored one: what was held stays held until it is drafted again.
    """
    order = plan.order
    known = {Key.of(one.item, one.amount): one for one in stored}
    products = {item.id: item.product for item in order.items}
    for one in known.values():
        if one.state == "invoiced":
            yield one
        elif one.item in plan.waiting and plan.waiting[one.item].holds(one):
            yield one.held(plan.waiting[one.item].because)
    for item, amounts in plan.amounts.items():
        for amount in amounts:
            before = known.get(Key.of(item, amount))
            if before is not None and before.state == "invoiced":
                continue
            is_held = before is not None and before.state == "held" and amount.state == "planned"
            yield TransactionFigures(
                item=item,
                order=order.id,
                order_type=order.type,
                customer=order.customer,
                product=products[item],
                currency=order.currency,
                amount=amount,
                state="held" if is_held else amount.state,
                held_because=before.held_because if before is not None and is_held else None,
            )


def _stored(connection: Reading, orders: Iterable[str]) -> dict[str, dict[Key, TransactionFigures]]:
    result: dict[str, dict[Key, TransactionFigures]] = {}
    for some in chunks(orders):
        for one in find_selected(connection, TransactionFilter(orders=tuple(some))):
            result.setdefault(one.order, {})[one.key] = figures_of_row(one)
    return result


def _values(one: TransactionFigures) -> dict[str, object]:
    """The columns of a transaction beside its key."""
    amount = one.amount
    return {
        "service_from": amount.service_from,
        "service_until": amount.service_until,
        "billing_date": amount.billing_date,
        "invoiceable_from": amount.invoiceable_from,
        "expected": amount.expected,
        "quantity": amount.quantity,
        "list_net": amount.list_net,
        "net": amount.net,
        "state": one.state,
        "held_because": one.held_because or None,
        "invoice": one.invoice,
    }


class _DriverValues:
    """The rows of planned transactions as the driver takes them; what like items share is worked out once."""

    def __init__(self, dialect: str) -> None:
        self._numbers = _DayNumbers()
        self._day: Callable[[date | None], object] = self._numbers.__getitem__ if dialect == "sqlite" else lambda day: day
        self._shared: dict[int, tuple[Sequence[PlannedAmount], list[tuple[object, ...]]]] = {}

    def rows(self, amounts: Mapping[str, Sequence[PlannedAmount]]) -> Iterator[tuple[object, ...]]:
        """The rows of an order."""
        for item, of_item in amounts.items():
            known = self._shared.get(id(of_item))
            if known is None:
                known = self._shared[id(of_item)] = (of_item, [self._without_item(amount) for amount in of_item])
            for row in known[1]:
                yield (item, *row)

    def row(self, item: str, amount: PlannedAmount) -> tuple[object, ...]:
        """One row."""
        return (item, *self._without_item(amount))

    def _without_item(self, amount: PlannedAmount) -> tuple[object, ...]:
        kind, number, change, start, until, billed, invoice_lead, expected, quantity, list_net, net, state = amount
        day = self._day
        return (
            _KIND_CODES[kind],
            number if number is not None else self._numbers[start] or 0,
            change or "",
            quantity,
            list_net,
            net,
            day(start),
            day(until),
            day(billed),
            day(amount.invoiceable_from if invoice_lead else billed),
            _STATE_CODES[state],
            expected,
            None,
            None,
        )


class _DayNumbers(dict[date | None, int | None]):
    """The numbers of days, each worked out once."""

    def __missing__(self, day: date | None) -> int | None:
        number = self[day] = None if day is None else day_number(day)
        return number
