"""What was signed keeps its price where a customer becomes another: its items say for whom they were priced."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from api.desk.desk import Desk
from api.store import orders
from api.store.sql import Writing
from engine.documents.former_customer import FormerCustomer
from engine.documents.order import AnyItem, Order
from engine.documents.party import Customer


def handed_over(order: Order, before: Customer, after: Customer, on: date) -> Order:
    """An order of a customer that has become another on a day: what was signed, and what began before, is priced as for the former one."""
    former = FormerCustomer.of(before, on)
    if former.prices_like(after):
        return order
    return order.replace(items=tuple(_of_former(item, former) for item in order.items))


def store_signed(desk: Desk, connection: Writing, before: Customer, after: Customer) -> None:
    """The same for a customer some of whose fields changed, of items that came from quotes; the orders are stored, not planned."""
    former = FormerCustomer.of(before, desk.today)
    if former.prices_like(after):
        return
    names = orders.ids(connection, customers={before.id})
    orders.lock_all(connection, names)
    for order in orders.find(connection, names).values():
        items = tuple(item if item.quoted_on is None else _of_former(item, former) for item in order.items)
        if items != order.items:
            orders.replace(connection, order.replace(items=items))


def erase_attributes(connection: Writing, customer: str) -> None:
    """Removes from the items of a customer the attributes of those whose they were before."""
    for order in orders.find(connection, customer=customer).values():
        items = tuple(
            item.replace(former_customers=tuple(replace(former, attributes=()) for former in item.former_customers)) for item in order.items
        )
        if items != order.items:
            orders.replace(connection, order.replace(items=items))


def _of_former(item: AnyItem, former: FormerCustomer) -> AnyItem:
    known = item.former_customers
    if known and known[-1].until >= former.until:
        return item
    return item.replace(former_customers=(*known, former))
