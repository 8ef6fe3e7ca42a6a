"""The events for which the payment plans of an order wait: expected, reported or without a day, and which instalments they release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, Literal, NamedTuple

from engine.documents.order import Order
from engine.rulebook.book import Rulebook
from engine.stages.scheduling.instalments import event_days

EventState = Literal["reported", "expected", "overdue", "without a day"]
_OF_THE_CALENDAR: Final = "date"
_OF_AN_ITEM: Final = "item.activated"


class AwaitedEvent(NamedTuple):
    """An event of an order, or of one of its items: its day, its state, and the instalments that wait for it, by item and number."""

    event: str
    item: str | None
    on: date | None
    state: EventState
    instalments: frozenset[tuple[str, int]]


def awaited_by_instalment(orders: Iterable[Order], rulebook: Rulebook, *, on: date) -> Mapping[tuple[str, int], str]:
    """The events that are not reported yet, by item and number of the instalments that wait for them."""
    events = (each for order in orders for each in awaited_events(order, rulebook, on=on))
    return {instalment: each.event for each in events if each.state != "reported" for instalment in each.instalments}


def awaited_events(order: Order, rulebook: Rulebook, *, on: date) -> Iterator[AwaitedEvent]:
    """The events of the payment plans of an order as they stand on a day, in the order in which the plans name them."""
    waiting: dict[tuple[str, str | None], set[tuple[str, int]]] = {}
    days: dict[tuple[str, str | None], tuple[date, bool]] = {}
    for item in order.items:
        plan = rulebook.payment_plans.get(item.plan or "")
        if plan is None or item.state == "cancelled":
            continue
        known = event_days(order, item)
        for number, instalment in enumerate(plan.instalments, 1):
            if instalment.event == _OF_THE_CALENDAR:
                continue
            key = (instalment.event, item.id if instalment.event == _OF_AN_ITEM else None)
            waiting.setdefault(key, set()).add((item.id, number))
            if instalment.event in known:
                days[key] = (known[instalment.event].on, known[instalment.event].reported)
    for (event, item_id), instalments in waiting.items():
        day, is_reported = days.get((event, item_id), (None, False))
        state: EventState = "without a day" if day is None else "reported" if is_reported else "overdue" if day < on else "expected"
        yield AwaitedEvent(event, item_id, day, state, frozenset(instalments))
