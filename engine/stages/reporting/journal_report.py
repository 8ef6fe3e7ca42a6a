"""The journal report: the postings of a period, and their sums by account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engine.dates import Period
from engine.documents.document import Document, OneCurrency
from engine.documents.journal import JournalEntry
from engine.documents.totals import add
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
    rows = tuple(
        JournalRow(
            posted_on=entry.posted_on,
            document=entry.document,
            customer=entry.customer,
            account=leg.account,
            name=leg.name,
            debit=leg.debit,
            credit=leg.credit,
            due_on=leg.due_on,
        )
        for entry in within
        for leg in entry.postings
    )
    by_account: dict[tuple[str, str], list[JournalRow]] = {}
    for row in rows:
        by_account.setdefault((row.account, row.name), []).append(row)
    return Journal(
        currency=currency,
        period=period,
        rows=rows,
        accounts=tuple(
            AccountSum(
                account=account,
                name=name,
                debit=add((leg.debit for leg in legs), currency),
                credit=add((leg.credit for leg in legs), currency),
            )
            for (account, name), legs in sorted(by_account.items())
        ),
        debit=add((row.debit for row in rows), currency),
        credit=add((row.credit for row in rows), currency),
    )
