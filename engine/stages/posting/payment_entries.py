"""The journal entries of a payment: what it makes of the accounts by its state, less what was posted of it before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.documents.journal import EntryKind, JournalEntry, Posting
from engine.documents.payment_match import Allocation
from engine.documents.totals import sum_by
from engine.money import Currency, Money
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.vat import Account, AccountRole, Accounts
from engine.stages.posting.legs import leg

CUSTOMERS: Final = "customers"
NO_ROLE: Final = Kind(
    "no-account-of-role",
    "vat/accounts.yaml has no account for `{role}`, to which {document} posts",
    "add it under `roles` with its number and label, and publish the rulebook",
)
_GIVEN_UP: Final[Mapping[str, AccountRole]] = {
    "difference": "difference-loss",
    "cash-discount": "cash-discount",
    "write-off": "write-off",
    "charge": "bank-charge",
}
_VAT_DUE: Final = "vat-due"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedPayment:
    """What an entry needs of a payment: its amount, our account, what it settles of whom, and what is left of it."""

    id: str
    own_iban: str
    amount: Money
    """Below zero where it left our account."""
    is_matched: bool
    """Whether its customer is known; otherwise it waits in suspense."""
    allocations: tuple[Allocation, ...] = ()
    unallocated: Money
    customers: Mapping[str, str]
    """The customer of each document that it settles or names."""
    owner: str | None = None
    """The customer to whom belongs what is left of it."""
    refunded: Money | None = None
    """What of it was paid back by another payment."""
    pays_back: tuple[tuple[str | None, Money], ...] = ()
    """Of one that left our account: whom it pays back how much; None where that payment is in suspense."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: the role and number of an account, a customer's part of it, and a document's part of that."""

    role: str
    account: str
    customer: str = ""
    document: str = ""


Standing = Mapping[Place, Money]
"""What stands in each place: above zero on the debit."""


def is_posted(rulebook: Rulebook, own_iban: str, currency: Currency) -> bool:
    """Whether payments of one of our accounts are posted: where it has an account of the ledger, and the currency of the books."""
    return currency == rulebook.currency and rulebook.accounts.bank(own_iban) is not None


def standing_of(payment: PostedPayment, accounts: Accounts) -> Standing:
    """What a payment makes of the accounts. It adds up to zero: what came in, and what was given up, is credited to somebody."""
    parts: list[tuple[Place, Money]] = []

    def debit(role: AccountRole, amount: Money) -> None:
        parts.append((Place(role, _account(role, payment, accounts).number), amount))

    debit("bank", payment.amount)
    if payment.amount.minor < 0:
        for customer, amount in payment.pays_back:
            if customer is None:
                debit("suspense", amount)
            else:
                parts.append((_customers(accounts, customer, ""), amount))
        if payment.unallocated:
            debit("suspense", -payment.unallocated)
        return _without_nothing(parts)
    if not payment.is_matched:
        debit("suspense", -payment.amount)
        return _without_nothing(parts)
    for part in payment.allocations:
        if part.kind in _GIVEN_UP:
            debit(_GIVEN_UP[part.kind], part.amount)
        elif part.kind == "exchange":
            debit("exchange-loss" if part.amount.minor > 0 else "exchange-gain", part.amount)
        elif part.kind == "write-off-vat":
            parts.append((Place(_VAT_DUE, accounts.vat_due.number), part.amount))
        parts.append((_customers(accounts, payment.customers[part.document], part.document), -part.amount))
    remaining = payment.unallocated + payment.refunded if payment.refunded else payment.unallocated
    parts.append((_customers(accounts, payment.owner or "", ""), -remaining))
    return _without_nothing(parts)


def entry_of(
    payment: PostedPayment, before: Standing, accounts: Accounts, *, name: str, kind: EntryKind, on: date, true_day: date
) -> JournalEntry | None:
    """The entry that makes the accounts what a payment is now; None where they are. The text says the true day of one in a closed month."""
    after = standing_of(payment, accounts)
    changes = {place: _at(after, place, payment) - _at(before, place, payment) for place in dict.fromkeys([*after, *before])}
    parts = sorted(((place, amount) for place, amount in changes.items() if amount), key=lambda part: part[1].minor < 0)
    postings = tuple(_posting(place, amount, payment, accounts) for place, amount in parts)
    if not postings:
        return None
    customers = {posting.customer for posting in postings if posting.role == CUSTOMERS}
    return JournalEntry(
        kind=kind,
        currency=payment.amount.currency,
        document=name,
        subject=payment.id,
        posted_on=on,
        customer=customers.pop() or "" if len(customers) == 1 else "",
        text="" if on == true_day else phrase("of {day}, in a closed month", day=true_day),
        postings=postings,
    )


def standing_posted(entries: Iterable[JournalEntry]) -> Standing:
    """What entries made of the accounts."""
    return _without_nothing(
        (Place(each.role or "", each.account, each.customer or "", each.document or ""), each.debit - each.credit)
        for entry in entries
        for each in entry.postings
    )


def _posting(place: Place, amount: Money, payment: PostedPayment, accounts: Accounts) -> Posting:
    account = _numbered(place, payment, accounts)
    of = place.customer or None, place.document or None
    return leg(account, amount, debit=True, role=place.role, customer=of[0], document=of[1])


def _numbered(place: Place, payment: PostedPayment, accounts: Accounts) -> Account:
    """The account of a place; with the number of earlier entries, though the rulebook may have another by now."""
    label = next((each.label for each in _all(accounts) if each.number == place.account), None)
    if label is not None:
        return Account(number=place.account, label=label)
    own = accounts.customers if place.role == CUSTOMERS else accounts.bank(payment.own_iban)
    return Account(number=place.account, label=(own or accounts.customers).label)


def _all(accounts: Accounts) -> Sequence[Account]:
    return accounts.customers, accounts.vat_due, *accounts.banks.values(), *accounts.roles.values()


def _account(role: AccountRole, payment: PostedPayment, accounts: Accounts) -> Account:
    account = accounts.bank(payment.own_iban) if role == "bank" else accounts.role(role)
    if account is None:
        raise Refusal((_missing(role, payment),))
    return account


def _missing(role: str, payment: PostedPayment) -> Problem:
    return NO_ROLE.at(None, None, role=role, document=payment.id)


def _customers(accounts: Accounts, customer: str, document: str) -> Place:
    return Place(CUSTOMERS, accounts.customers.number, customer, document)


def _at(standing: Standing, place: Place, payment: PostedPayment) -> Money:
    return standing.get(place, Money(0, payment.amount.currency))


def _without_nothing(parts: Iterable[tuple[Place, Money]]) -> Standing:
    return {place: amount for place, amount in sum_by(parts).items() if amount}
