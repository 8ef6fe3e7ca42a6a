"""`/v1/invoices`: issued invoices and credit notes listed, shown, printed, explained, credited and billed again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from api.desk import crediting, deliveries, doubtful_debts, paying, reminder_holds
from api.desk.billing_lists import INVOICES
from api.desk.deliveries import Channel, message_tree
from api.desk.document_trees import Tree, issued_tree, settlement_tree, transaction_tree
from api.desk.doubtful_debts import DoubtAnswer, GivenDoubt
from api.desk.e_invoice_copies import e_invoice_of, factur_x_of
from api.desk.entry_trees import entry_trees, settling_entries
from api.desk.reminder_lists import hold_tree
from api.desk.renditions import pdf_of
from api.http.answer_models import request_of, union_of
from api.http.entry_answers import EntryAnswer
from api.http.route_declarations import BILLING, FINANCE, Call, Download, Resource
from api.http.routes.explanations import ExplanationAnswer, ExplanationQuery, explanation_tree
from api.http.routes.outbox import MessageAnswer
from api.http.routes.transactions import TransactionAnswer
from api.store.delivery_log import DeliveryEvent
from engine.dates import GivenDay
from engine.documents.credit import CreditSelection
from engine.documents.document import Document
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.overdue import HoldKind
from engine.documents.payment_match import PaymentState
from engine.writing.e_invoices.syntaxes import Syntax

invoices: Final = Resource("invoices", "Issued invoices and credit notes")
IssuedAnswer: Final = union_of(
    "IssuedAnswer", "An invoice or a credit note, as it was issued.", Invoice, CreditNote, document=Literal["invoice", "credit-note"]
)


class SettlementAnswer(BaseModel):
    """What was paid, credited and given up of an invoice, what is still to be paid, and what was paid too much."""

    state: PaymentState
    paid: str
    credited: str
    differences: str
    rest: str
    surplus: str


ShownAnswer: Final = union_of(
    "IssuedDocumentAnswer",
    "An invoice or a credit note, as it was issued; of an invoice also what is still to be paid now, and the entries that settle it.",
    Invoice,
    CreditNote,
    document=Literal["invoice", "credit-note"],
    settlement=SettlementAnswer | None,
    entries=list[EntryAnswer],
)


class DisputeRequest(Document):
    """What the customer says against a document."""

    because: str = Field(min_length=1, max_length=500)


class PromiseRequest(Document):
    """The day by which a document is promised to be paid, and what was said."""

    until: GivenDay
    because: str = Field(default="", max_length=500)


class InvoiceHoldAnswer(BaseModel):
    """Why nobody is reminded of a document; all empty where nothing speaks against it."""

    document: str
    held: HoldKind | None
    on: date | None
    until: date | None
    because: str | None


InvoiceCreditRequest: Final = request_of(
    "InvoiceCreditRequest", CreditSelection, because=(Annotated[str, Field(max_length=500, description="The reason, as printed.")], "")
)


class RebillRequest(Document):
    """The lines to be billed again (all, where none is said), and the reason."""

    lines: tuple[Annotated[int, Field(ge=1, le=10_000)], ...] = Field(default=(), max_length=10_000)
    because: str = Field(default="", max_length=500)


class RebilledAnswer(BaseModel):
    """What the next run bills again."""

    released: list[TransactionAnswer]


class DeliveryRequest(Document):
    """By which channel (the last one, where none is named), and why."""

    by: Channel | None = None
    because: str = Field(default="", max_length=500)


class DeliveryEntry(BaseModel):
    """What happened to a delivery, or to one recipient of it."""

    at: datetime
    channel: str
    delivery: int
    event: DeliveryEvent
    recipient: str | None
    reference: str | None
    note: str | None
    by: str


class PreviewedCreditLine(BaseModel):
    """What a credit note takes back of a line of its invoice."""

    line: int
    description: str
    quantity: str
    net: str


class PreviewedCreditVat(BaseModel):
    """The VAT of one category and rate."""

    category: str
    rate: str
    base: str
    vat: str


class CreditPreview(BaseModel):
    """A credit note to be: its lines, its VAT and its totals."""

    lines: list[PreviewedCreditLine]
    vat_breakdown: list[PreviewedCreditVat]
    net: str
    vat: str
    gross: str


class DeliveriesAnswer(BaseModel):
    """The messages about a document as they are now, and all that happened to them."""

    document: str
    messages: list[MessageAnswer]
    history: list[DeliveryEntry]
    booking: MessageAnswer | None = None
    """The message to accounting, where there is one."""


invoices.list_of("/v1/invoices", INVOICES, "Invoices and credit notes")


@invoices.show("/v1/invoices/{number}", ShownAnswer)
def get_invoice(call: Call, number: str) -> Tree:
    """Show an issued invoice or credit note, as it was issued, and what is still to be paid of an invoice."""
    tree = issued_tree(crediting.find_document(call.desk, number))
    entries = entry_trees(settling_entries(call.desk, number), call.language)
    return tree | {"settlement": settlement_tree(paying.find_settlement(call.desk, number)), "entries": entries}


class PdfQuery(Document):
    """Whether the PDF shall be a Factur-X (ZUGFeRD), whatever the customer asks for."""

    factur_x: bool = False


class XmlQuery(Document):
    """In which syntax; absent: the one in which it was issued."""

    syntax: Syntax | None = None


@invoices.file("/v1/invoices/{number}.pdf", "application/pdf", query=PdfQuery)
def print_invoice(call: Call, number: str, query: PdfQuery) -> Download:
    """Print an issued document; its PDF is made once and stored."""
    document = crediting.find_document(call.desk, number)
    if query.factur_x:
        return Download(factur_x_of(call.desk, number, call.rulebook_folder), "application/pdf", f"{number}.pdf")
    return Download(pdf_of(call.desk, document, call.rulebook_folder), "application/pdf", f"{number}.pdf")


@invoices.file("/v1/invoices/{number}.xml", "application/xml", query=XmlQuery)
def get_xml(call: Call, number: str, query: XmlQuery) -> Download:
    """Get the e-invoice of an issued document, byte for byte as stored, or written in another syntax."""
    return Download(e_invoice_of(call.desk, number, query.syntax), "application/xml", f"{number}.xml")


@invoices.show("/v1/invoices/{number}/explanation", ExplanationAnswer, query=ExplanationQuery)
def explain_invoice(call: Call, number: str, query: ExplanationQuery) -> Tree:
    """Explain the amounts of an issued document, or of one line of it; or why a rule took no part in them."""
    crediting.find_document(call.desk, number)
    return explanation_tree(call, number, query)


@invoices.verb(
    "/v1/invoices/{number}/credit",
    IssuedAnswer,
    roles=FINANCE,
    request=InvoiceCreditRequest,
    example={"amount": "100.00", "because": "delivered late"},
    location="/v1/invoices/{number}",
)
def credit_invoice(call: Call, number: str, body: CreditSelection) -> Tree:
    """Credit an invoice: all of it, some lines, or an amount; never more than is not credited yet."""
    request = CreditSelection.of(body)
    return issued_tree(crediting.credit(call.desk, number, request, because=str(dict(body)["because"])))


@invoices.verb("/v1/invoices/{number}/credit/preview", CreditPreview, roles=FINANCE, request=CreditSelection, example={"amount": "100.00"})
def preview_credit(call: Call, number: str, body: CreditSelection) -> Tree:
    """Show the credit note that would be issued now; nothing is written."""
    return crediting.draft_credit_tree(crediting.preview_credit(call.desk, number, body))


@invoices.verb("/v1/invoices/{number}/rebill", RebilledAnswer, roles=BILLING, request=RebillRequest, example={"because": "a wrong price"})
def rebill_invoice(call: Call, number: str, body: RebillRequest) -> Tree:
    """Release what a credited invoice billed, so that the next run bills it again as orders, prices and customers are now."""
    released = crediting.rebill(call.desk, number, body.lines, because=body.because)
    return {"released": [transaction_tree(one, call.desk) for one in released]}


@invoices.show("/v1/invoices/{number}/deliveries", DeliveriesAnswer)
def get_deliveries(call: Call, number: str) -> Tree:
    """Show how a document was sent, to whom, and what came of it."""
    return deliveries.deliveries_tree(call.desk, number)


@invoices.verb(
    "/v1/invoices/{number}/deliver", MessageAnswer, roles=FINANCE, request=DeliveryRequest, example={"because": "address mended"}
)
def deliver_invoice(call: Call, number: str, body: DeliveryRequest) -> Tree:
    """Send an issued document to its customer, as this is now: what is held or was rejected, or once more."""
    return message_tree(deliveries.deliver_again(call.desk, number, by=body.by, because=body.because))


@invoices.verb(
    "/v1/invoices/{number}/dispute", InvoiceHoldAnswer, roles=FINANCE, request=DisputeRequest, example={"because": "not delivered"}
)
def dispute_invoice(call: Call, number: str, body: DisputeRequest) -> Tree:
    """Note that a customer disputes an invoice: nobody is reminded of it until it is released."""
    return hold_tree(number, reminder_holds.dispute(call.desk, number, because=body.because))


@invoices.verb("/v1/invoices/{number}/promise", InvoiceHoldAnswer, roles=FINANCE, request=PromiseRequest, example={"until": "2027-02-15"})
def promise_invoice(call: Call, number: str, body: PromiseRequest) -> Tree:
    """Note that an invoice is promised to be paid by a day: nobody is reminded of it until then."""
    return hold_tree(number, reminder_holds.promise(call.desk, number, until=body.until, because=body.because))


@invoices.verb("/v1/invoices/{number}/release", InvoiceHoldAnswer, roles=FINANCE)
def release_invoice(call: Call, number: str) -> Tree:
    """Note that an invoice is neither disputed nor promised any more: reminders of it go on."""
    reminder_holds.release(call.desk, number)
    return hold_tree(number, None)


@invoices.verb(
    "/v1/invoices/{number}/doubtful",
    DoubtAnswer,
    roles=FINANCE,
    request=GivenDoubt,
    example={"allowance": "50", "because": "in receivership"},
)
def doubt_invoice(call: Call, number: str, body: GivenDoubt) -> Tree:
    """Say that payment of an invoice is doubtful, or is so no more.

    `ended` says the second. What is open moves to the account of `doubtful`, and `allowance` percent of it without VAT are written
    down; both follow what is paid, credited or written off of it later.
    """
    return dict(doubtful_debts.doubt(call.desk, number, body))
