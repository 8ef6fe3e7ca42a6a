"""Payments in another currency: what our bank credited is a payment of its own, and differences of exchange close documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from api.desk.desk import Desk
from api.desk.open_documents import open_document, open_items
from api.desk.payment_events import announce_paid
from api.desk.payment_lists import above_zero
from api.desk.payment_posting import Settling, post_payments
from api.desk.refunding import GivenRefund, Origin, apply, outgoing_of
from api.desk.stored_payments import (
    ENTERED_OTHERWISE,
    PAYMENT_LATER,
    find,
    likeness_of,
    lock,
    new_payment,
    posted,
    recorded_now,
    settling,
)
from api.refusals import Conflict, not_possible
from api.store import payment_sources, payments
from api.store.issued_documents import Place, advance_counter
from api.store.payment_sources import EXCHANGE
from api.store.payments import StoredPayment
from api.store.sql import Reading, Writing
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.payment_match import Allocation, OpenDocument, Payment, PaymentMatch
from engine.money import Money
from engine.problems import Kind, Problem, refuse
from engine.stages.settling.allocation import allocate, settle_exchanged
from engine.stages.settling.matching import TOLERANCE, match
from engine.stages.settling.open_items import OpenItems

OWN_CURRENCY: Final = Kind("payment-not-foreign", "the payment {payment} is in {currency} already", "match it: `payment match`")
EXCHANGE_EARLY: Final = Kind(
    "exchange-early", "the payment {payment} came in on {received}, and {day} is before that", "write the day on which the bank credited it"
)
TOO_FAR: Final = Kind(
    "exchange-too-far",
    "{amount} and {due}, which {documents} ask, differ by more than a quarter: that is no difference of exchange",
    "name other documents, or settle a part of them: leave out `in-full`",
)
NO_DOCUMENTS: Final = Kind("exchange-names-nothing", "nothing says which documents are paid in full", "name their numbers")
_REVERSED: Final = "exchange-reversed"


class GivenExchange(Document):
    """What our bank credited for a payment in another currency."""

    amount: Annotated[Money, AfterValidator(above_zero), Field(description="In our currency, as a decimal string above 0.")]
    on: GivenDay | None = None
    """The day on which the bank credited it; absent: that of the payment."""
    documents: tuple[Annotated[str, Field(max_length=200)], ...] = Field(default=(), max_length=1_000)
    """What it settles; absent: what its words say."""
    in_full: bool = False
    """Whether they are paid in full: what is left of them, or too much, is a difference of exchange."""


def exchange(desk: Desk, name: str, given: GivenExchange) -> str:
    """Enters what our bank credited for a payment in another currency; gives the id of that payment, which is matched and posted."""
    with desk.writing() as connection:
        place, stored = lock(connection), find(connection, name)
        known = _known(connection, stored, given)
        if known is not None:
            return known
        _check(desk, stored, given)
        made = _made(desk, place, stored, given)
        items = open_items(connection)
        matched = _matched(made, given, items)
        recorded, before = recorded_now(desk), stored.payment.id
        one = new_payment(made, (stored.own_iban, likeness_of(made, stored.own_iban, made.iban)), matched, recorded)
        number = len(payment_sources.exchanges_of(connection, before)) + 1
        payments.append_many(connection, [(one, matched.allocations)], [(EXCHANGE, f"{before}/{number}")], recorded)
        nothing = Money(0, stored.unallocated.currency)
        payments.set_state(connection, before, state="matched", because="exchanged", unallocated=nothing, documents=())
        advance_counter(connection, place)
        post_payments(desk, connection, [Settling(one, matched.allocations)], recorded)
        announce_paid(desk, connection, matched.allocations)
    return made.id


def settled_by(payment: Payment, documents: Sequence[OpenDocument], *, in_full: bool) -> tuple[tuple[Allocation, ...], Money]:
    """The parts of a payment for documents and what is left of it; nothing where they are paid in full, whatever exchange made of it."""
    if not in_full:
        return allocate(payment, documents, TOLERANCE)
    parts = settle_exchanged(payment, documents)
    if parts is None:
        due, names = sum((each.rest for each in documents), Money(0, payment.amount.currency)), [each.number for each in documents]
        problem = TOO_FAR.at(None, "/in_full", amount=payment.amount, due=due, documents=", ".join(names))
        raise Conflict((problem,), "open", ())
    return parts, Money(0, payment.amount.currency)


def take_back(desk: Desk, connection: Writing, stored: StoredPayment) -> StoredPayment:
    """Takes back what our bank was entered to have credited: that payment is paid back today, and the other one waits again."""
    made, recorded = payment_sources.exchanges_of(connection, stored.payment.id)[-1], recorded_now(desk)
    one = settling(connection, made)
    if one.stored.refunded:
        raise not_possible("payment", made, one.stored.state, "release", ())
    place = lock(connection)
    outgoing = f"P{place.sequence:06d}"
    given = GivenRefund(id=outgoing, on=desk.today, returned=True, note=one.stored.payment.text[:1_000])
    paid_back = outgoing_of(one.stored, outgoing, one.stored.payment.amount, given, recorded)
    payments.append(connection, paid_back, _REVERSED, outgoing, recorded)
    apply(connection, outgoing, [Origin(one, one.stored.payment.amount)], recorded, is_return=True)
    payments.set_outcome(connection, match(stored.payment, open_items(connection)))
    advance_counter(connection, place)
    posted(desk, connection, outgoing)
    return find(connection, stored.payment.id)


def _known(connection: Reading, stored: StoredPayment, given: GivenExchange) -> str | None:
    """The id of what was entered before, with the same contents; refuses others."""
    if stored.because != "exchanged":
        return None
    before = find(connection, payment_sources.exchanges_of(connection, stored.payment.id)[-1])
    on = given.on or stored.payment.entry_date
    if (before.payment.amount, before.payment.entry_date) != (given.amount, on):
        problem = ENTERED_OTHERWISE.at(None, None, name=stored.payment.id, payment=before.payment.id)
        raise Conflict((problem,), stored.state, ("release",))
    return before.payment.id


def _check(desk: Desk, stored: StoredPayment, given: GivenExchange) -> None:
    payment, currency = stored.payment, desk.rulebook.currency
    on = given.on or payment.entry_date
    problem: Problem | None = None
    if payment.amount.currency == currency:
        problem = OWN_CURRENCY.at(None, None, payment=payment.id, currency=currency)
    elif on < payment.entry_date:
        problem = EXCHANGE_EARLY.at(None, "/on", payment=payment.id, received=payment.entry_date, day=on)
    if problem is not None:
        raise Conflict((problem,), stored.state, ())
    if on > desk.today:
        raise refuse(PAYMENT_LATER, None, "/on", day=on, today=desk.today)
    if payment.amount.minor <= 0 or stored.unallocated != payment.amount:
        raise not_possible("payment", payment.id, stored.state, "exchange", ())


def _made(desk: Desk, place: Place, stored: StoredPayment, given: GivenExchange) -> Payment:
    """The payment in our currency, with the words and the payer of the other."""
    came = stored.payment
    return replace(came, id=f"P{place.sequence:06d}", amount=given.amount, entry_date=given.on or came.entry_date, value_date=None)


def _matched(made: Payment, given: GivenExchange, items: OpenItems) -> PaymentMatch:
    """What it settles: what is named, else what its words say."""
    matched = match(made, items)
    if not given.documents and not given.in_full:
        return matched
    numbers = given.documents or (matched.documents if matched.state == "matched" else ())
    if not numbers:
        raise refuse(NO_DOCUMENTS, None, "/documents")
    chosen = [open_document(items, number, made.amount) for number in dict.fromkeys(numbers)]
    parts, left = settled_by(made, chosen, in_full=given.in_full)
    return PaymentMatch(
        payment=made.id, state="matched", allocations=parts, unallocated=left, documents=tuple(each.number for each in chosen)
    )
