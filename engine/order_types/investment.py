"""Investment orders: bought once and invoiced by a payment plan in instalments."""

from __future__ import annotations

from typing import Final

from engine.documents.order import InvestmentItem
from engine.order_types.definition import Column, CsvFile, Definition, plan_by_instalments, plan_waits_for_activation
from engine.phrases import phrase

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
    plan=plan_by_instalments,
    item_fields=lambda line, _signed_on: {"payment_plan": line.payment_plan},
    begins_on=lambda item, signed_on: item.starts_on or signed_on if item.plan is None else signed_on,
    line_fields=lambda item: {"payment_plan": item.payment_plan},
    waits_for_activation=plan_waits_for_activation,
)
