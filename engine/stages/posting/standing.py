"""What something makes of the accounts, place by place, and the entry that makes the accounts so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.documents.journal import EntryKind, JournalEntry, Posting
from engine.documents.totals import sum_by
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import Kind
from engine.rulebook.vat import Account
from engine.stages.posting.legs import leg

CUSTOMERS: Final = "customers"
NO_ROLE: Final = Kind(
    "no-account-of-role",
    "vat/accounts.yaml has no account for `{role}`, to which {document} posts",
    "add it under `roles` with its number and label, and publish the rulebook",
)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: the role and number of an account, a customer's part of it, and a document's part of that."""

    role: str
    account: str
    customer: str = ""
    document: str = ""


Standing = Mapping[Place, Money]
"""What stands in each place: above zero on the debit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryHead:
    """What an entry is beside its postings: its kind and name, of what it is, its day, and the day that it would have in an open month."""

    kind: EntryKind
    name: str
    subject: str
    currency: Currency
    on: date
    true_day: date


def entry_between(before: Standing, after: Standing, head: EntryHead, account_at: Callable[[Place], Account]) -> JournalEntry | None:
    """The entry that makes one standing another; None where they are the same. Its text says the true day of one in a closed month."""
    nothing = Money(0, head.currency)
    changes = {place: after.get(place, nothing) - before.get(place, nothing) for place in dict.fromkeys([*after, *before])}
    parts = sorted(((place, amount) for place, amount in changes.items() if amount), key=lambda part: part[1].minor < 0)
    postings = tuple(_posting(place, amount, account_at(place)) for place, amount in parts)
    if not postings:
        return None
    customers = {posting.customer for posting in postings if posting.role == CUSTOMERS}
    return JournalEntry(
        kind=head.kind,
        currency=head.currency,
        document=head.name,
        subject=head.subject,
        posted_on=head.on,
        customer=customers.pop() or "" if len(customers) == 1 else "",
        text="" if head.on == head.true_day else phrase("of {day}, in a closed month", day=head.true_day),
        postings=postings,
    )


def standing_posted(entries: Iterable[JournalEntry]) -> Standing:
    """What entries made of the accounts."""
    return without_nothing(
        (Place(each.role or "", each.account, each.customer or "", each.document or ""), each.debit - each.credit)
        for entry in entries
        for each in entry.postings
    )


def without_nothing(parts: Iterable[tuple[Place, Money]]) -> Standing:
    """The sums by place that are not zero."""
    return {place: amount for place, amount in sum_by(parts).items() if amount}


def _posting(place: Place, amount: Money, account: Account) -> Posting:
    of = place.customer or None, place.document or None
    return leg(account, amount, debit=True, role=place.role, customer=of[0], document=of[1])
