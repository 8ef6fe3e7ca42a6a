"""Charges at the desk: fees and interest of reminders, posted once, and cancelled for a reason while nothing of them is paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from api.desk.desk import Desk
from api.refusals import Conflict, not_possible, unknown
from api.store import issued_documents, ledger, reminders
from api.store.payments import Recorded
from api.store.sql import Writing
from engine.documents.charge import Charge
from engine.documents.overdue import ChargeKind, ProposedReminder
from engine.money import Money
from engine.problems import Kind, refuse
from engine.stages.posting.charge_entries import charge_entry

CHARGE_PAID: Final = Kind(
    "charge-paid",
    "{charge} is paid, wholly or in part",
    "release what pays it first: `centwright payment list --document {charge}` names it",
)
NO_CANCEL_REASON: Final = Kind("no-cancel-reason", "{charge} is to be cancelled, and no reason is given", "write why after `--because`")


def charges_for(proposed: Iterable[ProposedReminder], reminder: str, on: date) -> tuple[Charge, ...]:
    """The fees and interest that a reminder asks, charged on a day, which is in an open month; numbered in the order of its documents."""
    charges = [each for one in proposed for each in _of(one, reminder, on)]
    return tuple(replace(each, number=f"{reminder}-{at}") for at, each in enumerate(charges, start=1))


def post_charges(desk: Desk, connection: Writing, charges: Sequence[Charge], recorded: Recorded) -> None:
    """Posts new charges: their customers owe them, and fees and interest are income. No VAT."""
    entries = []
    for each in charges:
        entries.append(charge_entry(each, desk.rulebook.accounts, on=ledger.first_open(connection, each.charged_on)))
    ledger.append(connection, entries, recorded)


def cancel_charge(desk: Desk, number: str, *, because: str) -> Charge:
    """Takes a charge back, and its posting; refused where something of it is paid."""
    if not because.strip():
        raise refuse(NO_CANCEL_REASON, None, "/because", charge=number)
    recorded = Recorded(on=desk.today, at=desk.now(), author=desk.author)
    with desk.writing() as connection:
        issued_documents.reserve_place(connection, "payment", "payment", None)
        matches = reminders.charges_of(connection, number=number)
        if not matches:
            raise unknown("charge", number)
        charge, rest = matches[0]
        if charge.cancelled_on is not None:
            raise not_possible("charge", number, "cancelled", "cancel", ())
        if rest != charge.amount:
            raise Conflict((CHARGE_PAID.at(None, charge=number),), "paid", ("payment release",))
        reminders.cancel(connection, number, because.strip(), recorded)
        cancelled = replace(charge, cancelled_on=desk.today, because=because.strip())
        entry = charge_entry(cancelled, desk.rulebook.accounts, on=ledger.first_open(connection, desk.today))
        ledger.append(connection, [entry], recorded)
        return cancelled


def _of(one: ProposedReminder, reminder: str, on: date) -> Iterator[Charge]:
    amounts: tuple[tuple[ChargeKind, Money], ...] = (("fee", one.fee), ("interest", one.interest))
    for kind, amount in amounts:
        if amount:
            yield Charge(
                number="",
                reminder=reminder,
                document=one.claim.document,
                customer=one.claim.customer,
                kind=kind,
                charged_on=on,
                due_on=one.pay_until,
                amount=amount,
            )
