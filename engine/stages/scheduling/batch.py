"""Plans many items under one rulebook: like items share periods and transactions. The result equals planning one by one.

Periods are counted once for all items with equal periods, and scheduled once for all of them whose prices cannot differ. Items with
changes, negotiated prices or attributes are planned one by one. Prices are an argument.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property, partial
from typing import NamedTuple, Protocol

from engine.documents.order import ItemChange, Order, OrderItem, SubscriptionItem
from engine.documents.party import Customer
from engine.documents.quote import PricedLine
from engine.documents.transaction import Transaction
from engine.money import Money, Price, Quantity
from engine.rulebook.book import Cache, Key, Rulebook
from engine.rulebook.facts import PriceFacts, price_facts
from engine.rulebook.terms import Terms, anchors_of, price_periods, terms_of
from engine.stages.scheduling.build_transactions import transaction_of
from engine.stages.scheduling.charges import FREE, DayCount, whole_net
from engine.stages.scheduling.item_schedule import PriceList, plan_charges, schedule
from engine.stages.scheduling.timeline import Course, ServiceState, course_of, shared_timeline, term_problems


class Slot(NamedTuple):
    """One period of an item: its number, the day whose list prices it, its first day, the month of its billing date, how much counts."""

    number: int
    priced_on: date
    start: date
    month: str
    counted: DayCount
    is_free: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """The periods shared by items with equal periods, and the course from which they were counted."""

    slots: tuple[Slot, ...]
    course: Course
    stretches: tuple[int, ...]
    """For each period the number of the days between which prices stay."""
    is_whole: bool
    """Whether every period counts in full, and prices stay all along."""


class SharedPrices(PriceList, Protocol):
    """The prices of an order's items, with their cache keys."""

    def key_of(self, item: OrderItem) -> Key | None:
        """All on which the prices of an item can depend, except the day; None if that is unknown."""


@dataclass(frozen=True, slots=True)
class Plain:
    """An item whose amounts are its periods × its price: the periods, the key of the price, and the source of prices."""

    grid: Grid
    price: Key
    order: Order
    item: OrderItem
    customer: Customer
    prices: SharedPrices

    def line(self, on: date) -> PricedLine:
        """The price of a whole period by the list of a day."""
        return self.prices.price_on(self.item, on, self.item.quantity)


@dataclass
class Planner:
    """Plans items under one rulebook through one day, and caches the periods and transactions of like items."""

    rulebook: Rulebook
    through: date
    _grids: dict[Key, Grid] = field(default_factory=dict)
    _shared: dict[Key, Grid | None] = field(default_factory=dict)
    _planned: Cache[tuple[Transaction, ...]] = field(default_factory=partial(Cache[tuple[Transaction, ...]], most=20_000))

    @cached_property
    def facts(self) -> PriceFacts:
        """On which facts and days the prices of the rulebook depend."""
        return price_facts(self.rulebook)

    def plain(self, order: Order, item: OrderItem, customer: Customer, prices: SharedPrices) -> Plain | None:
        """An item whose periods and prices others can share; None if it must be planned on its own."""
        starts_on = item.activated_on or item.starts_on
        if starts_on is None or not isinstance(item, SubscriptionItem) or item.state == "cancelled":
            return None
        if item.changes or item.joined or item.negotiated_price or item.attributes or item.agreed:
            return None
        if item.product not in self.rulebook.products or item.billing_process not in self.rulebook.billing_processes:
            return None
        if item.billing_type is not None and item.billing_type not in self.rulebook.billing_types:
            return None
        price = prices.key_of(item)
        grid = None if price is None else self._grid_of(order, item, starts_on)
        return None if price is None or grid is None else Plain(grid, price, order, item, customer, prices)

    def transactions(self, order: Order, item: OrderItem, customer: Customer, prices: SharedPrices) -> tuple[Transaction, ...]:
        """The transactions of `schedule` for an item; like items share their lines and portions."""
        plain = self.plain(order, item, customer, prices)
        if plain is None:
            return schedule(order, item, terms_of(item, self.rulebook), prices, through=self.through).transactions
        key = (id(plain.grid), plain.price)
        known = self._planned.get(key)
        if known is None:
            transactions = schedule(order, item, terms_of(item, self.rulebook), prices, through=self.through).transactions
            return self._planned.store(key, transactions)
        return tuple(
            transaction_of(
                order,
                item,
                one.line,
                one.portion,
                service_period=one.service_period,
                billing_date=one.billing_date,
                invoice_lead=one.invoice_lead,
            )
            for one in known
        )

    def _grid_of(self, order: Order, item: OrderItem, starts_on: date) -> Grid | None:
        """The periods of an item; None if it must be planned on its own or cannot be billed by its terms."""
        key = (
            self.rulebook.products[item.product].price_per, item.product in self.facts.priced_by_rules, item.billing_process,
            item.billing_type, item.anchor, starts_on, item.ends_before, order.invoiced_elsewhere_until,
        )  # fmt: skip
        if key not in self._shared:
            self._shared[key] = self._shared_grid(order, item, starts_on)
        return self._shared[key]

    def _shared_grid(self, order: Order, item: OrderItem, starts_on: date) -> Grid | None:
        """The grid shared by all items that started before the planned periods and have the same anchor day."""
        terms, since = terms_of(item, self.rulebook), order.invoiced_elsewhere_until
        if terms.once or terms.price_change != "next-period" or term_problems(terms, starts_on, item.ends_before):
            return None
        anchors = anchors_of(terms, starts_on)
        number = anchors.number_of(max(starts_on, since - timedelta(days=1)) if since else starts_on)
        boundary = anchors.boundary(number)
        began = starts_on if starts_on > boundary or not terms.renews else None
        parts = price_periods(terms.price_per, terms.every, terms.unit).denominator
        place = number if item.product in self.facts.priced_by_rules else number % parts
        key: Key = (terms.process, terms.every, terms.unit, anchors.anchor_day, boundary, place, parts, began, since, item.ends_before)
        if key not in self._grids:
            self._grids[key] = self._grid(item, terms, starts_on, since)
        return self._grids[key]

    def _grid(self, item: OrderItem, terms: Terms, starts_on: date, since: date | None) -> Grid:
        """The periods of an item as scheduling counts them, without prices."""
        days: list[date] = []
        nothing = _line_of_nothing(item)

        def note(on: date, _quantity: Quantity, _by: ItemChange | None, _joining: bool) -> PricedLine:
            days.append(on)
            return nothing

        course = course_of(shared_timeline(terms, starts_on, item.ends_before), ServiceState(item.quantity), (), note, lambda _: ())
        charges, _ = plan_charges(course, through=self.through, since=since)
        slots = tuple(
            Slot(
                course.timeline.anchors.number_of(charge.served.start),
                on,
                charge.served.start,
                f"{charge.billing_date.year}-{charge.billing_date.month:02}",
                charge.counted,
                charge.note == FREE,
            )
            for charge, on in zip(charges, days[len(days) - len(charges) :], strict=True)
        )
        stretches = tuple(self.facts.stretch_of(slot.priced_on) for slot in slots)
        is_whole = len(set(stretches)) == 1 and all(slot.counted.days == slot.counted.of and not slot.is_free for slot in slots)
        return Grid(slots, course, stretches, is_whole)

    def amounts(self, plain: Plain) -> list[int]:
        """The net of each period of an item, in minor units."""
        grid = plain.grid
        if not grid.slots:
            return []
        line = plain.line(grid.slots[0].priced_on)
        if grid.is_whole and line.price_period_net is None:
            return [line.net.minor] * len(grid.slots)
        nets: list[int] = []
        before = grid.stretches[0]
        for slot, stretch in zip(grid.slots, grid.stretches, strict=True):
            if stretch != before:
                before, line = stretch, plain.line(slot.priced_on)
            nets.append(0 if slot.is_free else slot.counted.part_of(whole_net(line, slot.number, grid.course)).minor)
        return nets


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
