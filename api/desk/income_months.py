"""Income of a month that is closed: what issued documents defer past it, and what is recognised of earlier ones, posted once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from api.desk.desk import Desk
from api.store import issued_documents, ledger
from api.store.payments import Recorded
from api.store.sql import Writing
from engine.documents.invoice import CreditNote, Invoice
from engine.documents.journal import JournalEntry
from engine.stages.posting.deferral import deferral_entries

_AT_ONCE = 100


def post_income(desk: Desk, connection: Writing, end: date, recorded: Recorded) -> int:
    """Posts what is due at the end of a month that is being closed; gives how many entries that were."""
    if desk.rulebook.company.deferral == "off":
        return 0
    numbers = sorted({*ledger.with_deferred_income(connection), *ledger.issued_since_closing(connection, end)})
    count = 0
    for at in range(0, len(numbers), _AT_ONCE):
        entries = tuple(_due(desk, connection, numbers[at : at + _AT_ONCE], end))
        ledger.append(connection, entries, recorded)
        count += len(entries)
    return count


def _due(desk: Desk, connection: Writing, numbers: list[str], end: date) -> Iterator[JournalEntry]:
    posted = {(each.kind, each.document) for some in ledger.of_subjects(connection, numbers).values() for each in some}
    closed = ledger.closed_until(connection, "month")
    first_open = date.min if closed is None else closed + timedelta(days=1)
    notes = (note for number in numbers for note in issued_documents.find_credit_notes(connection, number=number))
    documents: tuple[Invoice | CreditNote, ...] = (*issued_documents.find_invoices(connection, numbers=numbers), *notes)
    for document in documents:
        for entry in deferral_entries(document, desk.rulebook.accounts, until=end, first_open=first_open):
            if (entry.kind, entry.document) not in posted:
                yield entry
