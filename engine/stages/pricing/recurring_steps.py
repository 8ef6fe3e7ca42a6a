"""The steps by which the monthly recurring revenue of an item moves: the revenue of any day is the sum of the steps until that day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from engine.dates import Period, month_after
from engine.documents.order import Order, OrderItem
from engine.documents.party import Customer
from engine.documents.recurring_step import Movement, RecurringStep
from engine.problems import Refusal
from engine.rulebook.book import Cache, Key, Rulebook, cached_in_rulebook, items_without_names
from engine.rulebook.facts import price_facts
from engine.stages.pricing.indexing import days_within
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.pricing.recurring import monthly

_ONE_DAY: Final = timedelta(days=1)
_Steps = tuple[RecurringStep, ...]


def recurring_steps(order: Order, customer: Customer, rulebook: Rulebook, through: date) -> dict[str, _Steps]:
    """The steps of an order's items through a day, exact; items whose names left the rulebook have none.

    On days without a price nothing moves. What is swapped for something else is an increment or a decrease by what both come to.
    """
    prices = BookPrices(rulebook, customer, order, tracing=False)
    missing = items_without_names(order, customer, rulebook)
    steps = {item.id: _shared_steps(item, prices, through) for item in order.items if item.id not in missing}
    for item in order.items:
        former = getattr(item, "replaces", None)
        if former in steps and item.id in steps and item.activated_on is not None:
            steps[item.id], steps[former] = _swapped(steps[item.id], steps[former], item.activated_on)
    return steps


@cached_in_rulebook(2)
def _known_steps(_rulebook: Rulebook, _through: date) -> Cache[_Steps]:
    return Cache(50_000)


def _shared_steps(item: OrderItem, prices: BookPrices, through: date) -> _Steps:
    """The steps of an item, worked out once for items alike."""
    of_order, of_item = prices.key_of_order, prices.key_of(item, item.quantity)
    if of_order is None or of_item is None:
        return tuple(_steps(item, prices, through))
    known = _known_steps(prices.rulebook, through)
    life: Key = (item.activated_on, item.joined, item.ends_before, item.state == "cancelled", item.changes)
    key: Key = (of_order, of_item, life)
    return known.get(key) or known.store(key, tuple(_steps(item, prices, through)))


def _steps(item: OrderItem, prices: BookPrices, through: date) -> Iterator[RecurringStep]:
    first = item.activated_on
    if first is None or first > through or item.state == "cancelled":
        return
    before, changed = Fraction(0), {change.on for change in item.changes}
    for day in _days(item, prices, Period(first, through + _ONE_DAY)):
        try:
            now = monthly(item, prices, day)
            if now == before and day not in changed:
                continue
            parts = list(_parts(item, prices, day, before, now))
        except Refusal:
            continue
        yield from (RecurringStep(day, movement, amount) for movement, amount in parts if amount)
        before = now


def _parts(item: OrderItem, prices: BookPrices, day: date, before: Fraction, now: Fraction) -> Iterator[tuple[Movement, Fraction]]:
    """What moves on a day: an item that runs on has a part by its price and one by its quantity, which add up."""
    yesterday = day - _ONE_DAY
    was, is_now = item.state_on(yesterday), item.state_on(day)
    if was != "active" or is_now != "active":
        yield _turn(item, was, is_now, has_counted=before != 0), now - before
        return
    if all(change.on != day for change in item.changes):
        yield "price", now - before
        return
    quantity, agreed, item = item.quantity_on(yesterday), item.price_on(day), item.billed_on(day)
    priced = item if agreed == item.negotiated_price else item.replace(negotiated_price=agreed)
    at_price = prices.price_on(priced, day, quantity).recurring_per_month or Fraction(0)
    yield "price", at_price - before
    yield "increment" if now > at_price else "decrease", now - at_price


def _turn(item: OrderItem, was: str, is_now: str, *, has_counted: bool) -> Movement:
    if is_now == "active":
        if was == "suspended":
            return "reactivated"
        return "increment" if item.joined is not None else "new"
    if is_now == "suspended" and (has_counted or was == "active"):
        return "suspended"
    return "lost"


def _days(item: OrderItem, prices: BookPrices, within: Period) -> Sequence[date]:
    """The days on which the revenue of an item may move: those of its life, of its prices, of its terms and of its customer."""
    rulebook, facts = prices.rulebook, price_facts(prices.rulebook)
    if facts.days is None:
        return [within.start + timedelta(days=at) for at in range(within.days)]
    days = {within.start, *facts.days, *(change.on for change in item.changes)}
    days |= {former.until for former in item.former_customers}
    if item.ends_before is not None:
        days.add(item.ends_before)
    process = rulebook.billing_processes.get(item.billing_process or "")
    first = item.joined or within.start
    if item.quoted_on is not None:  # the price of the quote counts on the first day
        days |= {first + _ONE_DAY, within.start + _ONE_DAY}
    if process is not None and process.renewal is not None and process.renewal.term_months is not None:
        term = process.renewal.term_months
        days |= {month_after(first, at * term) for at in range(1, _months(first, within.until) // term + 2)}
    indexation = rulebook.indices.get(process.indexation or "") if process is not None else None
    if indexation is not None:
        agreed = {first, item.price_agreed_on or first, *(change.on for change in item.changes if change.price is not None)}
        days |= {day for start in agreed for day in days_within(indexation, start, within)}
    checked = prices.customer.vat_checked_on
    if checked is not None:
        days.add(checked + timedelta(days=rulebook.vat.vat_answer_days + 1))
    return sorted(day for day in days if day in within)


def _months(first: date, until: date) -> int:
    return (until.year - first.year) * 12 + until.month - first.month


def _swapped(fresh: _Steps, former: _Steps, on: date) -> tuple[_Steps, _Steps]:
    """The steps of an item and of the one that it replaces, both of one movement on the day of the swap."""
    net = sum((step.amount for step in (*fresh, *former) if step.on == on and step.movement in ("new", "increment", "lost")), Fraction(0))
    movement: Movement = "increment" if net >= 0 else "decrease"

    def named(steps: _Steps, *movements: Movement) -> _Steps:
        return tuple(step._replace(movement=movement) if step.on == on and step.movement in movements else step for step in steps)

    return named(fresh, "new", "increment"), named(former, "lost")
