"""Income of periods that reach past the month of the document: deferred at its issue, and recognised month by month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from engine.dates import Period, month_after
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.journal import JournalEntry
from engine.documents.totals import sum_by
from engine.money import Money
from engine.problems import Refusal
from engine.rulebook.vat import Accounts
from engine.stages.posting.legs import leg
from engine.stages.posting.standing import NO_ROLE

DEFERRED: Final = "deferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What is recognised of a net at the end of a month; below zero: what is deferred on the day of issue."""

    on: date
    amount: Money


def earned(net: Money, period: Period, day: date) -> Money:
    """What of a net is earned at the end of a day: by the days of its period until then, rounded half up once; nothing before it."""
    days = (min(period.until, day + timedelta(days=1)) - period.start).days
    return net.times(Fraction(max(0, days), (period.until - period.start).days)) if period.until > period.start else net


def recognitions(net: Money, period: Period, issued_on: date) -> Iterator[Recognition]:
    """What is deferred of a net at its issue, and what is recognised at the end of each month; nothing where its own month earns all.

    All of them add up to zero: what was recognised at issue is the whole net.
    """
    end = last_of_month(issued_on)
    if period.until <= end + timedelta(days=1):
        return
    so_far = earned(net, period, end)
    yield Recognition(on=issued_on, amount=so_far - net)
    while end < period.last:
        end = last_of_month(end + timedelta(days=1))
        now = earned(net, period, end)
        yield Recognition(on=end, amount=now - so_far)
        so_far = now


def deferral_entries(document: Invoice | CreditNote, accounts: Accounts, *, until: date, first_open: date) -> Iterator[JournalEntry]:
    """The entries of a document until the end of a month: of its deferral, and of each month; none earlier than the first open day.

    An advance and a prepaid amount are no income yet, and nothing of them is deferred.
    """
    if document.as_advance:
        return
    sign = -1 if isinstance(document, CreditNote) else 1
    parts: dict[date, list[tuple[str, Money]]] = {}
    for line in document.lines:
        if line.service_period is not None and line.prepaid is None:
            net = line.net if sign > 0 else -line.net
            for each in recognitions(net, line.service_period, document.issued_on):
                parts.setdefault(each.on, []).append((line.revenue_account, each.amount))
    for at, (on, amounts) in enumerate(sorted(parts.items())):
        by_account = {name: amount for name, amount in sum_by(amounts).items() if amount}
        if on <= until and by_account:
            yield _entry(document, accounts, by_account, on, first_open, is_first=at == 0)


def last_of_month(day: date) -> date:
    """The last day of the month of a day."""
    return month_after(day.replace(day=1), 1) - timedelta(days=1)


def _entry(
    document: Invoice | CreditNote, accounts: Accounts, amounts: dict[str, Money], on: date, first_open: date, *, is_first: bool
) -> JournalEntry:
    deferred = accounts.role(DEFERRED)
    if deferred is None:
        raise Refusal((NO_ROLE.at(None, None, role=DEFERRED, document=document.number),))
    whole = sum(amounts.values(), Money(0, document.currency))
    revenue = (leg(accounts.revenue[name], amount, debit=False, role="revenue") for name, amount in sorted(amounts.items()))
    postings = (leg(deferred, whole, debit=True, role=DEFERRED), *revenue)
    return JournalEntry(
        kind="deferral" if is_first else "recognition",
        currency=document.currency,
        document=document.number if is_first else f"{document.number} {on:%Y-%m}",
        subject=document.number,
        posted_on=max(on, first_open),
        customer=document.customer.id,
        postings=tuple(sorted((each for each in postings if each.debit or each.credit), key=lambda each: not each.debit)),
    )
