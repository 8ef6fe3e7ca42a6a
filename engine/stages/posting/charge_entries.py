"""The journal entries of charges: customers against reminder fees or interest on arrears, without VAT; and taken back."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.documents.charge import Charge
from engine.documents.journal import EntryKind, JournalEntry
from engine.documents.overdue import ChargeKind
from engine.phrases import phrase, together
from engine.problems import Refusal
from engine.rulebook.vat import AccountRole, Accounts
from engine.stages.posting.legs import leg
from engine.stages.posting.standing import CUSTOMERS, NO_ROLE

_ROLES: Final[dict[ChargeKind, AccountRole]] = {"fee": "fees", "interest": "interest"}


def charge_entry(charge: Charge, accounts: Accounts, *, on: date) -> JournalEntry:
    """The entry of a charge, or of its cancellation where it is cancelled; the text says the true day of one in a closed month."""
    role = _ROLES[charge.kind]
    account = accounts.role(role)
    if account is None:
        raise Refusal((NO_ROLE.at(None, None, role=role, document=charge.number),))
    kind: EntryKind = "charge" if charge.cancelled_on is None else "charge-cancelled"
    amount = charge.amount if kind == "charge" else -charge.amount
    due_on = charge.due_on if kind == "charge" else None
    receivable = leg(
        accounts.customers, amount, debit=True, due_on=due_on, role=CUSTOMERS, customer=charge.customer, document=charge.number
    )
    income = leg(account, amount, debit=False, role=role)
    true_day = charge.cancelled_on or charge.charged_on
    closed = [] if on == true_day else [phrase("of {day}, in a closed month", day=true_day)]
    return JournalEntry(
        kind=kind,
        currency=charge.amount.currency,
        document=charge.number,
        subject=charge.number,
        posted_on=on,
        customer=charge.customer,
        text=together([phrase("for {document}", document=charge.document), *closed], ", "),
        postings=(receivable, income) if kind == "charge" else (income, receivable),
    )
