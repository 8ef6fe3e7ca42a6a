"""The journal entry of an invoice or credit note: customers against revenue and VAT due. It balances."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engine.documents.document import Language
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.journal import JournalEntry, Posting
from engine.money import Money, Percent
from engine.rulebook.book import Rulebook
from engine.rulebook.vat import Account


def post(document: Invoice | CreditNote, rulebook: Rulebook, *, language: Language = "en") -> JournalEntry:
    """Customers are debited the gross, revenue is credited the net by account and VAT due the VAT by rate; a credit note reverses it."""
    accounts = rulebook.accounts
    is_credit = isinstance(document, CreditNote)
    due = None if isinstance(document, CreditNote) else document.due_on
    legs = [_leg(accounts.customers, language, document.gross, debit=not is_credit, due_on=due)]
    for account, net in _revenue(document, rulebook):
        legs.append(_leg(account, language, net, debit=is_credit))
    for rate, vat in _vat(document):
        legs.append(_leg(accounts.vat_due, language, vat, debit=is_credit, suffix=f" {rate}%"))
    return JournalEntry(
        currency=document.currency,
        document=document.number,
        posted_on=document.issued_on,
        customer=document.customer.id,
        postings=tuple(leg for leg in legs if leg.debit or leg.credit),
    )


def _revenue(document: Invoice | CreditNote, rulebook: Rulebook) -> Iterable[tuple[Account, Money]]:
    by_account: dict[str, tuple[Account, Money]] = {}
    for line in document.lines:
        account = rulebook.accounts.revenue[line.revenue_account]
        before = by_account[account.number][1] if account.number in by_account else Money(0, document.currency)
        by_account[account.number] = (account, before + line.net)
    return [by_account[number] for number in sorted(by_account)]


def _vat(document: Invoice | CreditNote) -> Iterable[tuple[Percent, Money]]:
    by_rate: dict[Percent, Money] = {}
    for entry in document.vat_breakdown:
        by_rate[entry.rate] = by_rate.get(entry.rate, Money(0, document.currency)) + entry.vat
    return sorted(by_rate.items(), key=lambda entry: -entry[0].fraction)


def _leg(account: Account, language: Language, amount: Money, *, debit: bool, due_on: date | None = None, suffix: str = "") -> Posting:
    """One posting; a negative amount is posted on the other side."""
    nothing = Money(0, amount.currency)
    on_debit = debit == (amount.minor >= 0)
    size = amount if amount.minor >= 0 else -amount
    return Posting(
        account=account.number,
        name=account.label.in_(language) + suffix,
        debit=size if on_debit else nothing,
        credit=nothing if on_debit else size,
        due_on=due_on,
    )
