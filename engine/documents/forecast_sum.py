"""What a forecast adds up: transactions of one month, order type, product, customer and state, summed."""

from __future__ import annotations

from typing import NamedTuple

from engine.documents.order import OrderType


class ForecastSum(NamedTuple):
    """What of one month (None: not yet dated), order type, product, customer and column comes together; None where nobody asked for it."""

    month: str | None
    order_type: OrderType | None
    product: str | None
    customer: str | None
    column: int
    """The place among planned, to invoice, held, invoiced."""
    net: int
    """In minor units."""
    transactions: int
    order: str | None = None
