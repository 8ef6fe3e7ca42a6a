"""Explanations of stored documents: looked up by number and replayed with the rulebook that made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from api.desk.billing_run import preview
from api.desk.desk import Desk
from api.desk.due_drafts import Selection
from api.refusals import Unknown
from api.store import customers, issued_documents, issued_lists, orders, quotes, rulebooks
from api.store.quotes import StoredQuote
from api.store.sql import Reading
from engine import billing
from engine.budgets import WHY_NOT_LINES
from engine.documents.invoice import CreditNote, DraftInvoice, Invoice, InvoiceLine
from engine.documents.order import Order
from engine.documents.party import Customer
from engine.documents.priced_quote import PricedQuote, QuotedLine
from engine.documents.transaction import Transaction
from engine.explaining.amount_trace import trace_quote_line, trace_transaction
from engine.explaining.explain_document import explain_billed, explain_quote, explain_transactions
from engine.explaining.explanation import Explained, Explanation
from engine.explaining.replay import NOT_WORKED_OUT, Replayed, replay_credit_note, replay_invoice, replay_quote, running_before
from engine.explaining.why_not import why_not_explanation, why_not_part
from engine.phrases import Phrase, phrase
from engine.problems import Kind, Problem, Refusal, message_of
from engine.rulebook.book import Rulebook, items_without_names
from engine.rulebook.reader import read_rulebook
from engine.text.sources import Sources

TO_INVOICE: Final = "to-invoice"
"""The name of the drafts that a run would issue now; `to-invoice/3` is the third, `to-invoice/CUSTOMER` those of a customer."""
UNKNOWN_DOCUMENT: Final = Kind(
    "nothing-to-explain",
    "there is no document, quote, item, transaction or draft `{name}`",
    "write the number of an invoice, a credit note or a quote, the id of an item or a transaction, or `to-invoice`",
)
_MOST_NUMBERS: Final = 40
_Work = TypeVar("_Work")
_Line = TypeVar("_Line", QuotedLine, InvoiceLine)
RULEBOOK_NOT_STORED: Final = Kind(
    "rulebook-not-kept", "the rulebook that made it was not kept", "the steps shown are those that were stored with it"
)


def explain(desk: Desk, name: str) -> Explanation:
    """The explanation of a document; refuses an unknown name."""
    with desk.store.reading() as connection:
        explanation = _issued(desk, connection, name) or _quote(desk, connection, name) or _planned(desk, connection, name)
    explanation = explanation or _draft(desk, name)
    if explanation is None:
        raise Unknown((UNKNOWN_DOCUMENT.at(None, name=name[:80]),))
    if explanation.rulebook != desk.rulebook.fingerprint:
        return replace(explanation, notes=(*explanation.notes, _other_rulebook(desk, explanation.rulebook)))
    return explanation


def texts_of(desk: Desk, fingerprint: str) -> Sources | None:
    """The texts of the rulebook of a fingerprint; None where they were not stored."""
    if fingerprint == desk.rulebook.fingerprint:
        return desk.sources
    with desk.store.reading() as connection:
        return rulebooks.texts_of(connection, fingerprint)


def latest_numbers(desk: Desk) -> tuple[str, ...]:
    """The numbers of the invoices that were issued last, which one may want explained."""
    with desk.store.reading() as connection:
        return issued_lists.latest_numbers(connection, _MOST_NUMBERS)


def _other_rulebook(desk: Desk, fingerprint: str) -> Phrase:
    """The note that a document was made under another rulebook than that of the desk, with the version where it was published."""
    with desk.store.reading() as connection:
        published = [one.name for one in rulebooks.find_versions(connection) if one.fingerprint == fingerprint]
    if not published:
        return phrase("The rulebook of today is another one: files and lines are those of the one that made this.")
    return phrase("This was made under {version}, not the rulebook used now: files and lines are those of {version}.", version=published[0])


def explain_why_not(desk: Desk, name: str, line: str | None, rule: str) -> Explanation:
    """Why a rule did not apply to a document, or to one line of it."""
    with desk.store.reading() as connection:
        invoice = _invoice_of(connection, name)
        if invoice is not None:
            return _why_not_billed(desk, connection, invoice, name, line, rule)
        stored = _quote_of(connection, name)
        if stored is not None:
            rulebook, _ = rulebook_by_fingerprint(desk, connection, stored.quote.rulebook)
            running = running_before(stored.quote, _joined_by(connection, stored.quote), stored.number)
            parts = tuple(
                why_not_part(
                    rule,
                    trace_quote_line(stored.quote, one.number, running, rulebook),
                    rulebook,
                    number=str(one.number),
                    title=one.request.product,
                )
                for one in _chosen_lines(stored.quote.lines, line)
            )
            return _chosen(why_not_explanation(name, rule, rulebook, parts), line)
        planned = _transactions_of(desk, connection, name)
        parts = tuple(
            why_not_part(
                rule, trace_transaction(order, buyer, one.identity, desk.rulebook, one.billing_date or desk.today), desk.rulebook,
                number=str(at), title=one.line.product,
            )
            for at, (order, buyer, one) in _within_bound([each for each in enumerate(planned, 1) if line in (None, str(each[0]))])
        )  # fmt: skip
        if planned:
            return _chosen(why_not_explanation(name, rule, desk.rulebook, parts), line)
    drafts = _drafts_of(desk, name)
    if len(drafts) != 1:
        raise Unknown((UNKNOWN_DOCUMENT.at(None, name=name[:80]),))
    with desk.store.reading() as connection:
        return _why_not_billed(desk, connection, drafts[0][1], name, line, rule)


def _why_not_billed(desk: Desk, connection: Reading, document: DraftInvoice, name: str, line: str | None, rule: str) -> Explanation:
    rulebook, _ = rulebook_by_fingerprint(desk, connection, document.rulebook)
    agreed = orders.find(connection, document.orders)
    on = document.issued_on if isinstance(document, Invoice) else desk.today
    parts = tuple(
        why_not_part(
            rule, trace_transaction(agreed[one.order], document.customer, one.transaction, rulebook, on), rulebook,
            number=str(one.number), title=one.description,
        )
        for one in _chosen_lines(document.lines, line)
    )  # fmt: skip
    return _chosen(why_not_explanation(name, rule, rulebook, parts), line)


def _chosen_lines(lines: Sequence[_Line], line: str | None) -> Sequence[_Line]:
    """The line of a number, or all; Refusal where that is more than is computed at once."""
    return _within_bound([one for one in lines if line in (None, str(one.number))])


def _within_bound(lines: Sequence[_Work]) -> Sequence[_Work]:
    """The lines, each of which is worked out again; Refusal where there are too many."""
    WHY_NOT_LINES.check(len(lines))
    return lines


def _chosen(explanation: Explanation, line: str | None) -> Explanation:
    return explanation if line is None else explanation.only(line)


def rulebook_by_fingerprint(desk: Desk, connection: Reading, fingerprint: str) -> tuple[Rulebook, tuple[Problem, ...]]:
    """The rulebook of a fingerprint, read from its stored texts; the one in force, with a problem, where that is impossible."""
    if fingerprint == desk.rulebook.fingerprint:
        return desk.rulebook, ()
    texts = rulebooks.texts_of(connection, fingerprint)
    if texts is None:
        return desk.rulebook, (RULEBOOK_NOT_STORED.at(None),)
    try:
        return read_rulebook(texts), ()
    except Refusal as refusal:
        return desk.rulebook, (NOT_WORKED_OUT.at(None, document=fingerprint[:12], because=message_of(refusal.problems[0])),)


def _issued(desk: Desk, connection: Reading, name: str) -> Explanation | None:
    invoices = issued_documents.find_invoices(connection, numbers=[name])
    notes = issued_documents.find_credit_notes(connection, number=name)
    if not invoices and not notes:
        return None
    stored: Invoice | CreditNote = invoices[0] if invoices else notes[0]
    replayed = _replayed(desk, connection, stored)
    return _with_problems(explain_billed(replayed.document, name), replayed.problems)


def _replayed(desk: Desk, connection: Reading, stored: Invoice | CreditNote) -> Replayed:
    rulebook, problems = rulebook_by_fingerprint(desk, connection, stored.rulebook)
    if problems:
        return Replayed(stored, problems)
    if isinstance(stored, Invoice):
        agreed = orders.find(connection, stored.orders)
        return replay_invoice(stored, agreed, rulebook, stored.issued_on, stored.number)
    (invoice,) = issued_documents.find_invoices(connection, numbers=[stored.corrects])
    replayed_invoice = _replayed(desk, connection, invoice)
    notes = issued_documents.find_credit_notes(connection, corrects=stored.corrects)
    earlier = notes[: [note.number for note in notes].index(stored.number)]
    credited = replayed_invoice.document if isinstance(replayed_invoice.document, Invoice) else invoice
    replayed = replay_credit_note(stored, credited, earlier, rulebook)
    return Replayed(replayed.document, (*replayed.problems, *replayed_invoice.problems))


def _invoice_of(connection: Reading, name: str) -> Invoice | None:
    """The invoice of a number, or the one that a credit note corrects."""
    notes = issued_documents.find_credit_notes(connection, number=name)
    return next(iter(issued_documents.find_invoices(connection, numbers=[notes[0].corrects if notes else name])), None)


def _quote_of(connection: Reading, name: str) -> StoredQuote | None:
    """The last version of a quote, or the version in the name, as in `Q2027-0001/1`."""
    number, _, version = name.rpartition("/")
    versions = quotes.find(connection, name)
    return next(iter(versions[-1:] or (one for one in quotes.find(connection, number) if str(one.version) == version)), None)


def _quote(desk: Desk, connection: Reading, name: str) -> Explanation | None:
    version = _quote_of(connection, name)
    if version is None:
        return None
    stored = version.quote
    rulebook, problems = rulebook_by_fingerprint(desk, connection, stored.rulebook)
    quote, differing = (stored, problems) if problems else replay_quote(stored, _joined_by(connection, stored), rulebook, name)
    return _with_problems(explain_quote(quote, f"{version.number}/{version.version}"), differing)


def _joined_by(connection: Reading, quote: PricedQuote) -> dict[str, Order]:
    """The running orders that the lines of a quote join."""
    return orders.find(connection, {line.joins for line in quote.lines if line.joins})


def _planned(desk: Desk, connection: Reading, name: str) -> Explanation | None:
    """The explanation of an order item, through the horizon, or of one of its transactions."""
    try:
        chosen = [one for _, _, one in _transactions_of(desk, connection, name)]
    except Refusal as refusal:
        nothing = explain_transactions((), name, desk.rulebook.fingerprint)
        return replace(nothing, notes=tuple(message_of(problem) for problem in refusal.problems))
    return explain_transactions(chosen, name, desk.rulebook.fingerprint) if chosen else None


def _transactions_of(desk: Desk, connection: Reading, name: str) -> list[tuple[Order, Customer, Transaction]]:
    """The transactions of an item, or the one of an identity, with order and customer, by billing date.

    Refuses an item whose names left the rulebook: there is nothing of which its amounts could be made.
    """
    item = name.partition("|")[0]
    order = orders.order_of_item(connection, item)
    if order is None:
        return []
    agreed = orders.find(connection, [order])[order]
    buyer = customers.find(connection, [agreed.customer])[agreed.customer]
    missing = items_without_names(agreed, buyer, desk.rulebook)
    if item in missing:
        raise Refusal((missing[item],))
    planned = billing.plan(agreed, buyer, desk.rulebook, through=desk.horizon, today=desk.today)
    chosen = [one for one in planned if one.item == item and name in (item, one.identity)]
    return [(agreed, buyer, one) for one in sorted(chosen, key=_billing_day)]


def _billing_day(one: Transaction) -> date:
    return one.billing_date or date.max


def _draft(desk: Desk, name: str) -> Explanation | None:
    chosen = _drafts_of(desk, name)
    if len(chosen) == 1:
        return _of_draft(desk, chosen[0][1], chosen[0][0])
    if not chosen and name != TO_INVOICE:
        return None
    parts = tuple(_summary(at, draft) for at, draft in chosen)
    title = phrase("{count} drafts; ask for one of them to have its amounts explained", count=len(parts))
    if not parts:
        title = phrase("Nothing is to be invoiced through {day}", day=desk.today)
    code, fingerprint = desk.rulebook.currency.code, desk.rulebook.fingerprint
    return Explanation(kind="draft", document=name, title=title, currency=code, rulebook=fingerprint, parts=parts)


def _drafts_of(desk: Desk, name: str) -> list[tuple[str, DraftInvoice]]:
    """The drafts that a run would issue now: all of `to-invoice`, the third of `to-invoice/3`, a customer's of `to-invoice/ID`."""
    prefix, _, which = name.partition("/")
    if prefix != TO_INVOICE:
        return []
    drafts = (draft for each in preview(desk, Selection(due_through=desk.today)) for draft in each.drafts)
    return [(f"{TO_INVOICE}/{at}", draft) for at, draft in enumerate(drafts, 1) if which in ("", str(at), draft.customer.id)]


def _summary(name: str, draft: DraftInvoice) -> Explained:
    """The summary of a draft: its name, customer and net, from its explanation."""
    explanation = explain_billed(draft, name)
    net = explanation.only("net").parts[0]
    return replace(net, line=name, title=explanation.title)


def _with_problems(explanation: Explanation, problems: tuple[Problem, ...]) -> Explanation:
    return replace(explanation, problems=problems)


def _of_draft(desk: Desk, draft: DraftInvoice, name: str) -> Explanation:
    with desk.store.reading() as connection:
        agreed = orders.find(connection, draft.orders)
    replayed = replay_invoice(draft, agreed, desk.rulebook, desk.today, name)
    return _with_problems(explain_billed(replayed.document, name), replayed.problems)
