"""Payments at the desk: bank files imported and matched, payments matched by hand and released again, and listed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

from api.desk.desk import Desk
from api.desk.exchanging import settled_by, take_back
from api.desk.open_documents import open_document, open_items
from api.desk.payment_events import announce_paid
from api.desk.payment_intake import Imported, PaymentIntake, entered
from api.desk.payment_lists import EnteredPayment
from api.desk.refunding import link, unlink
from api.desk.stored_payments import (
    BY_HAND,
    ENTERED_OTHERWISE,
    PAYMENT_LATER,
    find,
    likeness_of,
    lock,
    posted,
    recorded_now,
    reversed_parts,
)
from api.garbage import rare_collections
from api.importing.bank.bank_file import read_bank_file
from api.importing.bank.bank_problems import LARGEST
from api.refusals import Conflict, Positioned, not_possible
from api.store import payment_sources, payments, refunds, settlements
from api.store.payments import PAID_OUT, StoredPayment
from engine.documents.payment_match import Allocation, MatchState, PaidBack, PaymentMatch, Settlement
from engine.problems import refuse

STATES: Final = (*get_args(MatchState), PAID_OUT)


def import_files(desk: Desk, paths: Sequence[Path], *, encoding: str, accounts: Collection[str] = ()) -> Imported:
    """Takes bank files, as `import_contents` does."""
    return import_contents(desk, [(str(path), _content(path)) for path in paths], encoding=encoding, accounts=accounts)


@rare_collections()
def import_contents(desk: Desk, given: Sequence[tuple[str, bytes]], *, encoding: str, accounts: Collection[str] = ()) -> Imported:
    """Takes bank files by name, all or none, and matches their payments. A statement that is known changes nothing.

    Only statements of the seller's account are taken, and of the given ones.
    """
    ours = [desk.rulebook.company.seller.iban.replace(" ", ""), *accounts]
    files = [read_bank_file(name, content, encoding=encoding, accounts=ours) for name, content in given]
    texts = {file.path: file.text for file in files}
    if any(file.stops for file in files):
        raise Positioned(tuple(problem for file in files for problem in file.problems), texts)
    with desk.writing() as connection:
        taking = PaymentIntake(desk, connection)
        for file in files:
            problems = taking.take(file)
            if problems:
                raise Positioned(problems, texts)
        taking.end()
    return taking.imported


def enter(desk: Desk, given: EnteredPayment, source: str = BY_HAND, account: str | None = None) -> str:
    """Enters a payment by hand, or one that the accounting tool reports, and matches it; gives its id. A known id changes nothing.

    It is one of our bank account with an IBAN; of that of the seller, unless another is given.
    """
    if given.on > desk.today:
        raise refuse(PAYMENT_LATER, None, "/on", day=given.on, today=desk.today)
    with desk.writing() as connection:
        taking = PaymentIntake(desk, connection)
        known = payments.with_source(connection, source, given.id)
        if known is None:
            return taking.enter(given, source, account)
        as_before = entered(known.payment.id, given)
        if known.likeness != likeness_of(as_before, known.own_iban, as_before.iban):
            raise Conflict((ENTERED_OTHERWISE.at(None, None, name=given.id, payment=known.payment.id),), known.state, ())
        return known.payment.id


def match_by_hand(desk: Desk, name: str, documents: Sequence[str], *, in_full: bool = False) -> StoredPayment:
    """Settles documents with what is left of a payment, oldest due date first; refuses a payment of which nothing is left.

    They are paid `in_full` where a payer changed money: what is left of them then, or too much, is a difference of exchange. For a
    payment that left our account the names are those of payments that it pays back.
    """
    with desk.writing() as connection:
        lock(connection)
        stored = find(connection, name)
        name, left = stored.payment.id, stored.unallocated
        if stored.payment.amount.minor < 0:
            return link(desk, connection, stored, documents)
        if stored.state == PAID_OUT or left.minor <= 0:
            raise not_possible("payment", name, stored.state, "match", ())
        items = open_items(connection)
        chosen = [open_document(items, number, left) for number in dict.fromkeys(documents)]
        allocations, rest = settled_by(replace(stored.payment, amount=left), chosen, in_full=in_full)
        payments.append_allocations(connection, allocations, recorded_now(desk))
        linked = tuple(dict.fromkeys([*(stored.documents if stored.state == "matched" else ()), *(each.number for each in chosen)]))
        payments.set_outcome(connection, PaymentMatch(payment=name, state="matched", unallocated=rest, documents=linked))
        announce_paid(desk, connection, allocations)
        return posted(desk, connection, name)


def release(desk: Desk, name: str) -> StoredPayment:
    """Takes back all that a payment settles, a write-off, or that it pays others back: its documents are open again."""
    with desk.writing() as connection:
        lock(connection)
        stored = find(connection, name)
        name, parts = stored.payment.id, payments.allocations_of(connection, stored)
        left = stored.payment.amount - stored.refunded if stored.refunded else stored.payment.amount
        if stored.because == "exchanged":
            return take_back(desk, connection, stored)
        if stored.state != "matched" or (stored.refunded and not left):
            is_to_match = stored.unallocated and stored.state != "matched"
            raise not_possible("payment", name, stored.state, "release", ("match",) if is_to_match else ())
        if stored.payment.amount.minor < 0:
            return unlink(desk, connection, stored)
        payments.append_allocations(connection, reversed_parts(parts), recorded_now(desk))
        undone = PaymentMatch(payment=name, state="unmatched", unallocated=left)
        if not stored.payment.amount:  # it only wrote an invoice off, and nothing came in
            undone = replace(undone, state="held", because="taken-back")
        payments.set_outcome(connection, undone)
        return posted(desk, connection, name)


def find_payment(desk: Desk, name: str) -> tuple[StoredPayment, tuple[Allocation, ...]]:
    """A payment and what it settles; refuses an unknown one."""
    with desk.store.reading() as connection:
        stored = find(connection, name)
        return stored, payments.allocations_of(connection, stored)


def find_refunds(desk: Desk, name: str) -> tuple[PaidBack, ...]:
    """What the payment of an id gives back of others, or what others give back of it."""
    with desk.store.reading() as connection:
        return (*refunds.of_outgoing(connection, [name]).get(name, ()), *refunds.of_incoming(connection, [name]).get(name, ()))


def find_exchanged(desk: Desk, stored: StoredPayment) -> str | None:
    """What a payment is in another currency; None where it is in one only."""
    with desk.store.reading() as connection:
        name = payment_sources.in_other_currency(connection, stored.payment.id)
        is_of_now = stored.payment.amount.currency == desk.rulebook.currency or stored.because == "exchanged"
        return name if is_of_now else None


def find_settlement(desk: Desk, number: str) -> Settlement | None:
    """What was paid and credited of an invoice, and what is left; None for a credit note."""
    with desk.store.reading() as connection:
        return settlements.of_documents(connection, [number]).get(number)


def each_payment(desk: Desk, *, state: str | None = None, document: str | None = None, after: str | None = None) -> Iterator[StoredPayment]:
    """Payments in the order of their ids."""
    with desk.store.reading() as connection:
        yield from payments.each(connection, state=state, document=document, after=after)


def _content(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(LARGEST + 1)
