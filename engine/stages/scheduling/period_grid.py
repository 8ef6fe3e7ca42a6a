"""The periods that items with equal periods share, counted once without prices, and the figures of an item: its periods × its prices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, groupby
from typing import NamedTuple, Protocol

from engine.dates import Period
from engine.documents.order import ItemChange, OrderItem
from engine.documents.quote import PricedLine, WholePrice
from engine.documents.transaction_figures import PlannedAmount, identity_of
from engine.money import Money, Price, Quantity
from engine.rulebook.book import Key
from engine.rulebook.facts import PriceFacts
from engine.stages.scheduling.build_transactions import amount_of_charge
from engine.stages.scheduling.charges import FREE, amounts_of, whole_net
from engine.stages.scheduling.item_schedule import plan_charges
from engine.stages.scheduling.period_lines import charges_of
from engine.stages.scheduling.timeline import Course, DayCount, ItemPeriod, PriceList, ServiceState, Timeline, course_of


class Slot(NamedTuple):
    """One period of an item: its number, whose list prices it, the days served, its billing date, how much counts."""

    number: int
    priced_on: date
    stretch: int
    """The number of the days between which prices stay, of the day whose list prices it."""
    joining: bool
    start: date
    until: date
    billing_date: date
    counted: DayCount
    is_free: bool


class Run(NamedTuple):
    """Consecutive periods at one price of a whole period: the day whose list prices them, and whether all are whole."""

    priced_on: date
    joining: bool
    slots: tuple[Slot, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The periods shared by items with equal periods."""

    slots: tuple[Slot, ...]
    periods: tuple[ItemPeriod, ...]
    """The same with all that their lines are counted by; the number of each counts from the first day of one of these items."""
    runs: tuple[Run, ...]
    """The same periods, by the price that they have where it stays between two days on which a list or rule changes."""
    listed: tuple[tuple[int, bool], ...]
    """Of each run, the number of the days between which prices stay, and whether it is priced for joining."""
    first_of_runs: tuple[int, ...]
    """Of each run, the number of its first period among all."""
    dates: tuple[date, ...]
    """The billing dates."""
    ends: tuple[date, ...]
    """The days on which the periods are over."""
    identities: tuple[str, ...]
    """What makes the transaction of each period this one of its item."""
    months: int | None
    """The months of a period; None where it is counted in weeks or days."""
    days_ahead: int
    """How many days before its billing date a transaction may be invoiced."""
    latest: date
    """The last billing date that was planned."""

    def holds(self, course: Course[PricedLine], since: date | None) -> bool:
        """Whether every charge of a course with changes lies in one of these periods, and none was invoiced."""
        return self.holds_later(course) and not self.corrects_earlier(course, since)

    def holds_later(self, course: Course[PricedLine]) -> bool:
        """Whether every charge from the first of these periods on lies in one of them, and none was invoiced."""
        if course.invoiced_from or not self.slots:
            return False
        if course.terms.timing == "advance":
            return True
        last = self.slots[-1].until
        return not any(change.end for change in course.changes if change.on >= last)

    def corrects_earlier(self, course: Course[PricedLine], since: date | None) -> bool:
        """Whether a change may correct what a former system invoiced."""
        first = self.slots[0].start
        return since is not None and since < first and any(since <= change.on < first for change in course.changes)


class Rate(Protocol):
    """What any quantity of like items costs in a whole billing period, at their list price or at one that was agreed."""

    def price_of(self, quantity: Quantity, agreed: Price | None) -> WholePrice:
        """The price of so many."""


class SharedPrices(PriceList, Protocol):
    """The prices of an order's items, and all on which they can depend."""

    @property
    def key_of_order(self) -> Key | None:
        """All of the order and its customer on which prices of its items can depend on any day; None if that is unknown."""

    def key_of(self, item: OrderItem, quantity: Quantity) -> Key | None:
        """All on which the prices of so many of an item can depend, except the day; None if that is unknown."""

    @property
    def rates_differ(self) -> bool:
        """Whether each quantity has rates of its own."""

    def rate_on(self, item: OrderItem, on: date, quantity: Quantity, *, joining: bool = False) -> Rate | None:
        """The rate of an item by the list of a day; None where only whole prices can be looked up."""

    def key_of_rates(self, item: OrderItem, quantity: Quantity) -> Key | None:
        """All on which the rates of an item that stays equal can depend, except the day; None where it has none."""

    def stays_equal(self, item: OrderItem) -> bool:
        """Whether an item has one price on all days between which no list and no rule changes."""


def grid_of(item: OrderItem, timeline: Timeline, facts: PriceFacts, *, through: date, since: date | None) -> Grid:
    """The periods of an item as scheduling counts them, without prices."""
    listed: list[tuple[date, bool]] = []
    nothing = _line_of_nothing(item)

    def note(on: date, _quantity: Quantity, _by: ItemChange | None, joining: bool) -> PricedLine:
        listed.append((on, joining))
        return nothing

    course = course_of(timeline, ServiceState(item.quantity), (), note, lambda _: ())
    charges, _ = plan_charges(course, through=through, since=since)
    slots = tuple(
        Slot(
            number=timeline.anchors.number_of(charge.served.start),
            priced_on=on,
            stretch=facts.stretch_of(on),
            joining=joining,
            start=charge.served.start,
            until=charge.served.until,
            billing_date=charge.billing_date,
            counted=charge.counted,
            is_free=charge.note == FREE,
        )
        for charge, (on, joining) in zip(charges, listed[len(listed) - len(charges) :], strict=True)
    )
    grouped = [(listed, tuple(some)) for listed, some in groupby(slots, key=lambda slot: (slot.stretch, slot.joining))]
    runs = tuple(
        Run(some[0].priced_on, some[0].joining, some, all(not each.is_free and each.counted.days == each.counted.of for each in some))
        for _, some in grouped
    )
    periods = [timeline.period(slot.number) for slot in slots]
    return Grid(
        slots=slots,
        periods=tuple([period for period in periods if period is not None]),
        runs=runs,
        listed=tuple(listed for listed, _ in grouped),
        first_of_runs=tuple(accumulate((len(run.slots) for run in runs[:-1]), initial=0)),
        dates=tuple(slot.billing_date for slot in slots),
        ends=tuple(slot.until for slot in slots),
        identities=tuple(identity_of("recurring", slot.start) for slot in slots),
        months=timeline.months,
        days_ahead=timeline.terms.days_ahead,
        latest=through + timedelta(days=timeline.terms.days_ahead),
    )


def amounts_of_item(grid: Grid, item: OrderItem, prices: SharedPrices) -> Iterator[PlannedAmount]:
    """The figures of an item without changes: each of its periods × the price of that period."""
    stays, line, listed = prices.stays_equal(item), None, None
    for slot in grid.slots:
        by = (slot.stretch, slot.joining) if stays else (slot.priced_on, slot.joining)
        if line is None or by != listed:
            line, listed = prices.price_on(item, slot.priced_on, item.quantity, joining=slot.joining), by
        yield _amount(grid, slot, line, item.quantity)


def amounts_of_course(
    grid: Grid, course: Course[PricedLine], since: date | None, *, wanted_from: date | None, days_differ: bool
) -> Iterator[PlannedAmount]:
    """The figures of an item with changes that its grid holds: periods without a change in them are like those of other items.

    `wanted_from` leaves out those with an earlier billing date; `days_differ` says that each day may have a price of its own.
    """
    earliest = max((day for day in (since, wanted_from) if day is not None), default=date.min)
    changes, state, position = course.changes, course.first, 0
    line, listed = None, None
    for slot in grid.slots:
        while position < len(changes) and changes[position].on <= slot.start:
            state, position = state.after(changes[position]), position + 1
        if position < len(changes) and changes[position].on < slot.until:
            inside = tuple(change for change in changes[position:] if change.on < slot.until)
            period = course.timeline.period(course.timeline.anchors.number_of(slot.start))
            for charge in charges_of(course, period, state, inside) if period is not None else ():
                if earliest <= charge.billing_date <= grid.latest:
                    yield amount_of_charge(course.terms, charge)
        elif state.is_served and slot.billing_date >= earliest:
            by = (position, slot.priced_on if days_differ else slot.stretch, slot.joining)
            if line is None or by != listed:
                line, listed = course.rate_of(slot.priced_on, state.quantity, state.priced_by, slot.joining), by
            yield _amount(grid, slot, line, state.quantity)


def _amount(grid: Grid, slot: Slot, line: PricedLine, quantity: Quantity) -> PlannedAmount:
    """The figures of one period at the price of a whole period."""
    net, counted = net_of(grid, slot, line)
    list_net = amounts_of(line, net, counted).list_net if line.discounts else net
    return PlannedAmount(
        "recurring", None, None, slot.start, slot.until, slot.billing_date, grid.days_ahead, False, quantity.micros, list_net.minor,
        net.minor, "planned",
    )  # fmt: skip


def net_of(grid: Grid, slot: Slot, line: WholePrice) -> tuple[Money, DayCount]:
    """The net of one period at the price of a whole period, and the days that it pays for."""
    net, counted = line.net, slot.counted
    if slot.is_free:
        return Money(0, net.currency), DayCount(0, counted.of)
    if counted.days != counted.of or line.price_period_net is not None:
        net = counted.part_of(whole_net(line, slot.number, grid.months))
    return net, counted


class RememberedPrices:
    """The prices of one item, each looked up once for all days on which it is the same."""

    def __init__(self, prices: SharedPrices, facts: PriceFacts) -> None:
        self._prices, self._facts = prices, facts
        self._lines: dict[Key, PricedLine] = {}

    def price_on(self, item: OrderItem, on: date, quantity: Quantity, *, joining: bool = False) -> PricedLine:
        """The price of a whole billing period of an item by the list of a day, for joining or for running items."""
        day = self._facts.stretch_of(on) if self._prices.stays_equal(item) else on
        price = None if item.negotiated_price is None else item.negotiated_price.micros
        key = (day, quantity.micros, price, joining)
        return self._lines.get(key) or self._lines.setdefault(key, self._prices.price_on(item, on, quantity, joining=joining))

    def versions_within(self, item: OrderItem, period: Period) -> tuple[date, ...]:
        """The days inside a period on which a newer price version reaches running items."""
        return self._prices.versions_within(item, period)


def _line_of_nothing(item: OrderItem) -> PricedLine:
    """A placeholder price of 0, for counting periods without pricing them."""
    nothing, one = Money(0, item.currency), Fraction(1)
    return PricedLine(
        product=item.product,
        quantity=item.quantity,
        list_price=Price(0, item.currency),
        unit_price=nothing,
        price_per="period",
        periods=one,
        billing_factor=one,
        list_net=nothing,
        net=nothing,
    )
