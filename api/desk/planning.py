"""Transactions planned from orders: to the horizon, extended as time goes on, and anew after every change of order or rulebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from api.desk.desk import Desk
from api.store import customers, orders, transactions
from api.store.sql import Writing
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
        waiting = orders.unplanned(connection, until, desk.rulebook.fingerprint)
    differing = 0
    for at, order in enumerate(waiting, start=1):
        with desk.store.writing() as connection:
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
    orders.mark_planned(connection, [order.id], through, desk.rulebook.fingerprint)
    return differing


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
    orders.mark_planned(connection, [order.id for order in given], through, desk.rulebook.fingerprint)
    return made
