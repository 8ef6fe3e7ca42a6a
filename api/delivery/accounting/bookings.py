"""What accounting is given of an issued document: its lines by account and VAT, its totals, and its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date

from api.delivery.accounting.connector import BookedLine, Booking, BookingRefused, EntryLine, Tax
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.journal import JournalEntry, Posting
from engine.documents.party import Customer
from engine.documents.totals import sum_by
from engine.money import Money
from engine.phrases import phrase
from engine.rulebook.book import Rulebook
from engine.rulebook.vat import Account, Accounts


def booking_of(
    document: Invoice | CreditNote,
    customer: Customer,
    rulebook: Rulebook,
    files: tuple[tuple[str, bytes], ...] = (),
    entry: JournalEntry | None = None,
) -> Booking:
    """The booking of a document of a customer as this is now, with its entry; refuses one whose account the rulebook has no more."""
    accounts = rulebook.accounts
    for line in document.lines:
        if line.revenue_account not in accounts.revenue:
            raise BookingRefused(
                phrase("vat/accounts.yaml has no account `{name}` any more: write it there again", name=line.revenue_account)
            )
    clearing = accounts.role("clearing")
    lines = tuple(
        BookedLine(
            text=f"{line.description} {line.detail}".strip(),
            net=line.net,
            account=(clearing if clearing and (document.as_advance or line.prepaid) else accounts.revenue[line.revenue_account]).number,
            tax=Tax(treatment=line.treatment, rate=line.rate, goods=line.goods),
            corrects_line=line.corrects_line,
        )
        for line in document.lines
    ) + (() if isinstance(document, CreditNote) or clearing is None else tuple(_settled(document, clearing, accounts)))
    is_credit = isinstance(document, CreditNote)
    return Booking(
        number=document.number,
        is_credit=is_credit,
        customer=customer,
        customers_account=accounts.customers.number,
        issued_on=document.issued_on,
        dues=_dues(document),
        lines=lines,
        vat=sum_by((entry.rate, entry.vat) for entry in document.vat_breakdown),
        net=document.net,
        gross=document.gross,
        postings=() if entry is None else tuple(posting_line(each, customer) for each in entry.postings),
        corrects=document.corrects if isinstance(document, CreditNote) else None,
        communication=None if isinstance(document, CreditNote) else document.communication,
        files=files,
    )


def _settled(document: Invoice, clearing: Account, accounts: Accounts) -> Iterator[BookedLine]:
    """The advances that an invoice settles: income with it, and no longer of the account to which they were booked."""
    for one in document.settles:
        tax = Tax(treatment=one.treatment, rate=one.rate, goods=one.goods)
        for net, account in ((one.net, accounts.revenue[one.revenue_account]), (-one.net, clearing)):
            yield BookedLine(text=one.number, net=net, account=account.number, tax=tax, corrects_line=None)


def posting_line(posting: Posting, customer: Customer | None) -> EntryLine:
    """A posting of a customer as tools are given it."""
    return EntryLine(
        account=posting.account,
        debit=posting.debit,
        credit=posting.credit,
        customer=customer,
        document=posting.document,
        due_on=posting.due_on,
        vat_code=posting.vat_code,
        base=posting.base,
    )


def _dues(document: Invoice | CreditNote) -> tuple[tuple[date, Money], ...]:
    if isinstance(document, CreditNote):
        return ((document.issued_on, document.gross),)
    return tuple((part.due_on, part.amount) for part in document.due_amounts) or ((document.due_on, document.gross),)


def hash_of(booking: Booking) -> str:
    """The hash of what is booked: another one where anything of it differs."""
    lines = [[line.text, str(line.net), line.account, line.tax.treatment, str(line.tax.rate), line.tax.goods] for line in booking.lines]
    dues = [[str(day), str(amount)] for day, amount in booking.dues]
    vat = sorted((str(rate), str(amount)) for rate, amount in booking.vat.items())
    tree = [booking.number, booking.is_credit, booking.customer.id, str(booking.issued_on), dues, lines, vat]
    return hashlib.sha256(json.dumps([*tree, str(booking.net), str(booking.gross)], ensure_ascii=True).encode()).hexdigest()
