"""The documents that mails bring: for whom and by which rules, what is attached, and what the text of the mail may show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from api.delivery.sent_documents import SentDocument, documents_of
from api.desk.account_statements import reminder_pdf
from api.desk.desk import Desk
from api.desk.explaining import rulebook_by_fingerprint
from api.desk.quote_links import link_to
from api.desk.quote_states import as_of
from api.desk.reminder_letters import find_reminder, stored_letter
from api.desk.renditions import order_pdf, pdfs_of, quote_pdf
from api.desk.sales import surviving
from api.desk.sales_deliveries import named_order, named_quote
from api.refusals import OutsideFailure, Unavailable
from api.store import contacts, customers, open_rests, opportunities, orders, quotes
from api.store.outbox import ClaimedMessage
from api.store.quotes import StoredQuote
from api.store.reminders import DOCUMENTS
from api.store.sql import Reading
from engine import billing
from engine.documents.contact import Contact, Recipient
from engine.documents.invoice import Invoice
from engine.documents.order import Order
from engine.documents.party import Customer, Seller
from engine.phrases import Language, Phrase, as_written, phrase
from engine.problems import Refusal, message_of
from engine.rulebook.company import seller_of
from engine.writing.account_html import reminder_page
from engine.writing.html import Words, credit_note_page, invoice_page
from engine.writing.order_html import order_confirmation_page
from engine.writing.pages import (
    CREDIT_NOTE_MAIL_TEMPLATE,
    INVOICE_MAIL_TEMPLATE,
    ORDER_MAIL_TEMPLATE,
    QUOTE_MAIL_TEMPLATE,
    REMINDER_MAIL_TEMPLATE,
)
from engine.writing.quote_html import quote_page

Page = Callable[[Words], Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedDocument:
    """A document as a mail brings it; where it cannot be sent, `problem` says why."""

    name: str
    """What its files are called."""
    recipients: tuple[Recipient, ...]
    seller: Seller
    language: Language
    day: date
    template: str
    page: Page
    pdf: bytes = b""
    xml: bytes | None = None
    problem: Phrase | None = None


def mailed_documents(desk: Desk, messages: Sequence[ClaimedMessage], rulebook_folder: Path) -> dict[str, MailedDocument]:
    """The documents of some messages, by what the messages call them."""
    issued = documents_of(desk, messages)
    pdfs = pdfs_of(desk, [each.document for each in issued.values()], rulebook_folder)
    result = {name: _prepared(desk, name, partial(_issued, desk, sent, pdfs[name])) for name, sent in issued.items()}
    for name in {message.document for message in messages} - result.keys():
        of_quote, of_order = named_quote(name), named_order(name)
        if name.startswith(DOCUMENTS):
            result[name] = _prepared(desk, name, partial(_reminder, desk, name.removeprefix(DOCUMENTS), rulebook_folder))
        elif of_quote is not None:
            result[name] = _prepared(desk, name, partial(_quote, desk, *of_quote, rulebook_folder))
        elif of_order is not None:
            result[name] = _prepared(desk, name, partial(_order, desk, of_order, rulebook_folder))
    return result


def _prepared(desk: Desk, name: str, prepare: Callable[[], MailedDocument]) -> MailedDocument:
    """What a mail brings; where something refuses that, only this document is held back, and the mails of all others go."""
    try:
        return prepare()
    except (OutsideFailure, Unavailable):
        raise
    except Refusal as refusal:
        company, language = desk.rulebook.company, desk.rulebook.company.languages[0]
        return MailedDocument(
            name=name,
            recipients=(),
            seller=seller_of(company.seller, language),
            language=language,
            day=desk.today,
            template="",
            page=lambda _: {},
            problem=phrase("its mail cannot be written: {problem}", problem=message_of(refusal.problems[0])),
        )


def _issued(desk: Desk, sent: SentDocument, pdf: bytes | Refusal) -> MailedDocument:
    document = sent.document
    is_invoice = isinstance(document, Invoice)
    page: Page = partial(invoice_page, document) if isinstance(document, Invoice) else partial(credit_note_page, document)
    return MailedDocument(
        name=document.number,
        recipients=billing.recipients_of(sent.customer, sent.contacts, desk.rulebook, on=desk.today),
        seller=document.seller,
        language=document.customer.language,
        day=document.issued_on,
        template=INVOICE_MAIL_TEMPLATE if is_invoice else CREDIT_NOTE_MAIL_TEMPLATE,
        page=page,
        pdf=b"" if isinstance(pdf, Refusal) else pdf,
        xml=sent.xml,
        problem=_not_printed(pdf),
    )


def _quote(desk: Desk, number: str, version: int, folder: Path) -> MailedDocument:
    """A version of a quote, with the link on which it is accepted where links are set up."""
    with desk.store.reading() as connection:
        versions = quotes.find(connection, number)
        of = next(one for one in versions if one.version == version)
        rulebook, _ = rulebook_by_fingerprint(desk, connection, of.quote.rulebook)
        customer, people = _customer(connection, of.quote.customer.id, of.opportunity)
        owner = opportunities.find(connection, [of.opportunity])[of.opportunity].owner if of.opportunity else ""
    problem = _not_open(desk, as_of(of, desk.today), versions[-1])
    pdf = _printed(partial(quote_pdf, desk, of, folder)) if problem is None else b""
    link = link_to(desk, of, pdf).url if desk.links.is_set and problem is None and not isinstance(pdf, Refusal) else ""

    def page(words: Words) -> Mapping[str, object]:
        return {**quote_page(of.quote, number, rulebook, words, of.attributes, contact=owner), "link": link}

    return MailedDocument(
        name=number,
        recipients=billing.recipients_of(customer, people, desk.rulebook, on=desk.today, of="quote"),
        seller=seller_of(rulebook.company.seller, of.quote.customer.language),
        language=of.quote.customer.language,
        day=of.quote.on,
        template=QUOTE_MAIL_TEMPLATE,
        page=page,
        pdf=b"" if isinstance(pdf, Refusal) else pdf,
        problem=problem or _not_printed(pdf),
    )


def _order(desk: Desk, name: str, folder: Path) -> MailedDocument:
    """The confirmation of an order as it is now."""
    with desk.store.reading() as connection:
        order: Order = orders.find(connection, [name])[name]
        customer, people = _customer(connection, order.customer, None)
    problem = phrase("the order is {state}", state=as_written(order.state)) if order.state == "cancelled" else None
    pdf = _printed(partial(order_pdf, desk, order, folder)) if problem is None else b""
    return MailedDocument(
        name=name,
        recipients=billing.recipients_of(customer, people, desk.rulebook, on=desk.today, of="quote"),
        seller=seller_of(desk.rulebook.company.seller, customer.language),
        language=customer.language,
        day=order.signed_on or desk.today,
        template=ORDER_MAIL_TEMPLATE,
        page=partial(order_confirmation_page, order, customer, desk.rulebook),
        pdf=b"" if isinstance(pdf, Refusal) else pdf,
        problem=problem or _not_printed(pdf),
    )


def _reminder(desk: Desk, name: str, folder: Path) -> MailedDocument:
    """A reminder as it was made, to its customer as it is now; not where all of it was paid meanwhile."""
    stored = find_reminder(desk, name)
    with desk.store.reading() as connection:
        letter = stored_letter(desk, connection, stored)
        customer, people = _customer(connection, stored.customer, None)
        still_open = open_rests.is_any_open(connection, [one.number for one in letter.invoices], desk.today)
    problem = None if still_open else phrase("all of its invoices are paid meanwhile")
    pdf = _printed(partial(reminder_pdf, desk, letter, folder)) if problem is None else b""
    return MailedDocument(
        name=name,
        recipients=billing.recipients_of(customer, people, desk.rulebook, on=desk.today),
        seller=letter.seller,
        language=stored.language,
        day=stored.reminded_on,
        template=REMINDER_MAIL_TEMPLATE,
        page=partial(reminder_page, letter),
        pdf=b"" if isinstance(pdf, Refusal) else pdf,
        problem=problem or _not_printed(pdf),
    )


def _customer(connection: Reading, name: str, opportunity: str | None) -> tuple[Customer, tuple[Contact, ...]]:
    """A customer as it is now, with its contacts and those of an opportunity."""
    now = surviving(connection, name)
    people = [*contacts.find(connection, customer=now).values()]
    if opportunity is not None:
        people += contacts.find(connection, opportunity=opportunity).values()
    return customers.find(connection, [now])[now], tuple(people)


def _not_open(desk: Desk, of: StoredQuote, last: StoredQuote) -> Phrase | None:
    """Why a quote that waited to be sent is not sent any more."""
    if of.version != last.version:
        return phrase("there is a newer version of the quote; send that one")
    if of.state not in ("approved", "sent"):
        return phrase("the quote is {state}", state=as_written(of.state))
    return None


def _printed(printing: Callable[[], bytes]) -> bytes | Refusal:
    try:
        return printing()
    except Refusal as refusal:
        return refusal


def _not_printed(pdf: bytes | Refusal) -> Phrase | None:
    if isinstance(pdf, Refusal):
        return phrase("its PDF cannot be printed: {problem}", problem=message_of(pdf.problems[0]))
    return None
