"""Statements of account and reminders of a customer, as they would be sent: values and PDFs; nothing is stored."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Final

from api.desk.desk import Desk
from api.desk.erased import refuse_erased
from api.desk.renditions import print_job, unstored_pdf
from api.desk.sales import surviving
from api.printing.pdf import TemplateSet
from api.printing.print_job import PrintJob
from api.store import customer_parties, customers, former_invoices, issued_documents, reminders, settlements
from engine import billing
from engine.documents.account import AccountStatement, Reminder
from engine.documents.party import Customer
from engine.money import Money
from engine.writing.account_html import reminder_page, statement_page
from engine.writing.document_rules import DocumentName, Occasion

Tree = dict[str, object]
_PAYMENT_DAYS: Final = 14


def find_statement(desk: Desk, customer: str, *, as_of: date | None = None, since: date | None = None) -> AccountStatement:
    """The statement of a customer's account at the end of a day (today), from a day on (the first of that year)."""
    day = as_of or desk.today
    return billing.statement_of(_account(desk, customer), desk.rulebook, on=day, since=since or day.replace(month=1, day=1))


def find_reminder(
    desk: Desk,
    customer: str,
    *,
    as_of: date | None = None,
    level: int = 1,
    is_last: bool = False,
    pay_until: date | None = None,
    costs: Money | None = None,
) -> Reminder:
    """The reminder of what a customer owes since before a day (today), to be paid within two weeks where no day is given."""
    day = as_of or desk.today
    return billing.reminder_of(
        _account(desk, customer),
        desk.rulebook,
        on=day,
        level=level,
        is_last=is_last,
        pay_until=pay_until or day + timedelta(days=_PAYMENT_DAYS),
        costs=costs or Money(0, desk.rulebook.currency),
    )


def statement_pdf(desk: Desk, statement: AccountStatement, folder: Path) -> bytes:
    """The PDF of a statement, with the templates in force."""

    def job(templates: TemplateSet) -> PrintJob:
        page = statement_page(statement, templates.words)
        return print_job(page, _occasion("statement", statement.customer), templates, statement.on)

    return unstored_pdf(desk, f"{statement.customer.id} {statement.number}", "statement", job, folder)


def reminder_pdf(desk: Desk, reminder: Reminder, folder: Path) -> bytes:
    """The PDF of a reminder, with the templates in force."""

    def job(templates: TemplateSet) -> PrintJob:
        page = reminder_page(reminder, templates.words)
        return print_job(page, _occasion("reminder", reminder.customer), templates, reminder.on)

    return unstored_pdf(desk, f"{reminder.customer.id} {reminder.number}", "reminder", job, folder)


def statement_tree(statement: AccountStatement) -> Tree:
    """A statement as JSON has it, with the balance after each entry."""
    entries = [
        entry.model_dump(mode="json") | {"balance": str(balance)}
        for entry, balance in zip(statement.entries, statement.balances, strict=True)
    ]
    tree = statement.model_dump(mode="json", exclude={"entries", "customer", "seller", "number", "since", "on", "has_payments"})
    names = {"customer": statement.customer.id, "from": str(statement.since), "as_of": str(statement.on)}
    return names | tree | {"entries": entries, "balance": str(statement.balance), "payments": statement.has_payments}


def reminder_tree(reminder: Reminder) -> Tree:
    """A reminder as JSON has it."""
    tree = reminder.model_dump(mode="json", exclude={"customer", "seller", "number", "on", "has_payments"})
    sums = {"open": str(reminder.open), "total": str(reminder.total), "payments": reminder.has_payments}
    return {"customer": reminder.customer.id, "as_of": str(reminder.on)} | tree | sums


def _account(desk: Desk, customer: str) -> billing.Account:
    """What a customer was sent, and those that were merged into it, and what was received for it."""
    with desk.store.reading() as connection:
        name = surviving(connection, customer)
        refuse_erased(connection, ("customer", name))
        names = (name, *customer_parties.merged_into(connection, name))
        invoices = [one for each in names for one in issued_documents.find_invoices(connection, customer=each)]
        former = [one for each in names for one in former_invoices.find(connection, customer=each)]
        numbers = [*(one.number for one in invoices), *(one.number for one in former)]
        charges = [charge for charge, _ in reminders.charges_beside(connection, numbers)]
        return billing.Account(
            customer=customers.find(connection, [name])[name],
            invoices=invoices,
            notes=[one for each in names for one in issued_documents.find_credit_notes(connection, customer=each)],
            former=former,
            received=tuple(settlements.received(connection, [*numbers, *(one.number for one in charges)])),
            charges=charges,
            has_payments=settlements.has_payments(connection),
        )


def _occasion(document: DocumentName, customer: Customer) -> Occasion:
    return Occasion(document=document, customer=customer, order_types=frozenset(), products=frozenset())
