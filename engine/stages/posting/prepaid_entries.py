"""Prepaid amounts in the accounts: what documents do to them, and the entries that keep them apart from income until they are used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from engine.documents.invoice import DraftCreditNote, DraftInvoice, InvoiceLine
from engine.documents.journal import EntryKind, JournalEntry, Posting
from engine.documents.order import OrderItem
from engine.documents.prepaid import MovementKind, PrepaidMovement
from engine.money import Money
from engine.problems import Refusal
from engine.rulebook.vat import Account, AccountRole, Accounts
from engine.stages.posting.advances import CLEARING
from engine.stages.posting.legs import leg
from engine.stages.posting.standing import NO_ROLE

PREPAID: Final = "prepaid"
_ROLES: Final[tuple[AccountRole, AccountRole]] = (PREPAID, CLEARING)


def movements_of(document: DraftInvoice | DraftCreditNote, *, number: str, on: date) -> tuple[PrepaidMovement, ...]:
    """What a document with a number does to prepaid amounts: it sells or draws, a credit note refunds or returns."""
    is_credit = isinstance(document, DraftCreditNote)
    return tuple(
        PrepaidMovement(
            kind=_kind(line, line.prepaid, is_credit=is_credit),
            item=line.prepaid,
            amount=-line.net if is_credit else line.net,
            on=on,
            document=number,
            line=line.number,
            transaction=line.transaction,
            category=line.category,
            rate=line.rate,
        )
        for line in document.lines
        if line.prepaid is not None
    )


def prepaid_entry(
    document: DraftInvoice | DraftCreditNote, movements: Sequence[PrepaidMovement], accounts: Accounts, *, number: str, on: date
) -> JournalEntry | None:
    """The entry that takes what a document sold to the account on which it waits, or what it drew from there; None without either."""
    amount = sum((one.amount for one in movements), Money(0, document.currency))
    if not amount:
        return None
    waiting, clearing = (_account(accounts, role, number) for role in _ROLES)
    postings = (leg(clearing, amount, debit=True, role=CLEARING), leg(waiting, amount, debit=False, role=PREPAID))
    return _entry("prepaid", number, number, document.customer.id, on, postings)


def lapse_entry(item: OrderItem, customer: str, amount: Money, accounts: Accounts, *, name: str, on: date) -> JournalEntry:
    """The entry of what lapsed of a prepaid amount: it becomes income."""
    income = accounts.revenue.get(item.revenue_account)
    if income is None:
        raise Refusal((NO_ROLE.at(None, None, role=item.revenue_account, document=name),))
    postings = (leg(_account(accounts, PREPAID, name), amount, debit=True, role=PREPAID), leg(income, amount, debit=False, role="revenue"))
    return _entry("prepaid-lapsed", name, item.id, customer, on, postings)


def _kind(line: InvoiceLine, purchase: str, *, is_credit: bool) -> MovementKind:
    if line.item == purchase:
        return "refunded" if is_credit else "sold"
    return "returned" if is_credit else "drawn"


def _account(accounts: Accounts, role: AccountRole, document: str) -> Account:
    account = accounts.role(role)
    if account is None:
        raise Refusal((NO_ROLE.at(None, None, role=role, document=document),))
    return account


def _entry(kind: EntryKind, name: str, subject: str, customer: str, on: date, postings: tuple[Posting, ...]) -> JournalEntry:
    return JournalEntry(
        kind=kind,
        currency=postings[0].debit.currency,
        document=name,
        subject=subject,
        posted_on=on,
        customer=customer,
        postings=tuple(sorted(postings, key=lambda each: not each.debit)),
    )
