"""The lists of customers and of orders: their columns, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, Field

from api.desk import ordering
from api.desk.desk import Desk
from api.desk.filtering import Filter
from api.desk.listing import STOPPED, Cells, Listing, Row, Totals, Walked, listing, own_cells
from api.desk.owed_amounts import WithOwed, owed_cells, with_owed
from api.store import customers, order_states, orders, walks
from api.store.sql import Reading, chunks
from api.store.walks import Start
from engine.dates import Day
from engine.documents.document import Document
from engine.documents.order import ItemState, Order, OrderItem, OrderState, OrderType
from engine.documents.party import Customer
from engine.documents.payment_match import Owed
from engine.money import Money, Quantity

WHERE: Final = Field(default=None, max_length=500, description="A condition of the rule language.")


class ListedCustomer(BaseModel, extra="allow"):
    """A customer in a list; the fields that the rulebook declares follow."""

    id: str
    name: str
    town: str
    country: str
    language: str
    segment: str | None
    vat_number: str | None
    email: str | None
    open: Money
    overdue: Money
    paid: Money


class CustomerConditions(Document):
    """What may be asked of customers."""

    country: str | None = Field(default=None, max_length=2)
    segment: str | None = Field(default=None, max_length=200)
    kind: str | None = Field(default=None, max_length=20)
    language: str | None = Field(default=None, max_length=2)
    state: Literal["prospect", "customer"] | None = None
    where: str | None = WHERE


class ListedOrder(BaseModel, extra="allow"):
    """An order in a list, with its state today; the fields that the rulebook declares follow."""

    order: str
    customer: str
    type: OrderType
    state: OrderState
    items: int
    signed_on: date | None
    purchase_order: str | None
    open: Money
    overdue: Money
    paid: Money


class OrderConditions(Document):
    """What may be asked of orders."""

    customer: str | None = Field(default=None, max_length=200)
    type: OrderType | None = None
    state: OrderState | None = None
    signed_from: Day | None = None
    signed_to: Day | None = None
    where: str | None = WHERE


def customer_cells(desk: Desk, one: Customer, owed: Owed) -> Cells:
    """What a list says of a customer."""
    address = one.address
    own = own_cells(desk, "customer", one.attributes)
    about = (one.id, one.name, address.town, address.country, one.language, one.segment, one.vat_number, one.email)
    return (*about, *owed_cells(owed), *own)


def order_cells(desk: Desk, one: Order, owed: Owed) -> Cells:
    """What a list says of an order."""
    own = own_cells(desk, "order", one.attributes)
    about = (one.id, one.customer, one.type, one.state, len(one.items), one.signed_on, one.purchase_order)
    return (*about, *owed_cells(owed), *own)


def _customers(desk: Desk, connection: Reading, ids: Collection[str]) -> Mapping[str, WithOwed]:
    return with_owed(desk, connection, "customer", customers.find(connection, ids))


def _orders(desk: Desk, connection: Reading, ids: Collection[str]) -> Mapping[str, WithOwed]:
    shown = {order.id: order for order in ordering.as_shown(desk, connection, orders.find(connection, ids).values())}
    return with_owed(desk, connection, "order", shown)


class ListedItem(BaseModel, extra="allow"):
    """An item in a list, with its state today; the fields that the rulebook declares follow."""

    item: str
    order: str
    customer: str
    product: str
    quantity: Quantity
    state: ItemState
    activated_on: date | None
    ends_before: date | None


class ItemConditions(Document):
    """What may be asked of items."""

    customer: str | None = Field(default=None, max_length=200)
    product: str | None = Field(default=None, max_length=200)
    state: ItemState | None = None
    where: str | None = WHERE


def item_cells(desk: Desk, order: Order, one: OrderItem) -> Cells:
    """What a list says of an item."""
    head = (one.id, order.id, order.customer, one.product, one.quantity_on(desk.today), one.state, one.activated_on, one.ends_before)
    return (*head, *own_cells(desk, "line", one.attributes))


def _items(desk: Desk, conditions: ItemConditions, start: Start) -> Iterator[Row]:
    """Items by order, in each as they stand there."""
    filtering = Filter(desk, conditions.where)
    after = str(start.after[0]) if start.after else None
    rows = ordering.each_item(desk, after=after, customer=conditions.customer, product=conditions.product)
    for seen, ((order, one), holds) in enumerate(filtering.looked_at(rows, filtering.of_item), 1):
        if holds and conditions.state in (None, one.state):
            yield (one.id,), item_cells(desk, order, one)
        if seen == start.most:
            yield (one.id,), STOPPED
            return


def _count_items(desk: Desk, conditions: ItemConditions) -> int | None:
    """How many items there are; only those whose state more than their dates tells are read."""
    if conditions.where is not None:
        return None
    of, state = (conditions.customer, conditions.product), conditions.state
    with desk.store.reading() as connection:
        counted, others = order_states.count_items(connection, *of, state, desk.today)
        wanted = {item for _, item in others}
        shown = (one for order in _shown(desk, connection, {order for order, _ in others}) for one in order.items if one.id in wanted)
        return counted + sum(1 for one in shown if one.state == state)


def _total_orders(desk: Desk, conditions: OrderConditions) -> Totals:
    """How many orders there are; of those in a state, only the ones whose state more than the dates of their items tells are read."""
    if conditions.state is None or conditions.where is not None:
        return _ORDERS.totals(desk, conditions)
    with desk.store.reading() as connection:
        requested = walks.conditions(walks.ORDERS, dict(conditions))
        counted, others = order_states.count_orders(connection, requested, conditions.state, desk.today)
        return counted + sum(1 for one in _shown(desk, connection, others) if one.state == conditions.state), None


def _shown(desk: Desk, connection: Reading, names: Iterable[str]) -> Iterator[Order]:
    return (one for some in chunks(names) for one in ordering.as_shown(desk, connection, orders.find(connection, some).values()))


def _has_state(one: WithOwed, conditions: OrderConditions) -> bool:
    return isinstance(one.document, Order) and conditions.state in (None, one.document.state)


CUSTOMERS: Final = listing(
    "customers",
    ListedCustomer,
    CustomerConditions,
    Walked(
        walk=walks.CUSTOMERS,
        load=_customers,
        cells=lambda desk, one: customer_cells(desk, *one),
        facts=lambda filtering: lambda one: filtering.of_customer(one.document),
    ),
    subject="customer",
)
ITEMS: Final = Listing(
    name="items",
    row=ListedItem,
    conditions=ItemConditions,
    key="order",
    subject="line",
    rows=_items,
    totals=lambda desk, conditions: (_count_items(desk, conditions), None),
    is_one_way=True,
)
_ORDERS: Final = Walked(
    walk=walks.ORDERS,
    load=_orders,
    cells=lambda desk, one: order_cells(desk, *one),
    facts=lambda filtering: lambda one: filtering.of_order(one.document),
    fits=_has_state,
    computed=("state",),
)
ORDERS: Final = replace(listing("orders", ListedOrder, OrderConditions, _ORDERS, subject="order", facets=("type",)), totals=_total_orders)
