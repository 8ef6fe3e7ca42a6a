"""Payments in the store as the desk changes them: one writer at a time, each change recorded and posted."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from api.desk.desk import Desk
from api.desk.payment_posting import Settling, post_payments
from api.refusals import unknown
from api.store import payments, refunds
from api.store.issued_documents import Place, reserve_place
from api.store.payments import PAID_OUT, Recorded, StoredPayment
from api.store.sql import Reading, Writing
from engine.documents.payment_match import Allocation, Payment, PaymentMatch
from engine.problems import Kind

BY_HAND: Final = "hand"
BY_TOOL: Final = "tool"
PAYMENT_LATER: Final = Kind("payment-later", "a payment of {day} is not received yet: today is {today}", "write a day of today or before")
ENTERED_OTHERWISE: Final = Kind(
    "payment-entered-otherwise",
    "the payment `{name}` was entered before, with other contents, as {payment}",
    "give another payment an id of its own",
)


def lock(connection: Writing) -> Place:
    """The next number of a payment. Whoever changes what is paid waits for whoever does so already."""
    return reserve_place(connection, "payment", "payment", None)


def recorded_now(desk: Desk) -> Recorded:
    """When and by whom something is recorded now."""
    return Recorded(on=desk.today, at=desk.now(), author=desk.author)


def find(connection: Reading, name: str) -> StoredPayment:
    """A payment by its id, or by what named it when it was entered by hand; refuses an unknown one."""
    stored = payments.find(connection, name) or payments.with_source(connection, BY_HAND, name)
    if stored is None:
        raise unknown("payment", name)
    return stored


def settling(connection: Reading, name: str) -> Settling:
    """A payment as it is now, with what it settles."""
    stored = find(connection, name)
    return Settling(stored, payments.allocations_of(connection, stored))


def posted(desk: Desk, connection: Writing, name: str) -> StoredPayment:
    """A payment as it is now, whose change is posted, with those that it pays back and those that pay it back."""
    linked = (*refunds.of_outgoing(connection, [name]).get(name, ()), *refunds.of_incoming(connection, [name]).get(name, ()))
    names = dict.fromkeys([name, *(end for each in linked for end in (each.incoming, each.outgoing))])
    post_payments(desk, connection, [settling(connection, each) for each in names], recorded_now(desk))
    return find(connection, name)


def new_payment(payment: Payment, alike: tuple[str, str], matched: PaymentMatch, recorded: Recorded) -> StoredPayment:
    """A payment with what became of it, as it is stored; `alike` are our account and its likeness."""
    is_paid_out = payment.amount.minor < 0 and matched.state == "unmatched"
    return StoredPayment(
        payment=payment,
        own_iban=alike[0],
        likeness=alike[1],
        state=PAID_OUT if is_paid_out else matched.state,
        rule=matched.rule,
        because=matched.because,
        documents=matched.documents,
        unallocated=matched.unallocated,
        recorded_on=recorded.on,
    )


def reversed_parts(parts: tuple[Allocation, ...]) -> list[Allocation]:
    """What takes parts of a payment back, the newest first."""
    return [replace(part, amount=-part.amount) for part in reversed(parts)]


def likeness_of(payment: Payment, own_iban: str, payer: str | None) -> str:
    """Equal for one payment, whatever reports it; two equal ones of a day are told apart by their order."""
    words = "".join((payment.reference or payment.text).upper().split())[:140]
    return f"{own_iban} {payment.amount.currency.code} {payment.entry_date} {payment.amount.minor} {payer or ''} {words}"
