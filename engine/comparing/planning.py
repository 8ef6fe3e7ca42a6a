"""Items planned under one rulebook, many at once: like items share their periods and their prices, and each is the real engine's.

The periods of a running item are those of the scheduling stage, asked once for all items whose periods lie alike; its prices are those of
the pricing stage, asked once for all items of which a price can know nothing different. Items with a life of their own (changes, payment
plans, negotiated prices …) are planned one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, NamedTuple

from engine.comparing.price_facts import PriceFacts, price_facts
from engine.documents.order import ItemChange, Order, OrderItem
from engine.documents.party import Customer
from engine.documents.quote import PricedLine
from engine.language.checked import Checked
from engine.money import Money, Price, Quantity
from engine.rulebook.anchors import anchors_of
from engine.rulebook.book import Rulebook
from engine.rulebook.facts import customer_facts
from engine.rulebook.plans import BillingProcess, Terms
from engine.rulebook.terms import price_periods, terms_of
from engine.stages.pricing.books import BookPrices
from engine.stages.pricing.versions import new_version
from engine.stages.scheduling.charges import FREE, whole_net
from engine.stages.scheduling.course import Course, Stand, course_of, term_problems
from engine.stages.scheduling.proration import DayCount
from engine.stages.scheduling.schedules import plan_charges

_VARYING: Final = frozenset({"order.kind", "customer.vat-number", "item.joined-on"})
"""Facts that may become others while an item runs."""
_EVERY_LINE: Final = frozenset({"price.date", "line.quantity", "line.manual-discount", "line.unit-price", "line.list", "item.billing-type"})
"""Facts that are told apart by other parts of a key, or follow from them."""

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


@dataclass(frozen=True, slots=True)
class Plain:
    """An item whose amounts are its periods times its price: the keys of both, and what they are asked with."""

    grid: Key
    price: Key
    order: Order
    item: OrderItem
    customer: Customer


@dataclass
class Planner:
    """One rulebook's side of a comparison of orders, with what it remembers of like items."""

    rulebook: Rulebook
    checked: Checked
    through: date
    facts: PriceFacts = field(init=False)
    _grids: dict[Key, Grid | None] = field(default_factory=dict)
    _lines: dict[Key, PricedLine] = field(default_factory=dict)
    _customers: dict[str, Key] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.facts = price_facts(self.checked, self.rulebook)

    def plain(self, order: Order, item: OrderItem, customer: Customer) -> Plain | None:
        """An item as periods and prices that others share; None where it must be planned on its own."""
        starts_on = item.activated_on or item.starts_on
        process = self.rulebook.billing_processes.get(item.billing_process or "")
        if starts_on is None or process is None or item.product not in self.rulebook.products or not self._runs_plainly(item, process):
            return None
        if item.billing_type is not None and item.billing_type not in self.rulebook.billing_types:
            return None
        terms = terms_of(item, self.rulebook)
        if terms.once or terms.price_change != "next-period" or (item.ends_before is not None and item.ends_before < starts_on):
            return None
        grid = self._grid_key(order, item, terms, starts_on)
        if self._grids[grid] is None:
            return None
        first = new_version(self.rulebook, item.product, customer.segment, starts_on)
        price = (
            item.product, item.quantity.micros, process.id, item.billing_type, customer.segment, first.book.id if first else None,
            item.manual_discount, self._known_of(order, customer),
        )  # fmt: skip
        return Plain(grid, price, order, item, customer)

    def _runs_plainly(self, item: OrderItem, process: BillingProcess) -> bool:
        """Whether nothing ever happened to an item, and its price is that of the catalogue on the first day of each period."""
        has_a_life = item.changes or item.joined_on or item.negotiated_price or item.attributes or item.end_known_on or item.agreed
        has_dates = item.payment_plan is not None or item.first_month is not None or item.state == "cancelled"
        by_catalogue = process.price_date == "period-start" and process.follows == "catalogue"
        return not has_a_life and not has_dates and by_catalogue and not self.facts.looks_at_lists and not self.facts.names & _VARYING

    def _known_of(self, order: Order, customer: Customer) -> Key:
        """What pricing rules can know of an order and its customer."""
        known = self._customers.get(customer.id)
        if known is None:
            told = customer_facts(customer, self.rulebook, date.min)
            known = self._customers[customer.id] = tuple(sorted((name, told[name]) for name in self.facts.names if name in told))
        wanted = self.facts.names
        signed = order.signed_on if "order.signed-on" in wanted else None
        bought = order.purchase_order if "order.purchase-order" in wanted else None
        return (known, order.type, signed, bought, order.currency.code)

    def _grid_key(self, order: Order, item: OrderItem, terms: Terms, starts_on: date) -> Key:
        """What the periods of an item depend on; items that began long ago and have their anchor on one day share them."""
        anchors, since = anchors_of(terms, starts_on), order.invoiced_elsewhere_until
        first_day = max(starts_on, since - timedelta(days=1)) if since else starts_on
        number = anchors.number_of(first_day)
        boundary = anchors.boundary(number)
        began = starts_on if starts_on > boundary or not terms.renews else None
        parts = price_periods(terms.price_per, terms.every, terms.unit).denominator
        place = number if item.product in self.checked.prices else number % parts
        key: Key = (terms.process, terms.every, terms.unit, anchors.anchor_day, boundary, place, parts, began, since, item.ends_before)
        if key not in self._grids:
            self._grids[key] = None if term_problems(terms, starts_on, item.ends_before) else self._grid(item, terms, starts_on, since)
        return key

    def _grid(self, item: OrderItem, terms: Terms, starts_on: date, since: date | None) -> Grid:
        """The periods of an item as scheduling counts them, whatever they cost."""
        asked: list[date] = []
        nothing = _line_of_nothing(item)

        def note(on: date, _quantity: Quantity, _by: ItemChange | None, _joining: bool) -> PricedLine:
            asked.append(on)
            return nothing

        course = course_of(terms, starts_on, Stand(item.quantity), (), note, lambda _: (), ends_before=item.ends_before)
        charges, _ = plan_charges(course, through=self.through, since=since)
        slots = tuple(
            Slot(
                course.anchors.number_of(charge.served.start),
                on,
                charge.served.start,
                f"{charge.billing_date.year}-{charge.billing_date.month:02}",
                charge.counted,
                charge.note == FREE,
            )
            for charge, on in zip(charges, asked[len(asked) - len(charges) :], strict=True)
        )
        return Grid(slots, course)

    def amounts(self, plain: Plain, invoiced: frozenset[str]) -> list[tuple[Slot, int]]:
        """Each period of an item that is on no invoice, with its net in minor units. `invoiced` are the first days of the others."""
        grid = self._grids[plain.grid]
        if grid is None:
            raise LookupError("an item that is planned on its own has no grid")
        found: list[tuple[Slot, int]] = []
        stretch, line = -1, None
        for slot in grid.slots:
            if slot.start.isoformat() in invoiced:
                continue
            now = self.facts.stretch_of(slot.priced_on)
            if line is None or now != stretch:
                stretch, line = now, self.line(plain, slot.priced_on)
            net = 0 if slot.is_free else slot.counted.part_of(whole_net(line, slot.number, grid.course)).minor
            found.append((slot, net))
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
