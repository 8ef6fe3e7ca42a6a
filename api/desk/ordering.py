"""Orders: looked up, entered, and changed; each change is one transaction that also plans the order again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from api.desk.desk import Desk, find_transactions, plan_orders, with_invoiced
from api.desk.erased import refuse_erased
from api.desk.filtering import with_fields
from api.desk.report_parameters import no_row
from api.refusals import unknown
from api.store import customers, orders
from api.store.transaction_rows import TransactionFilter
from engine import billing
from engine.documents.order import Order, OrderItem
from engine.documents.transaction_figures import TransactionFigures
from engine.money import Price, Quantity
from engine.problems import Kind, refuse
from engine.rulebook.catalog import UNKNOWN_PRODUCT
from engine.rulebook.payment_terms import named_terms
from engine.stages.ordering import item_lifecycle, notice, product_change
from engine.text.nearest import suggestion

NOTICE_LATER: Final = Kind("notice-later", "the notice of {notice} lies after today, {today}", "write the day on which notice was given")
NO_EVENT: Final = Kind("unknown-event", "there is no event `{event}`", "write one of {possible}, or declare it under `events` in plans/")


@dataclass(frozen=True, slots=True)
class Waived:
    """The decision not to insist on the notice of an end: whose, and why."""

    by: str
    because: str


def find_orders(desk: Desk, *, customer: str | None = None, type_: str | None = None) -> Mapping[str, Order]:
    """Orders by id, with the states that their items have today."""
    desk.check_names(customer=customer)
    with desk.store.reading() as connection:
        by_id = orders.find(connection, customer=customer, type_=type_)
    return {name: item_lifecycle.as_of(order, desk.today) for name, order in by_id.items()}


def each_order(desk: Desk, *, after: str | None = None, customer: str | None = None, type_: str | None = None) -> Iterator[Order]:
    """Orders in the order of their ids, after an id, with the states that their items have today; some are in memory at once."""
    desk.check_names(customer=customer)
    with desk.store.reading() as connection:
        if after is not None and not orders.plan_revisions(connection, [after]):
            raise no_row(after)
        for order in orders.each(connection, after=after, customer=customer, type_=type_):
            yield item_lifecycle.as_of(order, desk.today)


def each_item(
    desk: Desk, *, after: str | None = None, customer: str | None = None, product: str | None = None
) -> Iterator[tuple[Order, OrderItem]]:
    """Items with their orders, in the order of both, after an item, with their states today; some are in memory at once."""
    desk.check_names(customer=customer)
    with desk.store.reading() as connection:
        first = None if after is None else orders.order_of_item(connection, after)
        if after is not None and first is None:
            raise no_row(after)
        if product is not None and product not in desk.rulebook.products and not orders.has_product(connection, product):
            raise refuse(UNKNOWN_PRODUCT, None, "/product", product=product, remedy=suggestion(product, desk.rulebook.products))
        is_past = after is None
        for order in orders.each(connection, from_=first, customer=customer, product=product):
            for item in item_lifecycle.as_of(order, desk.today).items:
                if is_past and product in (None, item.product):
                    yield order, item
                is_past = is_past or item.id == after
            is_past = True


def find_order(desk: Desk, name: str) -> tuple[Order, tuple[TransactionFigures, ...]]:
    """One order and its transactions; refuses an unknown one."""
    with desk.store.reading() as connection:
        by_id = orders.find(connection, [name])
        if name not in by_id:
            raise unknown("order", name)
        return item_lifecycle.as_of(by_id[name], desk.today), find_transactions(
            desk, connection, TransactionFilter(order=name), through=desk.horizon
        )


def find_contract(desk: Desk, order: Order) -> tuple[notice.ContractTerms, ...]:
    """The terms of an order's items: how long they are committed, and when they may end if notice is given today."""
    return notice.contract_of(order, desk.rulebook, on=desk.today)


def order_of_item(desk: Desk, item: str) -> str:
    """The id of the order that contains an item; refuses an unknown item."""
    with desk.store.reading() as connection:
        order = orders.order_of_item(connection, item)
    if order is None:
        raise unknown("item", item)
    return order


def enter(desk: Desk, order: Order) -> Order:
    """Stores an order without a quote, with its billing processes chosen; its items are pending."""
    with desk.writing() as connection:
        buyers = customers.find(connection, [order.customer])
        if order.customer not in buyers:
            raise unknown("customer", order.customer)
        refuse_erased(connection, ("customer", order.customer))
        on, others = order.signed_on or desk.today, partial(orders.of_type, connection)
        agreed = billing.agree(order, buyers[order.customer], desk.rulebook, on=on, others=others)
        orders.append(connection, [agreed])
        plan_orders(desk, connection, [agreed])
    return agreed


def activate(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None) -> Order:
    """Activates an order, or some items of it, on a day, past or future."""
    return _after(desk, name, lambda order: item_lifecycle.activate(order, on, items, today=desk.today))


def suspend(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None) -> Order:
    """Suspends items from a day on: they are not charged until they are resumed."""
    return _after(desk, name, lambda order: item_lifecycle.suspend(order, on, items, today=desk.today))


def resume(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None) -> Order:
    """Resumes suspended items from a day on."""
    return _after(desk, name, lambda order: item_lifecycle.resume(order, on, items, today=desk.today))


def end(
    desk: Desk,
    name: str,
    *,
    on: date,
    items: tuple[str, ...] | None = None,
    notice_on: date | None = None,
    waived: Waived | None = None,
) -> Order:
    """Ends items; the day is the first that is not served.

    Refused where notice, given today or on an earlier day, comes too late for that end, unless somebody waives it.
    """
    if notice_on is not None and notice_on > desk.today:
        raise refuse(NOTICE_LATER, None, "/notice_on", notice=notice_on, today=desk.today)

    def ended(order: Order) -> Order:
        if waived is None:
            notice.check_notice(order, on, items, desk.rulebook, given_on=notice_on or desk.today)
        after = item_lifecycle.end(order, on, items, today=desk.today)
        if waived is None or after == order:
            return after
        return after.with_step(desk.today, "notice waived", *after.history[-1].items, author=waived.by, because=waived.because)

    return _after(desk, name, ended)


def cancel(desk: Desk, name: str, *, on: date, items: tuple[str, ...] | None = None) -> Order:
    """Cancels items that have not begun."""
    return _after(desk, name, lambda order: item_lifecycle.cancel(order, on, items))


def cancel_insertions(desk: Desk, name: str, *, on: date, item: str, from_number: int) -> Order:
    """Cancels the insertions of an advertising item from a number on."""
    return _after(desk, name, lambda order: item_lifecycle.cancel_insertions(order, on, item, from_number))


def change(desk: Desk, name: str, *, on: date, item: str, quantity: Quantity | None = None, price: Price | None = None) -> Order:
    """Changes the quantity or the negotiated price of an item from a day on."""
    return _after(desk, name, lambda order: item_lifecycle.change(order, on, item, quantity=quantity, price=price, today=desk.today))


def swap(desk: Desk, name: str, *, on: date, item: str, product: str) -> Order:
    """Swaps an item for another product on a day: the item ends, and one of the other product begins."""
    return _after(desk, name, lambda order: product_change.swap(order, on, item, product, desk.rulebook, today=desk.today))


def set_fields(desk: Desk, name: str, given: Collection[tuple[str, str]]) -> Order:
    """Sets fields of an order that the vocabulary declares; rules that read them count from now on for what is not invoiced."""

    def changed(order: Order) -> Order:
        attributes = with_fields(desk, "order", order.attributes, given)
        if attributes == order.attributes:
            return order
        names = ", ".join(name for name, _ in given)
        return order.with_step(desk.today, "fields set", author=desk.author, because=names, attributes=attributes)

    return _after(desk, name, changed)


def set_terms(desk: Desk, name: str, terms: str | None) -> Order:
    """Agrees payment terms for an order, or takes them away: then those of its customer count. What is invoiced stays as it is."""
    if terms is not None:
        named_terms(terms, desk.rulebook.payment_terms, "/terms")

    def changed(order: Order) -> Order:
        if order.payment_terms == terms:
            return order
        because = terms or "those of the customer"
        return order.with_step(desk.today, "payment terms set", author=desk.author, because=because, payment_terms=terms)

    return _after(desk, name, changed)


def report_event(desk: Desk, name: str, event: str, *, on: date, reported: bool = True) -> Order:
    """Reports that an event of payment plans happened, or is expected, on a day; refuses an undeclared event."""
    if event not in desk.rulebook.payment_events:
        raise refuse(NO_EVENT, None, "/event", event=event[:60], possible=", ".join(sorted(desk.rulebook.payment_events)))
    return _after(desk, name, lambda order: item_lifecycle.report(order, event, on, reported=reported))


def _after(desk: Desk, name: str, verb: Callable[[Order], Order]) -> Order:
    """The order after a change, stored and planned again; writes nothing where the order stays the same."""
    with desk.writing() as connection:
        before = orders.lock(connection, name)
        if before is None:
            raise unknown("order", name)
        after = verb(item_lifecycle.as_of(before, desk.today))
        if after != before:
            refuse_erased(connection, ("customer", after.customer))
            after = with_invoiced(desk, connection, before, _signed(after, before, desk.author))
            orders.replace(connection, after)
            plan_orders(desk, connection, [after])
    return after


def _signed(after: Order, before: Order, author: str) -> Order:
    """An order whose new steps name who took them."""
    fresh = (step if step.author else step.replace(author=author) for step in after.history[len(before.history) :])
    return after.replace(history=(*before.history, *fresh))
