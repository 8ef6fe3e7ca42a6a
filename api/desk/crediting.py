"""Credit notes: credits an issued invoice, numbered and stored in one transaction."""

from __future__ import annotations

from dataclasses import replace

from api.desk.billing_run import messages_of
from api.desk.desk import Desk, number_of, series_of
from api.refusals import Conflict, unknown
from api.store import issued_documents
from engine import billing
from engine.documents.credit import CreditSelection
from engine.documents.invoice import CreditNote, Invoice
from engine.problems import Refusal


def credit(desk: Desk, number: str, request: CreditSelection, *, because: str = "") -> CreditNote:
    """Credits all, some lines or an amount of an invoice; refuses more than is not credited yet. Its transactions stay invoiced."""
    on, rulebook = desk.today, desk.rulebook
    with desk.writing() as connection:
        if issued_documents.lock_issued(connection, number) is None:
            raise unknown("invoice", number)
        invoices = issued_documents.find_invoices(connection, numbers=[number])
        if not invoices:
            raise unknown("invoice", number)
        earlier = issued_documents.find_credit_notes(connection, corrects=number)
        try:
            draft = billing.credit(invoices[0], earlier, request, rulebook, on=on, because=because)
        except Refusal as refusal:
            raise _conflict(refusal) from None
        series = series_of("credit-note", on, rulebook)
        place = issued_documents.reserve_place(connection, series, "credit-note", on)
        printed = number_of("credit-note", place.sequence, on, rulebook)
        note, entry, xml = billing.issue_credit_note(draft, rulebook, number=printed, series=series, on=on)
        messages = messages_of(note.channel, note.customer.email)
        issued_documents.append(connection, place, note, entry, xml, messages, at=desk.now(), installation=desk.installation)
    return note


def _conflict(refusal: Refusal) -> Conflict:
    """The refusal with pointers into the request of the desk, the state of the invoice, and what it allows."""
    problems = tuple(replace(problem, pointer=(problem.pointer or "").removeprefix("/ask") or None) for problem in refusal.problems)
    if refusal.state is None:
        return Conflict(problems, "issued", ("credit what is left",))
    return Conflict(problems, refusal.state, refusal.possible)


def find_document(desk: Desk, number: str) -> Invoice | CreditNote:
    """An issued invoice or credit note by its number; refuses an unknown one."""
    with desk.store.reading() as connection:
        invoices, notes = (
            issued_documents.find_invoices(connection, numbers=[number]),
            issued_documents.find_credit_notes(connection, number=number),
        )
    if invoices:
        return invoices[0]
    if notes:
        return notes[0]
    raise unknown("invoice", number)
