"""Explanations at the desk: a document is found by its number, and worked out again under the rulebook that made it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import Connection

from api.desk.desk import Desk
from api.desk.running import Selection, preview
from api.refusals import Unknown
from api.store import customers, issuing, keeping, orders, quotes
from engine import pipeline
from engine.documents.invoice import CreditNote, DraftInvoice, Invoice
from engine.documents.transaction import Transaction
from engine.explaining.documents import explain_billed, explain_quote, explain_transactions
from engine.explaining.explanation import Explained, Explanation
from engine.explaining.replaying import NOT_WORKED_OUT, Replayed, replay_credit_note, replay_invoice, replay_quote
from engine.phrases import phrase
from engine.problems import Kind, Problem, Refusal, said_of
from engine.rulebook.book import Rulebook
from engine.rulebook.reading import read_rulebook

TO_INVOICE: Final = "to-invoice"
"""The word for what a run would invoice now; `to-invoice/3` is its third draft, `to-invoice/CUSTOMER` those of a customer."""
NOTHING_OF_THIS_NAME: Final = Kind(
    "nothing-to-explain",
    "there is no document, quote, item, transaction or draft `{name}`",
    "write the number of an invoice, a credit note or a quote, the id of an item or a transaction, or `to-invoice`",
)
RULEBOOK_GONE: Final = Kind(
    "rulebook-not-kept", "the rulebook that made it was not kept", "the steps shown are those that were stored with it"
)


def explain(desk: Desk, name: str) -> Explanation:
    """What explains the document of a name; refuses a name under which there is nothing."""
    with desk.store.reading() as connection:
        found = _issued(desk, connection, name) or _quote(desk, connection, name) or _planned(desk, connection, name)
    found = found or _draft(desk, name)
    if found is None:
        raise Unknown((NOTHING_OF_THIS_NAME.at(None, name=name[:80]),))
    if found.rulebook != desk.rulebook.fingerprint:
        found = found.with_notes((phrase("The rulebook of today is another one: files and lines are those of the one that made this."),))
    return found


def rulebook_that_made(desk: Desk, connection: Connection, fingerprint: str) -> tuple[Rulebook, tuple[Problem, ...]]:
    """The rulebook of a fingerprint, read from its kept texts; today's, with a problem, where that cannot be."""
    if fingerprint == desk.rulebook.fingerprint:
        return desk.rulebook, ()
    texts = keeping.rulebook_texts(connection, fingerprint)
    if texts is None:
        return desk.rulebook, (RULEBOOK_GONE.at(None),)
    try:
        return read_rulebook(texts), ()
    except Refusal as refusal:
        return desk.rulebook, (NOT_WORKED_OUT.at(None, document=fingerprint[:12], because=said_of(refusal.problems[0])),)


def _issued(desk: Desk, connection: Connection, name: str) -> Explanation | None:
    invoices = issuing.find_invoices(connection, numbers=[name])
    notes = issuing.find_credit_notes(connection, number=name)
    if not invoices and not notes:
        return None
    stored: Invoice | CreditNote = invoices[0] if invoices else notes[0]
    replayed = _replayed(desk, connection, stored)
    return _told(explain_billed(replayed.document, name), replayed.problems)


def _replayed(desk: Desk, connection: Connection, stored: Invoice | CreditNote) -> Replayed:
    rulebook, problems = rulebook_that_made(desk, connection, stored.rulebook)
    if problems:
        return Replayed(stored, problems)
    if isinstance(stored, Invoice):
        agreed = orders.find(connection, stored.orders)
        return replay_invoice(stored, agreed, rulebook, stored.issued_on, stored.number)
    (invoice,) = issuing.find_invoices(connection, numbers=[stored.corrects])
    told = _replayed(desk, connection, invoice)
    notes = issuing.find_credit_notes(connection, corrects=stored.corrects)
    earlier = notes[: [note.number for note in notes].index(stored.number)]
    told_invoice = told.document if isinstance(told.document, Invoice) else invoice
    found = replay_credit_note(stored, told_invoice, earlier, rulebook)
    return Replayed(found.document, (*found.problems, *told.problems))


def _quote(desk: Desk, connection: Connection, name: str) -> Explanation | None:
    number, _, version = name.rpartition("/")
    versions = quotes.find(connection, name)
    found = versions[-1:] or tuple(one for one in quotes.find(connection, number) if str(one.version) == version)
    if not found:
        return None
    stored = found[0].quote
    rulebook, problems = rulebook_that_made(desk, connection, stored.rulebook)
    told, differing = (stored, problems) if problems else replay_quote(stored, rulebook, name)
    return _told(explain_quote(told, f"{found[0].number}/{found[0].version}"), differing)


def _planned(desk: Desk, connection: Connection, name: str) -> Explanation | None:
    """What explains an order item, by what it is billed through the horizon, or one of its transactions."""
    item = name.partition("|")[0]
    order = orders.order_of_item(connection, item)
    if order is None:
        return None
    agreed = orders.find(connection, [order])[order]
    buyer = customers.find(connection, [agreed.customer])[agreed.customer]
    planned = pipeline.plan(agreed, buyer, desk.rulebook, through=desk.horizon)
    chosen = [one for one in planned if one.item == item and name in (item, one.identity)]
    return explain_transactions(sorted(chosen, key=_billing_day), name, desk.rulebook.fingerprint) if chosen else None


def _billing_day(one: Transaction) -> date:
    return one.billing_date or date.max


def _draft(desk: Desk, name: str) -> Explanation | None:
    word, _, which = name.partition("/")
    if word != TO_INVOICE:
        return None
    drafts = preview(desk, Selection(due_through=desk.today)).drafts
    chosen = [(f"{TO_INVOICE}/{at}", draft) for at, draft in enumerate(drafts, 1) if which in ("", str(at), draft.customer.id)]
    if len(chosen) == 1:
        return _of_draft(desk, chosen[0][1], chosen[0][0])
    parts = tuple(_summary(at, draft) for at, draft in chosen)
    title = phrase("{count} drafts; ask for one of them to have its amounts explained", count=len(parts))
    code, fingerprint = desk.rulebook.currency.code, desk.rulebook.fingerprint
    return Explanation(kind="draft", document=name, title=title, currency=code, rulebook=fingerprint, parts=parts) if parts else None


def _summary(name: str, draft: DraftInvoice) -> Explained:
    """A draft in short: its name, customer and net, as its own explanation tells them."""
    whole = explain_billed(draft, name)
    net = whole.only("net").parts[0]
    return replace(net, line=name, title=whole.title)


def _told(explanation: Explanation, problems: tuple[Problem, ...]) -> Explanation:
    return replace(explanation, problems=problems)


def _of_draft(desk: Desk, draft: DraftInvoice, name: str) -> Explanation:
    with desk.store.reading() as connection:
        agreed = orders.find(connection, draft.orders)
    replayed = replay_invoice(draft, agreed, desk.rulebook, desk.today, name)
    return _told(explain_billed(replayed.document, name), replayed.problems)
