"""Payments as lists, answers and requests have them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, Field

from api.desk.desk import Desk
from api.desk.entry_trees import entry_trees
from api.desk.listing import Cells, Walked, listing
from api.store import payments, walks
from api.store.payments import StoredPayment
from api.store.sql import Reading
from engine.dates import Day, GivenDay
from engine.documents.document import Document
from engine.documents.journal import JournalEntry
from engine.documents.payment_match import Allocation, PaidBack
from engine.model_errors import field_error
from engine.money import Money
from engine.phrases import Language, phrase

StateNow = Literal["matched", "proposed", "held", "unmatched", "paid-out"]


class ListedPayment(BaseModel):
    """A payment in a list, with what became of it."""

    id: str
    entry_date: date
    amount: Money
    currency: str
    name: str | None
    text: str | None
    state: StateNow
    because: str | None
    documents: str | None
    unallocated: Money
    refunded: Money | None


class PaymentConditions(Document):
    """What may be asked of payments."""

    state: StateNow | None = None
    entered_from: Day | None = None
    entered_to: Day | None = None


def above_zero(amount: Money) -> Money:
    """An amount of a request that must be above zero."""
    if amount.minor <= 0:
        raise field_error("amount", "a payment has an amount above 0", remedy=phrase("write an amount above 0"))
    return amount


class EnteredPayment(Document):
    """A payment that is entered by hand: the same id again is the same payment."""

    id: str = Field(min_length=1, max_length=100)
    """What names it where it comes from, such as the number of a receipt."""
    on: GivenDay
    amount: Annotated[Money, AfterValidator(above_zero), Field(description="As a decimal string above 0.")]
    name: str = Field(default="", max_length=200)
    """Who paid."""
    iban: str | None = Field(default=None, max_length=42)
    """The account from which it came."""
    reference: str = Field(default="", max_length=1_000)
    """What the payer wrote: a structured communication, numbers of invoices, or free text."""


def payment_cells(_desk: Desk, one: StoredPayment) -> Cells:
    """What a list says of a payment."""
    given = one.payment
    about = (given.name or None, given.reference or given.text or None, one.state, one.rule or one.because)
    return (
        given.id,
        given.entry_date,
        given.amount,
        given.amount.currency.code,
        *about,
        ", ".join(one.documents) or None,
        one.unallocated,
        one.refunded,
    )


def payment_tree(
    stored: StoredPayment,
    allocations: Iterable[Allocation],
    paid_back: Iterable[PaidBack],
    entries: Iterable[JournalEntry],
    language: Language,
    *,
    exchanged: str | None,
) -> dict[str, object]:
    """A payment, what it settles, what it gives back or is given back of it, how it was posted, and what it is in another currency."""
    given = stored.payment
    others = ((each.outgoing if each.incoming == given.id else each.incoming, each.amount) for each in paid_back)
    return {
        "id": given.id,
        "account": stored.own_iban,
        "entry_date": str(given.entry_date),
        "value_date": None if given.value_date is None else str(given.value_date),
        "amount": str(given.amount),
        "currency": given.amount.currency.code,
        "name": given.name or None,
        "payer_iban": given.iban,
        "reference": given.reference,
        "text": given.text or None,
        "state": stored.state,
        "because": stored.rule or stored.because,
        "unallocated": str(stored.unallocated),
        "refunded": str(stored.refunded or Money(0, given.amount.currency)),
        "documents": list(stored.documents),
        "allocations": [{"document": part.document, "amount": str(part.amount), "kind": part.kind} for part in allocations],
        "refunds": [{"payment": name, "amount": str(amount)} for name, amount in others],
        "exchanged": exchanged,
        "entries": entry_trees(entries, language),
    }


def _payments(_desk: Desk, connection: Reading, ids: Collection[str]) -> Mapping[str, StoredPayment]:
    return payments.some(connection, ids)


_WALKED: Final = Walked(walk=walks.PAYMENTS, load=_payments, cells=payment_cells)
PAYMENTS: Final = listing("payments", ListedPayment, PaymentConditions, _WALKED, facets=("state",))
