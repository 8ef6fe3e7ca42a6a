"""What the files say begins: an order with its billing chosen and its items activated, an item that joins a running subscription."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from api.importing.parsed_files import FoundIncrement, FoundOrder
from engine import billing
from engine.documents.order import ITEMS, Order
from engine.documents.party import Customer
from engine.order_types.all_types import DEFINITIONS, check_slots
from engine.problems import Kind, Refusal
from engine.rulebook.book import Rulebook
from engine.stages.ordering.increments import find_subscription, increment

NO_SUCH_ORDER: Final = Kind("unknown-order", "there is no subscription order `{order}`", "mend the id, or leave it empty")


def begin_order(found: FoundOrder, buyer: Customer, rulebook: Rulebook, others: Iterable[Order], *, today: date) -> Order:
    """An order with its billing processes chosen, its slots checked beside the other orders, and its items activated on their days."""
    order = billing.agree(found.order, buyer, rulebook, on=found.order.signed_on or today)
    check_slots(order, lambda _: others, rulebook)
    by_day: dict[date, list[str]] = {}
    for item, (name, day) in zip(order.items, found.activations, strict=True):
        if not DEFINITIONS[order.type].waits(item, rulebook):
            by_day.setdefault(day, []).append(name)
    for day, items in by_day.items():
        order = billing.activate(order, day, items, today=today)
    return order


def join(found: FoundIncrement, buyer: Customer, rulebook: Rulebook, orders: Mapping[str, Order], *, today: date) -> Order:
    """The subscription after the item joined it; without a running one, a new order of the item alone."""
    joining = _joining(found, buyer, rulebook)
    if found.order is not None:
        subscription = orders.get(found.order)
        if subscription is None:
            raise Refusal((NO_SUCH_ORDER.at(found.where, order=found.order),))
    else:
        subscription = find_subscription(orders.values(), joining, rulebook, buyer, on=found.on)
    if subscription is None:
        agreed = billing.agree(joining, buyer, rulebook, on=found.on)
        return billing.activate(agreed, found.on, today=today)
    return increment(subscription, joining, rulebook, buyer, on=found.on)


def _joining(found: FoundIncrement, buyer: Customer, rulebook: Rulebook) -> Order:
    product = rulebook.products[found.product]
    name = f"{found.customer}-joined-{found.on}-{found.content_hash[:6]}-{found.key.rsplit('|', 1)[1]}"
    item = ITEMS[product.order_type].model_validate(
        {
            "currency": rulebook.currency,
            "id": f"{name}-1",
            "product": product.code,
            "quantity": found.quantity,
            "billing_type": found.billing_type,
            "starts_on": found.on,
            "supply_kind": product.supply_kind,
            "vat_class": product.vat_class,
            "revenue_account": product.account,
            "source": "import",
        }
    )
    order = Order(
        currency=rulebook.currency,
        id=name,
        type=product.order_type,
        customer=found.customer,
        signed_on=found.on,
        invoiced_elsewhere_until=rulebook.company.cut_over,
        items=(item,),
        source="import",
    )
    agreed = billing.agree(order, buyer, rulebook, on=found.on)
    chosen = agreed.items[0].model_copy(update={"billing_type": found.billing_type})
    return agreed.model_copy(update={"items": (chosen,)})
