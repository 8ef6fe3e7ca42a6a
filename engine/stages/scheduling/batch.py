"""Plans many items under one rulebook: like items share periods, transactions and figures. The result equals planning one by one.

Items are alike if they agree in all on which their amounts can depend. Items that only have equal periods share those: they are counted
once, and each amount is a period times a price. Prices are an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property, partial
from operator import itemgetter
from typing import Final, NamedTuple, Protocol, get_origin

from engine.dates import Period
from engine.documents.order import ITEMS, ItemChange, Order, OrderItem, SubscriptionItem
from engine.documents.party import Customer
from engine.documents.quote import PricedLine
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import PlannedAmount, amount_of
from engine.money import Money, Price, Quantity
from engine.rulebook.book import Cache, Key, Rulebook, cached_in_rulebook
from engine.rulebook.facts import PriceFacts, price_facts
from engine.rulebook.terms import Terms, anchors_of, price_periods, terms_of
from engine.stages.scheduling.build_transactions import amount_of_charge, transaction_of
from engine.stages.scheduling.charges import FREE, DayCount, amounts_of, whole_net
from engine.stages.scheduling.item_schedule import PriceList, course_of_item, first_day, plan_charges, schedule
from engine.stages.scheduling.timeline import ServiceState, course_of, term_problems, timeline_of

_WITHOUT_EFFECT: Final = frozenset(
    {"id", "currency", "source", "replaces", "supply_kind", "vat_class", "revenue_account", "manual_discount_author"}
)
"""Fields of an item on which none of its amounts and dates depends."""
_LOOKED_AT: Final = frozenset({"quantity", "state", "agreed"})
"""Fields that are compared in a way of their own."""


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

    @property
    def month(self) -> str:
        """The month of its billing date."""
        return f"{self.billing_date.year}-{self.billing_date.month:02}"


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The periods shared by items with equal periods."""

    slots: tuple[Slot, ...]
    months: int | None
    """The months of a period; None where it is counted in weeks or days."""
    days_ahead: int
    """How many days before its billing date a transaction may be invoiced."""


class SharedPrices(PriceList, Protocol):
    """The prices of an order's items, and all on which they can depend."""

    def key_of(self, item: OrderItem) -> Key | None:
        """All on which the prices of an item can depend, except the day; None if that is unknown."""

    @property
    def key_of_order(self) -> Key | None:
        """All of the order and its customer on which prices of its items can depend on any day; None if that is unknown."""

    def stays_equal(self, item: OrderItem) -> bool:
        """Whether an item has one price on all days between which no list and no rule changes."""


@dataclass(frozen=True, slots=True)
class Plain:
    """An item whose amounts are its periods × its price: the periods, the key of the price, and the source of prices."""

    grid: Grid
    price: Key
    order: Order
    item: OrderItem
    customer: Customer
    prices: SharedPrices

    def nets(self) -> list[int]:
        """The net of each of its periods, in minor units."""
        return [one.net for one in _amounts(self.grid, self.item, self.prices)]


@dataclass
class Planner:
    """Plans items under one rulebook through one day, and caches the periods, transactions and figures of like items."""

    rulebook: Rulebook
    through: date
    _grids: Cache[Grid] = field(default_factory=partial(Cache[Grid], most=5_000))
    _shared: Cache[Grid] = field(default_factory=partial(Cache[Grid], most=50_000))
    _planned: Cache[tuple[Transaction, ...]] = field(default_factory=partial(Cache[tuple[Transaction, ...]], most=20_000))
    _alike: Cache[tuple[PlannedAmount, ...]] = field(default_factory=partial(Cache[tuple[PlannedAmount, ...]], most=10_000))

    @cached_property
    def facts(self) -> PriceFacts:
        """On which facts and days the prices of the rulebook depend."""
        return price_facts(self.rulebook)

    def amounts(
        self, order: Order, item: OrderItem, prices: SharedPrices, plan: Callable[[], Iterable[Transaction]] | None = None
    ) -> tuple[PlannedAmount, ...]:
        """The figures of the transactions of an item, which like items share.

        `plan` gives the transactions of an item that its billing process alone does not plan.
        """
        key = self.key_of(order, item, prices)
        if key is not None and plan is not None:
            key = (*key, order.signed_on, order.events)
        known = None if key is None else self._alike.get(key)
        if known is not None:
            return known
        planned = self._by_process(order, item, prices) if plan is None else tuple(map(amount_of, plan()))
        return planned if key is None else self._alike.store(key, planned)

    def key_of(self, order: Order, item: OrderItem, prices: SharedPrices) -> Key | None:
        """All on which the amounts and dates of an item can depend; None if that is unknown or long to say."""
        of_order, process = prices.key_of_order, self.rulebook.billing_processes.get(item.billing_process or "")
        is_signed = process is not None and process.price_date == "signature"
        if of_order is None or process is None or (is_signed and item.agreed is not None):
            return None
        fields, mappings = _FIELDS[type(item)]
        values = vars(item)
        return (
            *of_order,
            order.invoiced_elsewhere_until,
            order.signed_on if is_signed else None,
            item.quantity.micros,
            item.state == "cancelled",
            fields(values),
            *(frozenset(values[name].items()) if values[name] else None for name in mappings),
        )

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
        if price is None:
            return None
        terms = terms_of(item, self.rulebook)
        if terms.once or terms.price_change != "next-period" or term_problems(terms, starts_on, item.ends_before):
            return None
        return Plain(self._grid_of(order, item, terms, starts_on), price, order, item, customer, prices)

    def transactions(self, order: Order, item: OrderItem, customer: Customer, prices: SharedPrices) -> tuple[Transaction, ...]:
        """The transactions of `schedule` for an item; like items share their lines and portions."""
        plain = self.plain(order, item, customer, prices)
        if plain is None:
            return schedule(order, item, terms_of(item, self.rulebook), prices, through=self.through).transactions
        key = (plain.grid, plain.price)
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

    def _by_process(self, order: Order, item: OrderItem, prices: SharedPrices) -> tuple[PlannedAmount, ...]:
        """The figures of an item that is billed as its billing process says."""
        terms = terms_of(item, self.rulebook)
        starts_on = first_day(item, terms)
        if starts_on is None:
            return ()
        if terms.once:
            return tuple(map(amount_of, schedule(order, item, terms, prices, through=self.through).transactions))
        if item.changes or terms.price_change == "split":
            course = course_of_item(item, starts_on, terms, _Remembered(prices, self.facts))
            charges, _ = plan_charges(course, through=self.through, since=order.invoiced_elsewhere_until)
            return tuple(amount_of_charge(terms, charge) for charge in charges)
        return tuple(_amounts(self._grid_of(order, item, terms, starts_on), item, prices))

    def _grid_of(self, order: Order, item: OrderItem, terms: Terms, starts_on: date) -> Grid:
        """The periods of an item without changes that its terms can bill."""
        since = order.invoiced_elsewhere_until
        key = (
            terms.process, item.billing_type, terms.price_per, item.product in self.facts.priced_by_rules, *item.anchor, starts_on,
            item.ends_before, item.joined is None, since,
        )  # fmt: skip
        return self._shared.get(key) or self._shared.store(key, self._shared_grid(item, terms, starts_on, since))

    def _shared_grid(self, item: OrderItem, terms: Terms, starts_on: date, since: date | None) -> Grid:
        """The grid shared by all items that started before the planned periods and have the same anchor day."""
        if terms.price_change != "next-period" or item.joined is not None:
            return self._grid(item, terms, starts_on, since)
        anchors = anchors_of(terms, starts_on)
        number = anchors.number_of(max(starts_on, since - timedelta(days=1)) if since else starts_on)
        boundary = anchors.boundary(number)
        began = starts_on if starts_on > boundary or not terms.renews else None
        parts = price_periods(terms.price_per, terms.every, terms.unit).denominator
        place = number if item.product in self.facts.priced_by_rules else number % parts
        key: Key = (terms.process, terms.every, terms.unit, anchors.anchor_day, boundary, place, parts, began, since, item.ends_before)
        return self._grids.get(key) or self._grids.store(key, self._grid(item, terms, starts_on, since))

    def _grid(self, item: OrderItem, terms: Terms, starts_on: date, since: date | None) -> Grid:
        """The periods of an item as scheduling counts them, without prices."""
        listed: list[tuple[date, bool]] = []
        nothing = _line_of_nothing(item)

        def note(on: date, _quantity: Quantity, _by: ItemChange | None, joining: bool) -> PricedLine:
            listed.append((on, joining))
            return nothing

        timeline = timeline_of(terms, starts_on, item.ends_before, item.joined is not None)
        course = course_of(timeline, ServiceState(item.quantity), (), note, lambda _: ())
        charges, _ = plan_charges(course, through=self.through, since=since)
        slots = tuple(
            Slot(
                number=timeline.anchors.number_of(charge.served.start),
                priced_on=on,
                stretch=self.facts.stretch_of(on),
                joining=joining,
                start=charge.served.start,
                until=charge.served.until,
                billing_date=charge.billing_date,
                counted=charge.counted,
                is_free=charge.note == FREE,
            )
            for charge, (on, joining) in zip(charges, listed[len(listed) - len(charges) :], strict=True)
        )
        return Grid(slots, timeline.months, terms.days_ahead)


@cached_in_rulebook(2)
def planner_of(rulebook: Rulebook, through: date) -> Planner:
    """The planner of a rulebook through a day, so that batches of orders share what was planned."""
    return Planner(rulebook, through)


def _amounts(grid: Grid, item: OrderItem, prices: SharedPrices) -> Iterator[PlannedAmount]:
    """The figures of an item: each of its periods × the price of that period."""
    stays, quantity, days_ahead = prices.stays_equal(item), item.quantity.micros, grid.days_ahead
    line, listed, whole = None, None, (0, 0)
    for slot in grid.slots:
        by = (slot.stretch, slot.joining) if stays else (slot.priced_on, slot.joining)
        if line is None or by != listed:
            line, listed = prices.price_on(item, slot.priced_on, item.quantity, joining=slot.joining), by
            whole = amounts_of(line, line.net, DayCount(1, 1)).list_net.minor, line.net.minor
        list_net, net = whole
        counted = slot.counted
        if slot.is_free or counted.days != counted.of or line.price_period_net is not None:
            exact = whole_net(line, slot.number, grid.months)
            part = Money(0, exact.currency) if slot.is_free else counted.part_of(exact)
            amounts = amounts_of(line, part, DayCount(0, counted.of) if slot.is_free else counted)
            list_net, net = amounts.list_net.minor, part.minor
        yield PlannedAmount(
            "recurring", None, None, slot.start, slot.until, slot.billing_date, days_ahead, False, quantity, list_net, net, "planned"
        )


class _Remembered:
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


def _fields_of(kind: type[OrderItem]) -> tuple[Callable[[Mapping[str, object]], tuple[object, ...]], tuple[str, ...]]:
    """How the values of an item on which its figures depend are taken from its fields, and the names of the others: mappings."""
    fields = {name: field for name, field in kind.model_fields.items() if name not in _WITHOUT_EFFECT | _LOOKED_AT}
    mappings = tuple(name for name, field in fields.items() if get_origin(field.annotation) is dict)
    return itemgetter(*(name for name in fields if name not in mappings)), mappings


_FIELDS: Final[Mapping[type[OrderItem], tuple[Callable[[Mapping[str, object]], tuple[object, ...]], tuple[str, ...]]]] = {
    kind: _fields_of(kind) for kind in ITEMS.values()
}
