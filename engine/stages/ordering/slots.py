"""Advertising slots: the months in which an item appears, and the check that an order overbooks none of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from engine.dates import month_after
from engine.documents.order import AdvertisingItem, Order, OrderItem
from engine.money import Quantity
from engine.problems import Kind, Refusal
from engine.rulebook.book import Rulebook

OVERBOOKED: Final = Kind(
    "overbooked",
    "`{product}` has {slots} slots in {month}, of which {sold} are sold; {asked} more do not fit",
    "choose another month or a smaller quantity",
)


def insertion_months(item: OrderItem) -> Iterator[date]:
    """The first days of the months in which an advertising item appears: without cancelled insertions, suspended or after its end."""
    if not isinstance(item, AdvertisingItem) or item.state == "cancelled" or item.one_off is not None:
        return
    for number in range(item.last_insertion):
        month = month_after(item.first_month.replace(day=1), number)
        if item.state_on(month) in ("pending", "active"):
            yield month


def check_slots(orders: Iterable[Order], joining: Order, rulebook: Rulebook) -> None:
    """Refusal, with every month, if an advertising order would overbook a slot."""
    sold, requested = _sold(orders), _sold([joining])
    problems = []
    for (code, month), quantity in sorted(requested.items()):
        limit, before = rulebook.products[code].slots_a_month, sold.get((code, month), 0)
        if limit is not None and before + quantity > Quantity.whole(limit).micros:
            words = {"product": code, "slots": limit, "month": f"{month:%Y-%m}", "sold": Quantity(before), "asked": Quantity(quantity)}
            problems.append(OVERBOOKED.at(None, "/items", **words))
    if problems:
        raise Refusal(tuple(problems), "overbooked", ())


def _sold(orders: Iterable[Order]) -> dict[tuple[str, date], int]:
    totals: dict[tuple[str, date], int] = {}
    for order in orders:
        for item in order.items:
            for month in insertion_months(item):
                totals[item.product, month] = totals.get((item.product, month), 0) + item.quantity_on(month).micros
    return totals
