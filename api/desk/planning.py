"""Transactions planned from orders to the horizon, anew after every change of order or rulebook; for those who only read, in memory."""

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
"""Told how much of how much is done."""
_AT_ONCE: Final = 50
"""So many orders are planned in one transaction: nobody waits long for the locks that it holds."""


def plan_everything(desk: Desk, *, through: date | None = None, progress: Progress | None = None) -> int:
    """Plans every order that is not planned yet to the horizon (or further) under this rulebook; gives how many transactions differed."""
    until = max(desk.horizon, through or desk.horizon)
    with desk.store.reading() as connection:
        waiting = orders.unplanned(connection, PlanState(until, desk.rulebook.fingerprint))
    differing = 0
    for at in range(0, len(waiting), _AT_ONCE):
        some = waiting[at : at + _AT_ONCE]
        with desk.writing() as connection:
            orders.lock_all(connection, some)
            differing += plan_orders(desk, connection, orders.find(connection, some).values(), through=until)
        if progress:
            progress(at + len(some), len(waiting))
    return differing


def plan_orders(desk: Desk, connection: Writing, given: Collection[Order], *, through: date | None = None) -> int:
    """Plans orders that are new or locked, to the horizon or further, and stores what differs; gives how many transactions differed.

    A refusal names its order.
    """
    plan = PlanState(through or desk.horizon, desk.rulebook.fingerprint)
    planned = _planned(desk, connection, given, plan.through)
    differing = sum(transactions.replan(connection, name, found) for name, found in planned.items())
    orders.mark_planned(connection, planned, plan)
    return differing


def find_transactions(desk: Desk, connection: Reading, wanted: TransactionFilter, *, through: date) -> tuple[Transaction, ...]:
    """The transactions wanted, as planning through a day would leave them in the store. Nothing is written.

    Stored ones count where the plan of their order reaches that day under this rulebook; other orders are planned in memory.
    """
    plan = PlanState(through, desk.rulebook.fingerprint)
    stale = orders.unplanned(connection, plan, customer=wanted.customer, type_=wanted.order_type, order=wanted.order)
    if not stale:
        return transactions.find(connection, wanted)
    stored = transactions.find(connection, replace(wanted, plan=plan))
    return transactions.merge(stored, plan_in_memory(desk, connection, stale, wanted, through))


def plan_in_memory(
    desk: Desk, connection: Reading, names: Iterable[str], wanted: TransactionFilter, through: date
) -> Iterator[tuple[Order, list[Transaction]]]:
    """Some orders with their transactions as planning them would leave them in the store; of these, those wanted."""
    for some in chunks(names):
        given = orders.find(connection, some)
        stored: dict[str, list[Transaction]] = {}
        for one in transactions.find(connection, TransactionFilter(orders=tuple(some))):
            stored.setdefault(one.order, []).append(one)
        for name, planned in _planned(desk, connection, given.values(), through).items():
            yield given[name], [one for one in transactions.after_planning(stored.get(name, ()), planned) if wanted.matches(one)]


def _planned(desk: Desk, connection: Reading, given: Collection[Order], through: date) -> dict[str, tuple[Transaction, ...]]:
    """The transactions that the desk keeps of some orders by their ids.

    Of what was invoiced elsewhere these are only the instalments of plans that are still alive.
    """
    buyers = customers.find(connection, {order.customer for order in given})
    plans, refused = billing.plan_all(given, buyers, desk.rulebook, through=through)
    if refused:
        raise Refusal(tuple(replace(problem, pointer=f"/{name}") for name, refusal in refused.items() for problem in refusal.problems))
    return {name: _kept(found) for name, found in plans.items()}


def _kept(found: Sequence[Transaction]) -> tuple[Transaction, ...]:
    alive = {one.item for one in found if one.portion.kind == "instalment" and one.state != "elsewhere"}
    return tuple(one for one in found if one.state != "elsewhere" or one.item in alive)
