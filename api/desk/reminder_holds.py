"""Documents of which nobody is reminded for now: disputed by their customer, or promised to be paid; and reminded of again."""

from __future__ import annotations

from datetime import date
from typing import Final

from api.desk.desk import Desk
from api.refusals import not_possible, unknown
from api.store import issued_documents, payments, reminders, settlements
from api.store.payments import Recorded
from api.store.sql import Reading, Writing
from engine.documents.overdue import ReminderHold
from engine.problems import Kind, refuse

NO_HOLD_REASON: Final = Kind("no-hold-reason", "{number} is disputed, and no reason is given", "write why after `--because`")
PROMISED_BEFORE: Final = Kind("promised-before", "{until} is over: today is {today}", "write the day until which it is promised to be paid")


def dispute(desk: Desk, number: str, *, because: str) -> ReminderHold:
    """Notes that a document is disputed: nobody is reminded of it until it is released."""
    if not because.strip():
        raise refuse(NO_HOLD_REASON, None, "/because", number=number)
    return _hold(desk, number, "disputed", None, because)


def promise(desk: Desk, number: str, *, until: date, because: str = "") -> ReminderHold:
    """Notes that a document is promised to be paid by a day: nobody is reminded of it until then."""
    if until < desk.today:
        raise refuse(PROMISED_BEFORE, None, "/until", until=until, today=desk.today)
    return _hold(desk, number, "promised", until, because)


def release(desk: Desk, number: str) -> None:
    """Notes that a document is neither disputed nor promised any more: reminders of it go on."""
    with desk.writing() as connection:
        _lock(connection, number)
        if number not in reminders.holds(connection, [number]):
            raise not_possible("invoice", number, "open", "release", ("dispute", "promise"))
        reminders.append_hold(connection, number, "released", None, "", _recorded(desk))


def hold_of(desk: Desk, number: str) -> ReminderHold | None:
    """Why nobody is reminded of a document; None where nothing speaks against it."""
    with desk.store.reading() as connection:
        return reminders.holds(connection, [number]).get(number)


def _hold(desk: Desk, number: str, kind: str, until: date | None, because: str) -> ReminderHold:
    with desk.writing() as connection:
        _lock(connection, number)
        settled = settlements.of_documents(connection, [number]).get(number)
        if settled is not None and settled.rest.minor <= 0:
            raise not_possible("invoice", number, settled.state, "dispute" if kind == "disputed" else "promise", ())
        reminders.append_hold(connection, number, kind, until, " ".join(because.split()), _recorded(desk))
        return reminders.holds(connection, [number])[number]


def _lock(connection: Writing, number: str) -> None:
    """Reminders are made by nobody else meanwhile; refuses what is no invoice."""
    issued_documents.reserve_place(connection, "reminder", "reminder", None)
    _refuse_unknown(connection, number)


def _refuse_unknown(connection: Reading, number: str) -> None:
    if number not in payments.customers_of(connection, [number]) or issued_documents.find_credit_notes(connection, number=number):
        raise unknown("invoice", number)


def _recorded(desk: Desk) -> Recorded:
    return Recorded(on=desk.today, at=desk.now(), author=desk.author)
