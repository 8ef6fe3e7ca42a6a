"""Transactions planned from orders to the horizon, anew after every change of order or rulebook; for those who only read, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from api.desk.desk import Desk
from api.store import customers, orders, transactions
from api.store.orders import PlanState
from api.store.sql import Reading, Writing, chunks
from api.store.transactions import TransactionFilter
from engine import billing
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.documents.transaction import Transaction
from engine.problems import Refusal

Progress = Callable[[int, int], None]
"""Told how much of how much is done."""


def plan_everything(desk: Desk, *, through: date | None = None, progress: Progress | None = None) -> int:
    """Plans every order that is not planned yet to the horizon (or further) under this rulebook; gives how many transactions differed."""
    until = max(desk.horizon, through or desk.horizon)
    with desk.store.reading() as connection:
        waiting = orders.unplanned(connection, PlanState(until, desk.rulebook.fingerprint))
    differing = 0
    for at, order in enumerate(waiting, start=1):
        with desk.writing() as connection:
            locked = orders.lock(connection, order)
            if locked is not None:
                differing += plan_order(desk, connection, locked, until)
        if progress:
            progress(at, len(waiting))
    return differing


def plan_order(desk: Desk, connection: Writing, order: Order, until: date | None = None) -> int:
    """Plans one locked order and stores what differs; gives how many transactions differed."""
    through = max(desk.horizon, until or desk.horizon)
    buyer = customers.find(connection, [order.customer])[order.customer]
    differing = transactions.replan(connection, order.id, planned(desk, order, buyer, through))
    orders.mark_planned(connection, [order.id], PlanState(through, desk.rulebook.fingerprint))
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
        agreed = orders.find(connection, some)
        buyers = customers.find(connection, {order.customer for order in agreed.values()})
        stored: dict[str, list[Transaction]] = {}
        for one in transactions.find(connection, TransactionFilter(orders=tuple(some))):
            stored.setdefault(one.order, []).append(one)
        for name, order in agreed.items():
            after = transactions.after_planning(stored.get(name, ()), planned(desk, order, buyers[order.customer], through))
            yield order, [one for one in after if wanted.matches(one)]


def planned(desk: Desk, order: Order, customer: Customer, through: date) -> tuple[Transaction, ...]:
    """The transactions of an order that the desk keeps: of what was invoiced elsewhere, only instalments of plans that are still alive."""
    found = billing.plan(order, customer, desk.rulebook, through=through)
    alive = {one.item for one in found if one.portion.kind == "instalment" and one.state != "elsewhere"}
    return tuple(one for one in found if one.state != "elsewhere" or one.item in alive)


def plan_orders(desk: Desk, connection: Writing, given: Sequence[Order], buyers: Mapping[str, Customer]) -> int:
    """Plans new orders within the transaction that brings them; gives how many transactions there are. A refusal names its order."""
    through, made = desk.horizon, 0
    for order in given:
        try:
            found = planned(desk, order, buyers[order.customer], through)
        except Refusal as refusal:
            raise Refusal(tuple(replace(problem, pointer=f"/{order.id}") for problem in refusal.problems)) from None
        made += transactions.replan(connection, order.id, found)
    orders.mark_planned(connection, [order.id for order in given], PlanState(through, desk.rulebook.fingerprint))
    return made
