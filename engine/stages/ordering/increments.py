"""Increments: the items of an accepted quote join the customer's running subscription, as the increment rules decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from engine.documents.billed import RunningOrders
from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.language import Plain
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal, refuse
from engine.rulebook.book import Rulebook, missing_of_item
from engine.rulebook.facts import line_facts
from engine.rulebook.plans import BillingProcess
from engine.rulebook.terms import agreed_terms, processes_with

NO_SUCH_ORDER: Final = Kind("unknown-order", "there is no subscription order `{order}`", "mend the id, or leave it empty")
SEVERAL: Final = Kind(
    "several-subscriptions", "{customer} has several running subscriptions", "name the one that the items join: {possible}"
)
NOT_RUNNING: Final = Kind(
    "subscription-not-running", "the order `{order}` has no item running on {on}", "name a running subscription, or make a new order"
)
OTHER_CUSTOMER: Final = Kind(
    "other-subscription", "the order `{order}` is of another customer, currency or type", "name a subscription of this customer"
)
OTHER_TYPE: Final = Kind(
    "other-billing-type",
    "`{product}` is billed {asked} and the subscription {running}, and the increment rules refuse another billing type",
    "quote it {running}, or make it an order of its own",
)
TYPE_NOT_POSSIBLE: Final = Kind(
    "billing-type-not-allowed",
    "`{product}` cannot be billed {running} as the subscription is",
    "{remedy}",
)
_OTHERWISE: Final = {
    "increment.placement": "append",
    "increment.alignment": "anchor",
    "increment.other-billing-type": "own-cycle",
    "increment.several": "ask",
}
"""The answers where the rulebook has no such rule."""


def find_target(running: RunningOrders, joining: Order, rulebook: Rulebook, customer: Customer, *, on: date) -> Order | None:
    """The running order that a new order's items join: the named one, else as the rules choose; None if there is none."""
    if running.into is None:
        return find_subscription(running.orders.values(), joining, rulebook, customer, on=on)
    if running.into not in running.orders:
        raise refuse(NO_SUCH_ORDER, order=running.into)
    check_target(running.orders[running.into], joining, rulebook, on=on)
    return running.orders[running.into]


def find_subscription(orders: Iterable[Order], joining: Order, rulebook: Rulebook, customer: Customer, *, on: date) -> Order | None:
    """The running subscription that a new order's items join; None if there is none.

    If there are several, the rules choose the newest or the oldest, or refuse with a list of them.
    """
    running = [order for order in orders if _belongs(order, joining) and _runs(order, rulebook, on)]
    if len(running) < 2:
        return running[0] if running else None
    facts = _facts(joining.items[0], joining, None, rulebook, customer, on)
    choice = _ask("increment.several", facts, rulebook)
    if choice == "ask":
        names = tuple(order.id for order in running)
        raise Refusal((SEVERAL.at(None, "/order", customer=customer.name, possible=", ".join(names)),), "several", names)
    by_age = sorted(running, key=lambda order: (_began(order), order.id))
    return by_age[-1] if choice == "newest" else by_age[0]


def increment(order: Order, joining: Order, rulebook: Rulebook, customer: Customer, *, on: date) -> Order:
    """The subscription after a new order's items joined it on a day, each merged into a like item or appended.

    An item without billing process or type takes that of the subscription. Refusal, with all problems, if the subscription is another
    customer's or not running, or the rules refuse a billing type.
    """
    check_target(order, joining, rulebook, on=on)
    problems: list[Problem] = []
    for at, item in enumerate(joining.items):
        try:
            order, _ = join(order, item, joining, rulebook, customer, on=on)
        except Refusal as refusal:
            problems += refusal.below(f"/items/{at}").problems
    if problems:
        raise Refusal(tuple(problems))
    return order


def with_requested_types(agreed: Order, requested: Order) -> Order:
    """An agreed order with the requested billing types again: an item without one takes that of the order it joins."""
    pairs = zip(agreed.items, requested.items, strict=True)
    return agreed.replace(items=tuple(one.replace(billing_type=other.billing_type) for one, other in pairs))


def check_target(order: Order, joining: Order, rulebook: Rulebook, *, on: date) -> None:
    """Refusal if the items of a new order cannot join an order: it is another customer's, or has no running item on that day."""
    if not _belongs(order, joining):
        raise Refusal((OTHER_CUSTOMER.at(None, "/order", order=order.id),))
    if not _runs(order, rulebook, on):
        raise Refusal((NOT_RUNNING.at(None, "/order", order=order.id, on=on),), order.state, ())


def join(order: Order, item: OrderItem, joining: Order, rulebook: Rulebook, customer: Customer, *, on: date) -> tuple[Order, str]:
    """The subscription after one item of a new order joined it, and the id of the item that holds it: a new one, or the one it merged into.

    It joins on the day it was wished for, if that is still to come. Refusal if the rules refuse its billing type.
    """
    accepted_on, on = on, max(on, item.starts_on or on)
    check_target(order, joining, rulebook, on=on)
    leader = _leader(order, item.billing_type, rulebook, on)
    running = _billing_type(leader, rulebook)
    facts = _facts(item, joining, running, rulebook, customer, on)
    process = _process(item, leader, rulebook)
    joins = item.replace(
        billing_process=process,
        billing_type=_type_after(item, rulebook.billing_processes[process], running, facts, rulebook),
        joined_on=on,
        activated_on=on,
        **agreed_terms(rulebook.billing_processes[process]),
    )
    joins = joins.replace(state=joins.state_on(accepted_on))
    alike = _alike(order, joins, rulebook, on)
    if _ask("increment.placement", facts, rulebook) == "merge" and alike is not None:
        return _merged(order, alike, joins, joining, on), alike.id
    is_aligned = _ask("increment.alignment", facts, rulebook) == "anchor"
    began = leader.activated_on or on
    anchor = (leader.anchor.day or began.day, leader.anchor.month or began.month) if is_aligned else (on.day, on.month)
    name = _free_name(order, item.id, joining.id)
    appended = joins.replace(id=name, anchor_day=anchor[0], anchor_month=anchor[1])
    grown = order.with_step(on, "joined", name, source=joining.source or joining.id, items=(*order.items, appended))
    return grown, name


def _free_name(order: Order, wished: str, joining: str) -> str:
    """The id of an item that joins: as it was, else with its order's before it, so often until no other item has it."""
    used = {item.id for item in order.items}
    while wished in used:
        wished = f"{joining}-{wished}"
    return wished


def _type_after(item: OrderItem, process: BillingProcess, running: str, facts: Mapping[str, Plain], rulebook: Rulebook) -> str:
    """The billing type after joining: the requested one or that of the subscription, as the rules say where they differ.

    Without a requested one it is that of the subscription, if the process allows it. What is paid once stays so.
    """
    allowed = tuple(dict.fromkeys((process.billing_type, *process.billing_types)))
    may_run = not process.billing_types or running in allowed
    takes_it = may_run and not _is_once(process.billing_type, rulebook) and not _is_once(running, rulebook)
    requested = item.billing_type or (running if takes_it else process.billing_type)
    if requested == running or _is_once(requested, rulebook) or _is_once(running, rulebook):
        return requested
    match _ask("increment.other-billing-type", facts, rulebook):
        case "own-cycle":
            return requested
        case "refuse":
            raise Refusal((OTHER_TYPE.at(None, "/billing_type", product=item.product, asked=requested, running=running),))
    if not may_run:
        remedy = phrase("add that billing type to its billing process `{process}`", process=process.id)
        if others := processes_with(running, rulebook.products[item.product], rulebook):
            remedy = phrase("{remedy}; or choose the billing process {others}, which allows it", remedy=remedy, others=others)
        raise Refusal((TYPE_NOT_POSSIBLE.at(None, "/billing_type", product=item.product, running=running, remedy=remedy),))
    return running


def _is_once(billing_type: str, rulebook: Rulebook) -> bool:
    return rulebook.billing_types[billing_type].once


def _merged(order: Order, into: OrderItem, joins: OrderItem, joining: Order, on: date) -> Order:
    """The order with a larger quantity of an item; the added part is priced by the list of the day it joins."""
    grown = next(item for item in order.items if item.id == into.id).with_change(
        on, added=joins.quantity, joined=True, source=joins.source or joining.source
    )
    items = tuple(grown if item.id == into.id else item for item in order.items)
    return order.with_step(on, "merged", into.id, source=joining.source or joining.id, items=items)


def _alike(order: Order, joins: OrderItem, rulebook: Rulebook, on: date) -> OrderItem | None:
    """The running item with the same product, price and billing as the joining one.

    None without one, and for what is paid once or by what is used.
    """
    if joins.billing_type is None or _is_once(joins.billing_type, rulebook) or rulebook.products[joins.product].measured:
        return None
    for item in _active(order, rulebook, on, joins.product):
        is_alike = item.attributes == joins.attributes
        is_alike = is_alike and (item.manual_discount, item.agreed_discounts) == (joins.manual_discount, joins.agreed_discounts)
        if is_alike and item.state_on(on) == "active" and item.price_on(on) == joins.negotiated_price:
            if _billing_type(item, rulebook) == joins.billing_type and _process_of(item, rulebook) == joins.billing_process:
                return item
    return None


def _leader(order: Order, requested: str | None, rulebook: Rulebook, on: date) -> OrderItem:
    """The item whose billing and anchor joining items take: an active one with the requested billing type, else the first.

    What is paid once has no cycle that others could join.
    """
    active: Iterator[OrderItem] = (item for item in _active(order, rulebook, on) if not _is_once(_billing_type(item, rulebook), rulebook))
    first = next(active, None)
    if first is None:
        active = _active(order, rulebook, on)
        first = next(active)
    if requested in (None, _billing_type(first, rulebook)):
        return first
    return next((item for item in active if _billing_type(item, rulebook) == requested), first)


def _process(item: OrderItem, leader: OrderItem, rulebook: Rulebook) -> str:
    """The billing process of an item, else that of the subscription if the product allows it, else the product's first."""
    running, allowed = _process_of(leader, rulebook), rulebook.products[item.product].billing_processes
    return item.billing_process or (running if running in allowed else allowed[0])


def _runs(order: Order, rulebook: Rulebook, on: date) -> bool:
    return next(_active(order, rulebook, on), None) is not None


def _active(order: Order, rulebook: Rulebook, on: date, product: str | None = None) -> Iterator[OrderItem]:
    """The items (of a product) that run on a day, as they are billed then, without those whose names left the rulebook; one by one."""
    of_product = (item for item in order.items if product in (None, item.product))
    running = (item for item in of_product if item.state_on(on) in ("active", "suspended") and not missing_of_item(item, rulebook))
    return (item.billed_on(on) for item in running)


def _belongs(order: Order, joining: Order) -> bool:
    return order.type == joining.type and order.customer == joining.customer and order.currency == joining.currency


def _began(order: Order) -> date:
    return min((item.activated_on for item in order.items if item.activated_on), default=date.max)


def _process_of(item: OrderItem, rulebook: Rulebook) -> str:
    return item.billing_process or rulebook.products[item.product].billing_processes[0]


def _billing_type(item: OrderItem, rulebook: Rulebook) -> str:
    return item.billing_type or rulebook.billing_processes[_process_of(item, rulebook)].billing_type


def _facts(item: OrderItem, joining: Order, running: str | None, rulebook: Rulebook, customer: Customer, on: date) -> Mapping[str, Plain]:
    product = rulebook.products[item.product]
    facts = line_facts(
        product, item.quantity, item.attributes, customer, rulebook,
        on=on, order_kind="increment", signed_on=joining.signed_on, purchase_order=joining.purchase_order, of_order=joining.attributes,
    )  # fmt: skip
    facts |= {"price.date": on, "item.joined-on": on, "item.billing-type": item.billing_type or running or _billing_type(item, rulebook)}
    return facts if running is None else {**facts, "subscription.billing-type": running}


def _ask(target: str, facts: Mapping[str, Plain], rulebook: Rulebook) -> str:
    if target not in rulebook.rules.targets:
        return _OTHERWISE[target]
    return str(rulebook.rules.ask(target, facts).value)
