"""Orders the lines of a quote: one order per order type; those of an accepted quote record the agreed prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.dates import month_after
from engine.documents.order import ITEMS, ORDER_TYPES, AnyItem, Order, OrderType, SubscriptionItem
from engine.documents.order_step import OrderEvent, OrderStep
from engine.documents.party import Customer
from engine.documents.priced_quote import PricedQuote, QuotedLine
from engine.documents.quote import AgreedDiscount, LineRequest, PricedLine
from engine.money import Quantity
from engine.problems import Kind, Refusal, refuse
from engine.rulebook.book import Rulebook, missing_of_line
from engine.rulebook.offered_terms import refuse_terms
from engine.rulebook.terms import agreed_terms, days_of, months_of, terms_of

EXPIRED: Final = Kind(
    "quote-expired", "the quote was valid until {until} and cannot be accepted on {on}", "make a new version, which prices it anew"
)
TOO_EARLY: Final = Kind(
    "accepted-before-quote", "the quote is of {quoted} and cannot be accepted on {on}", "write the day on which it was accepted"
)

ItemFields = Mapping[OrderType, Callable[[LineRequest, date], Mapping[str, object]]]
"""By order type: the fields that only its items have, of an item that a line ordered on a day becomes."""


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line to be ordered: its number in the quote, what it requests, and the price and the discounts that are agreed."""

    number: int
    request: LineRequest
    agreed: PricedLine | None = None
    discounts: tuple[AgreedDiscount, ...] = ()


def accept(
    quote: PricedQuote, ids: Mapping[OrderType, str], rulebook: Rulebook, *, on: date, item_fields: ItemFields, source: str | None = None
) -> tuple[Order, ...]:
    """The orders of a quote accepted on a day, one per order type, each with the id given for its type; nothing is activated yet."""
    if on > quote.valid_until:
        raise refuse(EXPIRED, None, "/on", until=quote.valid_until, on=on)
    if on < quote.on:
        raise refuse(TOO_EARLY, None, "/on", quoted=quote.on, on=on)
    if quote.payment_terms is not None:
        refuse_terms(quote.payment_terms, rulebook, "/payment_terms")
    missing = [name.problem(f"/lines/{line.number - 1}") for line in quote.counted_lines for name in missing_of_line(line, rulebook)]
    if missing:
        raise Refusal(tuple(missing))
    lines = list(map(_as_quoted, quote.counted_lines))
    orders = orders_of(quote.customer, lines, ids, rulebook, on=on, item_fields=item_fields, source=source)
    agreed = {"payment_terms": quote.payment_terms, "deliver_to": quote.deliver_to}
    return tuple(order.replace(**agreed, items=tuple(_accepted(item, quote.on) for item in order.items)) for order in orders)


def _accepted(item: AnyItem, quoted_on: date) -> AnyItem:
    """An item that keeps the prices of its quote, without the estimated quantity."""
    return item.replace(quoted_on=quoted_on, **({"estimate": None} if isinstance(item, SubscriptionItem) else {}))


def orders_of(
    customer: Customer,
    lines: Sequence[OrderedLine],
    ids: Mapping[OrderType, str],
    rulebook: Rulebook,
    *,
    on: date,
    item_fields: ItemFields,
    source: str | None = None,
) -> tuple[Order, ...]:
    """The orders of lines signed on a day, one per order type, with their items in the order of the lines, billed as requested."""
    by_type: dict[OrderType, list[AnyItem]] = {}
    for line in lines:
        order_type = rulebook.products[line.request.product].order_type
        items = by_type.setdefault(order_type, [])
        name, own = f"{ids[order_type]}-{len(items) + 1}", item_fields[order_type](line.request, on)
        items.append(_item(line, name, order_type, rulebook, source, own))
    types = [each for each in ORDER_TYPES if each in by_type]
    return tuple(
        Order(
            id=ids[each],
            currency=rulebook.currency,
            type=each,
            customer=customer.id,
            signed_on=on,
            purchase_order=customer.purchase_order,
            items=tuple(by_type[each]),
            events=(OrderEvent(event="order.signed", on=on),),
            history=(OrderStep(on=on, what="accepted", items=tuple(item.id for item in by_type[each]), source=source),),
            source=source,
        )
        for each in types
    )


def committed(item: AnyItem, begins_on: date, months: int | None, rulebook: Rulebook) -> AnyItem:
    """An item that begins on a day, as it ends with its committed term of so many months, or without one after one billing period."""
    terms = terms_of(item, rulebook)
    if terms.once:
        return item
    period = months or months_of(terms)
    ends_before = month_after(begins_on, period) if period else begins_on + timedelta(days=days_of(terms))
    return item.replace(ends_before=min(ends_before, item.ends_before or ends_before))


def _as_quoted(line: QuotedLine) -> OrderedLine:
    """What a line requests, with the billing that was quoted."""
    billing = {"billing_process": line.billing_process, "billing_type": line.billing_type, "payment_plan": line.payment_plan}
    return OrderedLine(line.number, line.request.replace(**billing), line.priced, line.agreed_discounts)


def _item(
    line: OrderedLine, name: str, order_type: OrderType, rulebook: Rulebook, source: str | None, own: Mapping[str, object]
) -> AnyItem:
    request, product = line.request, rulebook.products[line.request.product]
    if product.measured:
        own = {**own, "quantity": Quantity(0), "estimate": request.quantity}
    return ITEMS[order_type].of(
        request,
        id=name,
        currency=rulebook.currency,
        supply_kind=product.supply_kind,
        vat_class=product.vat_class,
        revenue_account=product.account,
        prepaid=product.prepaid,
        manual_discount=request.discount,
        manual_discount_author=request.discount_author,
        agreed_discounts=line.discounts,
        agreed=line.agreed,
        source=f"{source} line {line.number}" if source else None,
        **agreed_terms(rulebook.billing_processes.get(request.billing_process or ""), request.term_months),
        **own,
    )
