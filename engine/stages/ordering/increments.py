"""Increments: the items of an accepted quote join the customer's running subscription, as the increment rules decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.language import Plain
from engine.problems import Kind, Problem, Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import line_facts

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
    "add that billing type to its billing process",
)
_OTHERWISE: Final = {
    "increment.placement": "append",
    "increment.alignment": "anchor",
    "increment.other-billing-type": "own-cycle",
    "increment.several": "ask",
}
"""The answers where the rulebook has no such rule."""


@dataclass(frozen=True, slots=True)
class _Running:
    """How a subscription is billed when items join it, and the day and month on which its periods begin."""

    billing_process: str
    billing_type: str
    anchor_day: int
    anchor_month: int


def find_subscription(orders: Iterable[Order], joining: Order, rulebook: Rulebook, customer: Customer, *, on: date) -> Order | None:
    """The running subscription that a new order's items join; None if there is none.

    If there are several, the rules choose the newest or the oldest, or refuse with a list of them.
    """
    running = [order for order in orders if _belongs(order, joining) and _active(order, on)]
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
    if not _belongs(order, joining):
        raise Refusal((OTHER_CUSTOMER.at(None, "/order", order=order.id),))
    if not _active(order, on):
        raise Refusal((NOT_RUNNING.at(None, "/order", order=order.id, on=on),), order.state, ())
    problems: list[Problem] = []
    for item in joining.items:
        try:
            order = _join(order, item, joining, rulebook, customer, on)
        except Refusal as refusal:
            problems += refusal.problems
    if problems:
        raise Refusal(tuple(problems))
    return order


def _join(order: Order, item: OrderItem, joining: Order, rulebook: Rulebook, customer: Customer, on: date) -> Order:
    running = _running(order, item.billing_type, rulebook, on)
    requested = item.billing_type or running.billing_type
    facts = _facts(item, joining, running.billing_type, rulebook, customer, on)
    billing_type = requested
    if requested != running.billing_type:
        billing_type = _other_type(item, requested, running.billing_type, _ask("increment.other-billing-type", facts, rulebook), rulebook)
    process = _process(item, running, rulebook)
    changes = {"billing_process": process, "billing_type": billing_type, "state": "active", "joined_on": on, "activated_on": on}
    joins = item.replace(**changes)
    alike = _alike(order, joins, rulebook, on)
    if _ask("increment.placement", facts, rulebook) == "merge" and alike is not None:
        return _merged(order, alike, joins, joining, on)
    is_aligned = _ask("increment.alignment", facts, rulebook) == "anchor"
    anchor = (running.anchor_day, running.anchor_month) if is_aligned else (on.day, on.month)
    name = item.id if all(item.id != each.id for each in order.items) else f"{joining.id}-{item.id}"
    appended = joins.replace(id=name, anchor_day=anchor[0], anchor_month=anchor[1])
    return order.with_step(on, "joined", name, source=joining.source or joining.id, items=(*order.items, appended))


def _other_type(item: OrderItem, requested: str, running: str, choice: str, rulebook: Rulebook) -> str:
    """The billing type of an item that joins a subscription of another one: that of the subscription, its own, or a Refusal."""
    if choice == "own-cycle":
        return requested
    if choice == "refuse":
        raise Refusal((OTHER_TYPE.at(None, "/lines", product=item.product, asked=requested, running=running),))
    process = rulebook.billing_processes[_process_of(item, rulebook)]
    if process.billing_types and running not in (process.billing_type, *process.billing_types):
        raise Refusal((TYPE_NOT_POSSIBLE.at(None, "/lines", product=item.product, running=running),))
    return running


def _merged(order: Order, into: OrderItem, joins: OrderItem, joining: Order, on: date) -> Order:
    """The order with a larger quantity of an item; the added part is priced by the list of the day it joins."""
    quantity = into.quantity_on(on) + joins.quantity
    grown = into.with_change(on, quantity=quantity, joined=True, source=joins.source or joining.source)
    items = tuple(grown if item.id == into.id else item for item in order.items)
    return order.with_step(on, "merged", into.id, source=joining.source or joining.id, items=items)


def _alike(order: Order, joins: OrderItem, rulebook: Rulebook, on: date) -> OrderItem | None:
    """The running item with the same product, price and billing as the joining one; None without such an item."""
    for item in order.items:
        is_alike = item.product == joins.product and item.attributes == joins.attributes and item.manual_discount == joins.manual_discount
        if is_alike and item.state_on(on) == "active" and item.price_on(on) == joins.negotiated_price:
            if _billing_type(item, rulebook) == joins.billing_type and _process_of(item, rulebook) == joins.billing_process:
                return item
    return None


def _running(order: Order, requested: str | None, rulebook: Rulebook, on: date) -> _Running:
    """The subscription's billing type and anchor: those of an active item with the requested billing type, else of its first."""
    active = _active(order, on)
    like = [item for item in active if requested is not None and _billing_type(item, rulebook) == requested]
    leader = (like or active)[0]
    began = leader.activated_on or on
    return _Running(
        _process_of(leader, rulebook), _billing_type(leader, rulebook), leader.anchor.day or began.day, leader.anchor.month or began.month
    )


def _process(item: OrderItem, running: _Running, rulebook: Rulebook) -> str:
    """The billing process of an item, else that of the subscription if the product allows it, else the product's first."""
    allowed = rulebook.products[item.product].billing_processes
    return item.billing_process or (running.billing_process if running.billing_process in allowed else allowed[0])


def _active(order: Order, on: date) -> list[OrderItem]:
    return [item for item in order.items if item.state_on(on) in ("active", "suspended")]


def _belongs(order: Order, joining: Order) -> bool:
    return order.type == joining.type and order.customer == joining.customer and order.currency == joining.currency


def _began(order: Order) -> date:
    return min((item.activated_on for item in order.items if item.activated_on), default=date.max)


def _process_of(item: OrderItem, rulebook: Rulebook) -> str:
    return item.billing_process or rulebook.products[item.product].billing_processes[0]


def _billing_type(item: OrderItem, rulebook: Rulebook) -> str:
    return item.billing_type or rulebook.billing_processes[_process_of(item, rulebook)].billing_type


def _facts(item: OrderItem, joining: Order, running: str | None, rulebook: Rulebook, customer: Customer, on: date) -> Mapping[str, Plain]:
    facts: dict[str, Plain] = {
        **line_facts(rulebook.products[item.product], item.attributes, customer, rulebook, on),
        "order.type": joining.type,
        "order.kind": "increment",
        "order.signed-on": joining.signed_on or on,
        "line.quantity": item.quantity.micros,
        "price.date": on,
        "item.joined-on": on,
        "item.billing-type": item.billing_type or running or _billing_type(item, rulebook),
    }
    return facts if running is None else {**facts, "subscription.billing-type": running}


def _ask(target: str, facts: Mapping[str, Plain], rulebook: Rulebook) -> str:
    if target not in rulebook.rules.targets:
        return _OTHERWISE[target]
    return str(rulebook.rules.ask(target, facts).value)
