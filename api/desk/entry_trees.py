"""Journal entries as JSON has them, with those of a payment and of what settles an invoice."""

from __future__ import annotations

from collections.abc import Iterable

from api.desk.desk import Desk
from api.desk.document_trees import Tree
from api.store import ledger
from engine.documents.journal import JournalEntry
from engine.phrases import Language, say


def payment_entries(desk: Desk, name: str) -> tuple[JournalEntry, ...]:
    """The entries of a payment in the order in which they were made."""
    with desk.store.reading() as connection:
        return tuple(ledger.of_subjects(connection, [name]).get(name, ()))


def settling_entries(desk: Desk, number: str) -> tuple[JournalEntry, ...]:
    """The entries of an invoice beside its own: of its income by month, and of what settles it."""
    with desk.store.reading() as connection:
        return (*ledger.of_subjects(connection, [number]).get(number, ()), *ledger.of_document(connection, number))


def entry_trees(entries: Iterable[JournalEntry], language: Language) -> list[Tree]:
    """Entries with their postings."""
    return [
        {
            "kind": entry.kind,
            "document": entry.document,
            "posted_on": str(entry.posted_on),
            "text": say(entry.text, language) if entry.text else None,
            "postings": [
                {
                    "account": each.account,
                    "name": each.name,
                    "debit": str(each.debit),
                    "credit": str(each.credit),
                    "customer": each.customer or entry.customer or None,
                    "settles": each.document,
                }
                for each in entry.postings
            ],
        }
        for entry in entries
    ]
