"""Plans the items of an order, by billing process or by payment plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from engine.documents.order import Order, OrderItem
from engine.documents.quote import PricedLine
from engine.documents.transaction import Transaction
from engine.rulebook.book import Rulebook
from engine.rulebook.terms import terms_of
from engine.stages.pricing.item_prices import BookPrices
from engine.stages.scheduling.batch import Planner
from engine.stages.scheduling.instalments import instalments
from engine.stages.scheduling.item_schedule import schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """An order to be planned through a day, with the rulebook and the prices that count for it."""

    order: Order
    rulebook: Rulebook
    prices: BookPrices
    through: date
    planner: Planner | None = None
    """What remembers like items, where many orders are planned."""


def plan_by_process(planning: Planning, items: Sequence[OrderItem]) -> Iterator[Transaction]:
    """Each item on its own as its billing process says: one transaction a period, or one in all."""
    order, prices = planning.order, planning.prices
    for item in items:
        if planning.planner is not None:
            yield from planning.planner.transactions(order, item, prices.customer, prices)
        else:
            yield from schedule(order, item, terms_of(item, planning.rulebook), prices, through=planning.through).transactions


def plan_by_instalments(planning: Planning, items: Sequence[OrderItem]) -> Iterator[Transaction]:
    """The items without a payment plan as their billing process says, then those of each plan together.

    A fixed amount of a plan is spread over all of its items.
    """
    order, rulebook = planning.order, planning.rulebook
    lines: dict[str, list[tuple[OrderItem, PricedLine]]] = {}
    yield from plan_by_process(planning, [item for item in items if item.plan is None])
    for item in items:
        signed = order.signed_on or item.starts_on or item.activated_on
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
