"""Swaps the product of an item: the item ends, and an item of the other product starts that day with the same anchor."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.documents.order import Order, OrderItem, SubscriptionItem
from engine.problems import Kind, Problem, Refusal, refuse
from engine.rulebook.book import Rulebook, refuse_retired
from engine.rulebook.catalog import unknown_product
from engine.rulebook.terms import agreed_terms
from engine.stages.ordering.item_lifecycle import end, possible_on, refused

OTHER_ORDER_TYPE: Final = Kind(
    "other-order-type", "`{product}` belongs into an order of type {type}", "choose a product of type {expected}"
)
SWAP_MEASURED: Final = Kind(
    "swap-measured",
    "`{item}` is not swapped for `{product}`: what is paid by what is used has no quantity that could go on",
    "end the item, and order `{product}` anew",
)
SWAP_PREPAID: Final = Kind(
    "swap-prepaid",
    "`{item}` is not swapped for `{product}`: an amount that is paid in advance is used up, and not taken over",
    "order `{product}` anew",
)
SAME_PRODUCT: Final = Kind("same-product", "`{item}` is of the product `{product}` already", "name another product, or change the item")
NOT_SWAPPED: Final = Kind(
    "not-swapped", "an item of an order of type {type} is not swapped for another product", "end or cancel it, and order `{product}`"
)


def swap(order: Order, on: date, item: str, product: str, rulebook: Rulebook, *, today: date | None = None) -> Order:
    """The order with an item ended and the same quantity of another product active from that day on, priced by the list of the day.

    The billing process decides whether invoiced days of the item are credited. Its attributes, discount and negotiated price end with it.
    """
    replacement = rulebook.products.get(product)
    if replacement is None:
        raise Refusal((unknown_product(product, rulebook.products, "/product"),))
    refuse_retired(product, None, None, None, rulebook)
    if replacement.order_type != order.type:
        raise refuse(OTHER_ORDER_TYPE, None, "/product", product=product, type=replacement.order_type, expected=order.type)
    if any(_is_swapped_so(each, on, item, product) for each in order.items):
        return order
    running = next((each for each in order.items if each.id == item), None)
    if isinstance(running, SubscriptionItem) and running.state_on(on) not in ("active", "suspended"):
        raise refused(running, "swapped", on, possible_on(running, on))
    ended = end(order, on, [item], today=today)
    before = next(each for each in ended.items if each.id == item)
    if not isinstance(before, SubscriptionItem):
        raise _not_swapped(order, item, on, NOT_SWAPPED.at(None, None, type=order.type, product=product))
    if before.product == product:
        raise _not_swapped(order, item, on, SAME_PRODUCT.at(None, "/product", item=item, product=product))
    former = rulebook.products.get(before.product)
    if former is not None and (replacement.prepays or former.prepays):
        raise _not_swapped(order, item, on, SWAP_PREPAID.at(None, "/product", item=item, product=product))
    if replacement.measured or (former is not None and former.measured):
        raise _not_swapped(order, item, on, SWAP_MEASURED.at(None, "/product", item=item, product=product))
    after = _in_its_place(before, product, _free_name(order, item), rulebook, on)
    return ended.with_step(on, "swapped", item, after.id, items=(*ended.items, after))


def _is_swapped_so(fresh: OrderItem, on: date, item: str, product: str) -> bool:
    """Whether an item is what another was swapped for, on the same day and for the same product."""
    is_alive = isinstance(fresh, SubscriptionItem) and fresh.state != "cancelled"
    return is_alive and (getattr(fresh, "replaces", None), fresh.product, fresh.activated_on) == (item, product, on)


def _not_swapped(order: Order, item: str, on: date, problem: Problem) -> Refusal:
    """The refusal of a swap, with what is possible instead."""
    running = next(each for each in order.items if each.id == item)
    return Refusal((problem,), running.state_on(on), possible_on(running, on))


def _in_its_place(before: SubscriptionItem, code: str, name: str, rulebook: Rulebook, on: date) -> SubscriptionItem:
    product, before = rulebook.products[code], before.billed_on(on)
    began = before.activated_on or on
    process = before.billing_process if before.billing_process in product.billing_processes else product.billing_processes[0]
    return SubscriptionItem(
        id=name,
        currency=before.currency,
        product=code,
        quantity=before.quantity_on(on),
        state="active",
        billing_process=process,
        billing_type=before.billing_type,
        activated_on=on,
        anchor_day=before.anchor_day or began.day,
        anchor_month=before.anchor_month or began.month,
        supply_kind=product.supply_kind,
        vat_class=product.vat_class,
        revenue_account=product.account,
        replaces=before.id,
        **agreed_terms(rulebook.billing_processes.get(process)),
        source=f"in place of {before.id}",
    )


def _free_name(order: Order, item: str) -> str:
    used = {each.id for each in order.items}
    number = 2
    while f"{item}-{number}" in used:
        number += 1
    return f"{item}-{number}"
