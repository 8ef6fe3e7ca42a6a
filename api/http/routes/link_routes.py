"""`/v1/quotes/{number}/link` and `/erase-reply`: the link on which a customer replies to a quote, and the erasure of the replies."""

from __future__ import annotations

from typing import Final

from api.desk import erasing
from api.desk.document_trees import Tree
from api.desk.quote_links import link_of, link_tree
from api.http.route_declarations import SALES, SALES_AND_BILLING, Call
from api.http.routes.customers import ErasureRequest
from api.http.routes.quote_answers import QuoteLinkAnswer, RepliesErased
from api.http.routes.quotes import quotes


@quotes.show("/v1/quotes/{number}/link", QuoteLinkAnswer, roles=SALES)
def get_link(call: Call, number: str) -> Tree:
    """Show the link on which the customer of a quote accepts or declines its last version; its PDF is stored then."""
    return link_tree(link_of(call.desk, number, call.rulebook_folder))


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


quotes_with_links: Final = quotes
"""The resource with these routes."""
