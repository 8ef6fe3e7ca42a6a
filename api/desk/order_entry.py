"""Orders entered directly, without a quote: priced as a quote of one day would be, and agreed at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from api.desk.announcing import announce
from api.desk.desk import Desk, plan_orders
from api.desk.filtering import with_fields
from api.desk.prospects import refuse_prospect
from api.desk.quote_approval import approval_of
from api.desk.quoting import Requested, buyer_of, price, signed
from api.desk.report_parameters import check_reach
from api.refusals import Conflict
from api.store import orders
from api.store.sql import Reading
from engine import billing
from engine.documents.order import ORDER_TYPES, Order
from engine.documents.quote import LineRequest
from engine.order_types.registry import DEFINITIONS
from engine.problems import Kind, refuse

ORDER_EXISTS: Final = Kind("order-exists", "there is an order `{name}` already", "choose another id, or change that order")
WRONG_ORDER_ID: Final = Kind(
    "wrong-order-id", "`{text}` is no id of an order", "write at most 100 characters without blanks and `|`, the first one no point"
)
SEVERAL_TYPES: Final = Kind(
    "several-order-types", "the lines belong to orders of several types: {types}", "enter an order for each, or make a quote of all"
)
NEEDS_APPROVAL: Final = Kind(
    "order-needs-approval", "a quote of these lines would have to be approved by {role}", "make a quote, and have it approved"
)
ID_PATTERN: Final = r"^[^|\s.][^|\s]{0,99}$"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEntry:
    """What is ordered: an id, the customer, lines as those of a quote, and what was agreed with them."""

    id: str
    customer: str
    lines: tuple[LineRequest, ...]
    signed_on: date | None = None
    purchase_order: str | None = None
    payment_terms: str | None = None
    buyer_reference: str | None = None
    deliver_to: str | None = None
    """The name of the address of the customer to which it is delivered."""
    attributes: Sequence[tuple[str, str]] = ()


def enter_order(desk: Desk, entry: OrderEntry) -> Order:
    """Stores an order of one type with its agreed prices; its items are pending, and it joins no running order."""
    if not re.fullmatch(ID_PATTERN, entry.id):
        raise refuse(WRONG_ORDER_ID, None, "/id", text=entry.id[:60])
    on = entry.signed_on or desk.today
    check_reach(on, desk.today, "/signed_on")
    attributes = with_fields(desk, "order", {}, entry.attributes)
    with desk.writing() as connection:
        agreed = _agreed(desk, connection, entry, on)
        step = agreed.history[0].replace(what="entered", author=desk.author)
        purchase_order = entry.purchase_order or agreed.purchase_order
        own = {"purchase_order": purchase_order, "buyer_reference": entry.buyer_reference, "attributes": attributes}
        order = agreed.replace(history=(step,), **own)
        DEFINITIONS[order.type].refuse_overbooking(order, partial(orders.of_type, connection), desk.rulebook)
        if not orders.create(connection, order):
            state = orders.find(connection, [order.id])[order.id].state
            raise Conflict((ORDER_EXISTS.at(None, "/id", name=order.id),), state, ("show", "change"))
        plan_orders(desk, connection, [order])
        announce(desk, connection, "order.entered", f"orders/{order.id}", customer=order.customer)
    return order


def _agreed(desk: Desk, connection: Reading, entry: OrderEntry, on: date) -> Order:
    """The one order that a quote of the lines would become; Refusal where it would be several, or would need an approval."""
    buyer, lines = buyer_of(connection, entry.customer), signed(desk, entry.lines)
    refuse_prospect(connection, buyer.id)
    requested = Requested(on=on, payment_terms=entry.payment_terms, deliver_to=entry.deliver_to)
    priced = price(desk, connection, buyer, lines, requested, is_joining=False)
    types = sorted({line.order_type for line in priced.counted_lines}, key=ORDER_TYPES.index)
    if len(types) > 1:
        raise refuse(SEVERAL_TYPES, None, "/lines", types=", ".join(types))
    approval = approval_of(priced, desk.rulebook)
    if approval.is_needed:
        raise Conflict((NEEDS_APPROVAL.at(None, "/lines", role=approval.role),), "approval-needed", ("make a quote",))
    (order,) = billing.accept(priced, dict.fromkeys(ORDER_TYPES, entry.id), desk.rulebook, on=on)
    return order
