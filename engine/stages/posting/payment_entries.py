"""The journal entries of a payment: what it makes of the accounts by its state, less what was posted of it before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.documents.journal import EntryKind, JournalEntry
from engine.documents.payment_match import Allocation
from engine.money import Currency, Money
from engine.problems import Problem, Refusal
from engine.rulebook.book import Rulebook
from engine.rulebook.vat import Account, AccountRole, Accounts
from engine.stages.posting.standing import CUSTOMERS, NO_ROLE, EntryHead, Place, Standing, entry_between, without_nothing

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
        return without_nothing(parts)
    if not payment.is_matched:
        debit("suspense", -payment.amount)
        return without_nothing(parts)
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
    return without_nothing(parts)


def entry_of(
    payment: PostedPayment, before: Standing, accounts: Accounts, *, name: str, kind: EntryKind, on: date, true_day: date
) -> JournalEntry | None:
    """The entry that makes the accounts what a payment is now; None where they are. The text says the true day of one in a closed month."""
    head = EntryHead(kind=kind, name=name, subject=payment.id, currency=payment.amount.currency, on=on, true_day=true_day)
    return entry_between(before, standing_of(payment, accounts), head, lambda place: _numbered(place, payment, accounts))


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
