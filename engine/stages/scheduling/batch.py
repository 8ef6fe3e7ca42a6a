"""Items planned under one rulebook, many at once: like items share their periods and their prices, and each is the real engine's.

The periods of a running item are those of the scheduling stage, asked once for all items whose periods lie alike; its prices are those of
the pricing stage, asked once for all items of which a price can know nothing different. Items with a life of their own (changes, payment
plans, negotiated prices …) are planned one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Final, NamedTuple

from engine.documents.order import ItemChange, Order, OrderItem, SubscriptionItem
from engine.documents.party import Customer
from engine.documents.quote import PricedLine
from engine.money import Money, Price, Quantity
from engine.rulebook.anchors import anchors_of
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import customer_facts
from engine.rulebook.plans import BillingProcess, Terms
from engine.rulebook.price_facts import PriceFacts, price_facts
from engine.rulebook.terms import price_periods, terms_of
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.pricing.price_versions import new_version
from engine.stages.scheduling.charges import FREE, whole_net
from engine.stages.scheduling.item_schedule import plan_charges
from engine.stages.scheduling.proration import DayCount
from engine.stages.scheduling.timeline import Course, Stand, course_of, term_problems, timeline_of

_VARYING: Final = frozenset({"order.kind", "customer.vat-number", "item.joined-on"})
"""Facts that may become others while an item runs."""

Key = tuple[object, ...]


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
    """The periods of all items whose periods lie alike, and the course from which they were counted."""

    slots: tuple[Slot, ...]
    course: Course
    months: tuple[str, ...]
    """The month of each; `are_apart`: no two are of one month."""
    are_apart: bool
    stretches: tuple[int, ...]
    """For each period the number of the days between which prices stay."""
    is_whole: bool
    """Whether every period counts in full, and prices stay all along."""


@dataclass(frozen=True, slots=True)
class Plain:
    """An item whose amounts are its periods times its price: its periods, the key of its price, and what that is asked with."""

    grid: Grid
    price: Key
    order: Order
    item: OrderItem
    customer: Customer


@dataclass
class Planner:
    """One rulebook's side of a comparison of orders, with what it remembers of like items."""

    rulebook: Rulebook
    through: date
    facts: PriceFacts = field(init=False)
    _grids: dict[Key, Grid] = field(default_factory=dict)
    _asked: dict[Key, Grid | None] = field(default_factory=dict)
    _lines: dict[Key, PricedLine] = field(default_factory=dict)
    _customers: dict[str, Key] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.facts = price_facts(self.rulebook)

    def plain(self, order: Order, item: OrderItem, customer: Customer) -> Plain | None:
        """An item as periods and prices that others share; None where it must be planned on its own."""
        starts_on = item.activated_on or item.starts_on
        process = self.rulebook.billing_processes.get(item.billing_process or "")
        if starts_on is None or process is None or item.product not in self.rulebook.products or not self._runs_plainly(item, process):
            return None
        if item.billing_type is not None and item.billing_type not in self.rulebook.billing_types:
            return None
        grid = self._grid_of(order, item, starts_on)
        if grid is None:
            return None
        first = None if self._first_versions_follow else new_version(self.rulebook, item.product, customer.segment, starts_on)
        price = (
            item.product, item.quantity.micros, item.billing_type or process.billing_type, customer.segment,
            first.book.id if first else None, item.manual_discount, self._known_of(order, customer),
        )  # fmt: skip
        return Plain(grid, price, order, item, customer)

    @cached_property
    def _first_versions_follow(self) -> bool:
        """Whether every book reaches running items no later than new ones, so that the first price of an item says nothing more."""
        return all(book.running_items_from is None or book.running_items_from <= book.from_ for book in self.rulebook.price_books)

    @cached_property
    def _told_of_customers(self) -> frozenset[str]:
        """What pricing rules look at of a customer, besides the segment."""
        return frozenset(name for name in self.facts.names if name.startswith("customer.") and name != "customer.segment")

    def _runs_plainly(self, item: OrderItem, process: BillingProcess) -> bool:
        """Whether nothing ever happened to an item, and its price is that of the catalogue on the first day of each period."""
        has_a_life = item.changes or item.joined or item.negotiated_price or item.attributes or item.end_known_on or item.agreed
        is_running = isinstance(item, SubscriptionItem) and item.state != "cancelled"
        by_catalogue = process.price_date == "period-start" and process.follows == "catalogue"
        return is_running and not has_a_life and by_catalogue and not self.facts.looks_at_lists and not self.facts.names & _VARYING

    def _known_of(self, order: Order, customer: Customer) -> Key:
        """What pricing rules can know of an order and its customer."""
        known = self._customers.get(customer.id)
        if known is None:
            told = customer_facts(customer, self.rulebook, date.min) if self._told_of_customers else {}
            known = self._customers[customer.id] = tuple(sorted((name, told[name]) for name in self._told_of_customers if name in told))
        wanted = self.facts.names
        signed = order.signed_on if "order.signed-on" in wanted else None
        bought = order.purchase_order if "order.purchase-order" in wanted else None
        return (known, order.type, signed, bought, order.currency.code)

    def _grid_of(self, order: Order, item: OrderItem, starts_on: date) -> Grid | None:
        """The periods of an item; None where it must be planned on its own, or may not be billed so at all."""
        asked = (
            self.rulebook.products[item.product].price_per, item.product in self.facts.priced_by_rules, item.billing_process,
            item.billing_type, item.anchor, starts_on, item.ends_before, order.invoiced_elsewhere_until,
        )  # fmt: skip
        if asked not in self._asked:
            self._asked[asked] = self._shared_grid(order, item, starts_on)
        return self._asked[asked]

    def _shared_grid(self, order: Order, item: OrderItem, starts_on: date) -> Grid | None:
        """The same grid for all items that began long ago and have their anchor on one day."""
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
        """The periods of an item as scheduling counts them, whatever they cost."""
        asked: list[date] = []
        nothing = _line_of_nothing(item)

        def note(on: date, _quantity: Quantity, _by: ItemChange | None, _joining: bool) -> PricedLine:
            asked.append(on)
            return nothing

        course = course_of(timeline_of(terms, starts_on, item.ends_before), Stand(item.quantity), (), note, lambda _: ())
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
            for charge, on in zip(charges, asked[len(asked) - len(charges) :], strict=True)
        )
        stretches = tuple(self.facts.stretch_of(slot.priced_on) for slot in slots)
        is_whole = len(set(stretches)) == 1 and all(slot.counted.days == slot.counted.of and not slot.is_free for slot in slots)
        months = tuple(slot.month for slot in slots)
        return Grid(slots, course, months, len(set(months)) == len(months), stretches, is_whole)

    def amounts(self, plain: Plain) -> list[int]:
        """The net of each period of an item, in minor units."""
        grid = plain.grid
        if not grid.slots:
            return []
        line = self.line(plain, grid.slots[0].priced_on)
        if grid.is_whole and line.price_period_net is None:
            return [line.net.minor] * len(grid.slots)
        found: list[int] = []
        before = grid.stretches[0]
        for slot, stretch in zip(grid.slots, grid.stretches, strict=True):
            if stretch != before:
                before, line = stretch, self.line(plain, slot.priced_on)
            found.append(0 if slot.is_free else slot.counted.part_of(whole_net(line, slot.number, grid.course)).minor)
        return found

    def line(self, plain: Plain, on: date, *, tracing: bool = False) -> PricedLine:
        """The price of a whole period of an item by the list of a day, with its reasons where they are wanted."""
        key = (*plain.price, self.facts.stretch_of(on), tracing)
        found = self._lines.get(key)
        if found is None:
            prices = BookPrices(self.rulebook, plain.customer, plain.order, tracing=tracing)
            found = self._lines[key] = prices.price_on(plain.item, on, plain.item.quantity)
        return found


def _line_of_nothing(item: OrderItem) -> PricedLine:
    """A price that only stands where one must stand: what a period costs is asked elsewhere."""
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
