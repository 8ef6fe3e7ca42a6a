"""`/v1/quotes`: quotes listed, shown, drafted, priced anew, approved, sent, accepted, refused and printed."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, Field, create_model

from api.desk import quote_acceptance, quote_approval, quoting, sales_deliveries
from api.desk.document_trees import Tree, accepted_tree, quote_tree, quote_versions_tree, shown_quote_tree
from api.desk.filtering import with_fields
from api.desk.quote_acceptance import Acceptance
from api.desk.quote_comparison import compare, comparison_tree
from api.desk.quote_states import no_line
from api.desk.quote_versions import versions_of
from api.desk.quoting import Requested
from api.desk.renditions import quote_pdf
from api.desk.sales_lists import QUOTES
from api.http.route_declarations import EVERYONE, SALES, Call, Download, Resource
from api.http.routes.explanations import ExplanationAnswer, ExplanationQuery, explanation_tree
from api.http.routes.quote_answers import AcceptanceEffects, AcceptedAnswer, QuoteAnswer, QuoteComparison, QuoteHistory, ShownQuote
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.quote import LineRequest

quotes: Final = Resource("quotes", "Prices offered")
_ONE: Final = "/v1/quotes/{number}"
_LINE: Final = "/v1/quotes/{number}/lines/{line}"


class NewQuote(Document):
    """For whom, which lines, the day of their prices (today, where nothing is said), and the running subscription that they join.

    A draft is not offered before it is submitted: its lines are changed where they are.
    """

    customer: str = Field(max_length=200)
    lines: tuple[LineRequest, ...] = Field(min_length=1, max_length=1000)
    on: GivenDay | None = None
    opportunity: str | None = Field(default=None, max_length=200)
    payment_terms: str | None = Field(default=None, max_length=200)
    order: str | None = Field(default=None, max_length=200)
    valid_until: GivenDay | None = None
    deliver_to: str | None = Field(default=None, max_length=200, description="The name of an address of the customer.")
    draft: bool = False
    attributes: dict[str, str] = Field(default_factory=dict, max_length=100)


class QuoteVersion(Document):
    """The day of the prices of a new version (today, where nothing is said), its lines, payment terms, and the subscription it joins.

    What is left out is as in the last version.
    """

    on: GivenDay | None = None
    lines: tuple[LineRequest, ...] | None = Field(default=None, min_length=1, max_length=1000)
    payment_terms: str | None = Field(default=None, max_length=200)
    order: str | None = Field(default=None, max_length=200)
    valid_until: GivenDay | None = None
    deliver_to: str | None = Field(default=None, max_length=200, description="The name of an address of the customer.")
    draft: bool = False


class Submission(Document):
    """The day of the prices of a draft that is offered: today, where nothing is said, or its own later day."""

    on: GivenDay | None = None


class Why(Document):
    """Why."""

    note: str = Field(min_length=1, max_length=2000)


def _line_change() -> type[BaseModel]:
    """What changes of a line; a field that is left out stays, and one that is null is taken away."""
    fields: dict[str, object] = {}
    for name, field in LineRequest.model_fields.items():
        if name != "discount_author":
            kind = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
            fields[name] = (kind, Field(default=None, validate_default=False))
    made: type[BaseModel] = create_model(  # type: ignore[call-overload]  # the fields are in a dict
        "LineChange", __base__=Document, __doc__="What changes of a line: what is left out stays, and null takes it away.", **fields
    )
    return made


LineChange: Final = _line_change()


class Note(Document):
    """Why."""

    note: str | None = Field(default=None, max_length=2000)


class AcceptanceRequest(Document):
    """The day on which it was accepted (today, where nothing is said), by whom, and under which purchase order.

    `lines` are the optional and alternative lines that are chosen, `order` is the running subscription that its items join.
    """

    on: GivenDay | None = None
    order: str | None = Field(default=None, max_length=200)
    by: str | None = Field(default=None, min_length=1, max_length=200)
    purchase_order: str | None = Field(default=None, min_length=1, max_length=200)
    lines: tuple[int, ...] = Field(default=(), max_length=1000)


quotes.list_of("/v1/quotes", QUOTES, "Quotes, the last version of each or all, with its state today")


@quotes.show(_ONE, ShownQuote)
def get_quote(call: Call, number: str) -> Tree:
    """Show the last version of a quote."""
    return shown_quote_tree(versions_of(call.desk, number))


@quotes.show(f"{_ONE}/explanation", ExplanationAnswer, query=ExplanationQuery)
def explain_quote(call: Call, number: str, query: ExplanationQuery) -> Tree:
    """Explain the amounts of the last version of a quote, or of one line of it; or why a rule took no part in them."""
    versions_of(call.desk, number)
    return explanation_tree(call, number, query)


@quotes.show(f"{_ONE}/history", QuoteHistory)
def quote_history(call: Call, number: str) -> Tree:
    """Show every version of a quote: its steps, and what it changed of the one before."""
    return quote_versions_tree(versions_of(call.desk, number))


@quotes.show(f"{_ONE}/comparison", QuoteComparison)
def compare_quote(call: Call, number: str) -> Tree:
    """Show what a quote would come to under every billing type and every payment plan."""
    return comparison_tree(compare(call.desk, number), call.language)


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
    example={"customer": "K9", "lines": [{"product": "WORKSPACE", "quantity": "3"}, {"product": "LAUNCH", "quantity": "2"}]},
    location="/v1/quotes/{number}",
)
def make_quote(call: Call, body: NewQuote) -> Tree:
    """Make a quote for a customer."""
    desk = call.desk
    attributes = with_fields(desk, "quote", {}, body.attributes.items())
    with desk.writing() as connection:
        made = quoting.make_quote(
            desk,
            connection,
            quoting.buyer_of(connection, body.customer),
            quoting.signed(desk, body.lines),
            on=body.on or desk.today,
            opportunity=body.opportunity,
            subscription=body.order,
            attributes=attributes,
            payment_terms=body.payment_terms,
            valid_until=body.valid_until,
            deliver_to=body.deliver_to,
            is_draft=body.draft,
        )
    return quote_tree(made)


@quotes.verb(f"{_ONE}/versions", QuoteAnswer, roles=SALES, request=QuoteVersion, example={"on": "2027-02-01"}, location=_ONE)
def make_version(call: Call, number: str, body: QuoteVersion) -> Tree:
    """Price a quote again as a new version, which supersedes the last one."""
    wanted = {name: value for name, value in body if name in ("on", "payment_terms", "valid_until", "deliver_to")}
    requested = Requested(subscription=body.order, **wanted)
    return quote_tree(quoting.make_version(call.desk, number, requested, lines=body.lines, is_draft=body.draft))


@quotes.verb(
    f"{_ONE}/lines", QuoteAnswer, roles=SALES, request=LineRequest, example={"product": "ARCHIVE", "quantity": "1", "optional": True}
)
def add_quoted_line(call: Call, number: str, body: LineRequest) -> Tree:
    """Add a line to a draft; of any other quote a new version is made."""
    return quote_tree(quoting.add_line(call.desk, number, body))


@quotes.verb(_LINE, QuoteAnswer, roles=SALES, request=LineChange, example={"quantity": "2", "discount": "5%"}, method="PATCH")
def change_line(call: Call, number: str, line: str, body: BaseModel) -> Tree:
    """Change a line of a draft; of any other quote a new version is made."""
    fields = {name: _default(name) if value is None else value for name, value in body if name in body.model_fields_set}
    return quote_tree(quoting.change_line(call.desk, number, _number(call, number, line), fields))


@quotes.verb(_LINE, QuoteAnswer, roles=SALES, method="DELETE")
def remove_line(call: Call, number: str, line: str) -> Tree:
    """Remove a line of a draft; of any other quote a new version is made."""
    return quote_tree(quoting.remove_line(call.desk, number, _number(call, number, line)))


@quotes.verb(f"{_ONE}/submit", QuoteAnswer, roles=SALES, request=Submission, example={"on": "2027-02-01"})
def submit_quote(call: Call, number: str, body: Submission) -> Tree:
    """Offer a draft: it is approved at once, or to be approved as the rules say."""
    return quote_tree(quoting.submit(call.desk, number, on=body.on))


@quotes.verb(f"{_ONE}/approve", QuoteAnswer, roles=EVERYONE, request=Note, example={"note": "agreed with the manager"})
def approve_quote(call: Call, number: str, body: Note) -> Tree:
    """Approve a quote, in the role that its rules name: that of the key, or one in which its user approves."""
    who = quote_approval.approver_of(call.desk, call.person, call.key.user, call.key.role)
    return quote_tree(quote_approval.approve(call.desk, number, who, note=body.note))


@quotes.verb(f"{_ONE}/send", QuoteAnswer, roles=SALES)
def send_quote(call: Call, number: str) -> Tree:
    """Send an approved quote by e-mail, with its PDF and its link: its mail waits in the outbox."""
    return quote_tree(sales_deliveries.send_quote(call.desk, number))


@quotes.verb(f"{_ONE}/sent", QuoteAnswer, roles=SALES)
def note_sent(call: Call, number: str) -> Tree:
    """Note that an approved quote was sent in another way."""
    return quote_tree(quoting.step(call.desk, number, "send", "sent", note="by hand"))


@quotes.verb(f"{_ONE}/refuse", QuoteAnswer, roles=SALES, request=Why, example={"note": "too expensive"})
def refuse_quote(call: Call, number: str, body: Why) -> Tree:
    """Note that the customer refused a quote, and why."""
    return quote_tree(quoting.step(call.desk, number, "refuse", "refused", note=body.note))


@quotes.verb(f"{_ONE}/accept", AcceptedAnswer, roles=SALES, request=AcceptanceRequest, example={"on": "2027-01-31", "by": "Ms Peeters"})
def accept_quote(call: Call, number: str, body: AcceptanceRequest) -> Tree:
    """Accept a quote: it becomes one order per order type, or joins the running subscription."""
    return accepted_tree(quote_acceptance.accept(call.desk, number, _acceptance(call, body)))


@quotes.verb(f"{_ONE}/preview", AcceptanceEffects, roles=SALES, request=AcceptanceRequest, example={"on": "2027-01-31"})
def preview_acceptance(call: Call, number: str, body: AcceptanceRequest) -> Tree:
    """Show what accepting a quote would do, order by order: items, transactions with amounts, the next invoice and MRR."""
    effects = quote_acceptance.preview_acceptance(call.desk, number, _acceptance(call, body))
    return {"orders": [effect.model_dump(mode="json") for effect in effects]}


def _acceptance(call: Call, body: AcceptanceRequest) -> Acceptance:
    return Acceptance(
        on=body.on or call.desk.today,
        subscription=body.order,
        by=body.by,
        purchase_order=body.purchase_order,
        chosen=body.lines,
    )


def _default(name: str) -> object:
    """What a field of a line is where it is taken away."""
    return LineRequest.model_fields[name].get_default(call_default_factory=True)


def _number(call: Call, number: str, line: str) -> int:
    """The number of a line in a path; refuses anything else."""
    if line.isascii() and line.isdecimal() and len(line) <= 4:
        return int(line)
    raise no_line(number, line[:80], len(quoting.find_quote(call.desk, number).quote.lines))
