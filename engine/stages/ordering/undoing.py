"""Takes an action back: what it changed of an order is as before, and the history has both the action and its end."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.documents.order import AnyItem, Order, OrderItem, SubscriptionItem
from engine.documents.order_before import OrderBefore
from engine.documents.order_step import OrderStep
from engine.documents.party import DeliveryAddress
from engine.stages.ordering.item_lifecycle import as_of

_FIELDS: Final = frozenset(Order.model_fields) - {"items", "history", "prepaid"}


def before_of(before: Order, after: Order) -> OrderBefore:
    """What an action changed of an order, as it was before; an address by its name alone, since actions stay stored for ever."""
    known = {item.id: item for item in before.items}
    changed = {name for name in _FIELDS if getattr(before, name) != getattr(after, name)}
    fields = before.model_dump(mode="json", include=changed)
    if before.deliver_to is not None and "deliver_to" in changed:
        fields["deliver_to"] = before.deliver_to.name
    return OrderBefore(
        currency=before.currency,
        items=tuple(known[item.id] for item in after.items if item.id in known and item != known[item.id]),
        added=tuple(item.id for item in after.items if item.id not in known),
        fields=fields,
    )


def undo(
    order: Order,
    steps: tuple[OrderStep, ...],
    state: OrderBefore,
    *,
    deliver_to: DeliveryAddress | None,
    today: date,
    author: str,
    because: str,
) -> Order:
    """The order as if an action had never been, with its steps and their undoing in the history.

    `deliver_to` is the address that had the name which is stored of it.

    An item that the action added stays known as a cancelled one: nothing is planned for it.
    """
    earlier = {item.id: item for item in state.items}
    items = tuple(_never_active(item) if item.id in state.added else _as_before(item, earlier.get(item.id, item)) for item in order.items)
    place = {"deliver_to": deliver_to} if "deliver_to" in state.fields else {}
    restored = as_of(order.replace(items=items, **(state.fields | place)), today)
    for step in steps:
        what = f"{step.what} of {step.on} undone"
        restored = restored.with_step(today, what, *step.items, source=step.source, author=author, because=because or None)
    return restored


def _as_before(item: AnyItem, earlier: AnyItem) -> AnyItem:
    """An item as it was before an action, with what was reported of it since, and whose it has become since."""
    if isinstance(item, SubscriptionItem) and isinstance(earlier, SubscriptionItem):
        return earlier.replace(usage=item.usage, former_customers=item.former_customers)
    return earlier.replace(former_customers=item.former_customers)


def _never_active(item: OrderItem) -> OrderItem:
    return item.replace(state="cancelled", activated_on=None, ends_before=None, changes=())
