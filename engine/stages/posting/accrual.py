"""Income that was served by the end of a month and is on no invoice yet: accrued there, and undone on the next day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.dates import Period
from engine.documents.journal import JournalEntry
from engine.documents.totals import sum_by
from engine.money import Currency, Money
from engine.problems import Refusal
from engine.rulebook.vat import Accounts
from engine.stages.posting.deferral import earned
from engine.stages.posting.legs import leg
from engine.stages.posting.standing import NO_ROLE

ACCRUED: Final = "accrued"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbilledIncome:
    """A planned net that is on no invoice at the end of a month, with the days that it serves."""

    customer: str
    revenue_account: str
    net: Money
    period: Period


def accrual_entries(some: Iterable[UnbilledIncome], accounts: Accounts, *, end: date, currency: Currency) -> Iterator[JournalEntry]:
    """Two entries a customer: what was earned of its unbilled nets by the end of a month, and the same on the other side a day later."""
    parts: dict[str, list[tuple[str, Money]]] = {}
    for one in some:
        parts.setdefault(one.customer, []).append((one.revenue_account, earned(one.net, one.period, end)))
    for customer, amounts in sorted(parts.items()):
        by_account = {name: amount for name, amount in sorted(sum_by(amounts).items()) if amount}
        if by_account:
            yield _entry(customer, by_account, accounts, end, currency, is_undone=False)
            yield _entry(customer, by_account, accounts, end, currency, is_undone=True)


def _entry(customer: str, amounts: dict[str, Money], accounts: Accounts, end: date, currency: Currency, *, is_undone: bool) -> JournalEntry:
    name = f"{customer} {end:%Y-%m}"
    accrued = accounts.role(ACCRUED)
    if accrued is None:
        raise Refusal((NO_ROLE.at(None, None, role=ACCRUED, document=name),))
    whole = sum(amounts.values(), Money(0, currency))
    revenue = (leg(accounts.revenue[account], amount, debit=is_undone, role="revenue") for account, amount in amounts.items())
    postings = (leg(accrued, whole, debit=not is_undone, role=ACCRUED), *revenue)
    return JournalEntry(
        kind="accrual-undone" if is_undone else "accrual",
        currency=currency,
        document=name,
        posted_on=end + timedelta(days=1) if is_undone else end,
        customer=customer,
        postings=tuple(sorted((each for each in postings if each.debit or each.credit), key=lambda each: not each.debit)),
    )
