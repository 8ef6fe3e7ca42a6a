"""Reminders on paper: the letter of a run, and its PDF drawn from the figures and texts that were stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from api.desk.account_statements import reminder_pdf
from api.desk.desk import Desk
from api.desk.sales import surviving
from api.refusals import unknown
from api.store import customers, reminders
from api.store.reminders import StoredReminder
from api.store.sql import Reading
from engine.documents.account import OpenInvoice, Reminder
from engine.documents.overdue import ProposedReminder
from engine.documents.party import Customer
from engine.money import Money
from engine.rulebook.company import seller_of


def letter_of(desk: Desk, connection: Reading, on: date, proposed: Sequence[ProposedReminder], customer: str, name: str) -> Reminder:
    """The reminder of claims that reach one level of one procedure, in the customer's language."""
    first, known = proposed[0], customers.find(connection, [customer])[customer]
    procedure, level = desk.rulebook.reminders.level(first.procedure, first.level)
    nothing, language = Money(0, first.rest.currency), known.language
    earlier = reminders.charges_beside(connection, {one.claim.document for one in proposed})
    return Reminder(
        currency=first.rest.currency,
        seller=seller_of(desk.rulebook.company.seller, language),
        customer=known,
        number=name,
        on=on,
        level=first.level,
        is_last=level.last,
        pay_until=first.pay_until,
        invoices=tuple(_open_invoice(one) for one in proposed),
        costs=sum((one.fee + one.interest for one in proposed), nothing),
        earlier=sum((rest for _, rest in earlier), nothing),
        title=level.title.in_(language),
        message=level.text.in_(language),
        clause=procedure.clause.in_(language) if procedure.clause is not None else "",
        has_payments=True,
    )


def find_reminder(desk: Desk, name: str) -> StoredReminder:
    """A reminder; refuses an unknown one."""
    with desk.store.reading() as connection:
        letter = reminders.find(connection, [name]).get(name)
    if letter is None:
        raise unknown("reminder", name)
    return letter


def stored_letter(desk: Desk, connection: Reading, stored: StoredReminder) -> Reminder:
    """A reminder as it was made, to its customer as it is now, in the language that it was written in."""
    now = surviving(connection, stored.customer)
    customer: Customer = customers.find(connection, [now])[now].replace(language=stored.language)
    seller = seller_of(desk.rulebook.company.seller, stored.language)
    return Reminder.model_validate(json.loads(stored.document) | {"customer": customer, "seller": seller})


def stored_pdf(desk: Desk, stored: StoredReminder, folder: Path) -> bytes:
    """The PDF of a reminder, drawn with the templates in force from what was stored; it is not stored itself."""
    with desk.store.reading() as connection:
        letter = stored_letter(desk, connection, stored)
    return reminder_pdf(desk, letter, folder)


def _open_invoice(one: ProposedReminder) -> OpenInvoice:
    claim = one.claim
    return OpenInvoice(
        number=claim.document,
        issued_on=claim.issued_on,
        due_on=claim.due_on,
        gross=claim.gross,
        open=one.rest,
        communication=claim.communication,
        supply=claim.supply,
        fee=one.fee or None,
        interest=one.interest or None,
        announced=one.announced or None,
    )
