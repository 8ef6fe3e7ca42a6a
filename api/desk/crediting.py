"""Credit notes: credits an issued invoice, numbered and stored in one transaction, and lets what was credited be billed again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from api.desk.advance_transfers import is_settled_advance, post_transfer
from api.desk.announcing import announce
from api.desk.desk import Desk, number_of, plan_orders, series_of
from api.desk.doubtful_posting import post_doubtful
from api.desk.due_drafts import messages_of
from api.desk.erased import refuse_erased
from api.desk.payment_events import announce_credited
from api.desk.prepaid_amounts import USED_UP, post_prepaid, refunded_too_much
from api.desk.sales import surviving
from api.desk.stored_payments import lock, recorded_now
from api.desk.validating import prepare, require_valid
from api.refusals import Conflict, Unknown, unknown
from api.store import doubtful_documents, issued_documents, orders, transactions
from api.store.sql import Reading, Writing
from api.store.transaction_rows import OPEN, TransactionFilter
from engine import billing
from engine.documents.credit import CreditSelection
from engine.documents.invoice import CreditNote, DraftCreditNote, Invoice
from engine.documents.transaction_figures import TransactionFigures
from engine.problems import Kind, Refusal

REBILLED: Final = Kind(
    "already-billed-again",
    "what {number} invoiced was released before, to be billed again",
    "`centwright run preview` shows what the next run bills; `centwright order show` where each transaction stands",
)
NOT_CREDITED: Final = Kind(
    "credit-note-not-credited",
    "{number} is a credit note, which cannot be credited",
    "what it credited too much is billed anew: `centwright invoice rebill`, or a line by hand (`centwright order line`)",
)
_NO_SUCH_LINE: Final = "no-such-line"


def credit(desk: Desk, number: str, request: CreditSelection, *, because: str = "") -> CreditNote:
    """Credits all, some lines or an amount of an invoice; refuses more than is not credited yet. Its transactions stay invoiced."""
    prepare(desk)
    with desk.writing() as connection:
        return credit_within(desk, connection, number, request, because=because)


def credit_within(desk: Desk, connection: Writing, number: str, request: CreditSelection, *, because: str) -> CreditNote:
    """The same within a transaction of the database."""
    on, rulebook = desk.today, desk.rulebook
    invoices = issued_documents.find_invoices(connection, numbers=[number])
    is_prepaid = any(line.prepaid is not None for invoice in invoices for line in invoice.lines)
    if is_prepaid:
        orders.lock_all(connection, invoices[0].orders)
    if issued_documents.lock_issued(connection, number) is None:
        raise unknown("invoice", number)
    if not invoices:
        raise _no_invoice(connection, number)
    earlier = issued_documents.find_credit_notes(connection, corrects=number)
    try:
        draft = billing.credit(invoices[0], earlier, request, rulebook, on=on, because=because)
    except Refusal as refusal:
        raise _conflict(refusal) from None
    for item, left, refunded in refunded_too_much(connection, draft):
        raise Conflict((USED_UP.at(None, "/amount", item=item, left=left, refunded=refunded),), "issued", ("credit what is left",))
    if draft.as_advance and is_settled_advance(connection, invoices[0]):
        draft = draft.replace(as_advance=False)
    series = series_of("credit-note", on, rulebook)
    place = issued_documents.reserve_place(connection, series, "credit-note", on)
    printed = number_of("credit-note", place.sequence, on, rulebook)
    note, entry, xml = billing.issue_credit_note(draft, rulebook, number=printed, series=series, on=on)
    require_valid(desk, connection, note, xml)
    messages = messages_of(note.channel)
    document = issued_documents.written(note.tree, entry.tree, xml)
    issued_documents.append(connection, place, document, messages, at=desk.now(), installation=desk.installation)
    post_transfer(desk, connection, draft, printed, on)
    post_prepaid(desk, connection, draft, printed, on)
    if is_prepaid:
        plan_orders(desk, connection, orders.find(connection, invoices[0].orders).values())
    announce(desk, connection, "credit-note.issued", f"invoices/{printed}", corrects=number, customer=note.customer.id)
    announce_credited(desk, connection, note)
    if doubtful_documents.find(connection, [number]):
        lock(connection)
        post_doubtful(desk, connection, recorded_now(desk))
    return note


def preview_credit(desk: Desk, number: str, request: CreditSelection) -> DraftCreditNote:
    """The credit note that would be issued now, without its number. Writes nothing; the refusals are those of `credit`."""
    with desk.store.reading() as connection:
        invoices = issued_documents.find_invoices(connection, numbers=[number])
        if not invoices:
            raise _no_invoice(connection, number)
        earlier = issued_documents.find_credit_notes(connection, corrects=number)
    try:
        return billing.credit(invoices[0], earlier, request, desk.rulebook, on=desk.today)
    except Refusal as refusal:
        raise _conflict(refusal) from None


def draft_credit_tree(draft: DraftCreditNote) -> dict[str, object]:
    """A credit note to be, as JSON: what it takes back of each line, its VAT and its totals."""
    lines = [
        {"line": line.corrects_line, "description": line.description, "quantity": str(line.quantity), "net": str(line.net)}
        for line in draft.lines
    ]
    vat = [{"category": one.category, "rate": str(one.rate), "base": str(one.base), "vat": str(one.vat)} for one in draft.vat_breakdown]
    return {"lines": lines, "vat_breakdown": vat, "net": str(draft.net), "vat": str(draft.vat), "gross": str(draft.gross)}


def rebill(desk: Desk, number: str, lines: Collection[int] = (), *, because: str = "") -> tuple[TransactionFigures, ...]:
    """Releases the transactions of an invoice (or of some of its lines) that was credited, so that the next run bills them again.

    They are planned anew, as their orders, prices and customers are now. Refused unless their lines were credited wholly, and where the
    invoice released them before. Gives those that are due again; what is planned no more is not billed.
    """
    with desk.store.reading() as connection:
        invoices = issued_documents.find_invoices(connection, numbers=[number])
        if not invoices:
            raise _no_invoice(connection, number)
    invoice = invoices[0]
    with desk.writing() as connection:
        refuse_erased(connection, ("customer", surviving(connection, invoice.customer.id)))
        orders.lock_all(connection, invoice.orders)
        issued_documents.lock_issued(connection, number)
        notes = issued_documents.find_credit_notes(connection, corrects=number)
        try:
            identities = billing.rebill(invoice, notes, lines)
        except Refusal as refusal:
            raise _conflict(refusal) from None
        release_within(desk, connection, number, identities, because=because)
        plan_orders(desk, connection, orders.find(connection, invoice.orders).values())
        open_ones = transactions.find(connection, TransactionFilter(orders=invoice.orders, states=OPEN))
    return tuple(one for one in open_ones if one.identity in identities)


def release_within(desk: Desk, connection: Writing, number: str, identities: Collection[str], *, because: str) -> None:
    """Takes credited transactions off an invoice within a transaction of the database; refused where it released one of them before."""
    count = transactions.release(connection, identities, number, at=desk.now(), author=desk.author, because=because)
    if count != len(identities):
        raise Conflict((REBILLED.at(None, "/number", number=number),), "credited", ())


def _no_invoice(connection: Reading, number: str) -> Refusal:
    """The refusal where an invoice is asked for and there is none of the number: perhaps a credit note has it."""
    if issued_documents.find_credit_notes(connection, number=number):
        return Conflict((NOT_CREDITED.at(None, None, number=number),), "credit-note", ("show", "pdf"))
    return unknown("invoice", number)


def _conflict(refusal: Refusal) -> Conflict | Unknown:
    """The refusal with pointers into the request of the desk, the state of the invoice, and what it allows; only that a line is unknown."""
    problems = tuple(replace(problem, pointer=(problem.pointer or "").removeprefix("/ask") or None) for problem in refusal.problems)
    if all(problem.code == _NO_SUCH_LINE for problem in problems):
        return Unknown(problems)
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
