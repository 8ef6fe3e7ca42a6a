"""Reminders as lists and answers have them: those that a run would make, those that were made, and their charges."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, Field

from api.desk.desk import Desk
from api.desk.listing import Cells, Walked, listing
from api.desk.reminding import Letter, Proposals
from api.output.sheets import Cell
from api.store import customers, outbox, reminders, walks
from api.store.reminders import DOCUMENTS, StoredReminder
from api.store.sql import Reading
from engine.dates import Day
from engine.documents.charge import Charge
from engine.documents.document import Document
from engine.documents.overdue import ChargeKind, HeldReminder, ProposedReminder, ReminderHold
from engine.money import Money
from engine.phrases import Language, say

Tree = dict[str, object]
PROPOSED_COLUMNS: Final = (
    "customer",
    "name",
    "document",
    "due_on",
    "days_late",
    "level",
    "channel",
    "open",
    "fee",
    "interest",
    "pay_until",
)
HELD_COLUMNS: Final = ("customer", "document", "due_on", "days_late", "level", "open", "held_because")
CHARGE_COLUMNS: Final = ("charge", "customer", "document", "kind", "charged_on", "due_on", "amount", "open", "cancelled_on", "because")


class ListedReminder(BaseModel):
    """A reminder in a list."""

    id: str
    customer: str
    reminded_on: date
    procedure: str
    level: int
    channel: Literal["email", "post"]
    pay_until: date
    currency: str
    open: Money
    costs: Money


class ListedCharge(BaseModel):
    """A fee, or interest, in a list, with what is open of it."""

    charge: str
    customer: str
    document: str
    kind: ChargeKind
    charged_on: date
    due_on: date
    amount: Money
    open: Money
    cancelled_on: date | None
    because: str | None


class ChargeConditions(Document):
    """What may be asked of charges."""

    document: str | None = Field(default=None, max_length=200)
    reminder: str | None = Field(default=None, max_length=200)
    kind: ChargeKind | None = None
    open: bool | None = None
    """Whether something of them is to be paid."""
    charged_from: Day | None = None
    charged_to: Day | None = None


class ReminderConditions(Document):
    """What may be asked of reminders."""

    customer: str | None = Field(default=None, max_length=200)
    reminded_from: Day | None = None
    reminded_to: Day | None = None


def preview_cells(desk: Desk, proposals: Proposals) -> tuple[tuple[Cell, ...], ...]:
    """What a run would remind of, a row a claim."""
    names = _names(desk, proposals)
    return tuple(
        (
            *(letter.customer, names[letter.customer], one.claim.document, one.claim.due_on, one.days_late, one.level, one.channel),
            *(one.rest, one.fee, one.interest, one.pay_until),
        )
        for letter in proposals.letters
        for one in letter.proposed
    )


def held_cells(proposals: Proposals, language: Language) -> tuple[tuple[Cell, ...], ...]:
    """What a run would hold, a row a claim, and why."""
    return tuple(
        (one.claim.customer, one.claim.document, one.claim.due_on, one.days_late, one.level, one.rest, say(one.says, language))
        for one in proposals.held
    )


def preview_tree(desk: Desk, proposals: Proposals, language: Language) -> Tree:
    """What a run would do, as JSON has it, each step with its reasons."""
    names = _names(desk, proposals)
    return {
        "on": str(proposals.on),
        "reminders": [_letter_tree(letter, names[letter.customer], language) for letter in proposals.letters],
        "held": [_held_tree(one, language) for one in proposals.held],
    }


def reminder_tree(desk: Desk, stored: StoredReminder) -> Tree:
    """A reminder as it was made, what became of its mail, and its charges with what is open of them."""
    with desk.store.reading() as connection:
        message = outbox.message(connection, f"{DOCUMENTS}{stored.id}|email")
        charges = reminders.charges_of(connection, reminder=stored.id)
    written = json.loads(stored.document)
    names = ("title", "message", "clause", "is_last")
    return {
        "id": stored.id,
        "customer": stored.customer,
        "reminded_on": str(stored.reminded_on),
        "procedure": stored.procedure,
        "level": stored.level,
        "channel": stored.channel,
        "language": stored.language,
        "pay_until": str(stored.pay_until),
        "currency": stored.open.currency.code,
        "open": str(stored.open),
        "costs": str(stored.costs),
        "earlier": written.get("earlier", str(Money(0, stored.open.currency))),
        "delivery": None if message is None else message["state"],
        **{name: written.get(name, "") for name in names},
        "documents": [_document_tree(each) for each in written["invoices"]],
        "charges": [charge_tree(*each) for each in charges],
    }


def charge_tree(charge: Charge, rest: Money) -> Tree:
    """A charge, and what is open of it."""
    cells = dict(zip(CHARGE_COLUMNS, charge_cells(charge, rest), strict=True))
    return {name: None if cell is None else str(cell) for name, cell in cells.items()}


def charge_cells(charge: Charge, rest: Money) -> tuple[Cell, ...]:
    """The same as the row of a list."""
    about = (charge.number, charge.customer, charge.document, charge.kind, charge.charged_on, charge.due_on)
    return (*about, charge.amount, rest, charge.cancelled_on, charge.because or None)


def hold_tree(number: str, hold: ReminderHold | None) -> Tree:
    """Why nobody is reminded of a document."""
    if hold is None:
        return {"document": number, "held": None, "on": None, "until": None, "because": None}
    until = str(hold.until) if hold.until else None
    return {"document": number, "held": hold.kind, "on": str(hold.on), "until": until, "because": hold.because or None}


def _document_tree(written: Mapping[str, object]) -> Tree:
    names = ("number", "issued_on", "due_on", "gross", "open", "communication")
    return {name: written[name] for name in names} | {name: written.get(name) for name in ("supply", "fee", "interest", "announced")}


def _letter_tree(letter: Letter, name: str, language: Language) -> Tree:
    first, nothing = letter.first, Money(0, letter.first.rest.currency)
    costs = sum((one.fee + one.interest for one in letter.proposed), nothing)
    return {
        "customer": letter.customer,
        "name": name,
        "procedure": first.procedure,
        "level": first.level,
        "channel": first.channel,
        "pay_until": str(first.pay_until),
        "currency": nothing.currency.code,
        "open": str(sum((one.rest for one in letter.proposed), nothing)),
        "costs": str(costs),
        "documents": [_claim_tree(one, language) for one in letter.proposed],
    }


def _claim_tree(one: ProposedReminder, language: Language) -> Tree:
    amounts = {name: str(getattr(one, name)) for name in ("rest", "fee", "interest", "announced")}
    reasons = [{"subject": each.subject, "rule": each.rule, "says": say(each.says, language)} for each in one.reasons]
    days = {"due_on": str(one.claim.due_on), "days_late": one.days_late}
    return {"document": one.claim.document, **days, "open": amounts.pop("rest"), **amounts, "reasons": reasons}


def _held_tree(one: HeldReminder, language: Language) -> Tree:
    claim, words = one.claim, {"because": one.because, "says": say(one.says, language)}
    days = {"due_on": str(claim.due_on), "days_late": one.days_late}
    return {"customer": claim.customer, "document": claim.document, **days, "level": one.level, "open": str(one.rest), **words}


def _names(desk: Desk, proposals: Proposals) -> dict[str, str]:
    with desk.store.reading() as connection:
        known = customers.find(connection, {letter.customer for letter in proposals.letters})
    return {name: one.name for name, one in known.items()}


def _load(_desk: Desk, connection: Reading, ids: Collection[str]) -> Mapping[str, StoredReminder]:
    return reminders.find(connection, ids)


def _cells(_desk: Desk, one: StoredReminder) -> Cells:
    about = (one.id, one.customer, one.reminded_on, one.procedure, one.level, one.channel, one.pay_until)
    return (*about, one.open.currency.code, one.open, one.costs)


REMINDERS: Final = listing("reminders", ListedReminder, ReminderConditions, Walked(walk=walks.REMINDERS, load=_load, cells=_cells))


def _load_charges(_desk: Desk, connection: Reading, numbers: Collection[str]) -> Mapping[str, tuple[Charge, Money]]:
    return reminders.some_charges(connection, numbers)


def _cells_of_charge(_desk: Desk, one: tuple[Charge, Money]) -> Cells:
    return charge_cells(*one)


CHARGES: Final = listing("charges", ListedCharge, ChargeConditions, Walked(walk=walks.CHARGES, load=_load_charges, cells=_cells_of_charge))
