"""Subscription orders: billed period after period; later items join the running order."""

from __future__ import annotations

from typing import Final

from engine.documents.order import SubscriptionItem
from engine.order_types.definition import Column, CsvFile, Definition
from engine.phrases import phrase

SUBSCRIPTION: Final = Definition(
    name="subscription",
    item=SubscriptionItem,
    label=phrase("subscription"),
    file=CsvFile(
        name="subscriptions.csv",
        begins="activated_on",
        columns=(
            Column(name="billing_type", reads="billing-type", fills="billing_type", required=True),
            Column(name="anchor_day", reads="whole", least=1, most=31, fills="anchor_day"),
            Column(name="ends_on", reads="last-day", fills="ends_before"),
            Column(name="commitment", reads="commitment", fills="commitment"),
            Column(name="commitment_per", reads="text"),
        ),
    ),
    line_fields=lambda item: {"billing_type": item.billing_type, "commitment": item.commitment},
    counts_in_mrr=True,
    joins_running=True,
)
