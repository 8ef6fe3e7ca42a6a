"""Plans many items under one rulebook: like items share their transactions and figures. The result equals planning one by one.

Items are alike if they agree in all on which their amounts and dates can depend. Items that only have equal periods share those, and each
amount is a period times a price. Prices are an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, partial
from operator import itemgetter
from typing import Final, get_origin

from engine.documents.order import ITEMS, Order, OrderItem
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import PlannedAmount, amount_of
from engine.rulebook.book import Cache, Key, Rulebook, cached_in_rulebook
from engine.rulebook.facts import PriceFacts, joint_facts
from engine.rulebook.terms import Terms, anchors_of, price_periods, terms_of
from engine.stages.scheduling.billing_cycles import amounts_of_cycles, transactions_of_cycles
from engine.stages.scheduling.build_transactions import amount_of_charge, transaction_of
from engine.stages.scheduling.item_schedule import agreed_end, course_of_item, first_day, plan_charges, schedule, timeline_of_item
from engine.stages.scheduling.layouts import Layout, Nets, layout_of, nets_of_amounts, nets_of_layout
from engine.stages.scheduling.one_off_lines import manual_lines
from engine.stages.scheduling.period_grid import (
    Grid,
    Rate,
    RememberedPrices,
    SharedPrices,
    amounts_of_course,
    amounts_of_item,
    grid_of,
)
from engine.stages.scheduling.run_prices import RateCache, RunPrices
from engine.stages.scheduling.timeline import Timeline, timeline_of

_WITHOUT_EFFECT: Final = frozenset({"id", "currency", "source", "replaces", "text", "supply_kind", "vat_class", "revenue_account"})
"""Fields of an item on which none of its amounts, dates and reasons depends."""
_LOOKED_AT: Final = frozenset({"quantity", "state", "agreed"})
"""Fields that are compared in a way of their own."""


@dataclass
class Planner:
    """Plans items under one rulebook through one day, and caches the periods, transactions and figures of like items."""

    rulebook: Rulebook
    through: date
    since: date | None = None
    """The first billing date that is wanted; None: all."""
    today: date | None = None
    """The day after which what measured items use is expected; None: all of it is known."""
    others: tuple[Rulebook, ...] = ()
    """Other rulebooks under which the items are planned too, so that they may be laid out once for all."""
    known_rates: Cache[Rate] = field(default_factory=partial(Cache[Rate], most=20_000))
    """The rates of like items, which several planners may share."""
    _grids: Cache[Grid] = field(default_factory=partial(Cache[Grid], most=5_000))
    _shared: Cache[Grid] = field(default_factory=partial(Cache[Grid], most=50_000))
    _timelines: Cache[Timeline] = field(default_factory=partial(Cache[Timeline], most=20_000))
    _planned: Cache[tuple[Transaction, ...]] = field(default_factory=partial(Cache[tuple[Transaction, ...]], most=10_000))
    _alike: Cache[tuple[PlannedAmount, ...]] = field(default_factory=partial(Cache[tuple[PlannedAmount, ...]], most=10_000))
    _parts: dict[Key, int] = field(default_factory=dict)
    """How many billing periods one price period has, by the period of prices and that of billing."""

    @cached_property
    def facts(self) -> PriceFacts:
        """On which facts and days the prices of the rulebooks depend."""
        return joint_facts((self.rulebook, *self.others))

    @cached_property
    def _rates(self) -> RateCache:
        return RateCache(self.facts, self.known_rates)

    def key_of(self, order: Order, item: OrderItem, prices: SharedPrices) -> Key | None:
        """All on which the amounts and dates of an item can depend, and their reasons; None if that is unknown or long to say."""
        of_order, process = prices.key_of_order, self.rulebook.billing_processes.get(item.billing_process or "")
        product = self.rulebook.products.get(item.product)
        if product is not None and product.measured:
            return None
        is_signed = process is not None and process.price_date == "signature"
        if of_order is None or process is None or (is_signed and item.agreed is not None):
            return None
        signed_on = order.signed_on if is_signed else None
        return (*of_order, order.invoiced_elsewhere_until, signed_on, item.state == "cancelled", fields_of(item))

    def transactions(self, order: Order, item: OrderItem, prices: SharedPrices) -> tuple[Transaction, ...]:
        """The transactions of `schedule` for an item; like items share their lines and portions."""
        key = self.key_of(order, item, prices)
        known = None if key is None else self._planned.get(key)
        if known is None:
            if any(change.billing for change in item.changes):
                terms_for = partial(terms_of, rulebook=self.rulebook)
                planned = tuple(transactions_of_cycles(order, item, terms_for, prices, through=self.through, since=self.since))
            else:
                terms = terms_of(item, self.rulebook)
                planned = schedule(order, item, terms, prices, through=self.through, since=self.since, today=self.today).transactions
            return planned if key is None else self._planned.store(key, planned)
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
        shared = self.shared_key(order, item, prices) if key is not None and plan is None else None
        planned = None if shared is None else self._alike.get(shared)
        if planned is None:
            planned = tuple(self.by_process(order, item, prices) if plan is None else map(amount_of, plan()))
        for each in (key, shared):
            if each is not None:
                self._alike.store(each, planned)
        return planned

    def shared_key(self, order: Order, item: OrderItem, prices: SharedPrices) -> Key | None:
        """The periods of an item and all on which their prices can depend; None if more than these decides its amounts.

        Items that began on different days before `invoiced_elsewhere_until` have one key.
        """
        if item.changes or item.joined or item.attributes or self.rulebook.products[item.product].measured:
            return None
        price = prices.key_of(item, item.quantity)
        terms = terms_of(item, self.rulebook)
        starts_on = None if price is None or terms.once else first_day(item, terms)
        return None if starts_on is None else (self._grid_of(order, item, terms, starts_on), price)

    def nets(self, order: Order, item: OrderItem, prices: SharedPrices) -> Nets:
        """The billing dates and nets of an item that is billed as its billing process says, without its other figures."""
        layout = self.layout(order, item, prices)
        if layout is None:
            return nets_of_amounts(self.by_process(order, item, prices))
        return nets_of_layout(layout, self.run_prices(layout, item, prices))[0]

    def layout(self, order: Order, item: OrderItem, prices: SharedPrices, terms: Terms | None = None) -> Layout | None:
        """The periods of an item that is billed as its billing process says, by terms that may be known already.

        None where its prices decide on its periods.
        """
        if item.one_off is not None:
            return None
        terms = terms or terms_of(item, self.rulebook)
        starts_on = first_day(item, terms)
        if starts_on is None or terms.once or terms.measured or not prices.stays_equal(item):
            return None
        if not item.changes:
            return Layout(self._grid_of(order, item, terms, starts_on), item.quantity)
        for change in item.changes:
            if change.price is not None or change.billing is not None:
                return None
        course = course_of_item(item, self._timeline_of(item, terms, starts_on), prices)
        return layout_of(self._grid_of(order, item, terms, starts_on), course, order.invoiced_elsewhere_until, self.since)

    def run_prices(self, layout: Layout, item: OrderItem, prices: SharedPrices) -> RunPrices:
        """The prices of an item that was laid out by the terms of the rulebook."""
        return RunPrices(self._rates, layout.grid, item, prices)

    def by_process(self, order: Order, item: OrderItem, prices: SharedPrices) -> Iterable[PlannedAmount]:
        """The figures of an item that is billed as its billing process says, or of a manual line; not kept for like items."""
        if item.one_off is not None:
            manual = map(amount_of, manual_lines(order, [item], through=self.through))
            return [one for one in manual if self.since is None or one.billing_date is None or one.billing_date >= self.since]
        if item.changes and any(change.billing for change in item.changes):
            terms_for = partial(terms_of, rulebook=self.rulebook)
            return amounts_of_cycles(order, item, terms_for, prices, through=self.through, since=self.since)
        terms, since = terms_of(item, self.rulebook), order.invoiced_elsewhere_until
        starts_on = first_day(item, terms)
        if starts_on is None:
            return ()
        if terms.once or terms.measured or item.former_customers:
            planned = schedule(order, item, terms, prices, through=self.through, since=self.since, today=self.today)
            return map(amount_of, planned.transactions)
        grid = self._grid_of(order, item, terms, starts_on) if terms.price_change != "split" else None
        if grid is not None and not item.changes:
            return amounts_of_item(grid, item, prices)
        course = course_of_item(item, timeline_of_item(item, starts_on, terms), RememberedPrices(prices, self.facts))
        if grid is not None and grid.holds(course, since):
            return amounts_of_course(grid, course, since, wanted_from=self.since, days_differ=not prices.stays_equal(item))
        charges, _ = plan_charges(course, through=self.through, since=since)
        wanted = self.since or date.min
        return (amount_of_charge(terms, charge) for charge in charges if charge.billing_date >= wanted)

    def _grid_of(self, order: Order, item: OrderItem, terms: Terms, starts_on: date) -> Grid:
        """The periods of an item that its terms can bill, until the end that was agreed with it."""
        since = order.invoiced_elsewhere_until
        if not item.changes and self.since is not None:
            since = max(self.since, since or self.since)
        is_by_rules = item.product in self.facts.priced_by_rules
        key = (since, is_by_rules, *_timeline_key(item, terms, starts_on))
        return self._shared.get(key) or self._shared.store(key, self._shared_grid(item, terms, starts_on, since, is_by_rules=is_by_rules))

    def _shared_grid(self, item: OrderItem, terms: Terms, starts_on: date, since: date | None, *, is_by_rules: bool) -> Grid:
        """The grid shared by all items that started before the planned periods and have the same anchor day."""
        if terms.price_change != "next-period" or item.joined is not None:
            return self._made_grid(item, terms, starts_on, since)
        anchors = anchors_of(terms, starts_on)
        number = anchors.number_of(max(starts_on, since - timedelta(days=1)) if since else starts_on)
        boundary, parts = anchors.boundary(number), self._parts_of(terms)
        began = starts_on if starts_on > boundary or not terms.renews else None
        place, ends_before = number if is_by_rules else number % parts, agreed_end(item)
        key: Key = (terms.process, terms.every, terms.unit, anchors.anchor_day, boundary, place, parts, began, since, ends_before)
        return self._grids.get(key) or self._grids.store(key, self._made_grid(item, terms, starts_on, since))

    def _made_grid(self, item: OrderItem, terms: Terms, starts_on: date, since: date | None) -> Grid:
        return grid_of(item, self._timeline_of(item, terms, starts_on), self.facts, through=self.through, since=since)

    def _timeline_of(self, item: OrderItem, terms: Terms, starts_on: date) -> Timeline:
        """The periods of an item as they are counted from its own first day."""
        key = _timeline_key(item, terms, starts_on)
        joined = item.joined is not None
        return self._timelines.get(key) or self._timelines.store(key, timeline_of(terms, starts_on, agreed_end(item), joined))

    def _parts_of(self, terms: Terms) -> int:
        """How many billing periods one price period has."""
        key = (terms.price_per, terms.every, terms.unit)
        return self._parts.get(key) or self._parts.setdefault(key, price_periods(*key).denominator)


def _timeline_key(item: OrderItem, terms: Terms, starts_on: date) -> Key:
    """All on which the timeline of an item depends under one rulebook."""
    return (terms.process, item.billing_type, terms.price_per, item.anchor, starts_on, agreed_end(item), item.joined is None)


@cached_in_rulebook(2)
def planner_of(rulebook: Rulebook, through: date, today: date | None = None) -> Planner:
    """The planner of a rulebook through a day, so that batches of orders share what was planned."""
    return Planner(rulebook, through, today=today)


def _fields_of(kind: type[OrderItem]) -> tuple[Callable[[Mapping[str, object]], tuple[object, ...]], tuple[str, ...]]:
    """How the values of an item on which its figures depend are taken from its fields, and the names of the others: mappings."""
    fields = {name: field for name, field in kind.model_fields.items() if name not in _WITHOUT_EFFECT | _LOOKED_AT}
    mappings = tuple(name for name, field in fields.items() if get_origin(field.annotation) is dict)
    return itemgetter(*(name for name in fields if name not in mappings)), mappings


_FIELDS_OF: Final[Mapping[type[OrderItem], tuple[Callable[[Mapping[str, object]], tuple[object, ...]], tuple[str, ...]]]] = {
    kind: _fields_of(kind) for kind in ITEMS.values()
}
"""By the type of an item, how the values on which its figures depend are taken, and the names of those that are mappings."""


def fields_of(item: OrderItem) -> Key:
    """The values of an item on which its figures depend, besides its order and whether it is cancelled."""
    fields, mappings = _FIELDS_OF[type(item)]
    values = vars(item)
    known: Key = (item.quantity.micros, fields(values))
    for name in mappings:
        if values[name]:
            known = (*known, name, frozenset(values[name].items()))
    return known
