"""Payments paid back: refunds to customers and payments that a bank took back, by hand and from bank files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from api.desk.desk import Desk
from api.desk.payment_lists import above_zero
from api.desk.payment_posting import Settling
from api.desk.stored_payments import (
    BY_HAND,
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
from api.store import payments, refunds, settlements
from api.store.issued_documents import advance_counter
from api.store.payments import PAID_OUT, Recorded, StoredPayment
from api.store.sql import Reading, Writing
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.payment_match import Allocation, PaidBack, Payment, PaymentMatch
from engine.money import Money
from engine.problems import Kind, refuse
from engine.stages.settling.allocation import changes, pay_back, surplus_of, undo
from engine.stages.settling.open_items import OpenItems

TOO_MUCH: Final = Kind(
    "refund-too-large",
    "{available} of the payment {payment} can be paid back, and not {amount}",
    "credit its invoice or release the payment first, so that more of it is left; or write a smaller amount",
)
NOTHING_LEFT: Final = Kind(
    "nothing-to-refund",
    "nothing of the payment {payment} can be paid back: all of it settles documents, or was paid back",
    "credit the invoice or release the payment first; or write `returned` where the bank took it back",
)
NO_OTHER: Final = Kind(
    "not-paid-back", "{payment} left our account, and {name} is no payment of which something can be paid back", "name one that came in"
)
TOO_EARLY: Final = Kind(
    "refund-too-early",
    "the payment {payment} came in on {received}, and is paid back on {day}, before that",
    "write the day on which it was paid back, or choose the payment that came in before",
)
_REVERSAL: Final = "reversal"


class GivenRefund(Document):
    """Money that is paid back and that no bank file reports, such as cash."""

    id: Annotated[str, Field(min_length=1, max_length=100)]
    """What names it where it comes from: the same id again is the same refund."""
    on: GivenDay
    amount: Annotated[Money, AfterValidator(above_zero), Field(description="As a decimal string above 0.")] | None = None
    """Absent: all that can be paid back."""
    returned: bool = False
    """Whether the bank took the payment back: what it settles is open again, the newest first."""
    note: str = Field(default="", max_length=1_000)


@dataclass(frozen=True, slots=True)
class Origin:
    """A payment of which another gives so much back."""

    settling: Settling
    amount: Money


def refund(desk: Desk, name: str, given: GivenRefund) -> str:
    """Enters that a payment was paid back, or a part of it; gives the id of the payment that left. A known id changes nothing."""
    if given.on > desk.today:
        raise refuse(PAYMENT_LATER, None, "/on", day=given.on, today=desk.today)
    with desk.writing() as connection:
        place, recorded = lock(connection), recorded_now(desk)
        one = settling(connection, name)
        name = one.stored.payment.id
        if one.stored.payment.amount.minor <= 0:
            raise not_possible("payment", name, one.stored.state, "refund", ())
        known = payments.with_source(connection, BY_HAND, given.id)
        if known is not None:
            return _known(connection, known, name, given)
        _check_order(one, given.on, "/on")
        available = available_of(connection, one, is_return=given.returned)
        if not available:
            raise Conflict((NOTHING_LEFT.at(None, "/amount", payment=name),), one.stored.state, ())
        amount = given.amount or available
        if amount > available:
            raise Conflict((TOO_MUCH.at(None, "/amount", payment=name, available=available, amount=amount),), one.stored.state, ())
        outgoing = f"P{place.sequence:06d}"
        stored = outgoing_of(one.stored, outgoing, amount, given, recorded)
        payments.append(connection, stored, BY_HAND, given.id, recorded)
        apply(connection, outgoing, [Origin(one, amount)], recorded, is_return=given.returned)
        advance_counter(connection, place)
        posted(desk, connection, outgoing)
    return outgoing


def link(desk: Desk, connection: Writing, outgoing: StoredPayment, names: Sequence[str]) -> StoredPayment:
    """Takes a payment that left our account as paying back others, in their order, as far as they can be paid back."""
    name, is_return = outgoing.payment.id, outgoing.because == _REVERSAL
    left, origins = -outgoing.unallocated, list[Origin]()
    if not left:
        raise not_possible("payment", name, outgoing.state, "match", ("release",))
    received = (settling(connection, each) for each in names)
    for each, one in {one.stored.payment.id: one for one in received}.items():
        if one.stored.payment.amount.minor <= 0 or one.stored.own_iban != outgoing.own_iban:
            raise Conflict((NO_OTHER.at(None, payment=name, name=each),), one.stored.state, ())
        _check_order(one, outgoing.payment.entry_date)
        amount = min(left, available_of(connection, one, is_return=is_return))
        left -= amount
        origins += [Origin(one, amount)] if amount else []
    if not origins:
        raise Conflict((NOTHING_LEFT.at(None, payment=", ".join(names)),), outgoing.state, ())
    documents = tuple(dict.fromkeys([*outgoing.documents, *(each for origin in origins for each in origin.settling.stored.documents)]))
    payments.set_state(connection, name, state="matched", because=outgoing.because, unallocated=-left, documents=documents)
    apply(connection, name, origins, recorded_now(desk), is_return=is_return)
    return posted(desk, connection, name)


def _check_order(one: Settling, day: date, pointer: str | None = None) -> None:
    """Refuses to pay back what had not come in yet: the books of that day would owe nobody what left."""
    received = one.stored.payment.entry_date
    if day < received:
        problem = TOO_EARLY.at(None, pointer, payment=one.stored.payment.id, received=received, day=day)
        raise Conflict((problem,), one.stored.state, ())


def unlink(desk: Desk, connection: Writing, outgoing: StoredPayment) -> StoredPayment:
    """Takes back that a payment paid others back: they have so much left again."""
    name, amount, recorded = outgoing.payment.id, outgoing.payment.amount, recorded_now(desk)
    linked = refunds.of_outgoing(connection, [name]).get(name, ())
    refunds.append(connection, [replace(each, amount=-each.amount) for each in linked], recorded)
    for each in linked:
        stored = find(connection, each.incoming)
        was_resolved = stored.because == "refunded"
        state = "unmatched" if was_resolved and not stored.documents else stored.state
        because = None if was_resolved else stored.because
        payments.set_state(connection, each.incoming, state=state, because=because, unallocated=stored.unallocated + each.amount)
    state = "held" if outgoing.because == _REVERSAL else PAID_OUT
    payments.set_state(connection, name, state=state, because=outgoing.because, unallocated=amount, documents=())
    for each in linked:
        posted(desk, connection, each.incoming)
    return posted(desk, connection, name)


def origin_of(connection: Reading, payment: Payment, own_iban: str, items: OpenItems) -> Origin | None:
    """The payment that one which left our account gives back, where only one can be meant.

    What came back has the amount of the payment, and its communication, its documents, or its account where only one is alike. A refund
    goes to the account from which a payment came of which exactly so much is left, or names the one document of which enough is left.
    """
    numbers = _numbers(connection, payment, items)
    if payment.is_reversal:
        candidates = refunds.returned_alike(connection, payment, own_iban)
        alike = [settling(connection, one.payment.id) for one in candidates if one.payment.entry_date <= payment.entry_date]
        named = [one for one in alike if _is_named(payment, one, numbers)]
        chosen = named[:1] or (alike if len(alike) == 1 and payment.iban is not None else [])
        return Origin(chosen[0], -payment.amount) if chosen else None
    amount = -payment.amount
    stored = [settling(connection, one.payment.id) for one in refunds.with_surplus(connection, payment.iban, numbers)]
    left = [(one, available_of(connection, one, is_return=False)) for one in stored if _came_before(one, payment, own_iban)]
    named = [one for one, available in left if available >= amount and _is_named(payment, one, numbers)]
    exact = [one for one, available in left if available == amount and one.stored.payment.iban == payment.iban is not None]
    chosen = named or exact
    return Origin(chosen[0], amount) if len(chosen) == 1 else None


def _came_before(one: Settling, payment: Payment, own_iban: str) -> bool:
    """Whether a payment came in on our account before another left it, or on the same day."""
    return one.stored.own_iban == own_iban and one.stored.payment.entry_date <= payment.entry_date


def apply(connection: Writing, outgoing: str, origins: Sequence[Origin], recorded: Recorded, *, is_return: bool) -> list[Allocation]:
    """Stores that a payment gives others back; gives the parts below zero by which what they settle is taken back."""
    undone = list[Allocation]()
    refunds.append(
        connection,
        [PaidBack(outgoing=outgoing, incoming=each.settling.stored.payment.id, amount=each.amount) for each in origins],
        recorded,
    )
    for each in origins:
        stored, before = each.settling.stored, each.settling.allocations
        if is_return:
            after, left = undo(before, stored.unallocated, each.amount)
        else:
            after, left = pay_back(before, stored.unallocated, each.amount, _excess(connection, before))
        parts = changes(before, after)
        payments.append_allocations(connection, parts, recorded)
        undone += parts
        is_resolved = stored.state != "matched" and not left and not after
        state, because = ("matched", "refunded") if is_resolved else (stored.state, stored.because)
        payments.set_state(connection, stored.payment.id, state=state, because=because, unallocated=left)
    return undone


def available_of(connection: Reading, one: Settling, *, is_return: bool) -> Money:
    """What of a payment can be paid back: all of it that was not where the bank takes it back, else only what no document asks for."""
    if is_return:
        return sum((part.amount for part in one.allocations if part.kind == "payment"), one.stored.unallocated)
    return surplus_of(one.allocations, one.stored.unallocated, _excess(connection, one.allocations))


def _excess(connection: Reading, allocations: Sequence[Allocation]) -> dict[str, Money]:
    """What documents have beyond what they ask: those that were credited after they were paid."""
    stored = settlements.of_documents(connection, {part.document for part in allocations})
    return {number: -each.rest for number, each in stored.items() if each.rest.minor < 0}


def _numbers(connection: Reading, payment: Payment, items: OpenItems) -> tuple[str, ...]:
    """The invoices that a payment names: by reference, by number, or by that of a credit note."""
    by_reference = items.by_reference.get(payment.reference or "", ())
    return tuple(dict.fromkeys([*by_reference, *items.numbers_in(payment.text), *refunds.corrected(connection, payment.text)]))


def _is_named(payment: Payment, one: Settling, numbers: Sequence[str]) -> bool:
    """Whether a payment carries the reference of another, or names what that settles or names."""
    own = {*one.stored.documents, *(part.document for part in one.allocations)}
    return bool(own & set(numbers)) or payment.reference == one.stored.payment.reference is not None


def outgoing_of(incoming: StoredPayment, name: str, amount: Money, given: GivenRefund, recorded: Recorded) -> StoredPayment:
    """The payment that leaves our account, for the same account as another came from."""
    came = incoming.payment
    payment = Payment(
        id=name, amount=-amount, entry_date=given.on, text=" ".join(given.note.split()), name=came.name, iban=came.iban
    )  # fmt: skip
    matched = PaymentMatch(
        payment=name,
        state="matched",
        unallocated=Money(0, amount.currency),
        documents=incoming.documents,
        because=_REVERSAL if given.returned else None,
    )
    return new_payment(payment, (incoming.own_iban, likeness_of(payment, incoming.own_iban, came.iban)), matched, recorded)


def _known(connection: Reading, known: StoredPayment, name: str, given: GivenRefund) -> str:
    """The id of a refund that was entered before; refuses one that was entered with other contents."""
    linked = [each.incoming for each in refunds.of_outgoing(connection, [known.payment.id]).get(known.payment.id, ())]
    same = (known.payment.entry_date, linked, known.because == _REVERSAL) == (given.on, [name], given.returned)
    if not same or given.amount not in (None, -known.payment.amount):
        raise Conflict((ENTERED_OTHERWISE.at(None, None, name=given.id, payment=known.payment.id),), known.state, ())
    return known.payment.id
