"""Accepts a quote: one order per order type, whose items record the agreed prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from engine.dates import month_after
from engine.documents.order import ITEMS, ORDER_TYPES, AnyItem, Order, OrderEvent, OrderStep, OrderType
from engine.documents.priced_quote import PricedQuote, QuotedLine
from engine.problems import Kind, refuse
from engine.rulebook.book import Rulebook
from engine.rulebook.terms import days_of, months_of, terms_of

EXPIRED: Final = Kind(
    "quote-expired", "the quote was valid until {until} and cannot be accepted on {on}", "make a new version, which prices it anew"
)
TOO_EARLY: Final = Kind(
    "accepted-before-quote", "the quote is of {quoted} and cannot be accepted on {on}", "write the day on which it was accepted"
)


ItemFields = Mapping[OrderType, Callable[[QuotedLine, date], Mapping[str, object]]]
"""By order type: the fields that only its items have, of an item that a line accepted on a day becomes."""


def accept(
    quote: PricedQuote, ids: Mapping[OrderType, str], rulebook: Rulebook, *, on: date, item_fields: ItemFields, source: str | None = None
) -> tuple[Order, ...]:
    """The orders of a quote accepted on a day, one per order type, each with the id given for its type; nothing is activated yet."""
    if on > quote.valid_until:
        raise refuse(EXPIRED, None, "/on", until=quote.valid_until, on=on)
    if on < quote.on:
        raise refuse(TOO_EARLY, None, "/on", quoted=quote.on, on=on)
    orders = []
    for order_type in order_types(quote):
        lines = [line for line in quote.lines if line.order_type == order_type]
        items = [
            _item(line, f"{ids[order_type]}-{number}", rulebook, quote, source, item_fields[order_type](line, on))
            for number, line in enumerate(lines, 1)
        ]
        orders.append(_order(quote, order_type, items, ids[order_type], on, source))
    return tuple(orders)


def committed(order: Order, quote: PricedQuote, rulebook: Rulebook) -> Order:
    """An order of a quote with every recurring item ending at the end of its committed term."""
    months = [line.term_months for line in quote.lines if line.order_type == order.type]
    items = [_until_committed(item, quote.on, of, rulebook) for item, of in zip(order.items, months, strict=True)]
    return order.replace(items=tuple(items))


def _until_committed(item: AnyItem, quoted_on: date, months: int | None, rulebook: Rulebook) -> AnyItem:
    start, terms = item.starts_on or quoted_on, terms_of(item, rulebook)
    period = months or months_of(terms)
    ends_before = month_after(start, period) if period else start + timedelta(days=days_of(terms))
    return item.replace(starts_on=start, ends_before=None if terms.once else ends_before)


def order_types(quote: PricedQuote) -> tuple[OrderType, ...]:
    """The types of the orders that a quote would become."""
    return tuple(each for each in ORDER_TYPES if any(line.order_type == each for line in quote.lines))


def _order(quote: PricedQuote, order_type: OrderType, items: Sequence[AnyItem], order: str, on: date, source: str | None) -> Order:
    return Order(
        id=order,
        currency=quote.currency,
        type=order_type,
        customer=quote.customer.id,
        signed_on=on,
        purchase_order=quote.customer.purchase_order,
        items=tuple(items),
        events=(OrderEvent(event="order.signed", on=on),),
        history=(OrderStep(on=on, what="accepted", items=tuple(item.id for item in items), source=source),),
        source=source,
    )


def _item(line: QuotedLine, name: str, rulebook: Rulebook, quote: PricedQuote, source: str | None, own: Mapping[str, object]) -> AnyItem:
    product, request = rulebook.products[line.request.product], line.request
    return ITEMS[line.order_type].model_validate(
        {
            "id": name,
            "currency": quote.currency,
            "product": product.code,
            "quantity": request.quantity,
            "attributes": request.attributes,
            "billing_process": line.billing_process,
            "billing_type": line.billing_type,
            "starts_on": request.starts_on,
            "supply_kind": product.supply_kind,
            "vat_class": product.vat_class,
            "revenue_account": product.account,
            "manual_discount": request.discount,
            "agreed": line.priced,
            "source": f"{source} line {line.number}" if source else None,
            **own,
        }
    )
