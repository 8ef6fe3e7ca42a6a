"""`/v1/orders/{order}/items/{item}`: items shown and activated; `/v1/items` lists all."""

from __future__ import annotations

from typing import Final

from api.desk import ordering
from api.desk.customer_lists import ITEMS
from api.desk.document_trees import Tree, order_tree, shown_item_tree
from api.desk.prepaid_amounts import PrepaidAnswer
from api.http.answer_models import answer_of
from api.http.route_declarations import SALES_AND_BILLING, Call, Resource
from api.http.routes.orders import ItemAnswer, OrderAnswer
from api.http.routes.transactions import TransactionAnswer
from api.refusals import unknown
from engine.dates import GivenDay
from engine.documents.document import Document

items: Final = Resource("orders", "Items of orders")
_ITEM: Final = "/v1/orders/{order}/items/{item}"
ShownItem: Final = answer_of(
    "ShownItem",
    "An item with its transactions, and what became of the amount that was paid in advance with it.",
    ItemAnswer,
    order=str,
    balance=PrepaidAnswer | None,
    transactions=list[TransactionAnswer],
)


class FirstDay(Document):
    """From which day on it counts."""

    on: GivenDay


items.list_of("/v1/items", ITEMS, "Items with their orders and states")


@items.show(_ITEM, ShownItem)
def get_item(call: Call, order: str, item: str) -> Tree:
    """Show an item with its transactions."""
    shown, transactions = ordering.find_order(call.desk, order)
    chosen = next((one for one in shown.items if one.id == item), None)
    if chosen is None:
        raise unknown("item", item)
    return shown_item_tree(chosen, order, [one for one in transactions if one.item == item], call.desk)


@items.verb(f"{_ITEM}/activate", OrderAnswer, roles=SALES_AND_BILLING, request=FirstDay, example={"on": "2027-01-15"})
def activate_item(call: Call, order: str, item: str, body: FirstDay) -> Tree:
    """Activate an item on a day, past or future."""
    return order_tree(ordering.activate(call.desk, order, on=body.on, items=(item,)))
