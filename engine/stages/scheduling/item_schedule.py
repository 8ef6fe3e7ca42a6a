"""The schedule of one item: its transactions due through a day, and the next billing date; of an advertisement one insertion a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from engine.dates import Period, month_after
from engine.documents.order import AdvertisingItem, InvoicedLine, ItemChange, Order, OrderItem, SubscriptionItem, first_end
from engine.documents.quote import PricedLine
from engine.documents.transaction import Transaction
from engine.money import Quantity
from engine.problems import Kind, Refusal, refuse
from engine.rulebook.terms import Terms
from engine.stages.scheduling.build_transactions import charged, inserted, paid_once
from engine.stages.scheduling.charges import PricedCharge
from engine.stages.scheduling.period_lines import charges_of
from engine.stages.scheduling.timeline import (
    Course,
    ItemPeriod,
    PriceList,
    RateOf,
    ServiceState,
    Timeline,
    course_of,
    shared_timeline,
    term_problems,
)
from engine.stages.scheduling.usage_periods import UsagePeriods
from engine.stages.scheduling.usage_schedule import UsageSchedule

MOST_PERIODS: Final = 20_000
TOO_MANY_PERIODS: Final = Kind(
    "too-many-periods", "more than {most} periods lie before {through}", "ask for an earlier day, or bill in longer periods"
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The transactions of an item that are due through a day, and the earliest billing date after them (None: there is none)."""

    transactions: tuple[Transaction, ...]
    next_billing_date: date | None


def schedule(
    order: Order,
    item: OrderItem,
    terms: Terms,
    prices: PriceList,
    *,
    through: date,
    since: date | None = None,
    today: date | None = None,
) -> Schedule:
    """The recurring, change and one-time transactions of an item whose billing date − lead is on or before a day.

    Billing dates before `since` and before `order.invoiced_elsewhere_until` are left out. An item that is not active yet is planned from
    its start day; a cancelled one, and one without a day, has no transactions. Of a measured item what is not over on `today` is expected.
    """
    starts_on = first_day(item, terms)
    if starts_on is None:
        return Schedule((), None)
    elsewhere = order.invoiced_elsewhere_until
    if terms.measured and isinstance(item, SubscriptionItem):
        return _measured(order, item, terms, prices, through=through, since=since, today=today)
    earliest = max((day for day in (elsewhere, since) if day is not None), default=None)
    if terms.once:
        once = _one_time(order, item, starts_on, terms, prices)
        if once is None or (earliest is not None and starts_on < earliest):
            return Schedule((), None)
        return Schedule((once,), None) if starts_on <= through + timedelta(days=terms.days_ahead) else Schedule((), starts_on)
    is_in_parts = item.changes or terms.price_change == "split"  # then a period may have several billing dates
    course = course_of_item(item, timeline_of_item(item, starts_on, terms), prices)
    charges, following = plan_charges(course, through=through, since=elsewhere if is_in_parts else earliest)
    wanted = (charge for charge in charges if since is None or charge.billing_date >= since)
    return Schedule(tuple(charged(order, item, terms, charge) for charge in wanted), following)


def _measured(
    order: Order, item: SubscriptionItem, terms: Terms, prices: PriceList, *, through: date, since: date | None, today: date | None
) -> Schedule:
    """The schedule of an item that is paid by what is used."""
    starts_on = item.activated_on or item.starts_on
    if starts_on is None:
        return Schedule((), None)
    timeline = shared_timeline(terms, starts_on, item.ends_before, item.joined is not None)
    elsewhere = order.invoiced_elsewhere_until
    periods = UsagePeriods(item=item, terms=terms, timeline=timeline, prices=prices, today=today, elsewhere=elsewhere)
    planned = UsageSchedule(order, item, periods, latest=through)
    wanted = [one for one in planned.transactions() if since is None or one.billing_date is None or one.billing_date >= since]
    return Schedule(tuple(sorted(wanted, key=_place)), planned.next_billing_date())


def _place(one: Transaction) -> tuple[date, bool, str]:
    return one.billing_date or date.max, one.portion.kind == "commitment", one.portion.change or ""


def first_day(item: OrderItem, terms: Terms) -> date | None:
    """The first day of an item that is to be planned (None: it is cancelled or has no day); Refusal if these terms cannot bill it."""
    starts_on = item.activated_on or item.starts_on
    if starts_on is None or item.state == "cancelled":
        return None
    problems = term_problems(terms, starts_on, item.ends_before, f"/items/{item.id}")
    if problems:
        raise Refusal(problems)
    return starts_on


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
        for charge in _of_month(item, terms, prices, number, ItemPeriod(number - 1, period, period, billing_date, start, False)):
            if billing_date <= latest:  # also of a later month: what has no price is refused at once
                transactions.append(_insertion(order, item, terms, number, charge))
    return tuple(transactions)


def plan_charges(course: Course[PricedLine], *, through: date, since: date | None = None) -> tuple[list[PricedCharge], date | None]:
    """The charges with a billing date − lead on or before a day (none before `since`), and the next billing date."""
    latest = through + timedelta(days=course.terms.days_ahead)
    if not course.changes:
        due, next_due = _shared_periods_due(course.timeline, latest, since)
        charges = [charge for period in due for charge in charges_of(course, period, course.first, ())]
        later = [charge.billing_date for charge in charges if charge.billing_date > latest]
        return [charge for charge in charges if charge.billing_date <= latest], min(later, default=next_due)
    return _with_changes(course, latest, since)


def _with_changes(course: Course[PricedLine], latest: date, since: date | None) -> tuple[list[PricedCharge], date | None]:
    """The charges of an item with changes, period by period."""
    changes, state, position = course.changes, course.first, 0
    number, start = course.timeline.first_number(since), None
    charges: list[PricedCharge] = []
    following: list[date] = []
    for _ in range(MOST_PERIODS):
        period = course.timeline.period(number, start)
        if period is None:
            break
        while position < len(changes) and changes[position].on <= period.served.start:
            state, position = state.after(changes[position]), position + 1
        if position == len(changes) and course.is_over(state, period.served.start):
            break
        inside = _inside(changes, position, period)
        is_elsewhere = since is not None and period.due < since
        first_dates = _first_dates(course, period, state, inside)
        if min(first_dates, default=period.due) > latest:
            following += first_dates
            if following:
                break
        elif not is_elsewhere or inside:
            for charge in charges_of(course, period, state, inside, is_elsewhere=is_elsewhere):
                if charge.billing_date > latest:
                    following.append(charge.billing_date)
                elif since is None or charge.billing_date >= since:
                    charges.append(charge)
        for change in inside:
            state = state.after(change)
        position += len(inside)
        number, start = number + 1, period.whole.until
    else:
        raise _too_many_periods(course.timeline, latest)
    return charges, min(following, default=None)


def _shared_periods_due(timeline: Timeline, latest: date, since: date | None) -> tuple[tuple[ItemPeriod, ...], date | None]:
    key = (latest, since)
    return timeline.due.get(key) or timeline.due.store(key, _periods_due(timeline, latest, since))


def _periods_due(timeline: Timeline, latest: date, since: date | None) -> tuple[tuple[ItemPeriod, ...], date | None]:
    """The periods due through a day and not before `since`, and the next due date, of an item without changes."""
    number, start = timeline.first_number(since), None
    due: list[ItemPeriod] = []
    for _ in range(MOST_PERIODS):
        period = timeline.period(number, start)
        if period is None:
            return tuple(due), None
        if period.due > latest:
            return tuple(due), period.due
        if since is None or period.due >= since:
            due.append(period)
        number, start = number + 1, period.whole.until
    raise _too_many_periods(timeline, latest)


def _too_many_periods(timeline: Timeline, latest: date) -> Refusal:
    through = latest - timedelta(days=timeline.terms.days_ahead)
    return refuse(TOO_MANY_PERIODS, None, "/due_through", most=MOST_PERIODS, through=through)


def _inside(changes: Sequence[ItemChange], position: int, period: ItemPeriod) -> tuple[ItemChange, ...]:
    """The changes from a position on inside a period, after its first day."""
    if position == len(changes) or changes[position].on >= period.served.until:
        return ()
    return tuple(change for change in changes[position:] if change.on < period.served.until)


def _first_dates(course: Course[PricedLine], period: ItemPeriod, state: ServiceState, inside: Sequence[ItemChange]) -> list[date]:
    """The first billing date of a period; of one that starts suspended that of its resumption, of one that ends earlier the end."""
    is_advance = course.terms.timing == "advance"
    if state.is_served:
        end = None if is_advance else first_end(inside)
        return [period.due if end is None else min(period.due, end)]
    resumed = [change.on for change in inside if change.resume]
    return [resumed[0] if is_advance else period.due] if resumed else []


def rates_of(item: OrderItem, prices: PriceList, timeline: Timeline | None = None) -> RateOf[PricedLine]:
    """The prices of an item by a list; a negotiated price of a change applies from then on.

    With a timeline, a list that changes within a period counts for whom the period began.
    """
    negotiated: dict[str, OrderItem] = {}

    def rate_of(on: date, quantity: Quantity, priced_by: ItemChange | None, joining: bool) -> PricedLine:
        priced = item
        if priced_by is not None:
            if priced_by.id not in negotiated:
                negotiated[priced_by.id] = item.replace(negotiated_price=priced_by.price)
            priced = negotiated[priced_by.id]
        if timeline is not None and priced.former_customers and not joining:
            priced = _as_period_began(priced, on, timeline)
        return prices.price_on(priced, on, quantity, joining=joining)

    return rate_of


def _as_period_began(item: OrderItem, on: date, timeline: Timeline) -> OrderItem:
    """The item priced on a day as for the customer that it had when the period of that day began."""
    period = timeline.period(timeline.anchors.number_of(on))
    since = on if period is None else period.served.start
    return item.replace(
        former_customers=tuple(
            replace(former, until=max(former.until, on + timedelta(days=1))) if since < former.until else former
            for former in item.former_customers
        )
    )


def agreed_end(item: OrderItem) -> date | None:
    """The day before which an item ends as it was agreed; None where it has none, or a change ends it."""
    return None if item.ends_before is None or any(change.end for change in item.changes) else item.ends_before


def timeline_of_item(item: OrderItem, starts_on: date, terms: Terms) -> Timeline:
    """The timeline of an item from its first day on."""
    return shared_timeline(terms, starts_on, agreed_end(item), item.joined is not None)


def course_of_item(item: OrderItem, timeline: Timeline, prices: PriceList) -> Course[PricedLine]:
    """The course of an item priced by a list."""
    return course_of(
        timeline,
        ServiceState(item.quantity),
        item.changes,
        rates_of(item, prices, timeline if timeline.terms.price_change == "split" else None),
        lambda period: prices.versions_within(item, period),
    )


def _one_time(order: Order, item: OrderItem, starts_on: date, terms: Terms, prices: PriceList) -> Transaction | None:
    """The one-time transaction of an item on its first day, never prorated; none if the item ends on that day."""
    if item.ends_before is not None and item.ends_before <= starts_on:
        return None
    state = ServiceState(item.quantity)
    for change in sorted(item.changes, key=lambda change: change.on):
        if change.on <= starts_on:
            state = state.after(change)
    if state.suspended:
        return None
    priced = item if state.priced_by is None else item.replace(negotiated_price=state.priced_by.price)
    line = prices.price_on(priced, starts_on, state.quantity, joining=item.joined is not None)
    return paid_once(order, item, terms, line, starts_on)


def _of_month(item: AdvertisingItem, terms: Terms, prices: PriceList, number: int, period: ItemPeriod) -> list[PricedCharge]:
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


def _insertion(order: Order, item: AdvertisingItem, terms: Terms, number: int, charge: PricedCharge) -> Transaction:
    if charge.change is None and charge.after is not None:
        return inserted(order, item, terms, charge.after, number, charge.served, charge.billing_date)
    return charged(order, item, terms, charge)
