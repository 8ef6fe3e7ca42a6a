"""Closing months of the journal and periods of VAT returns: one after the other, once they are over, and for ever."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from api.desk.accruing import post_accruals
from api.desk.desk import Desk, plan_everything
from api.desk.income_months import post_income
from api.desk.prepaid_amounts import post_lapses
from api.desk.report_parameters import NO_MONTH
from api.store import ledger
from api.store.ledger import ClosedKind
from api.store.payments import Recorded
from api.store.sql import Writing
from engine.dates import Period, month_after
from engine.problems import Kind, refuse

NO_PERIOD: Final = Kind("not-a-period", "`{text}` is no month or quarter", "write a month as 2027-01, or a quarter as 2027-Q1")
NOT_OVER: Final = Kind("period-not-over", "{period} ends on {last}, and today is {today}", "close it when it is over")
NOT_NEXT: Final = Kind("period-not-next", "the last period that is closed ends on {last}", "close the period that begins on {begin} next")
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER: Final = re.compile(r"(\d{4})-?Q([1-4])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A period that is closed, and whether it was so before."""

    period: str
    days: Period
    was_closed: bool
    entries: int = 0
    """How many entries of deferred and accrued income were posted, and of prepaid amounts that lapsed."""


def period_of(text: str) -> tuple[str, Period]:
    """The name and days of a month such as `2027-01`, or of a quarter such as `2027-Q1`."""
    if month := _MONTH.fullmatch(text):
        first, months, name = date(int(month[1]), int(month[2]), 1), 1, text
    elif quarter := _QUARTER.fullmatch(text):
        first, months, name = date(int(quarter[1]), 3 * int(quarter[2]) - 2, 1), 3, f"{quarter[1]}-Q{quarter[2]}"
    else:
        raise refuse(NO_PERIOD, None, "/period", text=text[:40])
    return name, Period(first, month_after(first, months))


def close_month(desk: Desk, month: str) -> Closed:
    """Closes a month of the journal: what is entered later with a day in it gets the first day that is open, and says so.

    Where income is deferred or accrued, what is due at the end of the month is posted before; so is what lapsed of prepaid amounts.
    """
    if desk.rulebook.company.accrual != "off":
        plan_everything(desk)
    return _close(desk, "month", month)


def close_vat(desk: Desk, period: str) -> Closed:
    """Closes the period of a VAT return that was handed in: what comes later for it is declared in the first period that is open."""
    return _close(desk, "vat", period)


def _close(desk: Desk, kind: ClosedKind, text: str) -> Closed:
    name, days = period_of(text)
    if kind == "month" and "Q" in name:
        raise refuse(NO_MONTH, None, "/period", text=text[:40])
    if days.last >= desk.today:
        raise refuse(NOT_OVER, None, "/period", period=name, last=days.last, today=desk.today)
    with desk.writing() as connection:
        ledger.lock_periods(connection)
        last = ledger.closed_until(connection, kind)
        if last is not None and days.last <= last:
            return Closed(period=name, days=days, was_closed=True)
        if last is not None and days.start != last + timedelta(days=1):
            raise refuse(NOT_NEXT, None, "/period", last=last, begin=last + timedelta(days=1))
        recorded = Recorded(on=desk.today, at=desk.now(), author=desk.author)
        entries = _post(desk, connection, days.last, recorded) if kind == "month" else 0
        ledger.close(connection, kind, name, (days.start, days.last), recorded)
    return Closed(period=name, days=days, was_closed=False, entries=entries)


def _post(desk: Desk, connection: Writing, end: date, recorded: Recorded) -> int:
    """Posts the income of a month that is being closed."""
    income = post_income(desk, connection, end, recorded) + post_accruals(desk, connection, end, recorded)
    return income + post_lapses(desk, connection, end, recorded)
