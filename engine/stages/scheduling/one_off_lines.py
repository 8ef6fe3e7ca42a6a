"""The transactions of manual lines: each once, on its day, at the price that was entered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from engine.dates import Period
from engine.documents.order import Order, OrderItem
from engine.documents.quote import PricedLine
from engine.documents.transaction import Portion, Transaction
from engine.money import Price
from engine.phrases import Figure, phrase
from engine.reasons import Reason
from engine.stages.scheduling.build_transactions import transaction_of


def manual_lines(order: Order, items: Iterable[OrderItem], *, through: date | None = None) -> Iterator[Transaction]:
    """The transactions of the manual lines among some items that are due through a day."""
    for item in items:
        day, price = item.starts_on, item.negotiated_price
        if item.one_off is None or item.state == "cancelled" or day is None or price is None or (through is not None and day > through):
            continue
        line = _priced(item, price)
        reason = Reason(
            "price", "manual line", phrase("{price} {currency} was entered by hand", price=Figure(price), currency=price.currency)
        )
        portion = Portion(
            kind="one-time", days=1, period_days=1, quantity=item.quantity, list_net=line.net, net=line.net, reasons=(reason,)
        )
        period = Period(day, day + timedelta(days=1))
        yield replace(transaction_of(order, item, line, portion, service_period=period, billing_date=day), one_off=item.one_off)


def _priced(item: OrderItem, price: Price) -> PricedLine:
    """The line of a manual item: its price × its quantity, rounded once."""
    unit, net = price.times(Fraction(1)), price.times(item.quantity.fraction)
    return PricedLine(
        product=item.product,
        quantity=item.quantity,
        list_price=price,
        unit_price=unit,
        price_per="once",
        periods=Fraction(1),
        billing_factor=Fraction(1),
        list_net=net,
        net=net,
        fine_price=None if Price(unit.minor * 10**6 // 10**unit.currency.exponent, unit.currency) == price else price,
    )
