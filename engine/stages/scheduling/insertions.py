"""The insertions of an advertising item: one a month, each priced by the list of the first day of its month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from engine.dates import Period, month_after
from engine.documents.order import AdvertisingItem, InvoicedLine, ItemChange, Order
from engine.documents.transaction import Transaction
from engine.rulebook.terms import Terms
from engine.stages.scheduling.build_transactions import charged, inserted
from engine.stages.scheduling.charges import Charge
from engine.stages.scheduling.item_schedule import PriceList, rates_of
from engine.stages.scheduling.period_lines import charges_of
from engine.stages.scheduling.timeline import ItemPeriod, ServiceState, course_of, shared_timeline


def schedule_insertions(order: Order, item: AdvertisingItem, terms: Terms, prices: PriceList, *, through: date) -> tuple[Transaction, ...]:
    """One transaction a month whose billing date − lead is on or before a day, for the state of the item on the first day of the month.

    What is not invoiced yet of an insertion that is cancelled, or in whose month the item is suspended or ended, is not billed; what was
    invoiced is left or taken back as `on-change` says. Billing dates before `order.invoiced_elsewhere_until` are left out.
    """
    if item.state == "cancelled":
        return ()
    since, latest = order.invoiced_elsewhere_until, through + timedelta(days=terms.days_ahead)
    transactions = []
    for number in range(1, item.insertions + 1):
        start = month_after(item.first_month.replace(day=1), number - 1)
        period = Period(start, month_after(start, 1))
        billing_date = period.start if terms.timing == "advance" else period.until
        if since is not None and billing_date < since:
            continue
        for charge in _charges(item, terms, prices, number, ItemPeriod(number - 1, period, period, billing_date, start, False)):
            if billing_date <= latest:  # also of a later month: what has no price is refused at once
                transactions.append(_transaction(order, item, terms, number, charge))
    return tuple(transactions)


def _charges(item: AdvertisingItem, terms: Terms, prices: PriceList, number: int, period: ItemPeriod) -> list[Charge]:
    """The insertion of a month as a charge, and what later changes add to it or take back."""
    changes = list(_changes_of(item, number, period.served.start))
    is_gone = number > item.last_insertion and not any(change.cancels_from for change in item.changes)
    state = first = ServiceState(item.quantity, ended=is_gone)
    for change in sorted(changes, key=lambda change: change.on):
        state = state.after(change)
    timeline = shared_timeline(terms, period.served.start)
    return charges_of(course_of(timeline, first, changes, rates_of(item, prices), lambda _: ()), period, state, ())


def _changes_of(item: AdvertisingItem, number: int, start: date) -> Iterator[ItemChange]:
    """The changes that count for an insertion, in the order of recording; one that cancels it is its end."""
    for change in item.changes:
        cancels = change.cancels_from is not None and number >= change.cancels_from
        if cancels or (change.cancels_from is None and change.on <= start):
            invoiced = tuple(
                InvoicedLine("recurring" if line.kind == "insertion" else line.kind, start, line.change)
                for line in change.invoiced
                if line.service_from == start
            )
            yield change.replace(on=min(change.on, start), end=change.end or cancels, invoiced=invoiced)


def _transaction(order: Order, item: AdvertisingItem, terms: Terms, number: int, charge: Charge) -> Transaction:
    if charge.change is None and charge.after is not None:
        return inserted(order, item, terms, charge.after, number, charge.served, charge.billing_date)
    return charged(order, item, terms, charge)
