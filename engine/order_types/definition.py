"""The definition of an order type (items, CSV file, planning, revenue), and the two ways to plan items: by process, by instalments."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final, Generic, Literal, TypeVar

from engine.documents.order import Order, OrderItem, OrderType
from engine.documents.quote import LineRequest, PricedLine
from engine.documents.transaction import Transaction
from engine.documents.transaction_figures import PlannedAmount, amount_of
from engine.phrases import Phrase
from engine.rulebook.book import Rulebook
from engine.rulebook.terms import terms_of
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.scheduling.batch import Planner
from engine.stages.scheduling.billing_cycles import transactions_of_cycles
from engine.stages.scheduling.drawdowns import with_drawdowns
from engine.stages.scheduling.instalments import instalments
from engine.stages.scheduling.item_schedule import schedule
from engine.stages.scheduling.one_off_lines import manual_lines

Item = TypeVar("Item", bound=OrderItem)
Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """An order to be planned through a day, with the rulebook and the prices that count for it."""

    order: Order
    rulebook: Rulebook
    prices: BookPrices
    through: date
    missing: Container[str]
    """The items whose names left the rulebook: they are not planned."""
    today: date | None = None
    """The day after which what measured items use is expected; None: all of it is known."""
    planner: Planner | None = None
    """What remembers like items, where many orders are planned."""


def plan_by_process(planning: Planning, items: Sequence[OrderItem]) -> Iterator[Transaction]:
    """Each item on its own as its billing process says: one transaction a period, or one in all."""
    order, prices = planning.order, planning.prices
    for item in items:
        if planning.planner is not None:
            yield from planning.planner.transactions(order, item, prices)
        elif any(change.billing for change in item.changes):
            yield from transactions_of_cycles(order, item, partial(terms_of, rulebook=planning.rulebook), prices, through=planning.through)
        else:
            terms = terms_of(item, planning.rulebook)
            yield from schedule(order, item, terms, prices, through=planning.through, today=planning.today).transactions


def plan_by_instalments(planning: Planning, items: Sequence[OrderItem]) -> Iterator[Transaction]:
    """The items without a payment plan as their billing process says, then those of each plan together.

    A fixed amount of a plan is spread over all of its items.
    """
    order, rulebook = planning.order, planning.rulebook
    lines: dict[str, list[tuple[OrderItem, PricedLine]]] = {}
    yield from plan_by_process(planning, [item for item in items if item.plan is None])
    for item in items:
        signed = item.quoted_on or order.signed_on or item.starts_on or item.activated_on
        if item.plan is not None and item.state != "cancelled" and signed is not None:
            line = planning.prices.price_on(item, signed, item.quantity, joining=True)
            lines.setdefault(item.plan, []).append((item, line))
    for name, of_plan in lines.items():
        plan = rulebook.payment_plans[name]
        places = [rulebook.places.of("payment-plans", name, "instalments", at) for at in range(len(plan.instalments))]
        yield from instalments(order, plan, of_plan, places)


def plan_waits_for_activation(item: OrderItem, rulebook: Rulebook) -> bool:
    """Whether an instalment of an item's payment plan waits for the item's activation."""
    plan = rulebook.payment_plans.get(item.plan or "")
    return plan is not None and any(instalment.event == "item.activated" for instalment in plan.instalments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that only the file of one order type has: how its text is read, and what it fills."""

    name: str
    reads: Literal["text", "whole", "day", "last-day", "billing-type", "payment-plan", "commitment"]
    """Any text, a whole number, a day, the last day that is served, a name of plans/, or a minimum net."""
    fills: str | None = None
    """The field of the item."""
    expects: str | None = None
    """The event of the order that is expected on this day."""
    required: bool = False
    least: int = 1
    most: int = 1
    """The smallest and the largest whole number."""


_OF_ALL: Final = (
    *("order", "purchase_order", "payment_terms", "buyer_reference", "deliver_to", "billing_process"),
    *("agreed_price", "agreed_on", "follows", "invoiced_elsewhere_until"),
)
"""The columns that the file of any order type may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """A file with the orders of one type, one row per item. Columns such as product, quantity and customer are the same in all."""

    name: str
    begins: str
    """The column of the first day."""
    begins_with_month: bool = False
    """Whether that is the first of a month, written as `2027-01`."""
    begins_with_signature: bool = False
    """Whether that is the day of the signature, of which an order has one."""
    begin_fills: tuple[str, ...] = ("starts_on",)
    """The fields of the item that it fills."""
    columns: tuple[Column, ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that the file must have."""
        return ("customer", self.begins, "product", "quantity", *(column.name for column in self.columns if column.required))

    @property
    def optional(self) -> tuple[str, ...]:
        """The columns that it may have."""
        own = (column.name for column in self.columns if not column.required)
        return (*own, *_OF_ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Generic[Item]):
    """One order type; a type sets only the fields that differ from the defaults."""

    name: OrderType
    item: type[Item]
    label: Phrase
    """The word for an order of this type, as comparisons call it; documents take theirs from templates/words.yaml."""
    file: CsvFile
    """The CSV file from which its orders are imported."""
    plan: Callable[[Planning, Sequence[Item]], Iterable[Transaction]] = plan_by_process
    """The transactions of an order's items."""
    item_fields: Callable[[LineRequest, date], Fields] = lambda _line, _signed_on: {}
    """What only its items have, of the item that a line signed on a day becomes."""
    begins_on: Callable[[Item, date], date] = lambda item, signed_on: item.joined or item.starts_on or signed_on
    """The day whose prices count first for an item signed on a day."""
    line_fields: Callable[[Item], Fields] = lambda _item: {}
    """What only its quote lines ask, of the line that would ask for an item again."""
    waits_for_activation: Callable[[Item, Rulebook], bool] = lambda _item, _rulebook: False
    """Whether an imported item is not active from its day, because its activation will be reported."""
    check_slots: Callable[[Iterable[Order], Order, Rulebook], None] | None = None
    """Refuses an order that would overbook a slot, given the other orders of the type; None if its products have no slots."""
    counts_in_mrr: bool = False
    """Whether its running items bring recurring revenue."""
    joins_running: bool = False
    """Whether its items join the customer's running order of the type, as the increment rules say."""

    def planned(self, planning: Planning) -> tuple[Transaction, ...]:
        """Every transaction of an order of this type."""
        if planning.order.has_prepaid:
            return self._planned_with_draws(planning, planning.planner)
        return self._planned_alone(planning)

    def _planned_with_draws(self, planning: Planning, planner: Planner | None) -> tuple[Transaction, ...]:
        """Every transaction of an order whose usage draws from prepaid amounts: planned from the first day on, whichever are wanted."""
        today, since = (planning.today, None) if planner is None else (planner.today, planner.since)
        planned = with_drawdowns(planning.order, self._planned_alone(replace(planning, planner=None, today=today)))
        return tuple(one for one in planned if since is None or one.billing_date is None or one.billing_date >= since)

    def _planned_alone(self, planning: Planning) -> tuple[Transaction, ...]:
        """Every transaction of the items themselves."""
        items = [item for item in planning.order.items if isinstance(item, self.item) and item.id not in planning.missing]
        planned = self.plan(planning, [item for item in items if item.one_off is None])
        manual = [item for item in items if item.one_off is not None]
        return (*planned, *manual_lines(planning.order, manual, through=planning.through)) if manual else tuple(planned)

    def planned_amounts(self, planning: Planning, planner: Planner) -> dict[str, Sequence[PlannedAmount]]:
        """The figures of every transaction of an order of this type, by item: like items share them."""
        amounts: dict[str, Sequence[PlannedAmount]] = {}
        if planning.order.has_prepaid:
            for one in self._planned_with_draws(planning, planner):
                amounts[one.item] = (*amounts.get(one.item, ()), amount_of(one))
            return amounts
        together: list[Item] = []
        for item in planning.order.items:
            if not isinstance(item, self.item) or item.id in planning.missing:
                continue
            if item.one_off is not None:
                amounts[item.id] = tuple(map(amount_of, manual_lines(planning.order, [item])))
            elif item.plan is not None:
                together.append(item)
            elif of_item := planner.amounts(planning.order, item, planning.prices, self._alone(planning, item)):
                amounts[item.id] = of_item
        for one in self.plan(planning, together) if together else ():
            amounts[one.item] = (*amounts.get(one.item, ()), amount_of(one))
        return amounts

    def _alone(self, planning: Planning, item: Item) -> Callable[[], Iterable[Transaction]] | None:
        """How an item is planned alone; None if its billing process says it."""
        return None if self.plan in (plan_by_process, plan_by_instalments) else partial(self.plan, planning, [item])

    def first_day(self, item: OrderItem, signed_on: date) -> date:
        """The day whose prices count first for an item of this type signed on a day."""
        return self.begins_on(item, signed_on) if isinstance(item, self.item) else signed_on

    def asks_again(self, item: OrderItem) -> Fields:
        """The fields of a quote line that requests an item again, besides product, quantity and billing process."""
        return self.line_fields(item) if isinstance(item, self.item) else {}

    def refuse_overbooking(self, order: Order, others: Callable[[OrderType], Iterable[Order]], rulebook: Rulebook) -> None:
        """Refusal if an order of this type would overbook a slot; the other orders of the type are looked up only if it has slots."""
        if self.check_slots is not None:
            self.check_slots(others(self.name), order, rulebook)

    def waits(self, item: OrderItem, rulebook: Rulebook) -> bool:
        """Whether an imported item waits until its activation is reported."""
        return isinstance(item, self.item) and self.waits_for_activation(item, rulebook)
