"""`/v1/payments`: payments listed, shown, entered by hand, matched with invoices and released again."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, Field

from api.desk import paying, writing_off
from api.desk.document_trees import Tree
from api.desk.entry_trees import payment_entries
from api.desk.exchanging import GivenExchange, exchange
from api.desk.payment_candidates import candidates
from api.desk.payment_lists import PAYMENTS, EnteredPayment, StateNow, payment_tree
from api.desk.refunding import GivenRefund, refund
from api.desk.writing_off import GivenWriteOff
from api.http.entry_answers import EntryAnswer
from api.http.route_declarations import FINANCE, Call, Resource
from engine.documents.document import Document
from engine.documents.payment_match import AllocationKind

payments: Final = Resource("payments", "Payments received, and the documents that they settle")


class AllocationAnswer(BaseModel):
    """A part of a payment that settles a document, or what is given up on it."""

    document: str
    amount: str
    kind: AllocationKind


class RefundAnswer(BaseModel):
    """What another payment gives back of this one, or this one of another."""

    payment: str
    amount: str


class PaymentAnswer(BaseModel):
    """A payment, what became of it, and what it settles."""

    id: str
    account: str
    entry_date: date
    value_date: date | None
    amount: str
    currency: str
    name: str | None
    payer_iban: str | None
    reference: str | None
    text: str | None
    state: StateNow
    because: str | None
    unallocated: str
    refunded: str
    documents: list[str]
    allocations: list[AllocationAnswer]
    refunds: list[RefundAnswer]
    exchanged: str | None
    """The payment that it is in another currency: what our bank credited for it, or for what it was credited."""
    entries: list[EntryAnswer]


class MatchRequest(Document):
    """The invoices that a payment settles, the oldest due date first; of one that left our account, the payments that it pays back."""

    documents: tuple[Annotated[str, Field(max_length=200)], ...] = Field(min_length=1, max_length=1_000)
    in_full: bool = False
    """Whether they are paid in full: what is left of them, or too much, is a difference of exchange."""


payments.list_of("/v1/payments", PAYMENTS, "Payments with what became of them", roles=FINANCE)


@payments.show("/v1/payments/{payment}", PaymentAnswer, roles=FINANCE)
def get_payment(call: Call, payment: str) -> Tree:
    """Show a payment and the documents that it settles.

    `payment` is its id, or that under which it was entered by hand, here and in the other routes of payments.
    """
    return _shown(call, payment)


class CandidateAnswer(BaseModel):
    """A document that a payment may settle, and what is open of it."""

    customer: str
    name: str
    document: str
    issued_on: date
    due_on: date
    gross: str
    open: str


class CandidatesAnswer(BaseModel):
    """What is left of a payment, the customers who may have paid it, and what is open of them."""

    payment: str
    unallocated: str
    customers: list[str]
    rows: list[CandidateAnswer]


class CandidatesQuery(Document):
    """Of which customer; by default of those that the payment points to."""

    customer: str | None = Field(default=None, max_length=200)


@payments.show("/v1/payments/{payment}/candidates", CandidatesAnswer, roles=FINANCE, query=CandidatesQuery)
def payment_candidates(call: Call, payment: str, query: CandidatesQuery) -> Tree:
    """Show the open documents that a payment may settle: those of a customer, or of whom its account, name or documents point to."""
    return candidates(call.desk, payment, query.customer)


@payments.verb(
    "/v1/payments",
    PaymentAnswer,
    roles=FINANCE,
    request=EnteredPayment,
    example={"id": "receipt-17", "on": "2027-01-29", "amount": "10.00", "name": "Ann", "reference": "cash"},
    location="/v1/payments/{id}",
)
def enter_payment(call: Call, body: EnteredPayment) -> Tree:
    """Enter a payment by hand: it is matched as those of bank files are. The same id again changes nothing."""
    return _shown(call, paying.enter(call.desk, body))


@payments.verb("/v1/payments/{payment}/match", PaymentAnswer, roles=FINANCE, request=MatchRequest, example={"documents": ["2027-00001"]})
def match_payment(call: Call, payment: str, body: MatchRequest) -> Tree:
    """Settle documents with what is left of a payment. A rest of at most 0.05 closes as a difference.

    Of a payment that left our account, `documents` are ids of payments that it pays back.
    """
    paying.match_by_hand(call.desk, payment, body.documents, in_full=body.in_full)
    return _shown(call, payment)


@payments.verb("/v1/payments/{payment}/release", PaymentAnswer, roles=FINANCE)
def release_payment(call: Call, payment: str) -> Tree:
    """Take back all that a payment settles, or that it pays another back: documents are open again."""
    paying.release(call.desk, payment)
    return _shown(call, payment)


@payments.verb(
    "/v1/payments/{payment}/refund",
    PaymentAnswer,
    roles=FINANCE,
    request=GivenRefund,
    example={"id": "receipt-18", "on": "2027-01-30", "amount": "1.00"},
    location="/v1/payments/{id}",
)
def refund_payment(call: Call, payment: str, body: GivenRefund) -> Tree:
    """Enter that a payment was paid back without a file of the bank, or that the bank took it back (`returned`).

    A refund takes what no document asks for; a return opens again what the payment settles, the newest first.
    """
    return _shown(call, refund(call.desk, payment, body))


@payments.verb(
    "/v1/payments/{payment}/exchange",
    PaymentAnswer,
    roles=FINANCE,
    request=GivenExchange,
    example={"amount": "110.20", "on": "2027-01-30", "documents": ["2027-00001"], "in_full": True},
    location="/v1/payments/{id}",
)
def exchange_payment(call: Call, payment: str, body: GivenExchange) -> Tree:
    """Enter what our bank credited for a payment in another currency.

    It is a payment of its own, with the words of the other. Released, the other takes it back.
    """
    return _shown(call, exchange(call.desk, payment, body))


@payments.verb(
    "/v1/write-offs",
    PaymentAnswer,
    roles=FINANCE,
    request=GivenWriteOff,
    example={"document": "2027-00001", "reason": "bankruptcy", "on": "2027-01-31"},
    location="/v1/payments/{id}",
)
def write_off(call: Call, body: GivenWriteOff) -> Tree:
    """Give up what is left of an invoice, for a reason: with its share of VAT for `bankruptcy` and `lost-for-certain`.

    It is stored among the payments, with amount 0; released there, it is taken back.
    """
    return _shown(call, writing_off.write_off(call.desk, body))


def _shown(call: Call, name: str) -> Tree:
    stored, allocations = paying.find_payment(call.desk, name)
    name = stored.payment.id
    paid_back, entries, exchanged = (
        paying.find_refunds(call.desk, name),
        payment_entries(call.desk, name),
        paying.find_exchanged(call.desk, stored),
    )
    return payment_tree(stored, allocations, paid_back, entries, call.language, exchanged=exchanged)
