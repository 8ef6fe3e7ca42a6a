"""Investments: bought once and invoiced by a payment plan, in instalments that wait for events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.documents.order import InvestmentItem, OrderItem
from engine.documents.quote import PricedLine
from engine.documents.transaction import Transaction
from engine.order_types.csv_file import Column, CsvFile
from engine.order_types.definition import Definition, Planning
from engine.phrases import phrase
from engine.rulebook.book import Rulebook
from engine.stages.scheduling.instalments import instalments


def _plan(planning: Planning, items: Sequence[InvestmentItem]) -> Iterator[Transaction]:
    """The items without a payment plan one by one, then those of each plan together: a fixed amount is spread over all of them."""
    order, rulebook = planning.order, planning.rulebook
    lines: dict[str, list[tuple[OrderItem, PricedLine]]] = {}
    for item in items:
        if item.payment_plan is None:
            yield from planning.by_process(item)
        elif item.state != "cancelled" and (signed := order.signed_on or item.starts_on or item.activated_on) is not None:
            line = planning.prices.price_on(item, signed, item.quantity, joining=True)
            lines.setdefault(item.payment_plan, []).append((item, line))
    for name, of_plan in lines.items():
        plan = rulebook.payment_plans[name]
        places = [rulebook.places.of("payment-plans", name, "instalments", at) for at in range(len(plan.instalments))]
        yield from instalments(order, plan, of_plan, places)


def _waits_for_activation(item: InvestmentItem, rulebook: Rulebook) -> bool:
    """Whether an instalment of its payment plan waits for the item's activation, of which the files say nothing."""
    plan = rulebook.payment_plans.get(item.payment_plan or "")
    return plan is not None and any(instalment.event == "item.activated" for instalment in plan.instalments)


INVESTMENT: Final = Definition(
    name="investment",
    item=InvestmentItem,
    label=phrase("investment"),
    file=CsvFile(
        name="investments.csv",
        begins="signed_on",
        begins_with_signature=True,
        columns=(
            Column(name="payment_plan", reads="payment-plan", fills="payment_plan"),
            Column(name="expected_delivery", reads="day", expects="delivery.accepted"),
        ),
    ),
    plan=_plan,
    item_fields=lambda line, _accepted_on: {"payment_plan": line.payment_plan},
    line_fields=lambda item: {"payment_plan": item.payment_plan},
    waits_for_activation=_waits_for_activation,
)
