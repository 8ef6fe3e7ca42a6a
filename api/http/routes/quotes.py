"""`/v1/quotes`: quotes listed, shown, made, priced anew, approved, sent, accepted, refused and printed."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, Field

from api.desk import quoting
from api.desk.document_trees import Tree, quote_tree
from api.desk.filtering import with_fields
from api.desk.renditions import quote_pdf
from api.desk.sales_lists import QUOTES, QuoteStateNow
from api.http.answer_models import answer_of
from api.http.route_declarations import SALES, Call, Download, Resource
from engine.dates import Day
from engine.documents.document import Document
from engine.documents.priced_quote import PricedQuote
from engine.documents.quote import LineRequest

quotes: Final = Resource("quotes", "Prices offered")
_ONE: Final = "/v1/quotes/{number}"
QuoteAnswer: Final = answer_of(
    "QuoteAnswer",
    "A version of a quote.",
    PricedQuote,
    number=str,
    version=int,
    state=QuoteStateNow,
    opportunity=str | None,
    attributes=dict[str, str],
)


class NewQuote(Document):
    """For whom, which lines, the day of their prices (today, where nothing is said), and the running subscription that they join."""

    customer: str = Field(max_length=200)
    lines: tuple[LineRequest, ...] = Field(min_length=1, max_length=1000)
    on: Day | None = None
    opportunity: str | None = Field(default=None, max_length=200)
    payment_terms: str | None = Field(default=None, max_length=200)
    order: str | None = Field(default=None, max_length=200)
    attributes: dict[str, str] = Field(default_factory=dict, max_length=100)


class QuoteVersion(Document):
    """The day of the prices of a new version (today, where nothing is said), its payment terms, and the running subscription it joins."""

    on: Day | None = None
    payment_terms: str | None = Field(default=None, max_length=200)
    order: str | None = Field(default=None, max_length=200)


class Note(Document):
    """Why."""

    note: str | None = Field(default=None, max_length=2000)


class Acceptance(Document):
    """The day on which it was accepted (today, where nothing is said), and the running subscription that its items join."""

    on: Day | None = None
    order: str | None = Field(default=None, max_length=200)


class AcceptedAnswer(BaseModel):
    """The orders that it became, and those that its items joined."""

    orders: list[str]
    joined: list[str]


quotes.list_of("/v1/quotes", QUOTES, "Quotes, every version with its state")


@quotes.show(_ONE, QuoteAnswer)
def get_quote(call: Call, number: str) -> Tree:
    """Show the last version of a quote."""
    return quote_tree(quoting.find_quote(call.desk, number))


@quotes.file(f"{_ONE}.pdf", "application/pdf")
def print_quote(call: Call, number: str) -> Download:
    """Print the last version of a quote, in the customer's language; it is made once and stored."""
    stored = quoting.find_quote(call.desk, number)
    return Download(quote_pdf(call.desk, stored, call.rulebook_folder), "application/pdf", f"{number}.pdf")


@quotes.verb(
    "/v1/quotes",
    QuoteAnswer,
    roles=SALES,
    request=NewQuote,
    example={"customer": "shop-namur", "lines": [{"product": "till-licence", "quantity": "1"}]},
    location="/v1/quotes/{number}",
)
def make_quote(call: Call, body: NewQuote) -> Tree:
    """Make a quote for a customer."""
    desk = call.desk
    attributes = with_fields(desk, "quote", {}, body.attributes.items())
    lines = [line.replace(discount_author=call.person) if line.discount else line for line in body.lines]
    with desk.writing() as connection:
        made = quoting.make_quote(
            desk,
            connection,
            quoting.buyer_of(connection, body.customer),
            lines,
            on=body.on or desk.today,
            opportunity=body.opportunity,
            subscription=body.order,
            attributes=attributes,
            payment_terms=body.payment_terms,
        )
    return quote_tree(made)


@quotes.verb(f"{_ONE}/versions", QuoteAnswer, roles=SALES, request=QuoteVersion, example={"on": "2027-02-01"}, location=_ONE)
def make_version(call: Call, number: str, body: QuoteVersion) -> Tree:
    """Price a quote again as a new version, which supersedes the last one."""
    day = body.on or call.desk.today
    return quote_tree(quoting.make_version(call.desk, number, on=day, subscription=body.order, payment_terms=body.payment_terms))


@quotes.verb(f"{_ONE}/approve", QuoteAnswer, roles=SALES, request=Note, example={"note": "agreed with the manager"})
def approve_quote(call: Call, number: str, body: Note) -> Tree:
    """Approve a quote."""
    return quote_tree(quoting.step(call.desk, number, "approve", "approved", on=call.desk.today, note=body.note))


@quotes.verb(f"{_ONE}/send", QuoteAnswer, roles=SALES)
def send_quote(call: Call, number: str) -> Tree:
    """Note that an approved quote was sent."""
    return quote_tree(quoting.step(call.desk, number, "send", "sent", on=call.desk.today))


@quotes.verb(f"{_ONE}/refuse", QuoteAnswer, roles=SALES, request=Note, example={"note": "too expensive"})
def refuse_quote(call: Call, number: str, body: Note) -> Tree:
    """Note that the customer refused a quote."""
    return quote_tree(quoting.step(call.desk, number, "refuse", "refused", on=call.desk.today, note=body.note))


@quotes.verb(f"{_ONE}/accept", AcceptedAnswer, roles=SALES, request=Acceptance, example={"on": "2027-02-10"})
def accept_quote(call: Call, number: str, body: Acceptance) -> Tree:
    """Accept a quote: it becomes one order per order type, or joins the running subscription."""
    accepted = quoting.accept(call.desk, number, on=body.on or call.desk.today, subscription=body.order)
    return {"orders": [order.id for order in accepted.orders], "joined": [order.id for order in accepted.joined]}
