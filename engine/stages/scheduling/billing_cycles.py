"""The schedule of an item whose billing was changed: the charges of each of its cycles, none of them for a day of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from engine.dates import month_after
from engine.documents.order import Order, OrderItem
from engine.documents.quote import PricedLine
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import PlannedAmount
from engine.problems import Refusal
from engine.rulebook.cycles import Cycle, anchors_of_cycle, cycles_of
from engine.rulebook.terms import Terms, months_of
from engine.stages.scheduling.build_transactions import amount_of_charge, charged
from engine.stages.scheduling.charges import PricedCharge
from engine.stages.scheduling.item_schedule import first_day, plan_charges, rates_of
from engine.stages.scheduling.timeline import Course, PriceList, ServiceState, Timeline, course_of, term_problems, timeline_of


class CycleCharge(NamedTuple):
    """A charge of a cycle, with the terms of the cycle, and the change that names it."""

    cycle: Cycle
    terms: Terms
    charge: PricedCharge

    @property
    def change(self) -> str | None:
        """The change that names it."""
        kind, service_from, change = self.charge.key
        return self.cycle.name_of(kind, service_from, change)


def transactions_of_cycles(
    order: Order, item: OrderItem, terms_for: Callable[[OrderItem], Terms], prices: PriceList, *, through: date, since: date | None = None
) -> Iterator[Transaction]:
    """The transactions of all cycles of an item whose billing date − lead is on or before a day, none before `since`."""
    for each in charges_of_cycles(order, item, terms_for, prices, through=through, since=since):
        one = charged(order, item, each.terms, each.charge)
        yield one if each.change == one.portion.change else replace(one, portion=replace(one.portion, change=each.change))


def amounts_of_cycles(
    order: Order, item: OrderItem, terms_for: Callable[[OrderItem], Terms], prices: PriceList, *, through: date, since: date | None = None
) -> Iterator[PlannedAmount]:
    """The figures of these transactions."""
    for each in charges_of_cycles(order, item, terms_for, prices, through=through, since=since):
        yield amount_of_charge(each.terms, each.charge)._replace(change=each.change)


def charges_of_cycles(
    order: Order, item: OrderItem, terms_for: Callable[[OrderItem], Terms], prices: PriceList, *, through: date, since: date | None
) -> Iterator[CycleCharge]:
    """The charges of all cycles of an item."""
    agreed_end = None if any(change.end for change in item.changes) else item.ends_before
    for cycle in cycles_of(item):
        terms = terms_for(cycle.item)
        starts_on = first_day(item, terms)
        if starts_on is None:
            return
        if cycle.begins_on is not None and (problems := term_problems(terms, cycle.begins_on, None, f"/items/{item.id}")):
            raise Refusal(problems)
        course = _course(item, cycle, terms, starts_on, agreed_end, prices)
        charges, _ = plan_charges(course, through=through, since=order.invoiced_elsewhere_until)
        yield from (CycleCharge(cycle, terms, charge) for charge in charges if since is None or charge.billing_date >= since)


def _course(item: OrderItem, cycle: Cycle, terms: Terms, starts_on: date, agreed_end: date | None, prices: PriceList) -> Course[PricedLine]:
    """The course of one cycle, in the state that all changes of the item give."""
    if cycle.begins_on is None:
        timeline = timeline_of(terms, starts_on, agreed_end, item.joined is not None)
    else:
        timeline = _later_timeline(item, cycle, terms, cycle.begins_on, starts_on, agreed_end)
    priced = cycle.item
    first, rates = ServiceState(item.quantity), rates_of(priced, prices)
    return course_of(timeline, first, priced.changes, rates, lambda period: prices.versions_within(priced, period))


def _later_timeline(item: OrderItem, cycle: Cycle, terms: Terms, begins_on: date, first: date, agreed_end: date | None) -> Timeline:
    """The periods of a cycle that begins in the middle of an item's life; its terms and their renewal count from the item's first day."""
    renews = terms.renews if item.renewal is None else item.renewal == "automatic"
    term = item.term_months or terms.term_months
    if not renews and term is not None:
        agreed_end = min(month_after(first, term), agreed_end or date.max)
    return Timeline(
        terms=terms,
        anchors=anchors_of_cycle(terms, begins_on, cycle.item.anchor),
        months=months_of(terms),
        starts_on=begins_on,
        ends_before=agreed_end,
        joined=False,
        first_day=first,
    )
