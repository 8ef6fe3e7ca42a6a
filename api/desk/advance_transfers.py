"""Advance invoices at the desk: what is open of them, and the transfers between the accounts on which they stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from api.desk.desk import Desk
from api.store import issued_documents, ledger
from api.store.payments import Recorded
from api.store.sql import Reading, Writing
from engine.documents.invoice import DraftCreditNote, DraftInvoice, Invoice, SettledAdvance
from engine.stages.posting.advances import open_advances as open_of
from engine.stages.posting.advances import transfer


def post_transfer(desk: Desk, connection: Writing, document: DraftInvoice | DraftCreditNote, number: str, on: date) -> None:
    """Posts what a document takes to the account of advances, or from there; on the first open day."""
    entry = transfer(document, desk.rulebook.accounts, number=number, on=on)
    if entry is not None:
        first = ledger.first_open(connection, on)
        ledger.append(connection, [entry.replace(posted_on=first)], Recorded(on=desk.today, at=desk.now(), author=desk.author))


def is_settled_advance(connection: Reading, invoice: Invoice) -> bool:
    """Whether a later invoice of its orders made income of an advance."""
    if not invoice.as_advance:
        return False
    of_orders = (other for order in invoice.orders for other in issued_documents.find_invoices(connection, order=order))
    return any(one.number == invoice.number for other in of_orders for one in other.settles)


def open_advances(connection: Writing, issued: Sequence[Invoice], earlier: Collection[str]) -> tuple[SettledAdvance, ...]:
    """What is open of the advances to which an invoice refers; they are locked, so that nobody credits them meanwhile."""
    advances = {one.number: one for one in issued if one.as_advance and one.number in earlier}
    for number in sorted(advances):
        issued_documents.lock_issued(connection, number)
    notes = [note for number in advances for note in issued_documents.find_credit_notes(connection, corrects=number)]
    return open_of(advances.values(), notes, {one.number: one for one in issued}.values())
