"""What accounting is given of a journal entry that is not of a document; what the tool has by itself is left out of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from api.delivery.accounting.bookings import posting_line
from api.delivery.accounting.connector import Entry, EntryLine
from api.desk.sales import surviving
from api.store import customers, journal_entries, payment_sources
from api.store.sql import Reading
from engine.documents.journal import JournalEntry, Posting
from engine.documents.party import Customer
from engine.money import Money
from engine.phrases import say

_OF_PAYMENTS: Final = ("payment", "payment-change")
_THERE: Final = ("bank", "suspense", "customers")
"""What a payment that was entered in the tool does there by itself: its other legs, such as a difference, are ours."""


def entries_of(connection: Reading, given: Sequence[JournalEntry]) -> dict[str, Entry | None]:
    """Entries by name, with their customers as these are now; None for one that the tool has by itself, since its payment is from there."""
    theirs = payment_sources.reported_by_tool(connection, (each.subject or "" for each in given if each.kind in _OF_PAYMENTS))
    buyers = _customers(connection, given)
    is_theirs = {(each.kind, each.document): each.kind in _OF_PAYMENTS and each.subject in theirs for each in given}
    return {journal_entries.name_of(each): _entry(each, buyers, is_theirs=is_theirs[each.kind, each.document]) for each in given}


def hash_of(entry: Entry) -> str:
    """The hash of what is entered: another one where anything of it differs."""
    lines = [[each.account, str(each.debit), str(each.credit), each.customer and each.customer.id, each.document] for each in entry.lines]
    return hashlib.sha256(json.dumps([entry.name, str(entry.posted_on), entry.text, lines]).encode()).hexdigest()


def _entry(given: JournalEntry, buyers: Mapping[str, Customer], *, is_theirs: bool) -> Entry | None:
    lines = _without_theirs(given, buyers) if is_theirs else [_line(given, each, buyers) for each in given.postings]
    if not lines:
        return None
    return Entry(
        name=journal_entries.name_of(given),
        posted_on=given.posted_on,
        text=say(given.text, "en") if given.text else "",
        lines=tuple(lines),
        amount=sum((each.debit for each in lines), Money(0, given.currency)),
    )


def _line(given: JournalEntry, posting: Posting, buyers: Mapping[str, Customer]) -> EntryLine:
    customer = buyers.get(posting.customer or given.customer)
    return posting_line(posting, customer)


def _without_theirs(given: JournalEntry, buyers: Mapping[str, Customer]) -> list[EntryLine]:
    """The legs that the tool does not have, against the customer's account."""
    own = [each for each in given.postings if each.role not in _THERE]
    rest = sum((each.debit - each.credit for each in own), Money(0, given.currency))
    counter = next((each for each in given.postings if each.role == "customers"), None)
    if not own or counter is None:
        return []
    nothing = Money(0, given.currency)
    amounts = (nothing, rest) if rest.minor > 0 else (-rest, nothing)
    settled = EntryLine(
        account=counter.account,
        debit=amounts[0],
        credit=amounts[1],
        customer=buyers.get(counter.customer or given.customer),
        document=counter.document,
    )
    return [*(_line(given, each, buyers) for each in own), settled]


def _customers(connection: Reading, given: Iterable[JournalEntry]) -> dict[str, Customer]:
    """The customers that entries name, each as it is now, or the one into which it was merged."""
    names = {name for each in given for name in (each.customer, *(leg.customer for leg in each.postings)) if name}
    now = {name: surviving(connection, name) for name in names}
    buyers = customers.find(connection, now.values())
    return {name: buyers[current] for name, current in now.items() if current in buyers}
