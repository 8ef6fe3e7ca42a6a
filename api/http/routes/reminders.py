"""`/v1/reminders` and `/v1/charges`: customers reminded of what is overdue, and the fees and interest that this costs them."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, Field

from api.desk import charging, reminder_letters, reminding, sales_deliveries
from api.desk.deliveries import message_tree
from api.desk.document_trees import Tree
from api.desk.reminder_lists import CHARGES, REMINDERS, charge_tree, preview_tree, reminder_tree
from api.http.route_declarations import FINANCE, Call, Download, Resource
from api.http.routes.outbox import MessageAnswer
from api.store import reminders as stored_reminders
from engine.dates import GivenDay
from engine.documents.document import Document
from engine.documents.overdue import ChargeKind, HeldReminderBecause

reminders: Final = Resource("reminders", "Customers reminded of what is overdue, and what that costs them")
_ONE: Final = "/v1/reminders/{reminder}"


class RemindRequest(Document):
    """The day of the reminders (today), and for whom (everybody)."""

    on: GivenDay | None = None
    customer: str | None = Field(default=None, max_length=200)


class ReminderReason(BaseModel):
    """A step behind a proposal, and the rule that says so."""

    subject: str
    rule: str
    says: str


class ProposedClaim(BaseModel):
    """What a run would remind of, and what it would ask besides."""

    document: str
    due_on: date
    days_late: int
    open: str
    fee: str
    interest: str
    announced: str
    """The fee that follows where it is not paid."""
    reasons: list[ReminderReason]


class ProposedLetter(BaseModel):
    """A reminder that a run would make."""

    customer: str
    name: str
    procedure: str
    level: int
    channel: Literal["email", "post"]
    pay_until: date
    currency: str
    open: str
    costs: str
    documents: list[ProposedClaim]


class HeldClaim(BaseModel):
    """What is overdue and nobody is reminded of now, and why."""

    customer: str
    document: str
    due_on: date
    days_late: int
    level: int
    open: str
    because: HeldReminderBecause
    says: str


class ProposalsAnswer(BaseModel):
    """What a run of a day would do."""

    on: date
    reminders: list[ProposedLetter]
    held: list[HeldClaim]


class RemindedDocument(BaseModel):
    """A document of a reminder as it was then, and what was asked besides."""

    number: str
    issued_on: date
    due_on: date
    gross: str
    open: str
    communication: str
    supply: str | None
    fee: str | None
    interest: str | None
    announced: str | None


class ChargeAnswer(BaseModel):
    """A fee, or interest, and what is open of it."""

    charge: str
    customer: str
    document: str
    kind: ChargeKind
    charged_on: date
    due_on: date
    amount: str
    open: str
    cancelled_on: date | None
    because: str | None


class ReminderShown(BaseModel):
    """A reminder as it was made, the state of its mail, and its charges."""

    id: str
    customer: str
    reminded_on: date
    procedure: str
    level: int
    channel: Literal["email", "post"]
    language: str
    pay_until: date
    currency: str
    open: str
    costs: str
    earlier: str
    """What was open of the costs of earlier reminders."""
    delivery: str | None
    title: str
    message: str
    clause: str
    is_last: bool
    documents: list[RemindedDocument]
    charges: list[ChargeAnswer]


class MadeReminders(BaseModel):
    """The reminders that a run made."""

    reminders: list[ReminderShown]


class CancelRequest(Document):
    """Why a charge is not owed any more."""

    because: str = Field(min_length=1, max_length=500)


class DeliverAgain(Document):
    """Why a reminder that was delivered is sent again."""

    because: str = Field(default="", max_length=500)


reminders.list_of("/v1/reminders", REMINDERS, "Reminders that were made", roles=FINANCE)
reminders.list_of("/v1/charges", CHARGES, "Fees and interest of reminders, and what is open of them", roles=FINANCE)


@reminders.show(_ONE, ReminderShown, roles=FINANCE)
def get_sent_reminder(call: Call, reminder: str) -> Tree:
    """Show a reminder as it was made, what became of its mail, and its charges."""
    return reminder_tree(call.desk, reminder_letters.find_reminder(call.desk, reminder))


@reminders.file(f"{_ONE}.pdf", "application/pdf", roles=FINANCE)
def print_letter(call: Call, reminder: str) -> Download:
    """Print a reminder in the customer's language, from what was stored of it."""
    pdf = reminder_letters.stored_pdf(call.desk, reminder_letters.find_reminder(call.desk, reminder), call.rulebook_folder)
    return Download(pdf, "application/pdf", f"{reminder}.pdf")


@reminders.verb("/v1/reminders/preview", ProposalsAnswer, roles=FINANCE, request=RemindRequest, example={"on": "2027-01-31"})
def preview_reminders(call: Call, body: RemindRequest) -> Tree:
    """Show what a run of a day would remind of, with fees, interest and reasons, and what it would hold and why. Stores nothing."""
    return preview_tree(call.desk, reminding.preview(call.desk, body.on, body.customer), call.language)


@reminders.verb(
    "/v1/reminders", MadeReminders, roles=FINANCE, request=RemindRequest, example={"on": "2027-01-31"}, is_one_transaction=False
)
def remind_customers(call: Call, body: RemindRequest) -> Tree:
    """Make the reminders of a day, each level of what is overdue once; charge fees and interest; their mails wait in the outbox."""
    made = reminding.run(call.desk, body.on, body.customer)
    return {"reminders": [reminder_tree(call.desk, one) for one in made]}


@reminders.verb("/v1/charges/{charge}/cancel", ChargeAnswer, roles=FINANCE, request=CancelRequest, example={"because": "as agreed"})
def cancel_charge(call: Call, charge: str, body: CancelRequest) -> Tree:
    """Take back a fee or interest of which nothing is paid, and its posting."""
    charging.cancel_charge(call.desk, charge, because=body.because)
    with call.desk.store.reading() as connection:
        return charge_tree(*stored_reminders.charges_of(connection, number=charge)[0])


@reminders.verb(f"{_ONE}/deliver", MessageAnswer, roles=FINANCE, request=DeliverAgain, example={"because": "address mended"})
def deliver_reminder(call: Call, reminder: str, body: DeliverAgain) -> Tree:
    """Send a reminder once more, to its customer as it is now: what was held or rejected, or with a reason."""
    return message_tree(sales_deliveries.deliver_reminder(call.desk, reminder, because=body.because))
