"""`/v1/customers/{customer}/statement`, `/reminder` and `/draft.pdf`: what a customer would be sent, before anything is."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.desk import account_statements
from api.desk.document_trees import Tree
from api.desk.draft_printing import draft_pdf
from api.desk.due_drafts import Selection
from api.http.route_declarations import Call, Download
from api.http.routes.customers import customers
from engine.dates import GivenDay
from engine.documents.account import AccountStatement, Reminder
from engine.documents.document import Document
from engine.documents.order import OrderType
from engine.money import Money


class StatementQuery(Document):
    """The day of the statement (today), and the first day of its entries (the first of that year)."""

    model_config = ConfigDict(populate_by_name=True)

    as_of: GivenDay | None = None
    since: GivenDay | None = Field(default=None, alias="from")


class ReminderQuery(Document):
    """The day of the reminder (today), which one it is, until when it asks to be paid (two weeks later), and costs besides."""

    as_of: GivenDay | None = None
    level: Annotated[int, Field(ge=1, le=9)] = 1
    last: bool = False
    pay_until: GivenDay | None = None
    costs: Money | None = None


class DraftQuery(Document):
    """Through which day what may be invoiced is taken (today), of which orders, the day of issue (today), and which of the drafts."""

    due_through: GivenDay | None = None
    issued_on: GivenDay | None = None
    order_type: OrderType | None = None
    order: str | None = Field(default=None, max_length=200)
    draft: Annotated[int, Field(ge=1, le=10_000)] = 1


class StatementEntry(BaseModel):
    """A document or a payment, with the balance after it."""

    on: date
    what: Literal["invoice", "credit-note", "payment", "write-off", "charge", "charge-cancelled"]
    number: str
    due_on: date | None
    amount: str
    balance: str


class StatementAnswer(BaseModel):
    """The account of a customer: the balance before the first day, and each document and payment from then on."""

    customer: str
    currency: str
    as_of: date
    opening: str
    entries: list[StatementEntry]
    balance: str
    overdue: str
    payments: bool
    """Whether payments are known; where none is, none is in it."""


class OverdueInvoice(BaseModel):
    """An invoice that is overdue."""

    number: str
    issued_on: date
    due_on: date
    gross: str
    open: str
    communication: str


class ReminderAnswer(BaseModel):
    """What a customer is reminded of."""

    customer: str
    currency: str
    as_of: date
    level: int
    is_last: bool
    pay_until: date
    invoices: list[OverdueInvoice]
    open: str
    costs: str
    total: str
    payments: bool
    """Whether payments are known, and deducted."""


@customers.show("/v1/customers/{customer}/statement", StatementAnswer, query=StatementQuery)
def get_statement(call: Call, customer: str, query: StatementQuery) -> Tree:
    """Show the statement of a customer's account on a day: invoices, credit notes and payments."""
    tree = account_statements.statement_tree(_statement(call, customer, query))
    return {name: part for name, part in tree.items() if name != "from"}


@customers.file("/v1/customers/{customer}/statement.pdf", "application/pdf", query=StatementQuery)
def print_statement(call: Call, customer: str, query: StatementQuery) -> Download:
    """Print the statement of a customer's account, in the customer's language; it is not stored."""
    statement = _statement(call, customer, query)
    pdf = account_statements.statement_pdf(call.desk, statement, call.rulebook_folder)
    return Download(pdf, "application/pdf", f"{customer}-statement-{statement.number}.pdf")


@customers.show("/v1/customers/{customer}/reminder", ReminderAnswer, query=ReminderQuery)
def get_reminder(call: Call, customer: str, query: ReminderQuery) -> Tree:
    """Show the reminder of what a customer has overdue on a day, less what was paid of it."""
    return account_statements.reminder_tree(_reminder(call, customer, query))


@customers.file("/v1/customers/{customer}/reminder.pdf", "application/pdf", query=ReminderQuery)
def print_reminder(call: Call, customer: str, query: ReminderQuery) -> Download:
    """Print the reminder of what a customer has overdue, in the customer's language; it is not stored, and not sent."""
    reminder = _reminder(call, customer, query)
    pdf = account_statements.reminder_pdf(call.desk, reminder, call.rulebook_folder)
    return Download(pdf, "application/pdf", f"{customer}-reminder-{reminder.number}.pdf")


@customers.file("/v1/customers/{customer}/draft.pdf", "application/pdf", query=DraftQuery)
def print_draft(call: Call, customer: str, query: DraftQuery) -> Download:
    """Print what a run would invoice to a customer, marked as a draft and without a number; it is neither issued nor stored."""
    selection = Selection(
        due_through=query.due_through or call.desk.today, customer=customer, order_type=query.order_type, order=query.order
    )
    name, pdf = draft_pdf(call.desk, selection, query.draft, issued_on=query.issued_on, rulebook_folder=call.rulebook_folder)
    return Download(pdf, "application/pdf", f"{name}.pdf")


def _statement(call: Call, customer: str, query: StatementQuery) -> AccountStatement:
    return account_statements.find_statement(call.desk, customer, as_of=query.as_of, since=query.since)


def _reminder(call: Call, customer: str, query: ReminderQuery) -> Reminder:
    return account_statements.find_reminder(
        call.desk,
        customer,
        as_of=query.as_of,
        level=query.level,
        is_last=query.last,
        pay_until=query.pay_until,
        costs=query.costs,
    )


customers_with_accounts: Final = customers
"""The resource with these routes."""
