"""Journal entries of payments at the desk: what a payment makes of the accounts is posted once, and each change of it as what differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from api.desk.desk import Desk
from api.desk.doubtful_posting import post_doubtful
from api.store import ledger, payments, refunds
from api.store.payments import PAID_OUT, Recorded, StoredPayment
from api.store.sql import Reading, Writing
from engine.documents.journal import JournalEntry
from engine.documents.payment_match import Allocation
from engine.money import Currency, Money
from engine.stages.posting.payment_entries import PostedPayment, entry_of, is_posted
from engine.stages.posting.standing import standing_posted

_AT_ONCE: Final = 1_000


class Settling(NamedTuple):
    """A payment and what it settles."""

    stored: StoredPayment
    allocations: tuple[Allocation, ...]


def post_payments(
    desk: Desk, connection: Writing, given: Sequence[Settling], recorded: Recorded, *, customers: Mapping[str, str] | None = None
) -> int:
    """Posts what is new of payments, and of the doubtful debts that they settle; gives how many entries that were.

    `customers` by document are read where they are not given.
    """
    count = 0
    for at in range(0, len(given), _AT_ONCE):
        entries = tuple(_entries(desk, connection, given[at : at + _AT_ONCE], customers))
        ledger.append(connection, entries, recorded)
        count += len(entries)
    return count + post_doubtful(desk, connection, recorded)


def post_missing(desk: Desk) -> int:
    """Posts all payments of which something is not posted: those that came before accounts were there. Gives how many entries that were."""
    with desk.writing() as connection:
        every = [Settling(one, payments.allocations_of(connection, one)) for one in payments.each(connection)]
        return post_payments(desk, connection, every, Recorded(on=desk.today, at=desk.now(), author=desk.author))


def _entries(desk: Desk, connection: Reading, given: Sequence[Settling], customers: Mapping[str, str] | None) -> Iterator[JournalEntry]:
    rulebook = desk.rulebook
    posted = [one for one in given if _is_counted(one) and is_posted(rulebook, one.stored.own_iban, _currency(one))]
    if not posted:
        return
    before = ledger.of_subjects(connection, (one.stored.payment.id for one in posted))
    owners = payments.customers_of(connection, _documents(posted)) if customers is None else customers
    opened: dict[date, date] = {}
    pays_back = _pays_back(connection, posted)
    for one in posted:
        name = one.stored.payment.id
        earlier = before.get(name, [])
        true_day = desk.today if earlier else one.stored.payment.entry_date
        if true_day not in opened:
            opened[true_day] = ledger.first_open(connection, true_day)
        entry = entry_of(
            _posted(one, owners, pays_back.get(name, ())),
            standing_posted(earlier),
            rulebook.accounts,
            name=f"{name}/{len(earlier) + 1}" if earlier else name,
            kind="payment-change" if earlier else "payment",
            on=opened[true_day],
            true_day=true_day,
        )
        if entry is not None:
            yield entry


_PaidBackTo = tuple[tuple[str | None, Money], ...]


def _pays_back(connection: Reading, given: Iterable[Settling]) -> dict[str, _PaidBackTo]:
    """By payment that left our account, which customers it pays back how much; None for one whose payment is in suspense."""
    linked = refunds.of_outgoing(connection, (one.stored.payment.id for one in given if one.stored.payment.amount.minor < 0))
    incoming = payments.some(connection, (each.incoming for some in linked.values() for each in some))
    received = {name: Settling(stored, payments.allocations_of(connection, stored)) for name, stored in incoming.items()}
    owners = payments.customers_of(connection, _documents(received.values()))
    whom = {name: _owner(one, owners) if one.stored.state == "matched" else None for name, one in received.items()}
    return {name: tuple((whom[each.incoming], each.amount) for each in some) for name, some in linked.items()}


def _owner(one: Settling, owners: Mapping[str, str]) -> str | None:
    """The customer of what a payment settles or names first."""
    named = [*(part.document for part in one.allocations), *one.stored.documents]
    return next((owners[number] for number in named if number in owners), None)


def _posted(one: Settling, owners: Mapping[str, str], pays_back: _PaidBackTo) -> PostedPayment:
    stored, owner = one.stored, _owner(one, owners)
    return PostedPayment(
        id=stored.payment.id,
        own_iban=stored.own_iban,
        amount=stored.payment.amount,
        is_matched=stored.state == "matched" and owner is not None,
        allocations=one.allocations,
        unallocated=stored.unallocated,
        customers=owners,
        owner=owner,
        refunded=stored.refunded,
        pays_back=pays_back,
    )


def _is_counted(one: Settling) -> bool:
    """What only another form of file reported is held and not counted."""
    return one.stored.because != "possible-duplicate" or bool(one.allocations) or one.stored.state == PAID_OUT


def _currency(one: Settling) -> Currency:
    return one.stored.payment.amount.currency


def _documents(given: Iterable[Settling]) -> Collection[str]:
    return {number for one in given for number in (*one.stored.documents, *(part.document for part in one.allocations))}
