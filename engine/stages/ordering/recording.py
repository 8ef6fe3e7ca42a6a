"""Records with the new changes of an order what had been invoiced before them, which later lines correct."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engine.documents.order import InvoicedLine, ItemChange, Order, OrderItem
from engine.documents.transaction_figures import TransactionFigures

_CORRECTED = ("recurring", "change", "insertion")


def record(before: Order, after: Order, invoiced: Iterable[TransactionFigures], *, today: date) -> Order:
    """An order after an action, whose new changes list the invoiced lines of their item that end on their day or later.

    `invoiced` are the invoiced transactions of the order.
    """
    known = {(item.id, change.id) for item in before.items for change in item.changes}
    lines: dict[str, list[tuple[date, InvoicedLine]]] = {}
    for one in invoiced:
        if one.service_period is not None and one.kind in _CORRECTED:
            line = InvoicedLine(one.kind, one.service_period.start, one.change)
            lines.setdefault(one.item, []).append((one.service_period.until, line))

    def recorded(item: OrderItem, change: ItemChange) -> ItemChange:
        if (item.id, change.id) in known or change.is_agreed:
            return change
        return change.replace(known_on=today, invoiced=tuple(line for until, line in lines.get(item.id, ()) if until >= change.on))

    items = (item.replace(changes=tuple(recorded(item, change) for change in item.changes)) for item in after.items if item.changes)
    by_id = {item.id: item for item in items}
    return after.replace(items=tuple(by_id.get(item.id, item) for item in after.items))
