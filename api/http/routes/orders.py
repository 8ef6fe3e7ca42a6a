"""`/v1/orders`: orders listed, shown, entered and activated."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, Field

from api.desk import order_entry, ordering
from api.desk.customer_lists import ORDERS
from api.desk.document_trees import Tree, order_tree, shown_order_tree
from api.desk.order_entry import ID_PATTERN, OrderEntry
from api.desk.owed_amounts import OwedAnswer
from api.desk.renditions import order_pdf
from api.http.answer_models import answer_of, union_of
from api.http.route_declarations import SALES_AND_BILLING, Call, Download, Resource
from api.http.routes.transactions import TransactionAnswer
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.order import ITEMS, Order, OrderState, OrderType
from engine.documents.quote import LineRequest

orders: Final = Resource("orders", "Orders and their items")

ItemAnswer: Final = union_of(
    "ItemAnswer", "An item of an order; the fields of other order types are null.", *ITEMS.values(), type=OrderType
)
OrderAnswer: Final = answer_of(
    "OrderAnswer",
    "An order with its items, events, history and state.",
    Order,
    without=("items",),
    items=list[ItemAnswer],  # type: ignore[valid-type]  # a model made above
    state=OrderState,
)


class ContractTermsAnswer(BaseModel):
    """How long an item is committed, and when it may end if notice is given today; days that end something are not served any more."""

    item: str
    starts_on: date
    committed_until: date
    term_months: int
    notice_months: int
    renewal: Literal["automatic", "ends"]
    next_end: date
    notice_by: date | None


class InstalmentAnswer(BaseModel):
    """An instalment of the order's payment plan, of all its items together; its share in thousandths of the whole."""

    number: int
    billing_date: date | None
    net: str
    state: str
    thousandths: int


ShownOrder: Final = answer_of(
    "ShownOrder",
    "An order, the terms of its items, and its transactions.",
    OrderAnswer,
    contract=list[ContractTermsAnswer],
    transactions=list[TransactionAnswer],
    instalments=list[InstalmentAnswer],
    owed=OwedAnswer,
)


class Activation(Document):
    """From which day on which items are served; without items, all that are pending."""

    on: GivenDay
    items: tuple[str, ...] | None = Field(default=None, min_length=1, max_length=1000)


class OrderEntryRequest(Document):
    """An order entered without a quote: its id, the customer, lines of one order type, and what was agreed with them."""

    id: str = Field(min_length=1, max_length=100, pattern=ID_PATTERN)
    customer: str = Field(max_length=200)
    lines: tuple[LineRequest, ...] = Field(min_length=1, max_length=1000)
    signed_on: GivenDay | None = None
    purchase_order: str | None = Field(default=None, max_length=200)
    payment_terms: str | None = Field(default=None, max_length=200)
    buyer_reference: str | None = Field(default=None, max_length=200)
    deliver_to: str | None = Field(default=None, max_length=200, description="The name of an address of the customer.")
    attributes: dict[str, str] = Field(default_factory=dict, max_length=100)


orders.list_of("/v1/orders", ORDERS, "Orders with their states")


@orders.show("/v1/orders/{order}", ShownOrder)
def get_order(call: Call, order: str) -> Tree:
    """Show an order with its items, history, contract and transactions."""
    shown, transactions = ordering.find_order(call.desk, order)
    return shown_order_tree(shown, ordering.find_contract(call.desk, shown), transactions, call.desk)


@orders.file("/v1/orders/{order}.pdf", "application/pdf")
def print_order(call: Call, order: str) -> Download:
    """Print the confirmation of an order as it is now, in the customer's language."""
    shown, _ = ordering.find_order(call.desk, order)
    return Download(order_pdf(call.desk, shown, call.rulebook_folder), "application/pdf", f"{order}.pdf")


@orders.verb(
    "/v1/orders",
    OrderAnswer,
    roles=SALES_AND_BILLING,
    request=OrderEntryRequest,
    example={"id": "S-1", "customer": "K9", "lines": [{"product": "WORKSPACE", "quantity": "1"}]},
    location="/v1/orders/{id}",
)
def enter_order(call: Call, body: OrderEntryRequest) -> Tree:
    """Enter an order without a quote: lines of one order type, priced as on the day of its signature; its items are pending."""
    given = {name: value for name, value in body if name != "attributes"}
    entry = OrderEntry(**given, attributes=tuple(body.attributes.items()))
    return order_tree(order_entry.enter_order(call.desk, entry))


@orders.verb("/v1/orders/{order}/activate", OrderAnswer, roles=SALES_AND_BILLING, request=Activation, example={"on": "2027-01-15"})
def activate_order(call: Call, order: str, body: Activation) -> Tree:
    """Activate an order, or only the items named, on a day, past or future."""
    return order_tree(ordering.activate(call.desk, order, on=body.on, items=body.items))
