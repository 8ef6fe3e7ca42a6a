"""The journal report: the postings of a period, and their sums by account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from operator import attrgetter

from engine.dates import Period
from engine.documents.document import Document, OneCurrency
from engine.documents.journal import JournalEntry, Posting
from engine.documents.totals import add, sum_by
from engine.money import Currency, Money


class JournalRow(Document):
    """One posting with the document it comes from."""

    posted_on: date
    document: str
    customer: str
    account: str
    name: str
    debit: Money
    credit: Money
    due_on: date | None
    vat_code: str | None
    settles: str | None = None
    """Of an entry of a payment: the invoice that it settles."""
    text: str | None = None
    """What its entry says beside its document."""

    @classmethod
    def of_entry(cls, entry: JournalEntry, leg: Posting) -> JournalRow:
        """The row of a posting of an entry."""
        own = {name: getattr(leg, name) for name in ("account", "name", "debit", "credit", "due_on", "vat_code")}
        customer = leg.customer or entry.customer
        return cls(
            posted_on=entry.posted_on, document=entry.document, customer=customer, settles=leg.document, text=entry.text or None, **own
        )


class AccountSum(Document):
    """What the postings of one account and name come to."""

    account: str
    name: str
    debit: Money
    credit: Money


class Journal(OneCurrency):
    """The postings in the order of their documents, sums by account, and the two sides, which are equal."""

    period: Period
    rows: tuple[JournalRow, ...]
    accounts: tuple[AccountSum, ...]
    debit: Money
    credit: Money


def journal(entries: Iterable[JournalEntry], *, period: Period, currency: Currency) -> Journal:
    """The journal of what was posted in a period."""
    within = sorted((entry for entry in entries if entry.posted_on in period), key=lambda entry: (entry.posted_on, entry.document))
    rows = tuple(JournalRow.of_entry(entry, leg) for entry in within for leg in entry.postings)
    debit, credit = (
        sum_by(((row.account, row.name), amount(row)) for row in rows) for amount in (attrgetter("debit"), attrgetter("credit"))
    )
    return Journal(
        currency=currency,
        period=period,
        rows=rows,
        accounts=tuple(AccountSum(account=key[0], name=key[1], debit=debit[key], credit=credit[key]) for key in sorted(debit)),
        debit=add(debit.values(), currency),
        credit=add(credit.values(), currency),
    )
