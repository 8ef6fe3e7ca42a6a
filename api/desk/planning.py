"""Planning the transactions of orders to the horizon, again after every change of order or rulebook; in memory for readers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from api.desk.desk import Desk
from api.store import customers, orders, transactions
from api.store.orders import PlanState
from api.store.sql import Reading, Writing, chunks
from api.store.transactions import TransactionFilter
from engine import billing
from engine.documents.order import Order
from engine.documents.transaction import Transaction
from engine.problems import Refusal

Progress = Callable[[int, int], None]
"""Called with how many are done, of how many."""
_BATCH_SIZE: Final = 50
"""How many orders are planned in one transaction, so that locks are short."""


def plan_everything(desk: Desk, *, through: date | None = None, progress: Progress | None = None) -> int:
    """Plans every order that is not planned to the horizon (or further) with this rulebook; gives how many transactions differed."""
    until = max(desk.horizon, through or desk.horizon)
    with desk.store.reading() as connection:
        unplanned = orders.unplanned(connection, PlanState(until, desk.rulebook.fingerprint))
    differing = 0
    for at in range(0, len(unplanned), _BATCH_SIZE):
        batch = unplanned[at : at + _BATCH_SIZE]
        with desk.writing() as connection:
            orders.lock_all(connection, batch)
            differing += plan_orders(desk, connection, orders.find(connection, batch).values(), through=until)
        if progress:
            progress(at + len(batch), len(unplanned))
    return differing


def plan_orders(desk: Desk, connection: Writing, planned_orders: Collection[Order], *, through: date | None = None) -> int:
    """Plans orders that are new or locked, to the horizon or further, and stores the changes; gives how many transactions differed.

    A refusal names its order.
    """
    plan = PlanState(through or desk.horizon, desk.rulebook.fingerprint)
    planned = _planned(desk, connection, planned_orders, plan.through)
    differing = sum(transactions.replan(connection, name, of_order) for name, of_order in planned.items())
    orders.mark_planned(connection, planned, plan)
    return differing


def find_transactions(desk: Desk, connection: Reading, criteria: TransactionFilter, *, through: date) -> tuple[Transaction, ...]:
    """The matching transactions, as planning through a day would leave them in the store. Writes nothing.

    Stored ones are used where the plan of their order reaches that day with this rulebook; other orders are planned in memory.
    """
    plan = PlanState(through, desk.rulebook.fingerprint)
    stale = orders.unplanned(connection, plan, customer=criteria.customer, type_=criteria.order_type, order=criteria.order)
    if not stale:
        return transactions.find(connection, criteria)
    stored = transactions.find(connection, replace(criteria, plan=plan))
    return transactions.merge(stored, plan_in_memory(desk, connection, stale, criteria, through))


def plan_in_memory(
    desk: Desk, connection: Reading, names: Iterable[str], criteria: TransactionFilter, through: date
) -> Iterator[tuple[Order, list[Transaction]]]:
    """Some orders with their matching transactions, as planning them would leave them in the store."""
    for batch in chunks(names):
        planned_orders = orders.find(connection, batch)
        stored: dict[str, list[Transaction]] = {}
        for one in transactions.find(connection, TransactionFilter(orders=tuple(batch))):
            stored.setdefault(one.order, []).append(one)
        for name, planned in _planned(desk, connection, planned_orders.values(), through).items():
            yield planned_orders[name], [one for one in transactions.after_planning(stored.get(name, ()), planned) if criteria.matches(one)]


def _planned(desk: Desk, connection: Reading, planned_orders: Collection[Order], through: date) -> dict[str, tuple[Transaction, ...]]:
    """The transactions to be stored, by order id.

    Of transactions invoiced elsewhere these are only the instalments of plans that still have others.
    """
    buyers = customers.find(connection, {order.customer for order in planned_orders})
    plans, refused = billing.plan_all(planned_orders, buyers, desk.rulebook, through=through)
    if refused:
        raise Refusal(tuple(replace(problem, pointer=f"/{name}") for name, refusal in refused.items() for problem in refusal.problems))
    return {name: _to_be_stored(of_order) for name, of_order in plans.items()}


def _to_be_stored(of_order: Sequence[Transaction]) -> tuple[Transaction, ...]:
    alive = {one.item for one in of_order if one.portion.kind == "instalment" and one.state != "elsewhere"}
    return tuple(one for one in of_order if one.state != "elsewhere" or one.item in alive)
