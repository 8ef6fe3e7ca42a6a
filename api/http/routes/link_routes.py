"""Links of quotes, the replies on them and their erasure, and the mails of quotes and order confirmations."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from api.desk import erasing, sales_deliveries
from api.desk.deliveries import message_tree
from api.desk.document_trees import Tree
from api.desk.quote_links import link_of, link_tree
from api.desk.sales_lists import REPLIES
from api.http.route_declarations import SALES, SALES_AND_BILLING, Call
from api.http.routes.customers import ErasureRequest
from api.http.routes.invoices import DeliveriesAnswer
from api.http.routes.orders import orders
from api.http.routes.outbox import MessageAnswer
from api.http.routes.quote_answers import QuoteLinkAnswer, RepliesErased
from api.http.routes.quotes import quotes
from engine.documents.document import Document


class MailRequest(Document):
    """Why it is sent once more, where it was delivered before."""

    because: str = Field(default="", max_length=500)


@quotes.show("/v1/quotes/{number}/link", QuoteLinkAnswer, roles=SALES)
def get_link(call: Call, number: str) -> Tree:
    """Show the link on which the customer of a quote accepts or declines its last version; its PDF is stored then."""
    return link_tree(link_of(call.desk, number, call.rulebook_folder))


quotes.list_of("/v1/replies", REPLIES, "Replies on links of quotes of which something personal is stored", roles=SALES_AND_BILLING)


@quotes.verb(
    "/v1/quotes/{number}/erase-reply",
    RepliesErased,
    roles=SALES_AND_BILLING,
    request=ErasureRequest,
    example={"because": "asked by her"},
)
def erase_reply(call: Call, number: str, body: ErasureRequest) -> Tree:
    """Erase what is personal in the replies on the links of a quote; refused while an order from it runs."""
    return {"quote": number, "erased": erasing.erase_reply(call.desk, number, by=call.person, because=body.because)}


@quotes.show("/v1/quotes/{number}/deliveries", DeliveriesAnswer)
def quote_deliveries(call: Call, number: str) -> Tree:
    """Show what became of the mails of a quote: the messages as they are now, and all that happened to them."""
    return sales_deliveries.quote_deliveries(call.desk, number)


@quotes.verb("/v1/quotes/{number}/deliver", MessageAnswer, roles=SALES, request=MailRequest, example={"because": "asked by phone"})
def deliver_quote(call: Call, number: str, body: MailRequest) -> Tree:
    """Send the mail of a quote once more, to its customer as it is now."""
    return message_tree(sales_deliveries.deliver_quote(call.desk, number, because=body.because))


@orders.show("/v1/orders/{order}/deliveries", DeliveriesAnswer)
def order_deliveries(call: Call, order: str) -> Tree:
    """Show what became of the mails that confirm an order."""
    return sales_deliveries.order_deliveries(call.desk, order)


@orders.verb("/v1/orders/{order}/confirm", MessageAnswer, roles=SALES_AND_BILLING, request=MailRequest, example={"because": ""})
def confirm_order(call: Call, order: str, body: MailRequest) -> Tree:
    """Send the confirmation of an order by e-mail, as the order is now."""
    return message_tree(sales_deliveries.confirm_order(call.desk, order, because=body.because))


quotes_with_links: Final = quotes
"""The resource with these routes."""
