"""Accruals of a month that is closed: what was served and is on no invoice by its end, posted there and undone on the next day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from api.desk.desk import Desk
from api.store import ledger
from api.store.payments import Recorded
from api.store.sql import Reading, Writing
from api.store.unbilled_nets import unbilled_on
from engine.dates import Period
from engine.money import Currency, Money
from engine.stages.posting.accrual import UnbilledIncome, accrual_entries


def post_accruals(desk: Desk, connection: Writing, end: date, recorded: Recorded) -> int:
    """Posts what is accrued at the end of a month that is being closed, and undoes it; gives how many entries that were."""
    if desk.rulebook.company.accrual == "off":
        return 0
    entries = tuple(accrual_entries(_unbilled(connection, end), desk.rulebook.accounts, end=end, currency=desk.rulebook.currency))
    ledger.append(connection, entries, recorded)
    return len(entries)


def _unbilled(connection: Reading, end: date) -> Iterator[UnbilledIncome]:
    for one in unbilled_on(connection, end):
        period = Period(one.service_from, one.service_until)
        net = Money(one.net, Currency.of(one.currency))
        yield UnbilledIncome(customer=one.customer, revenue_account=one.revenue_account, net=net, period=period)
