"""The documents of claimed messages, with their XML, and their customers and contacts as these are now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.desk.desk import Desk
from api.desk.sales import surviving
from api.store import contacts, customers, issued_documents
from api.store.outbox import ClaimedMessage
from engine.documents.contact import Contact
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.party import Customer


@dataclass(frozen=True, slots=True)
class SentDocument:
    """A document as it was issued, and its customer as it is now: where it was mended, that counts for where a document is sent."""

    document: Invoice | CreditNote
    xml: bytes
    customer: Customer
    contacts: tuple[Contact, ...]


def documents_of(desk: Desk, messages: Sequence[ClaimedMessage]) -> dict[str, SentDocument]:
    """The documents of some messages by number."""
    numbers = [message.document for message in messages]
    result = {}
    with desk.store.reading() as connection:
        documents: list[Invoice | CreditNote] = [*issued_documents.find_invoices(connection, numbers=numbers)]
        for number in set(numbers) - {document.number for document in documents}:
            documents += issued_documents.find_credit_notes(connection, number=number)
        names = {document.customer.id: surviving(connection, document.customer.id) for document in documents}
        buyers = customers.find(connection, names.values())
        people = {name: tuple(contacts.find(connection, customer=name).values()) for name in set(names.values())}
        for document in documents:
            stored = issued_documents.stored_bytes(connection, document.number)
            name = names[document.customer.id]
            assert stored is not None
            result[document.number] = SentDocument(document, stored[1], buyers.get(name, document.customer), people[name])
    return result
