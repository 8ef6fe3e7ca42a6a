"""Orders at the desk: looked up, entered, and every verb of their life, each in one transaction that plans the order anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Final

from api.desk.desk import Desk
from api.desk.planning import find_transactions, plan_order, plan_orders
from api.refusals import unknown
from api.store import customers, orders
from api.store.transactions import TransactionFilter
from engine import billing
from engine.documents.order import Order
from engine.documents.transaction import Transaction
from engine.money import Price, Quantity
from engine.problems import Kind, refuse
from engine.stages.ordering import item_lifecycle, product_change

NO_EVENT: Final = Kind("unknown-event", "there is no event `{event}`", "write one of {possible}, or declare it under `events` in plans/")


def find_orders(desk: Desk, *, customer: str | None = None, type_: str | None = None) -> Mapping[str, Order]:
    """Orders by id, with the states that their items have today."""
    desk.check_names(customer=customer)
    with desk.store.reading() as connection:
        found = orders.find(connection, customer=customer, type_=type_)
    return {name: item_lifecycle.as_of(order, desk.today) for name, order in found.items()}


def find_order(desk: Desk, name: str) -> tuple[Order, tuple[Transaction, ...]]:
    """One order and its transactions; refuses an unknown one."""
    with desk.store.reading() as connection:
        found = orders.find(connection, [name])
        if name not in found:
            raise unknown("order", name)
        return item_lifecycle.as_of(found[name], desk.today), find_transactions(
            desk, connection, TransactionFilter(order=name), through=desk.horizon
        )


def order_of_item(desk: Desk, item: str) -> str:
    """The id of the order in which an item stands; refuses an unknown item."""
    with desk.store.reading() as connection:
        found = orders.order_of_item(connection, item)
    if found is None:
        raise unknown("item", item)
    return found


def enter(desk: Desk, order: Order) -> Order:
    """An order entered without a quote: its billing processes are chosen and recorded, nothing of it is activated yet."""
    with desk.writing() as connection:
        buyers = customers.find(connection, [order.customer])
        if order.customer not in buyers:
            raise unknown("customer", order.customer)
        on, others = order.signed_on or desk.today, partial(orders.of_type, connection)
        agreed = billing.agree(order, buyers[order.customer], desk.rulebook, on=on, others=others)
        orders.append(connection, [agreed])
        plan_orders(desk, connection, [agreed], buyers)
    return agreed


def activate(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None) -> Order:
    """The whole order, or some items of it, begin on a day, past or future."""
    return _after(desk, name, lambda order: item_lifecycle.activate(order, on, items, today=desk.today))


def suspend(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None) -> Order:
    """Items cost nothing from a day on, until they are resumed."""
    return _after(desk, name, lambda order: item_lifecycle.suspend(order, on, items, today=desk.today))


def resume(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None) -> Order:
    """Suspended items are served again from a day on."""
    return _after(desk, name, lambda order: item_lifecycle.resume(order, on, items, today=desk.today))


def end(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None) -> Order:
    """Items end; the day is the first that is not served."""
    return _after(desk, name, lambda order: item_lifecycle.end(order, on, items, today=desk.today))


def cancel(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None) -> Order:
    """Items that never began are given up."""
    return _after(desk, name, lambda order: item_lifecycle.cancel(order, on, items))


def cancel_insertions(desk: Desk, name: str, *, on: date, item: str, from_number: int) -> Order:
    """What remains of an advertising item is cancelled from an insertion number on."""
    return _after(desk, name, lambda order: item_lifecycle.cancel_insertions(order, on, item, from_number))


def change(desk: Desk, name: str, *, on: date, item: str, quantity: Quantity | None = None, price: Price | None = None) -> Order:
    """An item gets another quantity or a negotiated price from a day on."""
    return _after(desk, name, lambda order: item_lifecycle.change(order, on, item, quantity=quantity, price=price, today=desk.today))


def swap(desk: Desk, name: str, *, on: date, item: str, product: str) -> Order:
    """An item is swapped for another product on a day: the one ends, the other begins in its place."""
    return _after(desk, name, lambda order: product_change.swap(order, on, item, product, desk.rulebook, today=desk.today))


def report_event(desk: Desk, name: str, event: str, *, on: date, reported: bool = True) -> Order:
    """An event that instalments wait for has happened, or is expected, on a day; refuses one that no file declares."""
    if event not in desk.rulebook.payment_events:
        raise refuse(NO_EVENT, None, "/event", event=event[:60], possible=", ".join(sorted(desk.rulebook.payment_events)))
    return _after(desk, name, lambda order: item_lifecycle.report(order, event, on, reported=reported))


def _after(desk: Desk, name: str, verb: Callable[[Order], Order]) -> Order:
    """The order after a verb, stored and planned anew; where the verb changes nothing, nothing is written."""
    with desk.writing() as connection:
        before = orders.lock(connection, name)
        if before is None:
            raise unknown("order", name)
        after = verb(item_lifecycle.as_of(before, desk.today))
        if after != before:
            orders.replace(connection, after)
            plan_order(desk, connection, after)
    return after
