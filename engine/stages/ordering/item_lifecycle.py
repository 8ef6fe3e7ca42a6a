"""The life of an order's items: activate, suspend, resume, change, end and cancel; other transitions are refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from itertools import count
from typing import Final, Literal

from engine.dates import month_after
from engine.documents.order import (
    AdvertisingItem,
    AnyItem,
    ItemChange,
    ItemState,
    Order,
    OrderItem,
    SubscriptionItem,
    first_end,
)
from engine.documents.order_step import OrderEvent
from engine.money import Price, Quantity
from engine.phrases import as_written, phrase
from engine.problems import Kind, Refusal, refuse

UNKNOWN_ITEM: Final = Kind("unknown-item", "the order `{order}` has no item `{item}`", "name one of its items: {possible}")
NOT_IN_STATE: Final = Kind("not-in-this-state", "the item `{item}` is {state} on {on} and cannot be {what}", "possible for it: {possible}")
INSERTIONS_STARTED: Final = Kind(
    NOT_IN_STATE.code,
    NOT_IN_STATE.what,
    "cancel the insertions that are left: `--from-insertion N`; possible for it: {possible}",
)
ALREADY_ELSE: Final = Kind(
    "already-active", "the item `{item}` was activated on {then} and cannot be activated on {on}", "end it, and order what begins on {on}"
)
ALREADY_REPORTED: Final = Kind(
    "already-reported", "`{event}` was reported for {then}", "it keeps its day; what was invoiced on it never changes"
)
NO_CHANGE: Final = Kind("no-change", "the change of `{item}` says nothing to be changed", "give a quantity, a price, or another billing")
BAD_QUANTITY: Final = Kind("no-quantity", "a quantity of {quantity} is not possible", "write a quantity above 0, or end the item")
HAS_NO_QUANTITY: Final = Kind(
    "has-no-quantity", "`{item}` has no quantity: it is paid by what is used", "report what was used: `centwright usage report {item}`"
)
REPORTED_LATER: Final = Kind(
    "reported-later",
    "`{item}` cannot end on {on}: usage is reported on {last}, by the report `{report}`",
    "end it after that day, or correct the report",
)
TRANSITIONS: Final[dict[ItemState, tuple[str, ...]]] = {
    "pending": ("activate", "change", "cancel"),
    "active": ("suspend", "change", "end"),
    "suspended": ("resume", "change", "end"),
    "ended": (),
    "cancelled": (),
}
"""What may be done with an item in each state."""
_DONE: Final = {
    "activate": "activated",
    "suspend": "suspended",
    "resume": "resumed",
    "end": "ended",
    "change": "changed",
    "cancel": "cancelled",
}
Items = Sequence[str] | None
"""The ids of the items; None: all items for which the action is possible."""


def activate(order: Order, on: date, items: Items = None, *, today: date | None = None) -> Order:
    """Activates all or the named items on a day, past or future; activating them twice on the same day changes nothing."""
    chosen = _chosen(order, items)
    waiting = [item for item in chosen if item.activated_on is None and item.state == "pending" and item.one_off is None]
    if items is not None or not waiting:
        for item in chosen:
            _may_be_activated(item, on)
    return _with(order, waiting, lambda item: item.replace(activated_on=on), "activated", on, today)


def activate_on_their_days(order: Order, waits: Callable[[OrderItem], bool], *, today: date) -> Order:
    """Activates each item on its start day, except those that wait for a reported activation."""
    by_day: dict[date, list[str]] = {}
    for item in order.items:
        if item.starts_on is not None and not waits(item):
            by_day.setdefault(item.starts_on, []).append(item.id)
    for day, items in by_day.items():
        order = activate(order, day, items, today=today)
    return order


def suspend(order: Order, on: date, items: Items = None, *, today: date | None = None) -> Order:
    """Suspends items from a day on: they cost nothing until they are resumed; their anchor stays."""
    chosen = _able(order, items, "suspend", on, already="suspended")
    _refuse_other_day(order, items, chosen, "suspend", on)
    return _with(order, chosen, lambda item: item.with_change(on, suspend=True), "suspended", on, today)


def resume(order: Order, on: date, items: Items = None, *, today: date | None = None) -> Order:
    """Resumes suspended items from a day on."""
    chosen = _able(order, items, "resume", on, already="active")
    early = [item for item in _chosen(order, items) if item not in chosen and any(each.suspend and each.on > on for each in item.changes)]
    if items is not None and early:  # it would be served on that day anyway, and stop being so in spite of this
        raise refused(early[0], "resumed", on, possible_on(early[0], on))
    _refuse_other_day(order, items, chosen, "resume", on)
    return _with(order, chosen, lambda item: item.with_change(on, resume=True), "resumed", on, today)


def end(order: Order, on: date, items: Items = None, *, today: date | None = None) -> Order:
    """Ends items; the day is the first that is not served. The end of a named item that is still to come may be put off."""
    named = [] if items is None else _chosen(order, items)
    put_off = [item for item in named if item.ends_before != on and _may_be_put_off(order, item, on, today or on)]
    ended = [item for item in named if item.state_on(on) == "ended" and item.ends_before != on and item not in put_off]
    if ended:
        raise refused(ended[0], "ended", on, ())
    others = None if items is None else [item.id for item in named if item not in put_off]
    able = [] if others == [] else _able(order, others, "end", on, already="ended")
    chosen = [item for item in able if item.ends_before != on]
    _refuse_unreported(chosen, on)
    return _with(order, [*put_off, *chosen], lambda item: _ended(item, on), "ended", on, today)


def change(
    order: Order, on: date, item: str, *, quantity: Quantity | None = None, price: Price | None = None, today: date | None = None
) -> Order:
    """Changes the quantity or the negotiated price of an item from a day on; before its activation, from the beginning."""
    if quantity is None and price is None:
        raise refuse(NO_CHANGE, item=item)
    if quantity is not None and quantity.micros <= 0:
        raise refuse(BAD_QUANTITY, None, "/quantity", quantity=quantity)
    (current,) = _able(order, [item], "change", on, already=None)
    if quantity is not None and not current.quantity.micros:
        raise Refusal((HAS_NO_QUANTITY.at(None, "/quantity", item=item),), current.state_on(on), possible_on(current, on))
    if current.activated_on is None:
        agreed = {"quantity": quantity or current.quantity, "negotiated_price": price or current.negotiated_price, "agreed": None}
        return _with(order, [current], lambda each: each.replace(**agreed), "changed", on, today)
    if _is_recorded(current, on, quantity, price):
        return order
    changed = current.with_change(on, quantity=quantity, price=price)
    followed = _with(order, [current], lambda _: changed, "changed", on, today)
    swapped = [each for each in order.items if isinstance(each, SubscriptionItem) and each.replaces == item and each.state != "cancelled"]
    for each in swapped:  # it has the quantity that the item had on the day of the swap, whichever of the two was recorded first
        day = each.activated_on or on
        if each.quantity_on(day) == current.quantity_on(day) != changed.quantity_on(day):
            followed = change(followed, day, each.id, quantity=changed.quantity_on(day), today=today)
    return followed


def cancel(order: Order, on: date, items: Items = None, invoiced: Collection[str] = ()) -> Order:
    """Cancels items that were never activated; without names, all but the lines entered by hand that were invoiced."""
    started = [item for item in _chosen(order, items) if isinstance(item, AdvertisingItem) and item.state_on(on) in ("active", "suspended")]
    if items is not None and started:
        raise refused(started[0], "cancelled", on, possible_on(started[0], on), INSERTIONS_STARTED)
    left = tuple(item for item in order.items if item.one_off is None or item.id not in invoiced)
    chosen = _able(order if items is not None else order.replace(items=left), items, "cancel", on, already="cancelled")
    return _with(order, chosen, lambda item: item.replace(state="cancelled"), "cancelled", on, None)


def cancel_insertions(order: Order, on: date, item: str, from_number: int) -> Order:
    """Cancels the insertions of an advertising item from a number on (the first is 1); insertions that are already cancelled stay so."""
    (current,) = _chosen(order, [item])
    last = current.last_insertion if isinstance(current, AdvertisingItem) else 0
    if isinstance(current, AdvertisingItem) and current.cancelled_from == from_number:
        return order
    if not 1 <= from_number <= last:
        raise refused(current, "cancelled", on, possible_on(current, on))

    def shortened(item: OrderItem) -> OrderItem:
        return item.replace(cancelled_from=from_number).with_change(on, cancels_from=from_number)

    return _with(order, [current], shortened, "insertions cancelled", on, None)


def cancel_remaining(order: Order, on: date, item: str) -> Order:
    """Cancels the insertions of an advertising item whose month begins on a day or later."""
    (current,) = _chosen(order, [item])
    if not isinstance(current, AdvertisingItem):
        raise refused(current, "cancelled", on, possible_on(current, on))
    first = current.first_month.replace(day=1)
    number = next(at for at in count(1) if month_after(first, at - 1) >= on)
    if current.cancelled_from is not None and number >= current.cancelled_from:
        return order
    return cancel_insertions(order, on, item, number)


def report(order: Order, event: str, on: date, *, reported: bool = True) -> Order:
    """Records the day of an event for which instalments wait, as reported or as expected; recording it twice changes nothing."""
    known = next((each for each in order.events if each.event == event), None)
    now = OrderEvent(event=event, on=on, reported=reported)
    if known == now:
        return order
    if known is not None and known.reported:
        raise Refusal((ALREADY_REPORTED.at(None, "/event", event=event, then=known.on),), "reported", ())
    events = (*(each for each in order.events if each.event != event), now)
    return order.with_step(on, f"{event} {'reported' if reported else 'expected'}", events=events)


def items_named(order: Order, items: Items, verb: str, on: date) -> list[OrderItem]:
    """The items of an order for which an action is possible on a day: all, or the named ones, which are refused in another state."""
    return _able(order, items, verb, on, already=None)


def item_to_change(order: Order, name: str, on: date) -> AnyItem:
    """An item of an order that may be changed on a day; Refusal if its state forbids it."""
    _able(order, [name], "change", on, already=None)
    return next(item for item in order.items if item.id == name)


def change_step(order: Order, item: OrderItem, what: str, on: date, today: date) -> Order:
    """The order with a changed item and one more step of history."""
    return _with(order, [item], lambda _: item, what, on, today)


def as_of(order: Order, today: date) -> Order:
    """The order with the states that its items have on a day."""
    return order.replace(items=tuple(_in_state(item, today) for item in order.items))


def _chosen(order: Order, items: Items) -> list[OrderItem]:
    by_id = {item.id: item for item in order.items}
    for at, name in enumerate(items or ()):
        if name not in by_id:
            raise refuse(UNKNOWN_ITEM, None, f"/items/{at}", order=order.id, item=name[:60], possible=", ".join(by_id))
    return list(order.items) if items is None else [by_id[name] for name in items]


def _able(order: Order, items: Items, verb: str, on: date, *, already: ItemState | None) -> list[OrderItem]:
    """The items for which an action is possible on a day; Refusal if a named item, or every item of the order, is in another state."""
    chosen = _chosen(order, items)
    able = [item for item in chosen if verb in possible_on(item, on)]
    unable = [item for item in chosen if item not in able and item.state_on(on) != already]
    if unable and (items is not None or not able):
        raise refused(unable[0], _DONE[verb], on, possible_on(unable[0], on))
    return able


def _refuse_other_day(order: Order, items: Items, able: Sequence[OrderItem], verb: Literal["suspend", "resume"], on: date) -> None:
    """Refusal if a named item, or every item, is so already since another day: the same step again changes nothing, this one is another."""
    if able and items is None:
        return
    already = {"suspend": "suspended", "resume": "active"}[verb]
    for item in _chosen(order, items):
        of_day = any(change.on == on and getattr(change, verb) for change in item.changes)
        if item not in able and item.state_on(on) == already and not of_day:
            raise refused(item, _DONE[verb], on, possible_on(item, on))


def _refuse_unreported(items: Sequence[OrderItem], on: date) -> None:
    """Refusal if usage that is still to be paid was reported on a day on which an item would have ended."""
    for item in items:
        if not isinstance(item, SubscriptionItem):
            continue
        for report in item.usage:
            corrected = sum(each.quantity.micros for each in item.usage if each.corrects == report.id)
            if report.item == item.id and report.until > on and report.quantity.micros + corrected > 0:
                problem = REPORTED_LATER.at(None, "/on", item=item.id, on=on, last=report.period.last, report=report.id)
                raise Refusal((problem,), item.state_on(on), ("usage report",))


def _is_recorded(item: OrderItem, on: date, quantity: Quantity | None, price: Price | None) -> bool:
    """Whether a quantity and a price are those of a day, and were recorded for that day: an earlier change may still be recorded later."""
    if (quantity or item.quantity_on(on)) != item.quantity_on(on) or (price or item.price_on(on)) != item.price_on(on):
        return False
    if item.activated_on is not None and on <= item.activated_on:
        return True
    of_day = [change for change in item.changes if change.on == on]
    has_quantity = quantity is None or any(change.quantity or change.added for change in of_day)
    return has_quantity and (price is None or any(change.price for change in of_day))


def _may_be_activated(item: OrderItem, on: date) -> None:
    if item.activated_on is not None and item.activated_on != on:
        problem = ALREADY_ELSE.at(None, "/on", item=item.id, then=item.activated_on, on=on)
        raise Refusal((problem,), item.state, possible_on(item, on))
    if item.activated_on is None and item.state != "pending":
        raise refused(item, "activated", on, possible_on(item, on))
    if item.one_off is not None:
        raise refused(item, "activated", on, possible_on(item, on))


def possible_on(item: OrderItem, on: date) -> tuple[str, ...]:
    """The verbs that are possible for an item on a day."""
    state = item.state_on(on)
    if state == "pending" and item.activated_on is not None:
        return ()
    if item.one_off is not None:
        return ("cancel",) if state == "pending" else ()
    if isinstance(item, SubscriptionItem) and state in ("active", "suspended") and item.quantity_on(on).micros:
        return (*TRANSITIONS[state], "swap")
    return TRANSITIONS[state]


def refused(item: OrderItem, what: str, on: date, possible: Iterable[str], kind: Kind = NOT_IN_STATE) -> Refusal:
    """The refusal of an action on an item in its state on a day, with what is possible instead."""
    names, state = tuple(possible), item.state_on(on)
    problem = kind.at(
        None, None, item=item.id, state=as_written(state), on=on, what=as_written(what), possible=", ".join(names) or phrase("nothing")
    )
    return Refusal((problem,), state, names)


def _may_be_put_off(order: Order, item: OrderItem, on: date, today: date) -> bool:
    """Whether an item that ends after today may end later: it is served in periods, and no other item takes its place."""
    if not isinstance(item, SubscriptionItem) or item.ends_before is None or item.state_on(on) != "ended" or item.ends_before <= today:
        return False
    return not any(isinstance(each, SubscriptionItem) and each.replaces == item.id and each.state != "cancelled" for each in order.items)


def _ended(item: OrderItem, on: date) -> OrderItem:
    """The item with its end as a change; an end that was agreed before becomes its first change, and earlier ends are put off."""
    changes = item.changes
    if item.ends_before is not None and not any(change.end for change in changes):
        changes = (ItemChange(id="agreed-end", on=item.ends_before, end=True, is_agreed=True), *changes)
    item = item.replace(changes=changes, ends_before=on)
    while (earlier := first_end(item.changes)) is not None and earlier < on:
        item = item.with_change(earlier, put_off=True)
    return item.with_change(on, end=True)


def _with(
    order: Order, items: Sequence[OrderItem], turn: Callable[[OrderItem], OrderItem], what: str, on: date, today: date | None
) -> Order:
    """The order with changed items and one more step of history; the same order if there are none."""
    if not items:
        return order
    turned = {item.id: _in_state(turn(item), today or on) for item in items}
    return order.with_step(on, what, *turned, items=tuple(turned.get(item.id, item) for item in order.items))


def _in_state(item: OrderItem, day: date) -> OrderItem:
    state = item.state_on(day)
    return item if state == item.state else item.replace(state=state)
